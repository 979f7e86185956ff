package sampling

import (
	"encoding/binary"
	"math"

	"go.opentelemetry.io/otel/trace"
)

// Weight returns how many spans the span of sc stands for, 1 to 2^31-1: the
// inverse of the probability in the threshold of its tracestate, or 1 where
// there is none or a malformed one.
//
// A weight that is no whole number is rounded up or down at random, in the
// proportion that keeps sums unbiased, once per trace: all spans of a trace
// with the same threshold have the same weight. The draw is a hash of the whole
// trace ID, so it does not lean on the bits that decided the trace's sampling.
// It allocates nothing and is safe for concurrent use.
func Weight(sc trace.SpanContext) int {
	ts := sc.TraceState()
	if ts.Len() == 0 {
		return 1
	}
	t, ok := parseMember(ts.Get(memberKey)).threshold()
	if !ok {
		return 1
	}
	return round(t.weight(), sc.TraceID())
}

// TraceStateWeight returns what the function Weight does for a span of the trace
// id with a tracestate as a header has it. What is no tracestate gives 1.
func TraceStateWeight(tracestate string, id trace.TraceID) int {
	if tracestate == "" {
		return 1
	}
	ts, err := trace.ParseTraceState(tracestate)
	if err != nil {
		return 1
	}
	return Weight(trace.NewSpanContext(trace.SpanContextConfig{TraceID: id, TraceState: ts}))
}

// Weight returns how many spans a span of the trace id stands for that t has
// kept, rounded as the function Weight does. Never, which keeps none, gives the
// largest.
func (t Threshold) Weight(id trace.TraceID) int { return round(t.weight(), id) }

// weight returns the inverse of t's probability, at least 1.
func (t Threshold) weight() float64 {
	return float64(Never) / float64(Never-min(t, Never-1))
}

// round rounds w up for the share of trace IDs that is its fraction, else down.
func round(w float64, id trace.TraceID) int {
	whole, fraction := math.Modf(w)
	// 2^53 draws are what a float64 tells apart.
	if float64(hash(id)>>11)*0x1p-53 < fraction {
		whole++
	}
	return int(min(whole, math.MaxInt32))
}

// hash mixes all 16 bytes of id into 64 even bits. The steps are the finalizer
// of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
// Generators, 2014), applied to each half.
func hash(id trace.TraceID) uint64 {
	h := mix(binary.BigEndian.Uint64(id[:8]) + 0x9e3779b97f4a7c15)
	return mix(h ^ binary.BigEndian.Uint64(id[8:]))
}

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
