package llmcall_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/price"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// Requests under the live span of another instrumentation are calls of their
// own in the metrics and above, and one sum on the span.
func TestAdoptSums(t *testing.T) {
	tests := []struct {
		name, reason string
		models       []string // that are asked
		answers      []*llmcall.Response
		span         map[attribute.Key]any
		session      map[attribute.Key]any
	}{
		{
			name: "one", reason: "the span has what it used", models: []string{"m"}, answers: []*llmcall.Response{response(10)},
			span:    map[attribute.Key]any{attr.LLMInputTokens: int64(10), attr.LLMCostUSD: 10.0},
			session: map[attribute.Key]any{attr.SessionLLMCalls: int64(1), attr.SessionLLMInputTokens: int64(10), attr.SessionLLMCostUSD: 10.0},
		},
		{
			name: "three", reason: "each sum has what was before, once", models: []string{"m", "m", "m"},
			answers: []*llmcall.Response{response(10), response(20), response(30)},
			span:    map[attribute.Key]any{attr.LLMInputTokens: int64(60), attr.LLMCostUSD: 60.0},
			session: map[attribute.Key]any{attr.SessionLLMCalls: int64(3), attr.SessionLLMInputTokens: int64(60), attr.SessionLLMCostUSD: 60.0},
		},
		{
			name: "one without a price", reason: "a sum that lacks something would look like all", models: []string{"m-2", "m"},
			answers: []*llmcall.Response{{Known: llmcall.Input, Usage: price.Usage{InputTokens: 20}}, response(10)},
			span:    map[attribute.Key]any{attr.LLMInputTokens: int64(30)},
			session: map[attribute.Key]any{attr.SessionLLMCalls: int64(2), attr.SessionLLMInputTokens: int64(30), attr.SessionLLMCostUSD: 10.0},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t, stepped())
			ctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{ID: "s"})
			ctx, live := rec.Telemetry().TracerProvider().Tracer("sdk").Start(ctx, "chat", trace.WithSpanKind(trace.SpanKindClient))
			var call *llmcall.Call
			for i, r := range tt.answers {
				call = llmcall.Adopt(ctx, live, &llmcall.Request{Provider: "p", Model: tt.models[i]}, call)
				call.Read(r)
				call.End(nil)
			}
			live.End()
			session.End(nil)
			if d := cmp.Diff(tt.span, attributes(rec.Span(attr.SpanLLMCall), attr.LLMInputTokens, attr.LLMCostUSD)); d != "" {
				t.Errorf("%s: span: -want +got:\n%s", tt.reason, d)
			}
			got := attributes(rec.Span(attr.SpanSessionCreate), attr.SessionLLMCalls, attr.SessionLLMInputTokens, attr.SessionLLMCostUSD)
			if d := cmp.Diff(tt.session, got); d != "" {
				t.Errorf("%s: session: -want +got:\n%s", tt.reason, d)
			}
			if n := rec.Histogram(attr.MetricGenAIClientOperationDuration).Count; n != uint64(len(tt.answers)) {
				t.Errorf("%s: %d calls in the metrics", tt.reason, n)
			}
		})
	}
}

// The owner of a live span ends it; a call that has ended leaves it open.
func TestAdoptEnd(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	ctx, live := rec.Telemetry().TracerProvider().Tracer("sdk").Start(ctx, "chat", trace.WithSpanKind(trace.SpanKindClient))
	llmcall.Adopt(ctx, live, request(), nil).End(nil)
	if n := len(rec.Spans()); n != 0 {
		t.Errorf("%d spans have ended", n)
	}
	live.End()
	if s := rec.Span(attr.SpanLLMCall); s.Scope != "sdk" || s.Attributes[attr.LLMProvider] != "p" {
		t.Errorf("scope %q, llm.provider %v", s.Scope, s.Attributes[attr.LLMProvider])
	}
}

// Where telemetry is off there is no call.
func TestOff(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	tel := rec.Telemetry()
	ctx, live := tel.TracerProvider().Tracer("sdk").Start(ctx, "chat")
	defer live.End()
	tel.SetEnabled(false)
	if _, c := llmcall.Start(ctx, request()); c != nil {
		t.Error("a call was started")
	}
	if c := llmcall.Adopt(ctx, live, request(), nil); c != nil {
		t.Error("a span was adopted")
	}
}
