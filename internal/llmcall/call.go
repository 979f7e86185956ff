// Package llmcall is the state behind one logical call of a language model:
// what a typed handle writes and what a transport reads off the wire end up in
// the same span, metrics and roll-ups.
package llmcall

import (
	"cmp"
	"context"
	"math"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/failure"
	"github.com/lift-sys/telemetry/internal/optional"
	"github.com/lift-sys/telemetry/price"
)

// A Call is an llm.call span and what its metrics and its price need. All
// methods are safe for concurrent use.
type Call struct {
	core.Span

	// Guarded by Span.Do.
	key        core.LLMKey
	answered   bool
	usage      price.Usage
	known      Counts
	firstToken time.Duration
	reported   int64       // picos, as the provider said
	booked     int64       // picos, as RecordCost said
	said       core.LLMKey // what the one said who started the call
	lost       lost
	idle       time.Duration // between attempts
	attempts   int           // HTTP attempts that a transport has begun
	retries    int

	reads  reads
	before *Call // under the same live span; it has ended
	total  sum   // since the end, with what was before

	conversation, counted, hasReported, hasBooked bool
}

var (
	family      = &core.Family{Name: attr.SpanLLMCall, Kind: trace.SpanKindClient}
	modalFamily = &core.Family{Name: attr.SpanModalInference, Kind: trace.SpanKindClient}
)

// familyOf returns the family of calls of a provider.
func familyOf(provider string) *core.Family {
	if provider == attr.ProviderModal {
		return modalFamily
	}
	return family
}

// Start starts a call of which r says what it is. It returns nil where
// telemetry is off.
func Start(ctx context.Context, r *Request) (context.Context, *Call) {
	c := newCall(r)
	c.said = c.key
	return c.start(ctx, r)
}

// Open starts a call of which r is what could be seen from outside.
func Open(ctx context.Context, r *Request) (context.Context, *Call) {
	return newCall(r).start(ctx, r)
}

func (c *Call) start(ctx context.Context, r *Request) (context.Context, *Call) {
	if !c.Open(ctx, familyOf(r.Provider), c, nil) {
		return ctx, nil
	}
	c.ask(r)
	ctx = c.Begin()
	return ctx, c
}

// Adopt makes the live span of another instrumentation the span of a call:
// it is renamed and gets the call's attributes, and its owner ends it. before
// is the call, which has ended, that was under the same span, or nil. Adopt
// returns nil where telemetry is off.
func Adopt(ctx context.Context, live trace.Span, r *Request, before *Call) *Call {
	c := newCall(r)
	if c.before = before; before != nil {
		before.before = nil // its total has it
	}
	if !c.OpenLive(ctx, live, familyOf(r.Provider), c) {
		return nil
	}
	c.ask(r)
	return c
}

// Enclosing returns the nearest call around ctx that has not ended, or nil.
func Enclosing(ctx context.Context) *Call {
	for s := core.Current(ctx); s != nil; s = s.Parent() {
		if c, ok := s.Extension().(*Call); ok && !s.Ended() {
			return c
		}
	}
	return nil
}

func newCall(r *Request) *Call {
	if r.Operation == "" {
		r.Operation = attr.OperationChat
	}
	if r.GenAIProvider == "" {
		r.GenAIProvider = GenAIProvider(r.Provider)
	}
	key := core.LLMKey{
		Operation: r.Operation, Provider: r.Provider, GenAIProvider: r.GenAIProvider,
		Route: r.Route, RequestModel: r.Model,
	}
	return &Call{key: key}
}

// Ask adds what a transport has read of a request. What was said when the call
// started goes before it, and what is read of a later request replaces it.
func (c *Call) Ask(r *Request) {
	fresh := *r
	c.Do(func() {
		for _, f := range [...]struct {
			said      string
			key, read *string
		}{
			{c.said.Provider, &c.key.Provider, &fresh.Provider},
			{c.said.GenAIProvider, &c.key.GenAIProvider, &fresh.GenAIProvider},
			{c.said.Route, &c.key.Route, &fresh.Route},
			{c.said.RequestModel, &c.key.RequestModel, &fresh.Model},
		} {
			switch {
			case f.said != "":
				*f.read = ""
			case *f.read != "":
				*f.key = *f.read
			}
		}
		if c.said.Operation != "" && c.said.Operation != attr.OperationChat { // which is but the default
			fresh.Operation = ""
		}
		c.key.Operation = cmp.Or(fresh.Operation, c.key.Operation)
	})
	c.ask(&fresh)
}

