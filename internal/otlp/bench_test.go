package otlp_test

import (
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/proto"

	"github.com/lift-sys/telemetry/internal/otlp"
	"github.com/lift-sys/telemetry/internal/sanitize"
)

// llmSpan returns a span as an LLM call leaves it: 20 attributes, nothing to
// repair.
func llmSpan() sdktrace.ReadOnlySpan {
	start := time.Date(2026, 11, 23, 4, 45, 0, 0, time.UTC)
	return tracetest.SpanStub{
		Name: "llm.call",
		SpanContext: trace.NewSpanContext(trace.SpanContextConfig{
			TraceID: trace.TraceID{1, 2, 3}, SpanID: trace.SpanID{4, 5, 6}, TraceFlags: trace.FlagsSampled,
		}),
		Parent: trace.NewSpanContext(trace.SpanContextConfig{
			TraceID: trace.TraceID{1, 2, 3}, SpanID: trace.SpanID{7, 8, 9}, TraceFlags: trace.FlagsSampled,
		}),
		SpanKind:  trace.SpanKindClient,
		StartTime: start,
		EndTime:   start.Add(1843 * time.Millisecond),
		Status:    sdktrace.Status{Code: codes.Unset},
		Attributes: []attribute.KeyValue{
			attribute.String("user.id", "u-42"),
			attribute.String("request.id", "0199b3f2-7c1e-7d2a-9a54-6f1b2c3d4e5f"),
			attribute.String("session.id", "sess-7f3a9c"),
			attribute.String("llm.provider", "anthropic"),
			attribute.String("llm.provider_route", "best_available"),
			attribute.String("llm.model", "claude-sonnet-4-5"),
			attribute.Int64("llm.input_tokens", 1843),
			attribute.Int64("llm.output_tokens", 612),
			attribute.Int64("llm.cached_input_tokens", 1024),
			attribute.Float64("llm.cost_usd", 0.014709),
			attribute.Float64("llm.latency_ms", 1843.25),
			attribute.Float64("llm.time_to_first_token_ms", 312.5),
			attribute.Bool("llm.streaming", true),
			attribute.String("llm.finish_reason", "end_turn"),
			attribute.String("gen_ai.operation.name", "chat"),
			attribute.String("gen_ai.provider.name", "anthropic"),
			attribute.String("gen_ai.request.model", "claude-sonnet-4-5"),
			attribute.Int64("gen_ai.usage.input_tokens", 1843),
			attribute.Int64("gen_ai.usage.output_tokens", 612),
			attribute.StringSlice("gen_ai.response.finish_reasons", []string{"end_turn"}),
		},
		Resource:             resource.NewSchemaless(attribute.String("service.name", "lift-sys")),
		InstrumentationScope: instrumentation.Scope{Name: "github.com/lift-sys/telemetry"},
	}.Snapshot()
}

func BenchmarkSpan(b *testing.B) {
	s := llmSpan()
	b.Run("stock", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := proto.Marshal(stockSpan(s)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("ours", func(b *testing.B) {
		san := sanitize.New(sanitize.Limits{})
		buf := otlp.AppendSpan(nil, s, san)
		b.ReportAllocs()
		for b.Loop() {
			buf = otlp.AppendSpan(buf[:0], s, san)
		}
	})
	b.Run("sanitize", func(b *testing.B) {
		san := sanitize.New(sanitize.Limits{})
		kvs := s.Attributes()[:19] // all but the slice
		for _, kv := range kvs {
			san.Attr(kv) // learns the keys
		}
		b.ReportAllocs()
		for b.Loop() {
			for i := range kvs {
				if !san.Clean(&kvs[i]) {
					b.Fatalf("not clean: %v", kvs[i])
				}
			}
		}
	})
}
