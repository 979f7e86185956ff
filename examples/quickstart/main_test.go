package main

import (
	"testing"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetrytest"
)

func TestGreet(t *testing.T) {
	t.Parallel()
	ctx, rec := telemetrytest.Context(t, telemetrytest.Strict())
	if err := greet(ctx); err != nil {
		t.Fatal(err)
	}
	rec.AssertTree(t, `
		llm.call llm.model=claude-sonnet-4-5 llm.input_tokens=12 llm.output_tokens=7 llm.cost_usd=0.00014
	`, attr.LLMModel, attr.LLMInputTokens, attr.LLMOutputTokens, attr.LLMCostUSD)
}
