package telemetry_test

import (
	"math"
	"testing"

	"github.com/lift-sys/telemetry"
)

// A sum that no integer holds stays at the largest one, rather than turn
// negative.
func TestSumsDoNotOverflow(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	ctx, root := telemetry.Start(ctx, "root")
	for range 3 {
		cctx, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{})
		call.SetResponse(telemetry.LLMResponse{Usage: telemetry.Usage{InputTokens: math.MaxInt64 / 2, OutputTokens: 1}})
		telemetry.RecordCost(cctx, 9e6)
		telemetry.RecordCost(cctx, 9e6)
		call.End(nil)
		telemetry.RecordCost(ctx, 9e6)
	}
	root.End(nil)
	const most = float64(math.MaxInt64) / 1e12
	diff(t, r.one(t, "root").pick("request.", "cost."), a{
		"request.llm_calls": int64(3), "request.llm_cost_usd": most, "request.cost_usd": most, "cost.other_usd": most,
		"request.llm_input_tokens": int64(math.MaxInt64), "request.llm_output_tokens": int64(3),
	}, "a sum of costs is never negative")
}
