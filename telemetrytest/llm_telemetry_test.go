package telemetrytest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/price"
	"github.com/lift-sys/telemetry/telemetryllm"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// What telemetryllm reads from an answer is what the script says, as far as the
// API tells it.
func TestLLMTelemetry(t *testing.T) {
	answer := telemetrytest.Answer{
		Text: "a b", Delay: 2 * time.Second, ChunkDelay: time.Second,
		ToolCalls: []telemetrytest.ToolCall{{Name: "search", Arguments: `{"q":1}`}},
		Usage:     price.Usage{InputTokens: 1000, CachedInputTokens: 600, CacheWriteTokens: 100, OutputTokens: 200, ReasoningTokens: 120},
	}
	const (
		all    = " llm.input_tokens=1000 llm.output_tokens=200"
		cached = " llm.cached_input_tokens=600"
		wrote  = " llm.cache_write_tokens=100"
		reason = " llm.reasoning_tokens=120"
		tools  = ` llm.tool_calls=["search"]`
	)
	for name, want := range map[string]string{
		"chat":             all + cached + wrote + reason + tools + " llm.finish_reason=tool_calls llm.latency_ms=2000",
		"chat_stream":      all + cached + wrote + reason + tools + " llm.finish_reason=tool_calls llm.time_to_first_token_ms=2000 llm.latency_ms=6000",
		"responses":        all + cached + wrote + reason + tools + " llm.finish_reason=completed llm.latency_ms=2000",
		"responses_stream": all + cached + wrote + reason + tools + " llm.finish_reason=completed llm.time_to_first_token_ms=2000 llm.latency_ms=5000",
		"embeddings":       " llm.input_tokens=1000 llm.latency_ms=2000",
		"messages":         all + cached + wrote + reason + tools + " llm.finish_reason=tool_use llm.latency_ms=2000",
		"messages_stream":  all + cached + wrote + reason + tools + " llm.finish_reason=tool_use llm.time_to_first_token_ms=2000 llm.latency_ms=5000",
		"gemini":           all + cached + reason + tools + " llm.finish_reason=STOP llm.latency_ms=2000",
		"gemini_stream":    all + cached + reason + tools + " llm.finish_reason=STOP llm.time_to_first_token_ms=2000 llm.latency_ms=4000",
		"gemini_array":     all + cached + reason + tools + " llm.finish_reason=STOP llm.time_to_first_token_ms=2000 llm.latency_ms=4000",
		"ollama":           all + tools + " llm.finish_reason=stop llm.latency_ms=2000",
		"ollama_stream":    all + tools + " llm.finish_reason=stop llm.time_to_first_token_ms=2000 llm.latency_ms=4000",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, rec := telemetrytest.Context(t)
				llm := telemetrytest.NewLLM(t, answer)
				url, body := api(name)
				req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				req.Header.Set("Content-Type", "application/json")
				res, err := telemetryllm.NewTransport(llm.Transport()).RoundTrip(req)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, res.Body); err != nil {
					t.Error(err)
				}
				res.Body.Close()
				got := rec.Tree(attr.LLMInputTokens, attr.LLMOutputTokens, attr.LLMCachedInputTokens, attr.LLMCacheWriteTokens,
					attr.LLMReasoningTokens, attr.LLMToolCalls, attr.LLMFinishReason, attr.LLMTimeToFirstTokenMS, attr.LLMLatencyMS)
				if diff := cmp.Diff("llm.call"+want+"\n", got); diff != "" {
					t.Errorf("- scripted, + recorded:\n%s", diff)
				}
			})
		})
	}
}
