package telemetry_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/price"
)

// table prices the models of a map at so much a call.
func table(models map[string]float64) price.Pricer {
	return price.PricerFunc(func(_, model string, _ price.Usage, _ time.Time) (price.Amount, bool) {
		usd, ok := models[model]
		return price.Amount{USD: usd, Version: "v1"}, ok
	})
}

func TestLLMCost(t *testing.T) {
	answer := telemetry.LLMResponse{Model: "m-2026", Usage: telemetry.Usage{InputTokens: 1, OutputTokens: 1}}
	reported := answer
	reported.CostUSD = new(0.5)
	free := answer
	free.CostUSD = new(0.0)
	bad := answer
	bad.CostUSD = new(math.NaN())
	both := map[string]float64{"m": 0.125, "m-2026": 0.25}
	tests := []struct {
		name, reason string
		pricer       price.Pricer
		booked       []float64
		resp         *telemetry.LLMResponse
		want         a // cost attributes of the call
		bad          uint64
	}{
		{"no pricer", "without a price nothing is claimed", nil, nil, &answer, a{}, 0},
		{"provider", "what the provider reported", nil, nil, &reported, a{"llm.cost_usd": 0.5, "llm.cost_source": "provider"}, 0},
		{"free", "a reported cost of zero is known", table(both), nil, &free, a{"llm.cost_usd": 0.0, "llm.cost_source": "provider"}, 0},
		{
			"table", "the model that answered is priced, not the one that was asked", table(both), nil, &answer,
			a{"llm.cost_usd": 0.25, "llm.cost_source": "table", "llm.price_version": "v1"},
			0,
		},
		{
			"table, model as asked", "where the answering model is unknown, the one that was asked stands in",
			table(map[string]float64{"m": 0.125}), nil, &answer,
			a{"llm.cost_usd": 0.125, "llm.cost_source": "table", "llm.price_version": "v1"},
			0,
		},
		{"table without the model", "an unknown price is never 0", table(nil), nil, &answer, a{}, 0},
		{"table, no answer", "a call without usage has no price", table(both), nil, nil, a{}, 0},
		{"provider over table", "precedence, never a sum", table(both), nil, &reported, a{"llm.cost_usd": 0.5, "llm.cost_source": "provider"}, 0},
		{
			"caller over provider over table", "several bookings add up, and to nothing else", table(both),
			[]float64{1, 2},
			&reported,
			a{"llm.cost_usd": 3.0, "llm.cost_source": "caller"},
			0,
		},
		{"caller, no answer", "a call that failed may have cost something", table(both), []float64{0.125}, nil, a{"llm.cost_usd": 0.125, "llm.cost_source": "caller"}, 0},
		{"caller says zero", "a booking of zero is known too", table(both), []float64{0}, &reported, a{"llm.cost_usd": 0.0, "llm.cost_source": "caller"}, 0},
		{
			"bad bookings", "what cannot be a cost is dropped and counted", table(both),
			[]float64{-1, math.NaN(), math.Inf(1), math.Inf(-1), 1e300},
			&reported,
			a{"llm.cost_usd": 0.5, "llm.cost_source": "provider"},
			5,
		},
		{
			"bad report", "the table stands in for a report that cannot be", table(both), nil, &bad,
			a{"llm.cost_usd": 0.25, "llm.cost_source": "table", "llm.price_version": "v1"},
			1,
		},
		{"bad table", "a negative price is no price", table(map[string]float64{"m-2026": -1}), nil, &answer, a{}, 1},
		{
			"panicking pricer", "a callback's panic never reaches the service",
			price.PricerFunc(func(string, string, price.Usage, time.Time) (price.Amount, bool) { panic("no") }), nil, &answer,
			a{},
			0,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var opts []telemetry.Option
			if tt.pricer != nil {
				opts = append(opts, telemetry.WithPricer(tt.pricer))
			}
			ctx, r := record(t, opts...)
			ctx, root := telemetry.Start(ctx, "root")
			cctx, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Model: "m"})
			for _, usd := range tt.booked {
				inner, s := telemetry.Start(cctx, "inside the call")
				telemetry.RecordCost(inner, usd)
				s.End(nil)
			}
			if tt.resp != nil {
				call.SetResponse(*tt.resp)
			}
			call.End(nil)
			root.End(nil)
			diff(t, r.one(t, "llm.call").pick("llm.cost_usd", "llm.cost_source", "llm.price_version"), tt.want, tt.reason)
			want := a{}
			if sum, known := tt.want["llm.cost_usd"].(float64); known {
				want["request.llm_cost_usd"] = sum
				if sum > 0 {
					want["request.cost_usd"] = sum
				}
			}
			diff(t, r.one(t, "root").pick("request.llm_cost_usd", "request.cost_usd", "cost."), want, "the root has the same sum")
			if got := r.tel.Stats().BadCosts; got != tt.bad {
				t.Errorf("%d bad costs counted, want %d", got, tt.bad)
			}
		})
	}
}

