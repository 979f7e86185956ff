package telemetry

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
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

// llmState is the part of an LLM call that the metrics need too. All fields
// but the first five are guarded by Span.Do.
type llmState struct {
	core.Span
	operation, provider, route, model string
	streaming                         bool

	answered      bool
	responseModel string
	usage         Usage
	firstToken    time.Duration
	reported      int64 // picos, as the provider said
	booked        int64 // picos, as RecordCost said
	hasReported   bool
	hasBooked     bool
}

var (
	llmFamily   = &core.Family{Name: attr.SpanLLMCall, Kind: trace.SpanKindClient}
	modalFamily = &core.Family{Name: attr.SpanModalInference, Kind: trace.SpanKindClient}
)

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
	if req.Operation == "" {
		req.Operation = attr.OperationChat
	}
	s := &llmState{
		operation: req.Operation, provider: req.Provider, route: req.ProviderRoute,
		model: req.Model, streaming: req.Streaming,
	}
	family := llmFamily
	if req.Provider == attr.ProviderModal {
		family = modalFamily
	}
	if !s.Open(ctx, family, s, nil) {
		return ctx, LLMCall{}
	}
	s.Edit(func(a []attribute.KeyValue) []attribute.KeyValue {
		a = append(a, attr.GenAIOperationName.String(req.Operation))
		a = addString(a, attr.LLMProvider, req.Provider)
		a = addString(a, attr.GenAIProviderName, core.GenAIProvider(req.Provider))
		a = addString(a, attr.LLMProviderRoute, req.ProviderRoute)
		a = addString(a, attr.LLMModel, req.Model)
		a = addString(a, attr.GenAIRequestModel, req.Model)
		a = addFloat(a, attr.LLMTemperature, req.Temperature)
		a = addFloat(a, attr.GenAIRequestTemperature, req.Temperature)
		a = addInt(a, attr.LLMMaxTokens, req.MaxTokens)
		a = addInt(a, attr.GenAIRequestMaxTokens, req.MaxTokens)
		if req.Streaming {
			a = append(a, attr.GenAIRequestStream.Bool(true))
		}
		return append(a, attr.LLMStreaming.Bool(req.Streaming))
	})
	return s.Begin(), LLMCall{handle{&s.Span}}
}

// state returns the part of the span that knows LLM calls.
func (c LLMCall) state() *llmState {
	s, _ := c.s.Extension().(*llmState)
	return s
}

// FirstToken notes that the first token of a streamed answer has arrived,
// which becomes llm.time_to_first_token_ms. The first call counts; after End
// it does nothing.
func (c LLMCall) FirstToken() {
	if c.s != nil {
		c.firstToken()
	}
}

func (c LLMCall) firstToken() {
	state := c.state()
	c.s.Do(func() {
		if state.firstToken == 0 {
			state.firstToken = max(time.Since(c.s.Started()), 1) // a coarse clock says 0, which means unknown
		}
	})
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
	usage, clamped := r.Usage.Clamp()
	var (
		reported int64
		ok       bool
	)
	if r.CostUSD != nil {
		if reported, ok = core.Picos(*r.CostUSD); !ok {
			c.s.Pipeline().CountBadCost()
		}
	}
	state := c.state()
	open := c.s.Do(func() {
		state.answered, state.usage, state.responseModel = true, usage, r.Model
		state.reported, state.hasReported = reported, ok
	})
	if !open {
		c.s.Pipeline().CountLate()
		return
	}
	c.s.Edit(func(a []attribute.KeyValue) []attribute.KeyValue {
		a = addString(a, attr.GenAIResponseModel, r.Model)
		a = addString(a, attr.GenAIResponseID, r.ID)
		if len(r.FinishReasons) > 0 {
			a = addString(a, attr.LLMFinishReason, r.FinishReasons[0])
			a = append(a, finishReasons(r.FinishReasons))
		}
		if len(r.ToolCalls) > 0 {
			a = append(a, attr.LLMToolCalls.StringSlice(r.ToolCalls))
		}
		if r.Retries > 0 {
			a = append(a, attr.LLMRetries.Int(r.Retries))
		}
		if clamped {
			a = append(a, attr.LLMUsageClamped.Bool(true))
		}
		return a
	})
}

// commonReasons holds the lists that nearly every call has, made once.
var commonReasons = func() map[string]attribute.KeyValue {
	m := map[string]attribute.KeyValue{}
	for _, reason := range []string{"stop", "length", "tool_calls", "end_turn", "max_tokens", "tool_use", "STOP", "MAX_TOKENS", "completed"} {
		m[reason] = attr.GenAIResponseFinishReasons.StringSlice([]string{reason})
	}
	return m
}()