func (c *Call) ask(r *Request) {
	c.Edit(func(a []attribute.KeyValue) []attribute.KeyValue {
		a = optional.String(a, attr.GenAIOperationName, r.Operation)
		a = optional.String(a, attr.LLMProvider, r.Provider)
		a = optional.String(a, attr.GenAIProviderName, r.GenAIProvider)
		a = optional.String(a, attr.LLMProviderRoute, r.Route)
		a = optional.String(a, attr.LLMModel, r.Model)
		a = optional.String(a, attr.GenAIRequestModel, r.Model)
		a = optional.Float(a, attr.LLMTemperature, r.Temperature)
		a = optional.Float(a, attr.GenAIRequestTemperature, r.Temperature)
		a = optional.Float(a, attr.GenAIRequestTopP, r.TopP)
		a = optional.Int(a, attr.LLMMaxTokens, r.MaxTokens)
		a = optional.Int(a, attr.GenAIRequestMaxTokens, r.MaxTokens)
		a = optional.Int(a, attr.GenAIRequestSeed, r.Seed)
		a = optional.Int(a, attr.GenAIRequestChoiceCount, r.ChoiceCount)
		if len(r.StopSequences) > 0 {
			a = append(a, attr.GenAIRequestStopSequences.StringSlice(r.StopSequences))
		}
		a = optional.String(a, attr.GenAIOutputType, r.OutputType)
		a = optional.String(a, attr.OpenAIRequestServiceTier, r.ServiceTier)
		a = optional.String(a, attr.OpenAIAPIType, r.APIType)
		a = optional.String(a, attr.GenAIConversationID, r.Conversation)
		if r.Streaming {
			a = append(a, attr.GenAIRequestStream.Bool(true))
		}
		return append(a, attr.LLMStreaming.Bool(r.Streaming))
	})
	if r.Conversation != "" {
		c.Do(func() { c.conversation = true })
	}
}

// FirstToken notes that the first token of a streamed answer has arrived. The
// first call counts.
func (c *Call) FirstToken() {
	c.Do(func() {
		if c.firstToken == 0 {
			c.firstToken = max(time.Since(c.Started()), 1) // a coarse clock says 0, which means unknown
		}
	})
}

// Answer records the answer; a later one replaces an earlier one. After the
// end it changes nothing and counts as late.
func (c *Call) Answer(r *Response) { c.answer(r, false) }

// Read records an answer that was read off the wire. Where one call of the
// caller's sends several requests that succeed, their tokens and what the
// provider charged are added up.
func (c *Call) Read(r *Response) { c.answer(r, true) }

func (c *Call) answer(r *Response, read bool) {
	usage, clamped := r.Usage.Clamp()
	// What was read and what was written of the cache may overlap as providers
	// count; the price table alone minds.
	usage.CacheWriteTokens = min(max(r.Usage.CacheWriteTokens, 0), usage.InputTokens)
	var (
		reported int64
		ok       bool
	)
	if r.CostUSD != nil {
		if reported, ok = core.Picos(*r.CostUSD); !ok {
			c.Pipeline().CountBadCost()
		}
	}
	var (
		picos           int64
		source, version string
	)
	if read {
		billed := usage
		if r.Billed != nil {
			billed = *r.Billed
		}
		picos, source, version = c.readCost(r, billed, reported, ok)
	}
	retries := r.Retries
	open := c.Do(func() {
		known := r.Known
		if read {
			if c.reads.n > 0 {
				usage, known = usage.Add(c.usage), known|c.known
			}
			if r.Known&(Input|Output) != 0 || source != "" {
				c.reads.add(picos, source, version)
			}
		} else {
			c.reads = reads{}
		}
		c.answered, c.usage, c.known = true, usage, known
		c.key.ResponseModel = r.Model
		c.reported, c.hasReported = reported, ok
		c.retries = max(c.retries, r.Retries)
		retries = c.retries
	})
	if !open {
		c.Pipeline().CountLate()
		return
	}
	if !read { // there is an answer, however it was come by
		c.Observe(failure.Identity{})
	}
	c.Edit(func(a []attribute.KeyValue) []attribute.KeyValue {
		a = optional.String(a, attr.GenAIResponseModel, r.Model)
		a = optional.String(a, attr.GenAIResponseID, r.ID)
		if len(r.FinishReasons) > 0 {
			a = optional.String(a, attr.LLMFinishReason, r.FinishReasons[0])
			a = append(a, finishReasons(r.FinishReasons))
		}
		if len(r.ToolCalls) > 0 {
			a = append(a, attr.LLMToolCalls.StringSlice(r.ToolCalls))
		}
		a = optional.String(a, attr.OpenAIResponseServiceTier, r.ServiceTier)
		a = optional.String(a, attr.OpenAIResponseSystemFingerprint, r.Fingerprint)
		if retries > 0 {
			a = append(a, attr.LLMRetries.Int(retries))
		}
		if clamped || r.Clamped {
			a = append(a, attr.LLMUsageClamped.Bool(true))
		}
		return a
	})
}

// Book adds to what the caller says the call cost. It reports false where the
// call has ended.
func (c *Call) Book(picos int64) (open bool) {
	return c.Do(func() {
		c.hasBooked = true
		if c.booked += picos; c.booked < 0 {
			c.booked = math.MaxInt64 // more than an int64 holds
		}
	})
}

// Set adds attributes.
func (c *Call) Set(kv ...attribute.KeyValue) {
	c.Edit(func(a []attribute.KeyValue) []attribute.KeyValue { return append(a, kv...) })
}
