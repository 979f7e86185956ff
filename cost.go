package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/llmcall"
)

// RecordCost books a cost in US dollars.
//
// Inside an LLM call that has not ended it is the cost of that call: several
// bookings add up, and go before what the provider reports and what the price
// table says (llm.cost_source is then "caller").
//
// Elsewhere it books what no token explains, such as GPU seconds or a search
// fee: cost.other_usd on the nearest typed span, request.cost_usd on the
// request's root, and the metric lift.cost. It never becomes llm.cost_usd, so
// that no sum counts a dollar twice.
//
// An amount that is negative, not a number, or above nine million dollars is
// dropped and counted in [Stats].BadCosts.
func RecordCost(ctx context.Context, usd float64) {
	p := core.From(ctx)
	if p == nil {
		return
	}
	picos, ok := core.Picos(usd)
	if !ok {
		p.CountBadCost()
		return
	}
	if call := llmcall.Enclosing(ctx); call != nil && call.Book(picos) {
		return
	}
	nearest := core.Current(ctx)
	p.Metrics().AddCost(ctx, usd)
	if nearest != nil {
		nearest.ChargeOther(picos)
	} else if scope := core.ScopeAt(ctx, trace.SpanContextFromContext(ctx)); scope != nil {
		scope.ChargeOther(picos)
	}
}
