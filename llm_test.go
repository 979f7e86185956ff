package telemetry_test

import (
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

func TestLLMCall(t *testing.T) {
	// What a call at the root of a trace carries in any case.
	always := a{
		"gen_ai.operation.name": "chat", "llm.streaming": false, "llm.latency_ms": 1500.0, "request.llm_calls": int64(1),
	}
	// What it carries once there is an answer, unless the answer says more.
	answered := a{"request.llm_input_tokens": int64(0), "request.llm_output_tokens": int64(0)}
	tests := []struct {
		name, reason string
		req          telemetry.LLMRequest
		resp         *telemetry.LLMResponse
		firstToken   bool
		want         a
	}{
		{name: "empty", reason: "without a response no tokens are claimed", want: a{}},
		{
			name: "no usage", reason: "input and output are always written once there is a response",
			resp: &telemetry.LLMResponse{},
			want: a{
				"llm.input_tokens": int64(0), "gen_ai.usage.input_tokens": int64(0),
				"llm.output_tokens": int64(0), "gen_ai.usage.output_tokens": int64(0),
			},
		},
		{
			name: "all", reason: "every field has its attribute, and its twin in OpenTelemetry's names",
			req: telemetry.LLMRequest{
				Operation: attr.OperationEmbeddings, Provider: attr.ProviderAnthropic, ProviderRoute: attr.RouteBestAvailable,
				Model: "claude-sonnet-4-5", Temperature: new(0.5), MaxTokens: new(int64(100)), Streaming: true,
			},
			resp: &telemetry.LLMResponse{
				Model: "claude-sonnet-4-5-20250929", ID: "msg_1", FinishReasons: []string{"end_turn", "other"},
				ToolCalls: []string{"search", "search"}, Retries: 2, CostUSD: new(0.25),
				Usage: telemetry.Usage{
					InputTokens: 100, OutputTokens: 50, CachedInputTokens: 40, CacheWriteTokens: 30, ReasoningTokens: 20,
				},
			},
			firstToken: true,
			want: a{
				"gen_ai.operation.name": "embeddings",
				"llm.provider":          "anthropic", "gen_ai.provider.name": "anthropic", "llm.provider_route": "best_available",
				"llm.model": "claude-sonnet-4-5", "gen_ai.request.model": "claude-sonnet-4-5",
				"llm.temperature": 0.5, "gen_ai.request.temperature": 0.5,
				"llm.max_tokens": int64(100), "gen_ai.request.max_tokens": int64(100),
				"llm.streaming": true, "gen_ai.request.stream": true,
				"gen_ai.response.model": "claude-sonnet-4-5-20250929", "gen_ai.response.id": "msg_1",
				"llm.finish_reason": "end_turn", "gen_ai.response.finish_reasons": []string{"end_turn", "other"},
				"llm.tool_calls": []string{"search", "search"}, "llm.retries": int64(2),
				"llm.input_tokens": int64(100), "gen_ai.usage.input_tokens": int64(100),
				"llm.output_tokens": int64(50), "gen_ai.usage.output_tokens": int64(50),
				"llm.cached_input_tokens": int64(40), "gen_ai.usage.cache_read.input_tokens": int64(40),
				"llm.cache_write_tokens": int64(30), "gen_ai.usage.cache_creation.input_tokens": int64(30),
				"llm.reasoning_tokens": int64(20), "gen_ai.usage.reasoning.output_tokens": int64(20),
				"llm.cost_usd": 0.25, "llm.cost_source": "provider",
				"llm.time_to_first_token_ms": 500.0, "gen_ai.response.time_to_first_chunk": 0.5,
				"request.llm_cost_usd": 0.25, "request.cost_usd": 0.25,
				"request.llm_input_tokens": int64(100), "request.llm_output_tokens": int64(50),
			},
		},
		{
			name: "google", reason: "OpenTelemetry has a name of its own for the provider",
			req: telemetry.LLMRequest{Provider: attr.ProviderGoogle, Temperature: new(0.0)},
			want: a{
				"llm.provider": "google", "gen_ai.provider.name": "gcp.gen_ai",
				"llm.temperature": 0.0, "gen_ai.request.temperature": 0.0,
			},
		},
		{
			name: "impossible usage", reason: "a negative count is 0 and a subset is no larger than its total, and it is said",
			resp: &telemetry.LLMResponse{
				FinishReasons: []string{"stop"},
				Usage:         telemetry.Usage{InputTokens: 10, OutputTokens: -1, CachedInputTokens: 20},
			},
			want: a{
				"llm.input_tokens": int64(10), "gen_ai.usage.input_tokens": int64(10),
				"llm.output_tokens": int64(0), "gen_ai.usage.output_tokens": int64(0),
				"llm.cached_input_tokens": int64(10), "gen_ai.usage.cache_read.input_tokens": int64(10),
				"llm.usage_clamped": true, "request.llm_input_tokens": int64(10),
				"llm.finish_reason": "stop", "gen_ai.response.finish_reasons": []string{"stop"},
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, r := record(t)
				_, call := telemetry.StartLLMCall(ctx, tt.req)
				time.Sleep(500 * time.Millisecond)
				if tt.firstToken {
					call.FirstToken()
				}
				time.Sleep(time.Second)
				if tt.resp != nil {
					call.SetResponse(*tt.resp)
				}
				call.End(nil)
				want := maps.Clone(always)
				if tt.resp != nil {
					maps.Copy(want, answered)
				}
				maps.Copy(want, tt.want)
				diff(t, r.spans(), []span{{Name: "llm.call", Attrs: want}}, tt.reason)
				if kind := r.Ended()[0].SpanKind(); kind != trace.SpanKindClient {
					t.Errorf("kind is %v, want client", kind)
				}
			})
		})
	}
}

