package llmcall_test

import (
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/price"
	"github.com/lift-sys/telemetry/telemetrytest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// attributes returns some attributes of a span.
func attributes(s telemetrytest.Span, keys ...attribute.Key) map[attribute.Key]any {
	m := map[attribute.Key]any{}
	for _, k := range keys {
		if v, ok := s.Attributes[k]; ok {
			m[k] = v
		}
	}
	return m
}

// stepped prices the model "m" of the provider "p" at a dollar for a token of
// input, and at two for each from the 1001st of one call on: as providers do,
// the step counts for all of them.
func stepped() telemetrytest.Option {
	return telemetrytest.With(telemetry.WithPricer(price.PricerFunc(
		func(provider, model string, u price.Usage, _ time.Time) (price.Amount, bool) {
			each := 1
			if u.InputTokens > 1000 {
				each = 2
			}
			return price.Amount{USD: float64(u.InputTokens) * float64(each), Version: "v1"}, provider == "p" && model == "m"
		},
	)))
}

// request asks for the model that has a price.
func request() *llmcall.Request { return &llmcall.Request{Provider: "p", Model: "m"} }

// response tells tokens of input.
func response(tokens int64) *llmcall.Response {
	return &llmcall.Response{Model: "m", Known: llmcall.Input, Usage: price.Usage{InputTokens: tokens}}
}

// charged is response with what the provider says that it cost.
func charged(tokens int64, usd float64) *llmcall.Response {
	r := response(tokens)
	r.CostUSD = &usd
	return r
}
