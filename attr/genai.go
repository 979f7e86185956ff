package attr

import "go.opentelemetry.io/otel/attribute"

// The gen_ai twins of the llm group, for every tool that reads OpenTelemetry's
// own names.
const (
	GenAIOperationName                 attribute.Key = "gen_ai.operation.name"
	GenAIProviderName                  attribute.Key = "gen_ai.provider.name"
	GenAIConversationID                attribute.Key = "gen_ai.conversation.id"
	GenAIAgentName                     attribute.Key = "gen_ai.agent.name"
	GenAIRequestModel                  attribute.Key = "gen_ai.request.model"
	GenAIRequestMaxTokens              attribute.Key = "gen_ai.request.max_tokens"
	GenAIRequestTemperature            attribute.Key = "gen_ai.request.temperature"
	GenAIRequestTopP                   attribute.Key = "gen_ai.request.top_p"
	GenAIRequestStopSequences          attribute.Key = "gen_ai.request.stop_sequences"
	GenAIRequestSeed                   attribute.Key = "gen_ai.request.seed"
	GenAIRequestChoiceCount            attribute.Key = "gen_ai.request.choice.count"
	GenAIRequestStream                 attribute.Key = "gen_ai.request.stream"
	GenAIOutputType                    attribute.Key = "gen_ai.output.type"
	GenAIResponseID                    attribute.Key = "gen_ai.response.id"
	GenAIResponseModel                 attribute.Key = "gen_ai.response.model"
	GenAIResponseFinishReasons         attribute.Key = "gen_ai.response.finish_reasons"
	GenAIResponseTimeToFirstChunk      attribute.Key = "gen_ai.response.time_to_first_chunk"
	GenAIUsageInputTokens              attribute.Key = "gen_ai.usage.input_tokens"
	GenAIUsageOutputTokens             attribute.Key = "gen_ai.usage.output_tokens"
	GenAIUsageCacheReadInputTokens     attribute.Key = "gen_ai.usage.cache_read.input_tokens"
	GenAIUsageCacheCreationInputTokens attribute.Key = "gen_ai.usage.cache_creation.input_tokens"
	GenAIUsageReasoningOutputTokens    attribute.Key = "gen_ai.usage.reasoning.output_tokens"
	GenAITokenType                     attribute.Key = "gen_ai.token.type"
	GenAIToolName                      attribute.Key = "gen_ai.tool.name"
	GenAIInputMessages                 attribute.Key = "gen_ai.input.messages"
	GenAIOutputMessages                attribute.Key = "gen_ai.output.messages"
	GenAISystemInstructions            attribute.Key = "gen_ai.system_instructions"
)

// What only OpenAI and those that imitate it report.
const (
	OpenAIAPIType                   attribute.Key = "openai.api.type"
	OpenAIRequestServiceTier        attribute.Key = "openai.request.service_tier"
	OpenAIResponseServiceTier       attribute.Key = "openai.response.service_tier"
	OpenAIResponseSystemFingerprint attribute.Key = "openai.response.system_fingerprint"
)

// Values of gen_ai.operation.name that this library writes.
const (
	OperationChat            = "chat"
	OperationGenerateContent = "generate_content"
	OperationTextCompletion  = "text_completion"
	OperationEmbeddings      = "embeddings"
)

// Values of gen_ai.provider.name that differ from the product's own spelling.
const (
	GenAIProviderGCPGemini        = "gcp.gemini"
	GenAIProviderGCPVertexAI      = "gcp.vertex_ai"
	GenAIProviderGCPGenAI         = "gcp.gen_ai"
	GenAIProviderAWSBedrock       = "aws.bedrock"
	GenAIProviderAzureAIOpenAI    = "azure.ai.openai"
	GenAIProviderAzureAIInference = "azure.ai.inference"
	GenAIProviderIBMWatsonxAI     = "ibm.watsonx.ai"
	GenAIProviderMistralAI        = "mistral_ai"
	GenAIProviderXAI              = "x_ai"
)

// Values of gen_ai.token.type.
const (
	TokenInput  = "input"
	TokenOutput = "output"
)

// Values of gen_ai.output.type.
const (
	OutputText   = "text"
	OutputJSON   = "json"
	OutputImage  = "image"
	OutputSpeech = "speech"
)

// Values of openai.api.type.
const (
	OpenAIChatCompletions = "chat_completions"
	OpenAIResponses       = "responses"
)