// costs are the cost attributes of every span.
func costs(r *recorder) map[string]a {
	got := map[string]a{}
	for _, s := range r.spans() {
		got[s.Name] = s.pick("cost.other_usd", "llm.cost_usd", "request.cost_usd", "request.llm_cost_usd")
	}
	return got
}

func TestRecordCost(t *testing.T) {
	tests := []struct {
		name, reason string
		run          func(ctx context.Context, r *recorder)
		want         map[string]a
		late         uint64
	}{
		{
			"typed", "on the nearest typed span and in the root's total",
			func(ctx context.Context, r *recorder) {
				ctx, root := telemetry.Start(ctx, "root")
				cctx, code := telemetry.StartCodegen(ctx, telemetry.CodegenRequest{})
				fctx, foreign := r.tel.TracerProvider().Tracer("x").Start(cctx, "foreign")
				telemetry.RecordCost(fctx, 0.25)
				telemetry.RecordCost(cctx, 0.25)
				foreign.End()
				code.End(nil)
				telemetry.RecordCost(ctx, 1)
				root.End(nil)
			},
			map[string]a{
				"foreign": {}, "code.generate": {"cost.other_usd": 0.5}, "root": {"cost.other_usd": 1.0, "request.cost_usd": 1.5},
			},
			0,
		},
		{
			"with LLM calls", "request.cost_usd holds both kinds, llm.cost_usd only its own",
			func(ctx context.Context, _ *recorder) {
				ctx, root := telemetry.Start(ctx, "root")
				_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{})
				call.SetResponse(telemetry.LLMResponse{CostUSD: new(2.0)})
				call.End(nil)
				telemetry.RecordCost(ctx, 1)
				root.End(nil)
			},
			map[string]a{
				"llm.call": {"llm.cost_usd": 2.0},
				"root":     {"cost.other_usd": 1.0, "request.llm_cost_usd": 2.0, "request.cost_usd": 3.0},
			},
			0,
		},
		{
			"foreign root, typed span", "the root has the total; the amount itself stands once",
			func(ctx context.Context, r *recorder) {
				ctx, root := r.tel.TracerProvider().Tracer("x").Start(ctx, "root")
				ictx, ir := telemetry.StartIR(ctx, telemetry.IRRequest{})
				telemetry.RecordCost(ictx, 0.5)
				ir.End(nil)
				root.End()
			},
			map[string]a{"ir.generate": {"cost.other_usd": 0.5}, "root": {"request.cost_usd": 0.5}},
			0,
		},
		{
			"foreign root alone", "no typed span, so the root carries it",
			func(ctx context.Context, r *recorder) {
				ctx, root := r.tel.TracerProvider().Tracer("x").Start(ctx, "root")
				telemetry.RecordCost(ctx, 0.5)
				root.End()
			},
			map[string]a{"root": {"cost.other_usd": 0.5, "request.cost_usd": 0.5}},
			0,
		},
		{
			"late", "after the end it is counted as late",
			func(ctx context.Context, r *recorder) {
				ctx, root := telemetry.Start(ctx, "root")
				root.End(nil)
				telemetry.RecordCost(ctx, 0.5)
			},
			map[string]a{"root": {}},
			1,
		},
		{
			"after the call", "a call that has ended is priced already: the request has the cost, and it counts as late",
			func(ctx context.Context, _ *recorder) {
				ctx, root := telemetry.Start(ctx, "root")
				cctx, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{})
				call.End(nil)
				telemetry.RecordCost(cctx, 0.5)
				root.End(nil)
			},
			map[string]a{"llm.call": {}, "root": {"request.cost_usd": 0.5}},
			1,
		},
		{
			"no span", "the metric alone has it",
			func(ctx context.Context, _ *recorder) { telemetry.RecordCost(ctx, 1) },
			map[string]a{},
			0,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, r := record(t)
			tt.run(ctx, r)
			diff(t, costs(r), tt.want, tt.reason)
			if got := r.tel.Stats().LateCosts; got != tt.late {
				t.Errorf("%d late costs, want %d", got, tt.late)
			}
		})
	}
}
