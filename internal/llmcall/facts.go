package llmcall

import "github.com/lift-sys/telemetry/price"

// Request is what was asked. Empty strings, lists and nil pointers are
// absent.
type Request struct {
	Operation     string // gen_ai.operation.name; empty: chat
	Provider      string // llm.provider
	GenAIProvider string // gen_ai.provider.name; empty: Provider as OpenTelemetry spells it
	Route         string // llm.provider_route
	Model         string // llm.model
	Temperature   *float64
	TopP          *float64
	MaxTokens     *int64
	Seed          *int64
	ChoiceCount   *int64 // how many answers were asked for
	StopSequences []string
	OutputType    string // gen_ai.output.type
	Conversation  string // gen_ai.conversation.id; empty: the session's id
	ServiceTier   string // openai.request.service_tier
	APIType       string // openai.api.type
	Streaming     bool
}

// Response is what was answered.
type Response struct {
	Model         string
	ID            string
	FinishReasons []string // one per choice
	ToolCalls     []string // names of client tools, in the order called
	ServiceTier   string   // openai.response.service_tier
	Fingerprint   string   // openai.response.system_fingerprint

	Usage   price.Usage
	Known   Counts // which counts of Usage were told
	Clamped bool   // the answer's counts could not be true

	// Billed is what is charged, where that is not Usage; nil: Usage.
	Billed  *price.Usage
	CostUSD *float64 // as the provider says; nil: it does not
	Retries int      // attempts after the first
}

// Counts is a set of token counts: a count that nobody told is absent, and
// one that was told to be 0 is 0.
type Counts uint8

// The counts of a [price.Usage] that spans show.
const (
	Input Counts = 1 << iota
	Output
	CachedInput
	CacheWrite
	Reasoning
)

// Has reports whether all of n are in c.
func (c Counts) Has(n Counts) bool { return c&n == n }