var genAIProviders = []string{
	ProviderAnthropic, ProviderOpenAI, ProviderCohere, ProviderDeepSeek, ProviderGroq, ProviderPerplexity,
	GenAIProviderGCPGemini, GenAIProviderGCPVertexAI, GenAIProviderGCPGenAI, GenAIProviderAWSBedrock,
	GenAIProviderAzureAIOpenAI, GenAIProviderAzureAIInference, GenAIProviderIBMWatsonxAI, GenAIProviderMistralAI, GenAIProviderXAI,
}

var genAIDefs = []Def{
	{
		Name: string(GenAIOperationName), Type: TypeString, Values: []string{OperationChat, OperationGenerateContent, OperationTextCompletion, OperationEmbeddings}, Open: true, Package: inRoot, Stability: Development, Source: sourceGenAI, Spans: onLLM,
		Brief: "The kind of operation.",
	},
	{
		Name: string(GenAIProviderName), Type: TypeString, Values: genAIProviders, Open: true, Package: inRoot, Stability: Development, Source: sourceGenAI, Spans: onLLM, Twin: string(LLMProvider),
		Brief: "The provider, as OpenTelemetry spells it.",
	},
	{
		Name: string(GenAIConversationID), Type: TypeString, Package: inRoot, Stability: Development, Source: sourceGenAI, Spans: onLLM, Twin: string(SessionID),
		Brief: "The conversation, which is the session.",
	},
	{
		Name: string(GenAIAgentName), Type: TypeString, Package: inRoot, Stability: Development, Source: sourceGenAI, Spans: onLLM,
		Brief: "The agent that makes the call.", Note: "Honeycomb's agent timeline groups by it.",
	},
	{
		Name: string(GenAIRequestModel), Type: TypeString, Package: inRoot, Stability: Development, Source: sourceGenAI, Spans: onLLM, Twin: string(LLMModel),
		Brief: "The model that was asked.",
	},
	{
		Name: string(GenAIRequestMaxTokens), Type: TypeInt, Unit: "tokens", Package: inRoot, Stability: Development, Source: sourceGenAI, Spans: onLLM, Twin: string(LLMMaxTokens),
		Brief: "Most tokens that the answer may have.",
	},
	{
		Name: string(GenAIRequestTemperature), Type: TypeFloat, Package: inRoot, Stability: Development, Source: sourceGenAI, Spans: onLLM, Twin: string(LLMTemperature),
		Brief: "Temperature that was asked for.",
	},
	{
		Name: string(GenAIRequestTopP), Type: TypeFloat, Package: inLLM, Stability: Development, Source: sourceGenAI, Spans: onLLM,
		Brief: "Nucleus sampling that was asked for.",
	},
	{
		Name: string(GenAIRequestStopSequences), Type: TypeStrings, Package: inLLM, Stability: Development, Source: sourceGenAI, Spans: onLLM,
		Brief: "Sequences at which the model stops.",
	},
	{
		Name: string(GenAIRequestSeed), Type: TypeInt, Package: inLLM, Stability: Development, Source: sourceGenAI, Spans: onLLM,
		Brief: "Seed that was asked for.",
	},
	{
		Name: string(GenAIRequestChoiceCount), Type: TypeInt, Package: inLLM, Stability: Development, Source: sourceGenAI, Spans: onLLM,
		Brief: "Number of answers that were asked for.", Note: "Absent where it is one.",
	},
	{
		Name: string(GenAIRequestStream), Type: TypeBool, Package: inRoot, Stability: Development, Source: sourceGenAI, Spans: onLLM, Twin: string(LLMStreaming),
		Brief: "Whether the answer was asked for as a stream.",
	},
	{
		Name: string(GenAIOutputType), Type: TypeString, Values: []string{OutputText, OutputJSON, OutputImage, OutputSpeech}, Open: true, Package: inLLM, Stability: Development, Source: sourceGenAI, Spans: onLLM,
		Brief: "The type of content that was asked for.",
	},
	{
		Name: string(GenAIResponseID), Type: TypeString, Package: inRoot, Stability: Development, Source: sourceGenAI, Spans: onLLM,
		Brief: "The answer, as the provider calls it.",
	},
	{
		Name: string(GenAIResponseModel), Type: TypeString, Package: inRoot, Stability: Development, Source: sourceGenAI, Spans: onLLM,
		Brief: "The model that answered.",
	},
	{
		Name: string(GenAIResponseFinishReasons), Type: TypeStrings, Package: inRoot, Stability: Development, Source: sourceGenAI, Spans: onLLM, Twin: string(LLMFinishReason),
		Brief: "Why each choice ended, in order.",
	},
	{
		Name: string(GenAIResponseTimeToFirstChunk), Type: TypeFloat, Unit: "s", Package: inRoot, Stability: Development, Source: sourceGenAI, Spans: onLLM, Twin: string(LLMTimeToFirstTokenMS),
		Brief: "Time from sending a streaming request to its first chunk.",
	},
	{
		Name: string(GenAIUsageInputTokens), Type: TypeInt, Unit: "tokens", Package: inRoot, Stability: Development, Source: sourceGenAI, Spans: onLLM, Twin: string(LLMInputTokens),
		Brief: "Tokens of the input, cached ones included.",
	},
	{
		Name: string(GenAIUsageOutputTokens), Type: TypeInt, Unit: "tokens", Package: inRoot, Stability: Development, Source: sourceGenAI, Spans: onLLM, Twin: string(LLMOutputTokens),
		Brief: "Tokens of the output, reasoning included.",
	},
	{
		Name: string(GenAIUsageCacheReadInputTokens), Type: TypeInt, Unit: "tokens", Package: inRoot, Stability: Development, Source: sourceGenAI, Spans: onLLM, Twin: string(LLMCachedInputTokens),
		Brief: "Input tokens that the provider read from its cache.",
	},
	{
		Name: string(GenAIUsageCacheCreationInputTokens), Type: TypeInt, Unit: "tokens", Package: inRoot, Stability: Development, Source: sourceGenAI, Spans: onLLM, Twin: string(LLMCacheWriteTokens),
		Brief: "Input tokens that the provider wrote to its cache.", Note: "Unreleased GenAI conventions name it gen_ai.usage.cache_write.input_tokens.",
	},
	{
		Name: string(GenAIUsageReasoningOutputTokens), Type: TypeInt, Unit: "tokens", Package: inRoot, Stability: Development, Source: sourceGenAI, Spans: onLLM, Twin: string(LLMReasoningTokens),
		Brief: "Output tokens that went into reasoning.",
	},
	{
		Name: string(GenAITokenType), Type: TypeString, Values: []string{TokenInput, TokenOutput}, Package: inRoot, Stability: Development, Source: sourceGenAI,
		Brief: "Which tokens a data point counts.", Note: "On metrics only.",
	},
	{
		Name: string(GenAIToolName), Type: TypeString, Package: inLLM, Stability: Development, Source: sourceGenAI, Spans: onLLM,
		Brief: "The tool that is called.", Note: "Where an instrumentation makes a span per tool; llm.tool_calls has all of a call.",
	},
	{
		Name: string(GenAIInputMessages), Type: TypeString, Package: inLLM, Stability: Development, Source: sourceGenAI, Spans: onLLM,
		Brief: "The messages that were sent, as JSON.", Note: "Only where content capture is on.",
	},
	{
		Name: string(GenAIOutputMessages), Type: TypeString, Package: inLLM, Stability: Development, Source: sourceGenAI, Spans: onLLM,
		Brief: "The messages that came back, as JSON.", Note: "Only where content capture is on.",
	},
	{
		Name: string(GenAISystemInstructions), Type: TypeString, Package: inLLM, Stability: Development, Source: sourceGenAI, Spans: onLLM,
		Brief: "The system prompt, as JSON.", Note: "Only where content capture is on.",
	},
	{
		Name: string(OpenAIAPIType), Type: TypeString, Values: []string{OpenAIChatCompletions, OpenAIResponses}, Open: true, Package: inLLM, Stability: Development, Source: sourceOpenAI, Spans: onLLM,
		Brief: "Which of OpenAI's interfaces was called.",
	},
	{
		Name: string(OpenAIRequestServiceTier), Type: TypeString, Package: inLLM, Stability: Development, Source: sourceOpenAI, Spans: onLLM,
		Brief: "The service tier that was asked for.",
	},
	{
		Name: string(OpenAIResponseServiceTier), Type: TypeString, Package: inLLM, Stability: Development, Source: sourceOpenAI, Spans: onLLM,
		Brief: "The service tier that answered.",
	},
	{
		Name: string(OpenAIResponseSystemFingerprint), Type: TypeString, Package: inLLM, Stability: Development, Source: sourceOpenAI, Spans: onLLM,
		Brief: "Fingerprint of the configuration that answered.",
	},
}
