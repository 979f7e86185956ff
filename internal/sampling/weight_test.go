package sampling_test

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/sampling"
)

func TestWeight(t *testing.T) {
	tests := []struct {
		name       string
		tracestate string
		want       int
		reason     string
	}{
		{"no tracestate", "", 1, "stands for itself"},
		{"no ot", "a=th:8", 1, "another vendor's th is not ours"},
		{"no th", "ot=rv:6e6d1a75832a2f", 1, "unknown probability"},
		{"all", "ot=th:0", 1, "probability 1"},
		{"half", "ot=th:8", 2, "1 / 0.5"},
		{"quarter", "a=b,ot=rv:ffffffffffffff;th:c", 4, "1 / 0.25, wherever it stands"},
		{"sixteenth", "ot=th:f", 16, "1 / 0.0625"},
		{"malformed", "ot=th:F", 1, "upper case is no threshold"},
		{"empty", "ot=th:", 1, "no digits"},
		{"twice", "ot=th:8;th:c", 1, "keys are unique"},
		{"rarest", "ot=th:ffffffffffffff", math.MaxInt32, "the largest integer of all platforms"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sc := spanContext(t, "0123456789abcdef0123456789abcdef", tt.tracestate, true, false)
			if got := sampling.Weight(sc); got != tt.want {
				t.Errorf("Weight(%q) = %d, want %d: %s", tt.tracestate, got, tt.want, tt.reason)
			}
		})
	}
}

// idSource makes trace IDs of one shape from random bits.
var idSources = []struct {
	name   string
	reason string
	make   func(r *rand.Rand, n int) trace.TraceID
}{
	{"random", "W3C level 2", func(r *rand.Rand, _ int) trace.TraceID { return randomID(r.Uint64(), r.Uint64()) }},
	{"64 bits", "old tracers leave the upper half zero", func(r *rand.Rand, _ int) trace.TraceID { return randomID(0, r.Uint64()) }},
	{"time first", "X-Ray puts seconds in the upper bytes", func(r *rand.Rand, n int) trace.TraceID {
		return randomID(uint64(0x68000000+n/100)<<32|uint64(r.Uint32()), r.Uint64())
	}},
}

func randomID(hi, lo uint64) (id trace.TraceID) {
	binary.BigEndian.PutUint64(id[:8], hi)
	binary.BigEndian.PutUint64(id[8:], lo)
	return id
}

// TestWeightUnbiased holds the sum of the weights of what is kept against what
// there was. Were the rounding to lean on the bits that decide, or always to go
// one way, 1/0.4 would be off by 20 %.
func TestWeightUnbiased(t *testing.T) {
	const traces = 100_000
	for _, src := range idSources {
		for _, ratio := range []float64{0.9, 0.75, 0.6, 0.4, 1. / 3, 0.07, 0.011} {
			head := sampling.NewHead(sampling.HeadConfig{Kind: sampling.Ratio, Ratio: ratio})
			r := rand.New(rand.NewPCG(2, 47))
			var sum float64
			for n := range traces {
				id := src.make(r, n)
				d := head.Decide(id, trace.SpanContext{})
				if !d.Record {
					continue
				}
				sum += float64(sampling.Weight(trace.NewSpanContext(trace.SpanContextConfig{TraceID: id, TraceState: d.TraceState})))
			}
			p := sampling.ThresholdFromRatio(ratio).Probability()
			// Variance of one trace: that of being kept, plus that of rounding.
			_, fraction := math.Modf(1 / p)
			se := math.Sqrt(traces * (1/p - 1 + p*fraction*(1-fraction)))
			if off := math.Abs(sum - traces); off > 3*se {
				t.Errorf("%s, ratio %g: %d traces counted as %.0f, off by %.1f standard errors, want ≤ 3: %s", src.name, ratio, traces, sum, off/se, src.reason)
			}
		}
	}
}

// TestWeightIndependent looks at what is kept only: the share rounded up must
// be the fraction, whichever part of R it is that decided.
func TestWeightIndependent(t *testing.T) {
	const traces = 100_000
	const ratio = 0.4 // weight 2.5, so half of what is kept counts 2, half 3
	th := sampling.ThresholdFromRatio(ratio)
	_, fraction := math.Modf(1 / th.Probability())
	for _, src := range idSources {
		r := rand.New(rand.NewPCG(3, 5))
		ts := traceState(t, "ot=th:"+th.String())
		var n, up [4]float64 // by quarter of what is kept, in the order of R
		for i := range traces {
			id := src.make(r, i)
			rv := sampling.Randomness(id, trace.TraceState{})
			if rv < uint64(th) {
				continue
			}
			q := 4 * (rv - uint64(th)) / uint64(sampling.Never-th)
			n[q]++
			switch w := sampling.Weight(trace.NewSpanContext(trace.SpanContextConfig{TraceID: id, TraceState: ts})); w {
			case 2:
			case 3:
				up[q]++
			default:
				t.Fatalf("%s: Weight = %d, want 2 or 3", src.name, w)
			}
		}
		for q := range n {
			se := math.Sqrt(fraction * (1 - fraction) / n[q])
			if off := math.Abs(up[q]/n[q] - fraction); off > 3*se {
				t.Errorf("%s, quarter %d: share rounded up %.4f, want %.4f ± %.4f: %s", src.name, q, up[q]/n[q], fraction, 3*se, src.reason)
			}
		}
	}
}

func TestWeightSameInTrace(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	ts := traceState(t, "ot=th:999a")
	for range 1000 {
		c := trace.SpanContextConfig{TraceID: randomID(r.Uint64(), r.Uint64()), SpanID: trace.SpanID{1}, TraceState: ts}
		root := sampling.Weight(trace.NewSpanContext(c))
		c.SpanID, c.Remote, c.TraceFlags = trace.SpanID{2}, true, trace.FlagsSampled
		if child := sampling.Weight(trace.NewSpanContext(c)); child != root {
			t.Fatalf("trace %s: weights %d and %d, want the same on each span", c.TraceID, root, child)
		}
	}
}
