package price

import "slices"

// A Kind is what a price is for. Prices of tokens are in US dollars per million
// tokens; the kinds whose name begins with Per name their unit themselves. The
// value is the kind's name in the price file.
//
// Kinds of tokens are a tree: a kind is charged for its own tokens, those of
// the kinds below it that have a price excepted. Where a kind has no price, its
// tokens stay with the kind above: cached input without a price costs what
// input costs.
type Kind string

// The kinds, parents before children.
const (
	Input  Kind = "input"  // all input
	Output Kind = "output" // all output

	CacheRead       Kind = "cache_read"       // of Input: read from the cache
	CacheWrite      Kind = "cache_write"      // of Input: written to the cache
	CacheWrite1h    Kind = "cache_write_1h"   // of CacheWrite: kept for an hour
	InputAudio      Kind = "input_audio"      // of Input
	InputImage      Kind = "input_image"      // of Input
	InputVideo      Kind = "input_video"      // of Input
	CacheReadAudio  Kind = "cache_read_audio" // of both CacheRead and InputAudio
	CacheReadImage  Kind = "cache_read_image" // of both CacheRead and InputImage
	OutputReasoning Kind = "output_reasoning" // of Output
	OutputCitation  Kind = "output_citation"  // of Output
	OutputAudio     Kind = "output_audio"     // of Output
	OutputImage     Kind = "output_image"     // of Output
	OutputVideo     Kind = "output_video"     // of Output

	Per1kRequests    Kind = "per_1k_requests"     // per 1,000 calls; a call is one
	Per1kWebSearches Kind = "per_1k_web_searches" // per 1,000 searches
	PerGPUSecond     Kind = "per_gpu_second"      // per second of Usage.GPUTime
)

// An index stands for a kind inside: its place in kinds.
type index uint8

const (
	iInput index = iota
	iOutput
	iCacheRead
	iCacheWrite
	iCacheWrite1h
	iInputAudio
	iInputImage
	iInputVideo
	iCacheReadAudio
	iCacheReadImage
	iOutputReasoning
	iOutputCitation
	iOutputAudio
	iOutputImage
	iOutputVideo
	iPer1kRequests
	iPer1kWebSearches
	iPerGPUSecond
	kindCount
)

// kinds in the order in which a person reads them.
var kinds = [kindCount]Kind{
	Input, Output, CacheRead, CacheWrite, CacheWrite1h, InputAudio, InputImage, InputVideo, CacheReadAudio, CacheReadImage,
	OutputReasoning, OutputCitation, OutputAudio, OutputImage, OutputVideo, Per1kRequests, Per1kWebSearches, PerGPUSecond,
}

// parents of a kind; it may have a price only where they have.
var parents = [kindCount][]index{
	iCacheRead: {iInput}, iCacheWrite: {iInput}, iCacheWrite1h: {iCacheWrite},
	iInputAudio: {iInput}, iInputImage: {iInput}, iInputVideo: {iInput},
	iCacheReadAudio: {iCacheRead, iInputAudio}, iCacheReadImage: {iCacheRead, iInputImage},
	iOutputReasoning: {iOutput}, iOutputCitation: {iOutput},
	iOutputAudio: {iOutput}, iOutputImage: {iOutput}, iOutputVideo: {iOutput},
}

// indexOf returns the place of a kind.
func indexOf(k Kind) (index, bool) {
	i := slices.Index(kinds[:], k)
	return index(max(i, 0)), i >= 0
}
