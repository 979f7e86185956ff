package core_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/core"
)

// own starts a pipeline with its processor in the provider, as the root
// package does.
func own(t *testing.T) (context.Context, trace.Tracer, *tracetest.SpanRecorder) {
	p, recorder := core.NewPipeline(), tracetest.NewSpanRecorder()
	tp := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(p.Processor()), sdktrace.WithSpanProcessor(recorder))
	p.Start(core.Config{TracerProvider: tp, MeterProvider: metricnoop.NewMeterProvider()})
	t.Cleanup(p.Stop)
	return core.NewContext(t.Context(), p), tp.Tracer("http"), recorder
}

func attrs(s sdktrace.ReadOnlySpan) map[attribute.Key]any {
	m := map[attribute.Key]any{}
	for _, kv := range s.Attributes() {
		m[kv.Key] = kv.Value.AsInterface()
	}
	return m
}

// charge makes a span that charges its request with one LLM call.
func charge(ctx context.Context, picos int64) {
	s := new(core.Span)
	s.Open(ctx, &core.Family{Name: "call"}, nil, nil)
	s.Begin()
	s.Charge(core.Charge{Calls: 1, Picos: picos, Priced: true, InputTokens: 1, OutputTokens: 2, Answered: true})
	s.End(nil)
}

func TestOpenScope(t *testing.T) {
	ctx, tracer, recorder := own(t)
	ctx, root := tracer.Start(ctx, "GET /")
	ctx, scope := core.OpenScope(ctx, root)
	scope.Fill("u1", "r1", "")
	charge(ctx, 5e11)
	charge(ctx, 5e11)
	core.ScopeAt(ctx, root.SpanContext()).Fill("", "", "s1")
	scope.Close()
	root.End()
	scope.Close() // after the end it does nothing
	want := map[attribute.Key]any{
		"user.id": "u1", "request.id": "r1", "session.id": "s1", "request.llm_cost_usd": 1.0, "request.llm_calls": int64(2),
		"request.llm_input_tokens": int64(2), "request.llm_output_tokens": int64(4), "request.cost_usd": 1.0,
	}
	if d := cmp.Diff(want, attrs(recorder.Ended()[2])); d != "" {
		t.Errorf("Close writes what is known onto the root (-want +got):\n%s", d)
	}
}

func TestScopePanic(t *testing.T) {
	boom := errors.New("boom")
	for _, tt := range []struct {
		name, reason string
		typed        bool // a typed span saw the panic first
		events       int
	}{
		{"in the handler", "the stack stands on the root", false, 1},
		{"through a typed span", "the stack stands where it was first seen", true, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, tracer, recorder := own(t)
			ctx, root := tracer.Start(ctx, "GET /")
			ctx, scope := core.OpenScope(ctx, root)
			if tt.typed {
				s := new(core.Span)
				s.Open(ctx, &core.Family{Name: "work"}, nil, nil)
				s.Begin()
				s.EndPanic(boom)
			}
			scope.Panic(boom)
			scope.Close()
			root.End()
			all := recorder.Ended()
			got := all[len(all)-1]
			if n := len(got.Events()); n != tt.events {
				t.Errorf("%d events, want %d: %s", n, tt.events, tt.reason)
			}
			want := map[attribute.Key]any{
				"error.type": "panic", "error.message": "boom",
				"exception.type": "*errors.errorString", "exception.message": "boom",
			}
			if d := cmp.Diff(want, attrs(got)); d != "" || got.Status().Description != "boom" {
				t.Errorf("status %+v (-want +got):\n%s", got.Status(), d)
			}
		})
	}
}

func TestNilScope(t *testing.T) {
	var s *core.Scope
	s.Close()
	s.Panic("x")
	ctx, s := core.OpenScope(t.Context(), trace.SpanFromContext(t.Context()))
	if s != nil || ctx != t.Context() {
		t.Error("without telemetry there is no scope")
	}
}
