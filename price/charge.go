package price

// charge returns what a clamped usage costs.
func charge(rates []rate, u Usage) (total sum) {
	var (
		cost   [kindCount]uint64
		priced [kindCount]bool
	)
	for _, r := range rates {
		if u.InputTokens > r.above {
			cost[r.kind], priced[r.kind] = r.picos, true
		}
	}

	// take charges n tokens out of those that are left, and reports how many it
	// took. What has no price is left to the kind above.
	take := func(left *int64, kind index, n int64) int64 {
		if !priced[kind] {
			return 0
		}
		n = min(n, *left)
		*left -= n
		total.add(uint64(n), cost[kind], 1)
		return n
	}

	// Subsets may exceed the whole together, where a provider does not say what
	// they share: the earlier one wins.
	input := u.InputTokens
	audio, image := u.InputAudioTokens, u.InputImageTokens
	if priced[iCacheRead] {
		cached := u.CachedInputTokens
		input -= cached
		take(&cached, iCacheReadAudio, u.CachedAudioTokens)
		take(&cached, iCacheReadImage, u.CachedImageTokens)
		take(&cached, iCacheRead, cached)
		audio -= u.CachedAudioTokens
		image -= u.CachedImageTokens
	}
	if priced[iCacheWrite] {
		long := take(&input, iCacheWrite1h, u.CacheWrite1hTokens)
		take(&input, iCacheWrite, u.CacheWriteTokens-long)
	}
	take(&input, iInputAudio, audio)
	take(&input, iInputImage, image)
	take(&input, iInputVideo, u.InputVideoTokens)
	take(&input, iInput, input)

	output := u.OutputTokens
	take(&output, iOutputReasoning, u.ReasoningTokens)
	take(&output, iOutputCitation, u.CitationTokens)
	take(&output, iOutputAudio, u.OutputAudioTokens)
	take(&output, iOutputImage, u.OutputImageTokens)
	take(&output, iOutputVideo, u.OutputVideoTokens)
	take(&output, iOutput, output)

	if priced[iPer1kRequests] {
		total.add(1, cost[iPer1kRequests], 1000)
	}
	if priced[iPer1kWebSearches] {
		total.add(uint64(u.WebSearches), cost[iPer1kWebSearches], 1000)
	}
	if priced[iPerGPUSecond] {
		total.addSeconds(u.GPUTime, cost[iPerGPUSecond])
	}
	return total
}