func finishReasons(reasons []string) attribute.KeyValue {
	if len(reasons) == 1 {
		if kv, ok := commonReasons[reasons[0]]; ok {
			return kv
		}
	}
	return attr.GenAIResponseFinishReasons.StringSlice(reasons)
}

// Finish prices the call, records its metrics and adds it to the spans above.
func (s *llmState) Finish(o core.Outcome, a []attribute.KeyValue) []attribute.KeyValue {
	picos, source, version := s.cost()
	key := core.LLMKey{
		Operation: s.operation, Provider: s.provider, Route: s.route,
		RequestModel: s.model, ResponseModel: s.responseModel, ErrorType: o.Failure.Type,
	}
	s.Pipeline().Metrics().RecordLLM(s.Own(), key, core.LLMCall{
		InputTokens: s.usage.InputTokens, OutputTokens: s.usage.OutputTokens, Answered: s.answered,
		Duration: o.Duration, FirstToken: s.firstToken,
		CostUSD: core.USD(picos), Priced: source != "",
		Unpriced: source == "" && s.answered,
	})
	s.Charge(core.Charge{Picos: picos, Priced: source != "", Answered: s.answered, InputTokens: s.usage.InputTokens, OutputTokens: s.usage.OutputTokens})
	if !s.Recording() {
		return a
	}
	if s.answered {
		a = appendUsage(a, s.usage)
	}
	if source != "" {
		a = append(a, attr.LLMCostUSD.Float64(core.USD(picos)), attr.LLMCostSource.String(source))
		a = addString(a, attr.LLMPriceVersion, version)
	}
	if s.firstToken > 0 {
		a = append(a,
			attr.LLMTimeToFirstTokenMS.Float64(milliseconds(s.firstToken)),
			attr.GenAIResponseTimeToFirstChunk.Float64(s.firstToken.Seconds()))
	}
	if _, _, session := s.Identity(); session != "" {
		a = append(a, attr.GenAIConversationID.String(session))
	}
	return append(a, attr.LLMLatencyMS.Float64(milliseconds(o.Duration)))
}

// cost returns what the call cost and who says so: the caller, else the
// provider, else the price table; an empty source means that nobody knows.
func (s *llmState) cost() (picos int64, source, version string) {
	switch pricer := s.Pipeline().Pricer(); {
	case s.hasBooked:
		return s.booked, attr.CostSourceCaller, ""
	case s.hasReported:
		return s.reported, attr.CostSourceProvider, ""
	case s.answered && pricer != nil:
		cost, ok := s.tablePrice(pricer)
		if !ok {
			return 0, "", ""
		}
		if picos, ok = core.Picos(cost.USD); !ok {
			s.Pipeline().CountBadCost()
			return 0, "", ""
		}
		return picos, attr.CostSourceTable, cost.Version
	}
	return 0, "", ""
}

// tablePrice asks for the price of the model that answered, then of the one
// that was asked. A pricer that panics knows no price.
func (s *llmState) tablePrice(p price.Pricer) (cost price.Amount, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	if s.responseModel != "" {
		if cost, ok = p.Price(s.provider, s.responseModel, s.usage, s.Started()); ok {
			return cost, true
		}
	}
	return p.Price(s.provider, s.model, s.usage, s.Started())
}

func appendUsage(a []attribute.KeyValue, u Usage) []attribute.KeyValue {
	a = append(a,
		attr.LLMInputTokens.Int64(u.InputTokens), attr.GenAIUsageInputTokens.Int64(u.InputTokens),
		attr.LLMOutputTokens.Int64(u.OutputTokens), attr.GenAIUsageOutputTokens.Int64(u.OutputTokens))
	for _, subset := range [...]struct {
		own, twin attribute.Key
		tokens    int64
	}{
		{attr.LLMCachedInputTokens, attr.GenAIUsageCacheReadInputTokens, u.CachedInputTokens},
		{attr.LLMCacheWriteTokens, attr.GenAIUsageCacheCreationInputTokens, u.CacheWriteTokens},
		{attr.LLMReasoningTokens, attr.GenAIUsageReasoningOutputTokens, u.ReasoningTokens},
	} {
		if subset.tokens > 0 {
			a = append(a, subset.own.Int64(subset.tokens), subset.twin.Int64(subset.tokens))
		}
	}
	return a
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
