package sampling

import (
	"encoding/binary"
	"math"
	"strings"

	"go.opentelemetry.io/otel/trace"
)

const (
	// randomnessBits is the width of R and T.
	randomnessBits = 56
	// thresholdDigits is the width of R and T in hexadecimal digits.
	thresholdDigits = randomnessBits / 4
	// precision is how many significant digits a threshold made from a ratio
	// gets, as the specification recommends to SDKs.
	precision = 4
)

// Never is the threshold that keeps no trace. It is no probability, so it is
// never written to a tracestate.
const Never Threshold = 1 << randomnessBits

// Threshold is a rejection threshold: of 2^56 values of randomness, the number
// that are rejected. The zero value keeps every trace.
type Threshold uint64

// ThresholdFromRatio returns the threshold that keeps the share ratio of all
// traces, in 0..1, rounded to four significant hexadecimal digits so that
// other SDKs with the same ratio keep the same traces. A ratio of 0 or less is
// Never. A ratio of 1 or more keeps everything, and so does NaN, since a
// number that makes no sense must not silence a service.
func ThresholdFromRatio(ratio float64) Threshold {
	switch {
	case math.IsNaN(ratio) || ratio >= 1:
		return 0
	case ratio <= 0:
		return Never
	}
	// A positive ratio below the smallest probability is still not zero.
	kept := max(1, uint64(math.Round(math.Ldexp(ratio, randomnessBits))))
	t := uint64(Never) - kept

	// Every four leading zero bits of the ratio are a leading f of the
	// threshold, which says nothing about precision.
	_, exp := math.Frexp(ratio)
	digits := min(precision+max(0, -exp)/4, thresholdDigits)
	unit := uint64(1) << (4 * (thresholdDigits - digits))
	return Threshold((t + unit/2) / unit * unit)
}

// ParseThreshold reads the value of the sub-key th: 1 to 14 lower-case
// hexadecimal digits, the most significant first, trailing zeros left out. It
// reports false for anything else.
func ParseThreshold(s string) (Threshold, bool) {
	if len(s) == 0 || len(s) > thresholdDigits {
		return 0, false
	}
	v, ok := parseHex(s)
	return Threshold(v << (4 * (thresholdDigits - len(s)))), ok
}

// String returns t as the value of the sub-key th. Never, which has no such
// value, is "never".
func (t Threshold) String() string {
	switch {
	case t == 0:
		return "0"
	case t >= Never:
		return "never"
	}
	const hex = "0123456789abcdef"
	var b [thresholdDigits]byte
	for i := range b {
		b[i] = hex[t>>(randomnessBits-4*(i+1))&0xf]
	}
	return strings.TrimRight(string(b[:]), "0")
}

// Probability returns the share of traces that t keeps, in 0..1.
func (t Threshold) Probability() float64 {
	return float64(Never-min(t, Never)) / float64(Never)
}

// Above returns the threshold that rejects r and all below it.
func Above(r uint64) Threshold { return Threshold(min(r, uint64(Never)-1) + 1) }

// Keeps reports whether a trace of randomness r is kept.
func (t Threshold) Keeps(r uint64) bool { return r >= uint64(t) }

// Randomness returns R of a trace, 56 bits: the sub-key rv of ts, or the low
// 56 bits of id where rv is missing or malformed. IDs are presumed random, with
// or without the W3C random flag, as the specification has samplers presume.
func Randomness(id trace.TraceID, ts trace.TraceState) uint64 {
	if ts.Len() > 0 {
		if f := parseMember(ts.Get(memberKey)); f.rv.count == 1 && len(f.rv.value) == thresholdDigits {
			if r, ok := parseHex(f.rv.value); ok {
				return r
			}
		}
	}
	return binary.BigEndian.Uint64(id[8:]) & (1<<randomnessBits - 1)
}

// parseHex reads at most 16 lower-case hexadecimal digits. strconv takes
// upper case, signs and underscores too.
func parseHex(s string) (v uint64, ok bool) {
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			v = v<<4 | uint64(c-'0')
		case c >= 'a' && c <= 'f':
			v = v<<4 | uint64(c-'a'+10)
		default:
			return 0, false
		}
	}
	return v, true
}
