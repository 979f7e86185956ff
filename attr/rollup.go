package attr

import "go.opentelemetry.io/otel/attribute"

// Roll-ups: what the LLM calls below a span added up to. llm.cost_usd stands on
// LLM spans only, so that its sum never counts a dollar twice.
const (
	RequestLLMCostUSD      attribute.Key = "request.llm_cost_usd"
	RequestLLMCalls        attribute.Key = "request.llm_calls"
	RequestLLMInputTokens  attribute.Key = "request.llm_input_tokens"
	RequestLLMOutputTokens attribute.Key = "request.llm_output_tokens"
	SessionLLMCostUSD      attribute.Key = "session.llm_cost_usd"
	SessionLLMCalls        attribute.Key = "session.llm_calls"
	SessionLLMInputTokens  attribute.Key = "session.llm_input_tokens"
	SessionLLMOutputTokens attribute.Key = "session.llm_output_tokens"
	IRLLMCostUSD           attribute.Key = "ir.llm_cost_usd"
	IRLLMCalls             attribute.Key = "ir.llm_calls"
	IRLLMInputTokens       attribute.Key = "ir.llm_input_tokens"
	IRLLMOutputTokens      attribute.Key = "ir.llm_output_tokens"
	CodeLLMCostUSD         attribute.Key = "code.llm_cost_usd"
	CodeLLMCalls           attribute.Key = "code.llm_calls"
	CodeLLMInputTokens     attribute.Key = "code.llm_input_tokens"
	CodeLLMOutputTokens    attribute.Key = "code.llm_output_tokens"
	RequestCostUSD         attribute.Key = "request.cost_usd"
	CostOtherUSD           attribute.Key = "cost.other_usd"
)

var rollupDefs = []Def{
	{
		Name: string(RequestLLMCostUSD), Type: TypeFloat, Unit: "USD", Package: inRoot, Source: SourceLift, Spans: onRoot,
		Brief: "What LLM calls below the local root cost together.",
	},
	{
		Name: string(RequestLLMCalls), Type: TypeInt, Unit: "calls", Package: inRoot, Source: SourceLift, Spans: onRoot,
		Brief: "LLM calls below the local root.",
	},
	{
		Name: string(RequestLLMInputTokens), Type: TypeInt, Unit: "tokens", Package: inRoot, Source: SourceLift, Spans: onRoot,
		Brief: "Input tokens of LLM calls below the local root.",
	},
	{
		Name: string(RequestLLMOutputTokens), Type: TypeInt, Unit: "tokens", Package: inRoot, Source: SourceLift, Spans: onRoot,
		Brief: "Output tokens of LLM calls below the local root.",
	},
	{
		Name: string(SessionLLMCostUSD), Type: TypeFloat, Unit: "USD", Package: inRoot, Source: SourceLift, Spans: onSession,
		Brief: "What LLM calls below the session span cost together.",
	},
	{
		Name: string(SessionLLMCalls), Type: TypeInt, Unit: "calls", Package: inRoot, Source: SourceLift, Spans: onSession,
		Brief: "LLM calls below the session span.",
	},
	{
		Name: string(SessionLLMInputTokens), Type: TypeInt, Unit: "tokens", Package: inRoot, Source: SourceLift, Spans: onSession,
		Brief: "Input tokens of LLM calls below the session span.",
	},
	{
		Name: string(SessionLLMOutputTokens), Type: TypeInt, Unit: "tokens", Package: inRoot, Source: SourceLift, Spans: onSession,
		Brief: "Output tokens of LLM calls below the session span.",
	},
	{
		Name: string(IRLLMCostUSD), Type: TypeFloat, Unit: "USD", Package: inRoot, Source: SourceLift, Spans: onIR,
		Brief: "What LLM calls below the outermost IR span cost together.",
	},
	{
		Name: string(IRLLMCalls), Type: TypeInt, Unit: "calls", Package: inRoot, Source: SourceLift, Spans: onIR,
		Brief: "LLM calls below the outermost IR span.",
	},
	{
		Name: string(IRLLMInputTokens), Type: TypeInt, Unit: "tokens", Package: inRoot, Source: SourceLift, Spans: onIR,
		Brief: "Input tokens of LLM calls below the outermost IR span.",
	},
	{
		Name: string(IRLLMOutputTokens), Type: TypeInt, Unit: "tokens", Package: inRoot, Source: SourceLift, Spans: onIR,
		Brief: "Output tokens of LLM calls below the outermost IR span.",
	},
	{
		Name: string(CodeLLMCostUSD), Type: TypeFloat, Unit: "USD", Package: inRoot, Source: SourceLift, Spans: onCode,
		Brief: "What LLM calls below the outermost code span cost together.",
	},
	{
		Name: string(CodeLLMCalls), Type: TypeInt, Unit: "calls", Package: inRoot, Source: SourceLift, Spans: onCode,
		Brief: "LLM calls below the outermost code span.",
	},
	{
		Name: string(CodeLLMInputTokens), Type: TypeInt, Unit: "tokens", Package: inRoot, Source: SourceLift, Spans: onCode,
		Brief: "Input tokens of LLM calls below the outermost code span.",
	},
	{
		Name: string(CodeLLMOutputTokens), Type: TypeInt, Unit: "tokens", Package: inRoot, Source: SourceLift, Spans: onCode,
		Brief: "Output tokens of LLM calls below the outermost code span.",
	},
	{
		Name: string(RequestCostUSD), Type: TypeFloat, Unit: "USD", Package: inRoot, Source: SourceLift, Spans: onRoot,
		Brief: "What the request cost in this process: LLM calls and everything else.",
	},
	{
		Name: string(CostOtherUSD), Type: TypeFloat, Unit: "USD", Package: inRoot, Source: SourceLift, Spans: onEvery,
		Brief: "Cost that no token explains, such as GPU seconds or a search fee.", Note: "On the nearest typed span.",
	},
}
