package core_test

import (
	"math"
	"testing"

	"github.com/lift-sys/telemetry/internal/core"
)

func TestPicos(t *testing.T) {
	most := math.Nextafter(math.MaxInt64/1e12, 0)
	tests := []struct {
		name, reason string
		usd          float64
		want         int64
		ok           bool
	}{
		{"zero", "free is a price", 0, 0, true},
		{"negative zero", "the same", math.Copysign(0, -1), 0, true},
		{"smallest price", "a token of a cheap model", 1e-9, 1000, true},
		{"tenth", "0.1 has no exact float, but exact picos", 0.1, 100_000_000_000, true},
		{"rounded", "to the nearest", 1.6e-12, 2, true},
		{"most", "the largest sum an int64 holds", most, int64(most * 1e12), true},
		{"too much", "one more would overflow", math.MaxInt64 / 1e12, 0, false},
		{"far too much", "a mistake in units", 1e300, 0, false},
		{"negative", "nothing costs less than nothing", -1e-12, 0, false},
		{"infinite", "no amount", math.Inf(1), 0, false},
		{"minus infinite", "no amount", math.Inf(-1), 0, false},
		{"undefined", "no amount", math.NaN(), 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := core.Picos(tt.usd)
			if got != tt.want || ok != tt.ok {
				t.Errorf("%d, %t; want %d, %t: %s", got, ok, tt.want, tt.ok, tt.reason)
			}
		})
	}
}

func FuzzPicos(f *testing.F) {
	for _, usd := range []float64{0, 0.1, 1e-12, -1, 9e6, math.MaxInt64 / 1e12, math.Inf(1), math.NaN()} {
		f.Add(usd)
	}
	f.Fuzz(func(t *testing.T, usd float64) {
		picos, ok := core.Picos(usd)
		switch {
		case picos < 0 || !ok && picos != 0:
			t.Errorf("Picos(%v) = %d, %t", usd, picos, ok)
		case ok && math.Abs(core.USD(picos)-usd) > 1e-12+usd*1e-15:
			t.Errorf("%v came back as %v", usd, core.USD(picos))
		}
	})
}
