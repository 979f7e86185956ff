package price

import "time"

// Usage counts what one LLM call consumed. InputTokens and OutputTokens are
// totals; every other count of tokens is a subset of one of the two. The zero
// value means a call that used nothing.
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
	CitationTokens     int64 // output spent on citations
	InputAudioTokens   int64 // input that was audio
	CachedAudioTokens  int64 // of InputAudioTokens, those read from the cache
	OutputAudioTokens  int64 // output that is audio
	InputImageTokens   int64 // input that was images
	CachedImageTokens  int64 // of InputImageTokens, those read from the cache
	OutputImageTokens  int64 // output that is images
	InputVideoTokens   int64 // input that was video
	OutputVideoTokens  int64 // output that is video

	WebSearches int64         // searches of the web that the provider made
	GPUTime     time.Duration // time on a GPU, for models on own machines; of several GPUs the sum
}

// Clamp returns u without what cannot be: a negative count becomes 0, a subset
// is never larger than what it is part of, and subsets that exclude each other
// are together not larger. The second result reports whether anything had to
// change.
func (u Usage) Clamp() (Usage, bool) {
	c := u
	for _, n := range [...]*int64{
		&c.InputTokens, &c.OutputTokens, &c.CachedInputTokens, &c.CacheWriteTokens, &c.CacheWrite1hTokens,
		&c.ReasoningTokens, &c.CitationTokens, &c.InputAudioTokens, &c.CachedAudioTokens, &c.OutputAudioTokens,
		&c.InputImageTokens, &c.CachedImageTokens, &c.OutputImageTokens, &c.InputVideoTokens, &c.OutputVideoTokens,
		&c.WebSearches,
	} {
		*n = max(*n, 0)
	}
	c.GPUTime = max(c.GPUTime, 0)

	c.CachedInputTokens = min(c.CachedInputTokens, c.InputTokens)
	c.CacheWriteTokens = min(c.CacheWriteTokens, c.InputTokens-c.CachedInputTokens)
	c.CacheWrite1hTokens = min(c.CacheWrite1hTokens, c.CacheWriteTokens)

	// A token is sound, picture or film, and may be cached as well.
	c.InputAudioTokens = min(c.InputAudioTokens, c.InputTokens)
	c.InputImageTokens = min(c.InputImageTokens, c.InputTokens-c.InputAudioTokens)
	c.InputVideoTokens = min(c.InputVideoTokens, c.InputTokens-c.InputAudioTokens-c.InputImageTokens)
	c.CachedAudioTokens = min(c.CachedAudioTokens, c.InputAudioTokens, c.CachedInputTokens)
	c.CachedImageTokens = min(c.CachedImageTokens, c.InputImageTokens, c.CachedInputTokens-c.CachedAudioTokens)

	c.ReasoningTokens = min(c.ReasoningTokens, c.OutputTokens)
	c.CitationTokens = min(c.CitationTokens, c.OutputTokens)
	c.OutputAudioTokens = min(c.OutputAudioTokens, c.OutputTokens)
	c.OutputImageTokens = min(c.OutputImageTokens, c.OutputTokens-c.OutputAudioTokens)
	c.OutputVideoTokens = min(c.OutputVideoTokens, c.OutputTokens-c.OutputAudioTokens-c.OutputImageTokens)
	return c, c != u
}
