package liftsys

import (
	"slices"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
)

// runbookColumns are those that only the queries in docs/HONEYCOMB_RUNBOOKS.md
// name. In a young dataset such a query would fail, and that during an incident.
func runbookColumns() []honeycomb.Column {
	return slices.Concat(
		honeycomb.Columns(attr.ServiceVersion, attr.ServiceInstanceID, attr.CostOtherUSD),
		honeycomb.Columns(attr.RequestLLMCalls, attr.RequestLLMInputTokens, attr.RequestLLMOutputTokens),
		honeycomb.Columns(attr.LLMCachedInputTokens, attr.LLMRetries, attr.LLMTimeToFirstTokenMS),
		honeycomb.Columns(attr.CodeCompilationSuccess, attr.CodeExecutionSuccess),
		honeycomb.Columns(attr.IRModel, attr.IRCompleteness, attr.IRQualityScore),
		honeycomb.Columns(attr.GenAIResponseID),
	)
}
