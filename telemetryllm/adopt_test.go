package telemetryllm_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryllm"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// The live span of another instrumentation is completed, not doubled, and what
// it cost is on the spans above.
func TestAdopt(t *testing.T) {
	tests := []struct {
		name, reason, scope string
		kind                trace.SpanKind
		attrs               []attribute.KeyValue
		adopted             bool
	}{
		{name: "of the Anthropic SDK", reason: "known by its scope", scope: "com.anthropic.sdk.go", kind: trace.SpanKindClient, adopted: true},
		{name: "of another SDK", reason: "known by its attributes", scope: "x", kind: trace.SpanKindClient, attrs: []attribute.KeyValue{attr.GenAIOperationName.String("chat")}, adopted: true},
		{name: "of an older one", reason: "gen_ai.system was the provider's name", scope: "x", kind: trace.SpanKindClient, attrs: []attribute.KeyValue{attribute.String("gen_ai.system", "openai")}, adopted: true},
		{name: "of an agent", reason: "an agent makes calls and is none", scope: "x", kind: trace.SpanKindClient, attrs: []attribute.KeyValue{attr.GenAIOperationName.String("invoke_agent")}},
		{name: "of something else", reason: "any other client", scope: "x", kind: trace.SpanKindClient},
		{name: "of a server", reason: "a request that is served is no call", scope: "x", kind: trace.SpanKindServer, attrs: []attribute.KeyValue{attr.GenAIOperationName.String("chat")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t)
			ctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{ID: "s-1"})
			tracer := rec.Telemetry().TracerProvider().Tracer(tt.scope)
			sdk, live := tracer.Start(ctx, "chat gpt-4o-mini", trace.WithSpanKind(tt.kind), trace.WithAttributes(tt.attrs...))
			res, err := post(sdk, t, replies(ok), chatURL, chatRequest)
			readAll(t, res, err)
			live.End()
			session.End(nil)

			want, own := 3, "chat gpt-4o-mini"
			if tt.adopted {
				want, own = 2, attr.SpanLLMCall
			}
			spans := rec.Spans()
			if len(spans) != want {
				t.Fatalf("%s; recorded:\n%s", tt.reason, rec.Tree())
			}
			for _, s := range spans {
				if s.Scope == tt.scope && s.Name != own {
					t.Errorf("the span is called %q, want %q: %s", s.Name, own, tt.reason)
				}
			}
			facts := map[attribute.Key]any{attr.LLMInputTokens: int64(1000), attr.LLMCostUSD: 0.00018, attr.SessionID: "s-1"}
			if d := cmp.Diff(facts, pick(rec.Span(attr.SpanLLMCall), attr.LLMInputTokens, attr.LLMCostUSD, attr.SessionID)); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
			if cost := rec.Span(attr.SpanSessionCreate).Attributes[attr.SessionLLMCostUSD]; cost != 0.00018 {
				t.Errorf("the session's calls cost %v", cost)
			}
		})
	}
}

// Retries of an SDK with a span of its own are events of that span.
func TestAdoptRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, rec := telemetrytest.Context(t)
		tr := telemetryllm.NewTransport(replies(busy(), busy("Retry-After", "1"), ok))
		ctx, live := rec.Telemetry().TracerProvider().Tracer("com.anthropic.sdk.go").Start(ctx, "chat", trace.WithSpanKind(trace.SpanKindClient))
		for _, n := range []string{"0", "1", "2"} {
			attempt(ctx, t, tr, n)
			time.Sleep(time.Second)
		}
		live.End()
		span := rec.Span(attr.SpanLLMCall)
		want := map[attribute.Key]any{attr.LLMRetries: int64(2), attr.LLMInputTokens: int64(1000)}
		if d := cmp.Diff(want, pick(span, attr.LLMRetries, attr.LLMInputTokens, attr.ErrorType)); d != "" {
			t.Errorf("-want +got:\n%s", d)
		}
		if got := rec.Histogram(attr.MetricGenAIClientOperationDuration).Count; got != 1 {
			t.Errorf("%d calls in the metrics", got)
		}
	})
}

// Requests under one live span add up on it, and are in the sums of a root that
// is not ours either.
func TestAdoptSeveral(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	tp := rec.Telemetry().TracerProvider()
	ctx, root := tp.Tracer("router").Start(ctx, "POST /x", trace.WithSpanKind(trace.SpanKindServer))
	ctx, live := tp.Tracer("com.anthropic.sdk.go").Start(ctx, "chat", trace.WithSpanKind(trace.SpanKindClient))
	for range 2 {
		res, err := post(ctx, t, replies(ok), chatURL, chatRequest)
		readAll(t, res, err)
	}
	live.End()
	root.End()
	want := map[attribute.Key]any{attr.LLMInputTokens: int64(2000), attr.LLMCostUSD: 0.00036}
	if d := cmp.Diff(want, pick(rec.Span(attr.SpanLLMCall), attr.LLMInputTokens, attr.LLMCostUSD)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	want = map[attribute.Key]any{attr.RequestLLMCalls: int64(2), attr.RequestLLMInputTokens: int64(2000), attr.RequestLLMCostUSD: 0.00036}
	if d := cmp.Diff(want, pick(rec.Span("POST /x"), attr.RequestLLMCalls, attr.RequestLLMInputTokens, attr.RequestLLMCostUSD)); d != "" {
		t.Errorf("root: -want +got:\n%s", d)
	}
}
