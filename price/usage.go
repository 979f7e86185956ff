// Package price holds what an LLM call consumed and what it cost.
//
// It is a leaf: it knows neither spans nor providers' wire formats.
package price

import "time"

// Usage counts the tokens of one LLM call. InputTokens and OutputTokens are
// totals; every other count is a subset of one of the two. The zero value
// means a call that used nothing.
//
// Providers differ in what their fields include. In a Usage, input includes
// cached and cache-written tokens and output includes reasoning, as
// OpenTelemetry's gen_ai.usage.* attributes demand; for Anthropic, sum
// input_tokens, cache_read_input_tokens and cache_creation_input_tokens.
type Usage struct {
	InputTokens  int64 // all input tokens, cached ones included
	OutputTokens int64 // all output tokens, reasoning included

	CachedInputTokens  int64 // input read from the provider's cache
	CacheWriteTokens   int64 // input written to the provider's cache, whatever its lifetime
	CacheWrite1hTokens int64 // of CacheWriteTokens, those kept for an hour
	ReasoningTokens    int64 // output spent on reasoning
	InputAudioTokens   int64 // input that was audio
	CachedAudioTokens  int64 // of InputAudioTokens, those read from the cache
	OutputAudioTokens  int64 // output that is audio
}

// Clamp returns u without what cannot be: a negative count becomes 0, and a
// subset is never larger than what it is part of. The second result reports
// whether anything had to change.
func (u Usage) Clamp() (Usage, bool) {
	c := u
	for _, n := range []*int64{
		&c.InputTokens, &c.OutputTokens, &c.CachedInputTokens, &c.CacheWriteTokens, &c.CacheWrite1hTokens,
		&c.ReasoningTokens, &c.InputAudioTokens, &c.CachedAudioTokens, &c.OutputAudioTokens,
	} {
		*n = max(*n, 0)
	}
	c.CachedInputTokens = min(c.CachedInputTokens, c.InputTokens)
	c.CacheWriteTokens = min(c.CacheWriteTokens, c.InputTokens-c.CachedInputTokens)
	c.CacheWrite1hTokens = min(c.CacheWrite1hTokens, c.CacheWriteTokens)
	c.InputAudioTokens = min(c.InputAudioTokens, c.InputTokens)
	c.CachedAudioTokens = min(c.CachedAudioTokens, c.InputAudioTokens, c.CachedInputTokens)
	c.ReasoningTokens = min(c.ReasoningTokens, c.OutputTokens)
	c.OutputAudioTokens = min(c.OutputAudioTokens, c.OutputTokens)
	return c, c != u
}

// Amount is what one call costs.
type Amount struct {
	USD     float64 // US dollars, never negative
	Version string  // of the price table, such as "2026-09-23"
}

// Pricer prices LLM calls. Implementations must be safe for concurrent use.
type Pricer interface {
	// Price returns the cost of a call to model at a provider (one of the
	// values of llm.provider), or false where the price is not known. An
	// unknown price is never 0.
	Price(provider, model string, u Usage, at time.Time) (Amount, bool)
}

// PricerFunc lets a function be a [Pricer].
type PricerFunc func(provider, model string, u Usage, at time.Time) (Amount, bool)

// Price calls f.
func (f PricerFunc) Price(provider, model string, u Usage, at time.Time) (Amount, bool) {
	return f(provider, model, u, at)
}
