package core_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/core"
)

// sink remembers the attributes of the spans it is given.
type sink struct {
	keeps bool
	attrs [][]attribute.KeyValue
}

func (s *sink) Take(span sdktrace.ReadOnlySpan, _ int) {
	s.attrs = append(s.attrs, append([]attribute.KeyValue(nil), span.Attributes()...))
}
func (s *sink) Keeps() bool                  { return s.keeps }
func (*sink) Flush(context.Context) error    { return nil }
func (*sink) Shutdown(context.Context) error { return nil }

// run ends a typed span on which a hundred attributes were set, many of them
// twice, through the handle and through OpenTelemetry.
func run(t *testing.T, s *sink, seed uint64) map[attribute.Key]attribute.Value {
	t.Helper()
	p := core.NewPipeline()
	tp := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(p.Processor(s)))
	p.Start(core.Config{TracerProvider: tp, MeterProvider: metricnoop.NewMeterProvider(), Sole: true})
	defer p.Stop()

	r := rand.New(rand.NewPCG(seed, 0))
	key := func() attribute.Key {
		k := make([]byte, r.IntN(4))
		for i := range k {
			k[i] = "abc"[r.IntN(3)]
		}
		return attribute.Key(k)
	}
	span := new(core.Span)
	if !span.Open(core.NewContext(t.Context(), p), &core.Family{Name: "work"}, nil, nil) {
		t.Fatal("the pipeline is off")
	}
	ctx := span.Begin()
	for range 50 {
		trace.SpanFromContext(ctx).SetAttributes(key().Int(r.Int()))
		span.Edit(func(a []attribute.KeyValue) []attribute.KeyValue { return append(a, key().Int(r.Int())) })
	}
	span.End(nil)
	if len(s.attrs) != 1 {
		t.Fatalf("%d spans taken, want 1", len(s.attrs))
	}
	got := make(map[attribute.Key]attribute.Value)
	for _, kv := range s.attrs[0] {
		if _, twice := got[kv.Key]; twice {
			t.Errorf("%q stands twice", kv.Key)
		}
		got[kv.Key] = kv.Value
	}
	return got
}

// Past the SDK or through it: a sink sees the same attributes.
func TestAttributesPastTheSDK(t *testing.T) {
	for seed := range uint64(200) {
		past, through := run(t, new(sink), seed), run(t, &sink{keeps: true}, seed)
		if diff := cmp.Diff(through, past, cmp.AllowUnexported(attribute.Value{})); diff != "" {
			t.Fatalf("seed %d (-through +past):\n%s", seed, diff)
		}
	}
}

// A span that other code ended early is gone with what it had, and is not
// found again.
func TestEndedByOtherCode(t *testing.T) {
	s := new(sink)
	p := core.NewPipeline()
	tp := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(p.Processor(s)))
	p.Start(core.Config{TracerProvider: tp, MeterProvider: metricnoop.NewMeterProvider(), Sole: true})
	defer p.Stop()
	span := new(core.Span)
	span.Open(core.NewContext(t.Context(), p), &core.Family{Name: "work"}, nil, nil)
	ctx := span.Begin()
	span.Edit(func(a []attribute.KeyValue) []attribute.KeyValue { return append(a, attribute.Int("k", 1)) })
	trace.SpanFromContext(ctx).End()
	span.End(nil)
	if len(s.attrs) != 1 || len(s.attrs[0]) != 0 {
		t.Errorf("taken %v, want the one span, as it was when it ended", s.attrs)
	}
}
