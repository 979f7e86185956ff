package attr

import "go.opentelemetry.io/otel/attribute"

// The llm group: one logical call of a language model, in the product's names.
const (
	LLMProvider           attribute.Key = "llm.provider"
	LLMProviderRoute      attribute.Key = "llm.provider_route"
	LLMModel              attribute.Key = "llm.model"
	LLMInputTokens        attribute.Key = "llm.input_tokens"
	LLMOutputTokens       attribute.Key = "llm.output_tokens"
	LLMCachedInputTokens  attribute.Key = "llm.cached_input_tokens"
	LLMCacheWriteTokens   attribute.Key = "llm.cache_write_tokens"
	LLMReasoningTokens    attribute.Key = "llm.reasoning_tokens"
	LLMCostUSD            attribute.Key = "llm.cost_usd"
	LLMCostSource         attribute.Key = "llm.cost_source"
	LLMPriceVersion       attribute.Key = "llm.price_version"
	LLMLatencyMS          attribute.Key = "llm.latency_ms"
	LLMTimeToFirstTokenMS attribute.Key = "llm.time_to_first_token_ms"
	LLMStreaming          attribute.Key = "llm.streaming"
	LLMRetries            attribute.Key = "llm.retries"
	LLMRetryDelayMS       attribute.Key = "llm.retry_delay_ms"
	LLMTemperature        attribute.Key = "llm.temperature"
	LLMMaxTokens          attribute.Key = "llm.max_tokens"
	LLMFinishReason       attribute.Key = "llm.finish_reason"
	LLMToolCalls          attribute.Key = "llm.tool_calls"
	LLMUsageClamped       attribute.Key = "llm.usage_clamped"
)

// Values of llm.provider and ir.provider; others are allowed. Those that are
// also values of gen_ai.provider.name stand for the same provider there.
const (
	ProviderAnthropic  = "anthropic"
	ProviderOpenAI     = "openai"
	ProviderGoogle     = "google"
	ProviderModal      = "modal"
	ProviderCohere     = "cohere"
	ProviderDeepSeek   = "deepseek"
	ProviderGroq       = "groq"
	ProviderPerplexity = "perplexity"
)

// Values of llm.provider_route and ir.provider_route.
const (
	RouteBestAvailable  = "best_available"
	RouteModalInference = "modal_inference"
)

// Values of llm.cost_source: who said what the call cost.
const (
	CostSourceProvider = "provider"
	CostSourceTable    = "table"
	CostSourceCaller   = "caller"
)

var (
	providers = []string{ProviderAnthropic, ProviderOpenAI, ProviderGoogle, ProviderModal, ProviderCohere, ProviderDeepSeek, ProviderGroq, ProviderPerplexity}
	routes    = []string{RouteBestAvailable, RouteModalInference}
)

