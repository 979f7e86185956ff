package sampling_test

import (
	"math"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/internal/sampling"
)

func TestThresholdFromRatio(t *testing.T) {
	tests := []struct {
		name   string
		ratio  float64
		want   string
		reason string
	}{
		{"1 in 1", 1, "0", "table of the specification, precision 4"},
		{"1 in 2", 1. / 2, "8", "table of the specification, precision 4"},
		{"1 in 3", 1. / 3, "aaab", "table of the specification, precision 4"},
		{"1 in 4", 1. / 4, "c", "table of the specification, precision 4"},
		{"1 in 5", 1. / 5, "cccd", "table of the specification, precision 4"},
		{"1 in 8", 1. / 8, "e", "table of the specification, precision 4"},
		{"1 in 10", 1. / 10, "e666", "table of the specification, precision 4"},
		{"1 in 16", 1. / 16, "f", "table of the specification, precision 4"},
		{"1 in 100", 1. / 100, "fd70a", "table of the specification, precision 4"},
		{"1 in 1000", 1. / 1000, "ffbe77", "table of the specification, precision 4"},
		{"1 in 10000", 1. / 10000, "fff9724", "table of the specification, precision 4"},
		{"1 in 100000", 1. / 100000, "ffff583a", "table of the specification, precision 4"},
		{"1 in 1000000", 1. / 1000000, "ffffef39", "table of the specification, precision 4"},
		{"smallest", 0x1p-56, "ffffffffffffff", "one value of 2^56 is kept"},
		{"below smallest", math.SmallestNonzeroFloat64, "ffffffffffffff", "a positive ratio is not zero"},
		{"nearly one", 1 - 0x1p-53, "0", "no precision is spent on the top end"},
		{"zero", 0, "never", "keeps nothing"},
		{"negative", -1, "never", "as zero"},
		{"negative infinity", math.Inf(-1), "never", "as zero"},
		{"above one", 1.5, "0", "as one"},
		{"infinity", math.Inf(1), "0", "as one"},
		{"not a number", math.NaN(), "0", "nonsense must not silence a service"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := sampling.ThresholdFromRatio(tt.ratio)
			if got.String() != tt.want {
				t.Errorf("ThresholdFromRatio(%g) = %q, want %q: %s", tt.ratio, got, tt.want, tt.reason)
			}
			if got == 0 || got == sampling.Never {
				return
			}
			if back, ok := sampling.ParseThreshold(got.String()); !ok || back != got {
				t.Errorf("ParseThreshold(%q) = %x, %t, want %x", got, uint64(back), ok, uint64(got))
			}
		})
	}
}

func TestParseThreshold(t *testing.T) {
	tests := []struct {
		name   string
		in     string
		want   sampling.Threshold
		ok     bool
		reason string
	}{
		{"zero", "0", 0, true, "every trace"},
		{"half", "8", 0x80000000000000, true, "missing digits are zeros on the right"},
		{"specification", "fd70a4", 0xfd70a400000000, true, "1 % with five digits"},
		{"leading zero", "08", 0x08000000000000, true, "leading zeros count"},
		{"trailing zero", "80", 0x80000000000000, true, "leaving them out is optional"},
		{"all digits", "ffffffffffffff", 0xffffffffffffff, true, "the largest"},
		{"all zeros", "00000000000000", 0, true, "14 digits are allowed"},
		{"empty", "", 0, false, "at least one digit"},
		{"too long", "000000000000000", 0, false, "15 digits"},
		{"upper case", "FD70A4", 0, false, "hexdigit is lower case"},
		{"sign", "+8", 0, false, "not a digit"},
		{"prefix", "0x8", 0, false, "not a digit"},
		{"underscore", "8_0", 0, false, "not a digit"},
		{"space", "8 ", 0, false, "not a digit"},
		{"not ASCII", "８", 0, false, "not a digit"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := sampling.ParseThreshold(tt.in)
			if ok != tt.ok || ok && got != tt.want {
				t.Errorf("ParseThreshold(%q) = %x, %t, want %x, %t: %s", tt.in, uint64(got), ok, uint64(tt.want), tt.ok, tt.reason)
			}
		})
	}
}

func TestThresholdProbability(t *testing.T) {
	tests := []struct {
		name string
		t    sampling.Threshold
		want float64
	}{
		{"all", 0, 1},
		{"half", 0x80000000000000, 0.5},
		{"specification, 1/10", 0xe6660000000000, 0.100006103515625},
		{"specification, 1/1000000", 0xffffef39000000, 1.00000761449337e-06},
		{"smallest", sampling.Never - 1, 0x1p-56},
		{"never", sampling.Never, 0},
		{"out of range", sampling.Never + 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.t.Probability(); math.Abs(got-tt.want) > tt.want*1e-14 {
				t.Errorf("Threshold(%x).Probability() = %g, want %g", uint64(tt.t), got, tt.want)
			}
		})
	}
}

func TestRandomness(t *testing.T) {
	tests := []struct {
		name       string
		id         string
		tracestate string
		want       uint64
		reason     string
	}{
		{"trace ID", "ffffffffffffffffff6e6d1a75832a2f", "", 0x6e6d1a75832a2f, "the low 56 bits"},
		{"explicit", "ffffffffffffffffffffffffffffffff", "ot=rv:6e6d1a75832a2f", 0x6e6d1a75832a2f, "rv goes before the ID"},
		{"explicit with others", "ffffffffffffffffffffffffffffffff", "a=b,ot=x:1;rv:7479cfb506891d;th:8,c=d", 0x7479cfb506891d, "wherever it stands"},
		{"other vendor", "00000000000000000000000000000001", "a=rv:6e6d1a75832a2f", 1, "only the member ot counts"},
		{"short", "00000000000000000000000000000001", "ot=rv:6e6d1a75832a2", 1, "exactly 14 digits"},
		{"long", "00000000000000000000000000000001", "ot=rv:6e6d1a75832a2f0", 1, "exactly 14 digits"},
		{"upper case", "00000000000000000000000000000001", "ot=rv:6E6D1A75832A2F", 1, "lower case"},
		{"twice", "00000000000000000000000000000001", "ot=rv:6e6d1a75832a2f;rv:7479cfb506891d", 1, "keys are unique"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := sampling.Randomness(traceID(t, tt.id), traceState(t, tt.tracestate)); got != tt.want {
				t.Errorf("Randomness(%s, %q) = %x, want %x: %s", tt.id, tt.tracestate, got, tt.want, tt.reason)
			}
		})
	}
}

func FuzzParseThreshold(f *testing.F) {
	for _, s := range []string{"0", "8", "fd70a4", "00000000000000", "ffffffffffffff", "", "FD", "80000000000000000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := sampling.ParseThreshold(s)
		if !ok {
			return
		}
		if got >= sampling.Never {
			t.Fatalf("ParseThreshold(%q) = %x: no probability", s, uint64(got))
		}
		// The text must come back but for the zeros that mean nothing.
		want := strings.TrimRight(s, "0")
		if want == "" {
			want = "0"
		}
		if got.String() != want {
			t.Fatalf("ParseThreshold(%q).String() = %q, want %q", s, got, want)
		}
	})
}
