package telemetryllm_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/price"
	"github.com/lift-sys/telemetry/telemetryllm"
	"github.com/lift-sys/telemetry/telemetrytest"
)

func TestCost(t *testing.T) {
	table, err := price.Default().With(
		price.Override{Provider: "openai", Model: "gpt-4o-mini", Rates: price.Rates{price.Input: {USD: 100}}},
		price.Override{Provider: "modal", Model: "*", Rates: price.Rates{price.PerGPUSecond: {USD: 1}}},
	)
	if err != nil {
		t.Fatal(err)
	}
	const response = `{"id":"c","model":"%s","choices":[{"index":0,"message":{},"finish_reason":"stop"}],"usage":%s}`
	tests := []struct {
		name, reason, provider, model, usage string
		want                                 map[attribute.Key]any
	}{
		{
			"agreed on", "an override of the model that was asked goes before the list price of the snapshot that answered",
			"openai", "gpt-4o-mini-2024-07-18", `{"prompt_tokens":1000000,"completion_tokens":5}`,
			map[attribute.Key]any{attr.LLMCostUSD: 100.0, attr.LLMPriceVersion: price.OverrideVersion, attr.LLMCostSource: attr.CostSourceTable},
		},
		{
			"half told", "the output alone would be half a price",
			"groq", "openai/gpt-oss-120b", `{"completion_tokens":5}`,
			map[attribute.Key]any{},
		},
		{
			"by the GPU", "needs no tokens, and not the time between attempts",
			"modal", "m", `null`,
			map[attribute.Key]any{attr.LLMCostUSD: 3.0, attr.LLMPriceVersion: price.OverrideVersion, attr.LLMCostSource: attr.CostSourceTable},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, rec := telemetrytest.Context(t, telemetrytest.With(telemetry.WithPricer(table)))
				n := 0
				tr := telemetryllm.NewTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
					if n++; n == 1 {
						time.Sleep(time.Second)
						return busy()(r)
					}
					time.Sleep(2 * time.Second)
					return answer(r, 200, "application/json", fmt.Sprintf(response, tt.model, tt.usage)), nil
				}), telemetryllm.WithProvider(tt.provider))
				for _, number := range []string{"0", "1"} {
					attempt(ctx, t, tr, number)
					time.Sleep(5 * time.Second)
				}
				got := pick(rec.Spans()[0], attr.LLMCostUSD, attr.LLMCostSource, attr.LLMPriceVersion)
				if d := cmp.Diff(tt.want, got); d != "" {
					t.Errorf("%s (-want +got):\n%s", tt.reason, d)
				}
			})
		})
	}
}

// A stream that tells an error is over, also where its reader stops there and
// never closes it.
func TestErrorEndsStream(t *testing.T) {
	const events = `event: message_start
data: {"type":"message_start","message":{"id":"msg_1","model":"claude-haiku-4-5","usage":{"input_tokens":10,"output_tokens":1}}}

event: error
data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}

`
	ctx, rec := telemetrytest.Context(t)
	hung, hang := io.Pipe()
	t.Cleanup(func() { _ = hang.Close() })
	base := roundTripper(func(r *http.Request) (*http.Response, error) {
		res := answer(r, 200, "text/event-stream", "")
		res.Body = io.NopCloser(io.MultiReader(strings.NewReader(events), hung))
		return res, nil
	})
	res, err := post(ctx, t, base, "https://api.anthropic.com/v1/messages",
		`{"model":"claude-haiku-4-5","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"hi"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(res.Body, make([]byte, len(events))); err != nil {
		t.Fatal(err)
	}
	want := map[attribute.Key]any{attr.ErrorType: "overloaded_error", attr.LLMInputTokens: int64(10), attr.LLMOutputTokens: int64(1)}
	if d := cmp.Diff(want, pick(rec.Span(attr.SpanLLMCall), attr.ErrorType, attr.LLMInputTokens, attr.LLMOutputTokens)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}
