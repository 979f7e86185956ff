package otlp_test

import (
	"testing"

	"github.com/lift-sys/telemetry/internal/otlp"
)

// FuzzSampling reads spans that nobody has written, and amends them.
func FuzzSampling(f *testing.F) {
	for seed := range uint64(10) {
		m := newMaker(seed)
		f.Add(otlp.AppendSpan(nil, m.span(m.resource(), list(1, m.scope)), nil))
	}
	f.Fuzz(func(t *testing.T, span []byte) {
		traceState, _ := otlp.Sampling(span)
		if len(traceState) > len(span) {
			t.Errorf("%d bytes of tracestate in %d", len(traceState), len(span))
		}
	})
}
