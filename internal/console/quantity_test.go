package console_test

import (
	"math"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/internal/console"
)

func TestDuration(t *testing.T) {
	tests := []struct {
		want string
		d    time.Duration
	}{
		{"0s", -time.Hour},
		{"0s", 0},
		{"999ns", 999},
		{"1µs", 1999},
		{"999µs", time.Millisecond - 1},
		{"1.0ms", time.Millisecond},
		{"9.9ms", 10*time.Millisecond - 1},
		{"10ms", 10 * time.Millisecond},
		{"999ms", time.Second - 1},
		{"1.00s", time.Second},
		{"9.99s", 10*time.Second - 1},
		{"10.0s", 10 * time.Second},
		{"59.9s", time.Minute - 1},
		{"1m00s", time.Minute},
		{"59m59s", time.Hour - 1},
		{"26h05m", 26*time.Hour + 5*time.Minute},
	}
	for _, tt := range tests {
		if got := console.Duration(tt.d); got != tt.want {
			t.Errorf("%d ns: got %s, want %s", tt.d, got, tt.want)
		}
	}
}

func TestDollars(t *testing.T) {
	tests := []struct {
		want string
		usd  float64
	}{
		{"$0", 0},
		{"<$.0001", 0.00001},
		{"$0.0001", 0.00005},
		{"$0.0169", 0.016938},
		{"$0.9999", 0.99994},
		{"$1.00", 0.99999},
		{"$12.35", 12.345678},
		{"$1.2e+06", 1_234_567},
		{"-$0.5000", -0.5},
		{"$?", math.NaN()},
		{"$?", math.Inf(1)},
		{"$?", math.Inf(-1)},
	}
	for _, tt := range tests {
		if got := console.Dollars(tt.usd); got != tt.want {
			t.Errorf("%v: got %s, want %s", tt.usd, got, tt.want)
		}
	}
}

func TestCount(t *testing.T) {
	tests := []struct {
		want string
		n    float64
	}{
		{"0", 0},
		{"999", 999},
		{"1.0k", 1000},
		{"2.9k", 2922},
		{"99.9k", 99_949},
		{"100k", 99_950},
		{"999k", 999_499},
		{"1.0M", 999_500},
		{"1.0e+15", 1e15},
		{"-5", -5},
		{"?", math.NaN()},
		{"?", math.Inf(1)},
	}
	for _, tt := range tests {
		if got := console.Count(tt.n); got != tt.want {
			t.Errorf("%v: got %s, want %s", tt.n, got, tt.want)
		}
	}
}