func TestLLMCallOfASession(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	ctx, s := telemetry.StartSession(ctx, telemetry.SessionRequest{ID: "s1"})
	_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{})
	call.End(nil)
	s.End(nil)
	diff(t, r.one(t, "llm.call").pick("gen_ai.conversation.id", "session.id"),
		a{"gen_ai.conversation.id": "s1", "session.id": "s1"}, "the session is OpenTelemetry's conversation")
}

func TestSetResponseTwice(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{})
	call.SetResponse(telemetry.LLMResponse{Usage: telemetry.Usage{InputTokens: 1, OutputTokens: 1}, CostUSD: new(1.0)})
	call.SetResponse(telemetry.LLMResponse{Usage: telemetry.Usage{InputTokens: 2, OutputTokens: 3}, CostUSD: new(0.5)})
	call.End(nil)
	call.SetResponse(telemetry.LLMResponse{Usage: telemetry.Usage{InputTokens: 9}, CostUSD: new(9.0)})
	if got := r.tel.Stats().LateCosts; got != 1 {
		t.Errorf("%d late costs, want the answer after End counted", got)
	}
	diff(t, r.one(t, "llm.call").pick("llm.input_tokens", "llm.output_tokens", "llm.cost_usd", "request.llm_cost_usd"),
		a{"llm.input_tokens": int64(2), "llm.output_tokens": int64(3), "llm.cost_usd": 0.5, "request.llm_cost_usd": 0.5},
		"the later answer replaces the earlier one, nothing adds up, and after End nothing counts")
}

func TestFirstTokenCountsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, r := record(t)
		_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Streaming: true})
		time.Sleep(time.Second)
		call.FirstToken()
		time.Sleep(time.Second)
		call.FirstToken()
		call.End(nil)
		call.FirstToken()
		diff(t, r.one(t, "llm.call").pick("llm.time_to_first_token_ms", "llm.latency_ms"),
			a{"llm.time_to_first_token_ms": 1000.0, "llm.latency_ms": 2000.0}, "the first call counts")
	})
}
