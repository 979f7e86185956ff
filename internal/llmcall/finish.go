package llmcall

import (
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/optional"
	"github.com/lift-sys/telemetry/price"
)

// Finish prices the call, records its metrics and adds it to the spans above.
func (c *Call) Finish(o core.Outcome, a []attribute.KeyValue) []attribute.KeyValue {
	picos, source, version := c.cost()
	key := c.key
	key.ErrorType = o.Failure.Type
	c.Pipeline().Metrics().RecordLLM(c.Own(), key, core.LLMCall{
		InputTokens: c.usage.InputTokens, InputKnown: c.known.Has(Input),
		OutputTokens: c.usage.OutputTokens, OutputKnown: c.known.Has(Output),
		Duration: o.Duration, FirstToken: c.firstToken,
		CostUSD: core.USD(picos), Priced: source != "",
		Unpriced: source == "" && c.answered,
	})
	charge := core.Charge{
		Calls: 1, Picos: picos, Priced: source != "",
		Answered: c.tokens(), InputTokens: c.usage.InputTokens, OutputTokens: c.usage.OutputTokens,
	}
	if c.counted {
		charge.Calls = 0
	}
	if charge != (core.Charge{}) {
		c.Charge(charge)
	}
	if !c.Recording() {
		return a
	}
	c.total = c.sum(sum{usage: c.usage, known: c.known, picos: picos, priced: source != ""})
	a = c.total.appendUsage(a)
	if picos = c.total.picos; c.total.priced {
		a = append(a, attr.LLMCostUSD.Float64(core.USD(picos)), attr.LLMCostSource.String(source))
		a = optional.String(a, attr.LLMPriceVersion, version)
	}
	if c.firstToken > 0 {
		a = append(a,
			attr.LLMTimeToFirstTokenMS.Float64(milliseconds(c.firstToken)),
			attr.GenAIResponseTimeToFirstChunk.Float64(c.firstToken.Seconds()))
	}
	if _, _, session := c.Identity(); session != "" && !c.conversation {
		a = append(a, attr.GenAIConversationID.String(session))
	}
	return append(a, attr.LLMLatencyMS.Float64(milliseconds(o.Duration)))
}

// tokens reports whether anything is known that a price could be put on.
func (c *Call) tokens() bool { return c.known&(Input|Output) != 0 }

// A sum is what the requests used that were sent under one span. It differs
// from what one call used where the span is another instrumentation's, which
// may send several.
type sum struct {
	usage  price.Usage
	known  Counts
	picos  int64
	priced bool
}

// sum returns s with what calls under the same live span used before.
func (c *Call) sum(s sum) sum {
	if c.before == nil {
		return s
	}
	b := c.before.total
	return sum{
		usage: s.usage.Add(b.usage), known: s.known | b.known,
		picos: s.picos + b.picos, priced: s.priced && b.priced,
	}
}

func (s *sum) appendUsage(a []attribute.KeyValue) []attribute.KeyValue {
	u := &s.usage
	for _, n := range [...]struct {
		count     Counts
		own, twin attribute.Key
		tokens    int64
	}{
		{Input, attr.LLMInputTokens, attr.GenAIUsageInputTokens, u.InputTokens},
		{Output, attr.LLMOutputTokens, attr.GenAIUsageOutputTokens, u.OutputTokens},
		{CachedInput, attr.LLMCachedInputTokens, attr.GenAIUsageCacheReadInputTokens, u.CachedInputTokens},
		{CacheWrite, attr.LLMCacheWriteTokens, attr.GenAIUsageCacheCreationInputTokens, u.CacheWriteTokens},
		{Reasoning, attr.LLMReasoningTokens, attr.GenAIUsageReasoningOutputTokens, u.ReasoningTokens},
	} {
		if s.known.Has(n.count) || n.tokens > 0 {
			a = append(a, n.own.Int64(n.tokens), n.twin.Int64(n.tokens))
		}
	}
	return a
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
