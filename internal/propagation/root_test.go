package propagation_test

import (
	"context"
	"testing"

	otelpropagation "go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/propagation"
)

// TestRootInSDK holds the SDK's new roots with and without the mark side by
// side. Should the first case fail, the SDK sets the flag itself and Root has
// become needless.
func TestRootInSDK(t *testing.T) {
	tracer := sdktrace.NewTracerProvider().Tracer("test")
	dropped := sdktrace.NewTracerProvider(sdktrace.WithSampler(sdktrace.NeverSample())).Tracer("test")
	current, _ := tracer.Start(propagation.Root(t.Context()), "current")
	p := propagation.New(propagation.Config{})
	type key struct{}
	tests := []struct {
		name   string
		tracer trace.Tracer
		ctx    context.Context
		want   trace.TraceFlags
		reason string
	}{
		{"plain", tracer, t.Context(), trace.FlagsSampled, "the trap: no random flag"},
		{"root", tracer, propagation.Root(t.Context()), trace.FlagsSampled | trace.FlagsRandom, "marked"},
		{"background", tracer, propagation.Root(t.Context()), trace.FlagsSampled | trace.FlagsRandom, "marked"},
		{"nil", tracer, propagation.Root(nil), trace.FlagsSampled | trace.FlagsRandom, "marked"}, //nolint:staticcheck // nil is what is tested
		{"dropped", dropped, propagation.Root(t.Context()), trace.FlagsRandom, "the flag is about the ID"},
		{"over a span", tracer, propagation.Root(context.WithValue(current, key{}, 1)), trace.FlagsSampled | trace.FlagsRandom, "a root all the same"},
		{"extracted nothing", tracer, p.Extract(t.Context(), otelpropagation.MapCarrier{}), trace.FlagsSampled | trace.FlagsRandom, "marked"},
		{"extracted a parent", tracer, p.Extract(t.Context(), otelpropagation.MapCarrier{"traceparent": traceparent}), trace.FlagsSampled, "its flags are not ours to set"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, span := tt.tracer.Start(tt.ctx, "root")
			defer span.End()
			sc := span.SpanContext()
			if sc.TraceFlags() != tt.want {
				t.Errorf("flags %s, want %s: %s", sc.TraceFlags(), tt.want, tt.reason)
			}
			_, child := tt.tracer.Start(ctx, "child")
			defer child.End()
			if got := child.SpanContext(); got.TraceFlags() != tt.want || got.TraceID() != sc.TraceID() {
				t.Errorf("child %v, want the flags and trace of its parent", got)
			}
			if tt.name == "over a span" && sc.TraceID() == trace.SpanContextFromContext(current).TraceID() {
				t.Error("root is in the trace of the span before")
			}
		})
	}
}

func TestRootAllocs(t *testing.T) {
	ctx := t.Context()
	marked := propagation.Root(ctx)
	tests := []struct {
		name string
		ctx  context.Context
		want float64
	}{
		{"background", context.Background(), 0}, //nolint:usetesting // the background context is what is tested
		{"marked", marked, 0},
		{"other", ctx, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if n := testing.AllocsPerRun(100, func() { propagation.Root(tt.ctx) }); n != tt.want {
				t.Errorf("%v allocations, want %v", n, tt.want)
			}
		})
	}
}
