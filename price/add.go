package price

import "math"

// Add returns the sum of two usages, of calls that belong together. A sum that
// is too large stays at the largest number.
func (u Usage) Add(v Usage) Usage {
	return Usage{
		InputTokens:        plus(u.InputTokens, v.InputTokens),
		OutputTokens:       plus(u.OutputTokens, v.OutputTokens),
		CachedInputTokens:  plus(u.CachedInputTokens, v.CachedInputTokens),
		CacheWriteTokens:   plus(u.CacheWriteTokens, v.CacheWriteTokens),
		CacheWrite1hTokens: plus(u.CacheWrite1hTokens, v.CacheWrite1hTokens),
		ReasoningTokens:    plus(u.ReasoningTokens, v.ReasoningTokens),
		CitationTokens:     plus(u.CitationTokens, v.CitationTokens),
		InputAudioTokens:   plus(u.InputAudioTokens, v.InputAudioTokens),
		CachedAudioTokens:  plus(u.CachedAudioTokens, v.CachedAudioTokens),
		OutputAudioTokens:  plus(u.OutputAudioTokens, v.OutputAudioTokens),
		InputImageTokens:   plus(u.InputImageTokens, v.InputImageTokens),
		CachedImageTokens:  plus(u.CachedImageTokens, v.CachedImageTokens),
		OutputImageTokens:  plus(u.OutputImageTokens, v.OutputImageTokens),
		InputVideoTokens:   plus(u.InputVideoTokens, v.InputVideoTokens),
		OutputVideoTokens:  plus(u.OutputVideoTokens, v.OutputVideoTokens),
		WebSearches:        plus(u.WebSearches, v.WebSearches),
		GPUTime:            plus(u.GPUTime, v.GPUTime),
	}
}

// plus adds two counts; one that is too large stays at the largest number.
func plus[N ~int64](a, b N) N {
	if a > 0 && b > math.MaxInt64-a {
		return math.MaxInt64
	}
	return a + b
}
