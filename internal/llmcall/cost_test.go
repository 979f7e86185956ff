package llmcall_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/price"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// The caller's word goes before the provider's, and that before the table's.
// What several requests cost is added up, each priced for itself.
func TestCost(t *testing.T) {
	const picos = 1_000_000_000_000 // a dollar
	cost := func(usd float64, source string) map[attribute.Key]any {
		return map[attribute.Key]any{attr.LLMCostUSD: usd, attr.LLMCostSource: source}
	}
	table := func(usd float64) map[attribute.Key]any {
		m := cost(usd, attr.CostSourceTable)
		m[attr.LLMPriceVersion] = "v1"
		return m
	}
	unknown := response(10)
	unknown.Model = "m-2"
	tests := []struct {
		name, reason string
		model        string // asked for; empty: m
		do           func(c *llmcall.Call)
		want         map[attribute.Key]any
	}{
		{name: "nothing", reason: "who used nothing that is known has no cost", do: func(*llmcall.Call) {}, want: map[attribute.Key]any{}},
		{name: "table", reason: "tokens have a price", do: func(c *llmcall.Call) { c.Read(response(10)) }, want: table(10)},
		{name: "provider", reason: "knows better than the table", do: func(c *llmcall.Call) { c.Read(charged(10, 3)) }, want: cost(3, attr.CostSourceProvider)},
		{
			name: "caller", reason: "knows better than the provider", want: cost(7, attr.CostSourceCaller),
			do: func(c *llmcall.Call) { c.Book(3 * picos); c.Read(charged(10, 3)); c.Book(4 * picos) },
		},
		{
			name: "caller, nothing", reason: "a call may be free", want: cost(0, attr.CostSourceCaller),
			do: func(c *llmcall.Call) { c.Read(charged(10, 3)); c.Book(0) },
		},
		{
			name: "provider, nothing", reason: "some report 0 for what another bills: the table knows", want: table(10),
			do: func(c *llmcall.Call) { c.Read(charged(10, 0)) },
		},
		{
			name: "provider, nothing, no price", reason: "there is nobody else to believe", model: "m-2", want: cost(0, attr.CostSourceProvider),
			do: func(c *llmcall.Call) {
				r := charged(10, 0)
				r.Model = "m-2"
				c.Read(r)
			},
		},
		{
			name: "provider, no tokens", reason: "the price is all it tells", want: cost(3, attr.CostSourceProvider),
			do: func(c *llmcall.Call) { c.Read(&llmcall.Response{Model: "m", CostUSD: new(3.0)}) },
		},
		{
			name: "provider, impossible", reason: "a cost is not negative: the table is asked", want: table(10),
			do: func(c *llmcall.Call) { c.Read(charged(10, -3)) },
		},
		{
			name: "below the step", reason: "two requests are priced apart: only their sum would cross the step", want: table(1600),
			do: func(c *llmcall.Call) { c.Read(response(800)); c.Read(response(800)) },
		},
		{
			name: "across the step", reason: "the one that crosses it costs more", want: table(800 + 2*1200),
			do: func(c *llmcall.Call) { c.Read(response(800)); c.Read(response(1200)) },
		},
		{
			name: "one without a price", reason: "a sum that lacks something would look like all", model: "m-2", want: map[attribute.Key]any{},
			do: func(c *llmcall.Call) { c.Read(response(10)); c.Read(unknown) },
		},
		{
			name: "one that broke off", reason: "who told no tokens cannot take the price of the others", want: table(10),
			do: func(c *llmcall.Call) { c.Read(&llmcall.Response{Model: "m", ID: "cut"}); c.Read(response(10)) },
		},
		{
			name: "the model that was asked", reason: "the one that answered has no price", want: table(10),
			do: func(c *llmcall.Call) { c.Read(unknown) },
		},
		{
			name: "billed otherwise", reason: "some bill other counts than they tell", want: table(4),
			do: func(c *llmcall.Call) {
				r := response(10)
				r.Billed = &price.Usage{InputTokens: 4}
				c.Read(r)
			},
		},
		{
			name: "the caller's answer", reason: "replaces what was read, and its cost", want: table(7),
			do: func(c *llmcall.Call) { c.Read(charged(10, 3)); c.Answer(response(7)) },
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t, stepped())
			r := request()
			if tt.model != "" {
				r.Model = tt.model
			}
			_, call := llmcall.Start(ctx, r)
			tt.do(call)
			call.End(nil)
			got := attributes(rec.Span(attr.SpanLLMCall), attr.LLMCostUSD, attr.LLMCostSource, attr.LLMPriceVersion)
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("%s: -want +got:\n%s", tt.reason, d)
			}
			usd, _ := tt.want[attr.LLMCostUSD].(float64)
			if sum := rec.Counter(attr.MetricLLMCost); sum != usd {
				t.Errorf("the metric says %v, want %v", sum, usd)
			}
		})
	}
}
