package telemetry

import (
	"context"

	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/price"
)

// Usage counts the tokens of one LLM call; see [price.Usage] for what each
// count includes.
type Usage = price.Usage

// LLMRequest is what is known when an LLM is called. All fields are optional.
type LLMRequest struct {
	Operation     string   // gen_ai.operation.name; empty: attr.OperationChat
	Provider      string   // llm.provider, such as attr.ProviderAnthropic
	ProviderRoute string   // llm.provider_route, such as attr.RouteBestAvailable
	Model         string   // llm.model, as asked for
	Temperature   *float64 // llm.temperature
	MaxTokens     *int64   // llm.max_tokens
	Streaming     bool     // llm.streaming, which is always recorded
}

// LLMResponse is what is known when an LLM has answered. All fields are
// optional but Usage, whose totals are always recorded.
type LLMResponse struct {
	Model         string   // gen_ai.response.model: what answered
	ID            string   // gen_ai.response.id
	FinishReasons []string // one per choice; the first one is llm.finish_reason
	ToolCalls     []string // llm.tool_calls: names of client tools, in the order called
	Usage         Usage
	CostUSD       *float64 // as the provider reported it, in US dollars
	Retries       int      // llm.retries: attempts after the first
}

// An LLMCall is an llm.call span, or modal.inference where the provider is
// attr.ProviderModal: one logical call of an LLM, whatever its number of HTTP
// attempts. The zero value is inert; copies share their state;
// all methods are safe for concurrent use.
type LLMCall struct{ handle }

// StartLLMCall starts a call of an LLM. At its end the call is priced, its
// tokens, cost and duration go into the metrics, whether or not the trace is
// sampled, and are added up on the session, IR, code and request above it.
func StartLLMCall(ctx context.Context, req LLMRequest) (context.Context, LLMCall) {
	if !core.Live() {
		return ctx, LLMCall{}
	}
	return startLLMCall(ctx, &req)
}

func startLLMCall(ctx context.Context, req *LLMRequest) (context.Context, LLMCall) {
	ctx, c := llmcall.Start(ctx, &llmcall.Request{
		Operation: req.Operation, Provider: req.Provider, Route: req.ProviderRoute, Model: req.Model,
		Temperature: req.Temperature, MaxTokens: req.MaxTokens, Streaming: req.Streaming,
	})
	if c == nil {
		return ctx, LLMCall{}
	}
	return ctx, LLMCall{handle{&c.Span}}
}

// call returns the state behind the handle.
func (c LLMCall) call() *llmcall.Call {
	call, _ := c.s.Extension().(*llmcall.Call)
	return call
}

// FirstToken notes that the first token of a streamed answer has arrived,
// which becomes llm.time_to_first_token_ms. The first call counts; after End
// it does nothing.
func (c LLMCall) FirstToken() {
	if c.s != nil {
		c.call().FirstToken()
	}
}

// SetResponse records the answer. Negative counts become 0, and a subset is
// never larger than its total. Called again, the later answer replaces the
// earlier one. After End it changes nothing and counts in
// [Stats].LateCosts: a stream tells its usage last, so end
// the call when the stream is read, not when it begins.
func (c LLMCall) SetResponse(r LLMResponse) {
	if c.s != nil {
		c.setResponse(&r)
	}
}

func (c LLMCall) setResponse(r *LLMResponse) {
	c.call().Answer(&llmcall.Response{
		Model: r.Model, ID: r.ID, FinishReasons: r.FinishReasons, ToolCalls: r.ToolCalls,
		Usage: r.Usage, Known: llmcall.Input | llmcall.Output, CostUSD: r.CostUSD, Retries: r.Retries,
	})
}