var llmDefs = []Def{
	{
		Name: string(LLMProvider), Type: TypeString, Values: providers, Open: true, Package: inRoot, Source: SourceLift, Spans: onLLM,
		Twin:  string(GenAIProviderName),
		Brief: "The provider that was called.", Note: "Every LLM span has it; select LLM spans by it.",
	},
	{
		Name: string(LLMProviderRoute), Type: TypeString, Values: routes, Open: true, Package: inRoot, Source: SourceLift, Spans: onLLM,
		Brief: "How the provider was chosen.",
	},
	{
		Name: string(LLMModel), Type: TypeString, Package: inRoot, Source: SourceLift, Spans: onLLM, Twin: string(GenAIRequestModel),
		Brief: "The model that was asked.",
	},
	{
		Name: string(LLMInputTokens), Type: TypeInt, Unit: "tokens", Package: inRoot, Source: SourceLift, Spans: onLLM, Twin: string(GenAIUsageInputTokens),
		Brief: "Tokens of the input, cached ones included.",
	},
	{
		Name: string(LLMOutputTokens), Type: TypeInt, Unit: "tokens", Package: inRoot, Source: SourceLift, Spans: onLLM, Twin: string(GenAIUsageOutputTokens),
		Brief: "Tokens of the output, reasoning included.",
	},
	{
		Name: string(LLMCachedInputTokens), Type: TypeInt, Unit: "tokens", Package: inRoot, Source: SourceLift, Spans: onLLM, Twin: string(GenAIUsageCacheReadInputTokens),
		Brief: "Input tokens that the provider read from its cache.",
	},
	{
		Name: string(LLMCacheWriteTokens), Type: TypeInt, Unit: "tokens", Package: inRoot, Source: SourceLift, Spans: onLLM, Twin: string(GenAIUsageCacheCreationInputTokens),
		Brief: "Input tokens that the provider wrote to its cache.",
	},
	{
		Name: string(LLMReasoningTokens), Type: TypeInt, Unit: "tokens", Package: inRoot, Source: SourceLift, Spans: onLLM, Twin: string(GenAIUsageReasoningOutputTokens),
		Brief: "Output tokens that went into reasoning.",
	},
	{
		Name: string(LLMCostUSD), Type: TypeFloat, Unit: "USD", Package: inRoot, Source: SourceLift, Spans: onLLM,
		Brief: "What the call cost; absent where the price is unknown.",
	},
	{
		Name: string(LLMCostSource), Type: TypeString, Values: []string{CostSourceProvider, CostSourceTable, CostSourceCaller},
		Package: inRoot, Source: SourceLift, Spans: onLLM,
		Brief: "Who said what the call cost.",
	},
	{
		Name: string(LLMPriceVersion), Type: TypeString, Package: inRoot, Source: SourceLift, Spans: onLLM,
		Brief: "Version of the price table that the cost comes from.",
	},
	{
		Name: string(LLMLatencyMS), Type: TypeFloat, Unit: "ms", Package: inRoot, Source: SourceLift, Spans: onLLM,
		Brief: "Time from sending the request to the end of the answer.",
	},
	{
		Name: string(LLMTimeToFirstTokenMS), Type: TypeFloat, Unit: "ms", Package: inRoot, Source: SourceLift, Spans: onLLM, Twin: string(GenAIResponseTimeToFirstChunk),
		Brief: "Time from sending the request to the first piece of the answer.", Note: "The twin is in seconds.",
	},
	{
		Name: string(LLMStreaming), Type: TypeBool, Package: inRoot, Source: SourceLift, Spans: onLLM, Twin: string(GenAIRequestStream),
		Brief: "Whether the answer was asked for as a stream.",
	},
	{
		Name: string(LLMRetries), Type: TypeInt, Unit: "retries", Package: inRoot, Source: SourceLift, Spans: onLLM,
		Brief: "Further attempts after the first.",
	},
	{
		Name: string(LLMRetryDelayMS), Type: TypeFloat, Unit: "ms", Package: inLLM, Source: SourceLift, Stability: Development,
		Brief: "Wait before the next attempt.", Note: "On the event llm.retry.",
	},
	{
		Name: string(LLMTemperature), Type: TypeFloat, Package: inRoot, Source: SourceLift, Spans: onLLM, Twin: string(GenAIRequestTemperature),
		Brief: "Temperature that was asked for.",
	},
	{
		Name: string(LLMMaxTokens), Type: TypeInt, Unit: "tokens", Package: inRoot, Source: SourceLift, Spans: onLLM, Twin: string(GenAIRequestMaxTokens),
		Brief: "Most tokens that the answer may have.",
	},
	{
		Name: string(LLMFinishReason), Type: TypeString, Package: inRoot, Source: SourceLift, Spans: onLLM, Twin: string(GenAIResponseFinishReasons),
		Brief: "Why the first choice ended, in the provider's own words.",
	},
	{
		Name: string(LLMToolCalls), Type: TypeStrings, Package: inRoot, Source: SourceLift, Spans: onLLM,
		Brief: "Names of the client's tools that the model called, in order.",
	},
	{
		Name: string(LLMUsageClamped), Type: TypeBool, Package: inRoot, Source: SourceLift, Stability: Development, Spans: onLLM,
		Brief: "True where the provider's token counts contradicted each other and were clamped.",
	},
}
