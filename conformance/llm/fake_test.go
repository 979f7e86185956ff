package llm_test

import (
	"net/http"
	"slices"
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

// Real SDKs understand telemetrytest's provider, and the transport what it
// says.
func TestFakeProvider(t *testing.T) {
	said := telemetrytest.Answer{
		Text: "It is sunny in Oslo.", ToolCalls: []telemetrytest.ToolCall{{Name: "get_weather", Arguments: `{"place":"Oslo"}`}},
		Usage: price.Usage{InputTokens: 120, OutputTokens: 40}, ChunkDelay: 200 * time.Millisecond, Delay: time.Second,
	}
	for sdk, cases := range map[string][]sdkCase{
		"openai": openAICases(), "go-openai": goOpenAICases(), "anthropic": anthropicCases(providerOf), "genai": genAICases(), "ollama": ollamaCases(),
	} {
		for _, tt := range cases {
			c := fixture(t, tt.fixture)
			if c.Expected.ErrorType != nil || c.API == "completions" {
				continue // what the fake does not speak, or another test of the same call
			}
			t.Run(sdk+"/"+tt.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					bare := outcomeOf(t, tt.call, t.Context(), telemetrytest.NewLLM(t, said).Transport())
					if bare.err != nil {
						t.Fatalf("the SDK does not understand the fake: %v", bare.err)
					}
					ctx, rec := recordSDK(t)
					bare.compare(t, outcomeOf(t, tt.call, ctx, telemetryllm.NewTransport(telemetrytest.NewLLM(t, said).Transport())))
					expire()
					span := priced(t, rec)
					want := telemetrytest.Attributes{attr.LLMInputTokens: int64(120), attr.LLMOutputTokens: int64(40), attr.LLMCostUSD: 0.00052, attr.LLMToolCalls: []string{"get_weather"}, attr.LLMStreaming: c.Streaming}
					if *c.Expected.Operation == attr.OperationEmbeddings {
						want = telemetrytest.Attributes{attr.LLMInputTokens: int64(120), attr.LLMCostUSD: 0.00012, attr.LLMStreaming: false}
					}
					if strings.HasPrefix(c.ID, "ollama-generate") { // the API has no tools
						delete(want, attr.LLMToolCalls)
					}
					got := telemetrytest.Attributes{}
					for _, key := range []attribute.Key{attr.LLMInputTokens, attr.LLMOutputTokens, attr.LLMCostUSD, attr.LLMToolCalls, attr.LLMStreaming} {
						if v := span.Attributes[key]; v != nil {
							got[key] = v
						}
					}
					if d := cmp.Diff(want, got); d != "" {
						t.Errorf("facts (-want +got):\n%s", d)
					}
					if first := span.Attributes[attr.LLMTimeToFirstTokenMS]; c.Streaming && first != 1000.0 {
						t.Errorf("the time to the first token: want 1000 ms, got %v", first)
					}
				})
			})
		}
	}
}

// The fake's failures are retried by the SDKs as the real ones.
func TestFakeFailure(t *testing.T) {
	limited := telemetrytest.Answer{Failure: &telemetrytest.Failure{Status: http.StatusTooManyRequests}}
	for _, sdk := range sdks {
		t.Run(sdk.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				llm := telemetrytest.NewLLM(t, limited, telemetrytest.DefaultAnswer())
				ctx, rec := recordSDK(t)
				ctx, work := telemetry.Start(ctx, "work")
				defer work.End(nil)
				if err := sdk.call(ctx, &http.Client{Transport: telemetryllm.NewTransport(llm.Transport())}); err != nil {
					t.Fatal(err)
				}
				expire()
				if n := len(llm.Requests()); n != 2 {
					t.Errorf("%d requests, want 2", n)
				}
				span := priced(t, rec)
				events, _ := retriesOf(span)
				statuses := slices.Collect(func(yield func(any) bool) {
					for _, e := range events {
						if !yield(e[attr.HTTPResponseStatusCode]) {
							return
						}
					}
				})
				if d := cmp.Diff([]any{int64(http.StatusTooManyRequests)}, statuses); d != "" {
					t.Errorf("statuses of failed attempts (-want +got):\n%s", d)
				}
			})
		})
	}
}
