package price_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/price"
)

func TestClamp(t *testing.T) {
	tests := []struct {
		name, reason string
		in, want     price.Usage
	}{
		{name: "zero", reason: "a call that used nothing"},
		{
			name: "possible", reason: "what can be stays as it is",
			in:   price.Usage{InputTokens: 10, OutputTokens: 9, CachedInputTokens: 4, CacheWriteTokens: 6, CacheWrite1hTokens: 6, ReasoningTokens: 9, InputAudioTokens: 10, CachedAudioTokens: 4, OutputAudioTokens: 9},
			want: price.Usage{InputTokens: 10, OutputTokens: 9, CachedInputTokens: 4, CacheWriteTokens: 6, CacheWrite1hTokens: 6, ReasoningTokens: 9, InputAudioTokens: 10, CachedAudioTokens: 4, OutputAudioTokens: 9},
		},
		{
			name: "negative", reason: "no count is below zero",
			in: price.Usage{InputTokens: -1, OutputTokens: -1, CachedInputTokens: -1, CacheWriteTokens: -1, CacheWrite1hTokens: -1, ReasoningTokens: -1, InputAudioTokens: -1, CachedAudioTokens: -1, OutputAudioTokens: -1},
		},
		{
			name: "subsets over totals", reason: "a subset is never larger than what it is part of",
			in:   price.Usage{InputTokens: 10, OutputTokens: 5, CachedInputTokens: 20, CacheWriteTokens: 20, CacheWrite1hTokens: 20, ReasoningTokens: 6, InputAudioTokens: 30, CachedAudioTokens: 30, OutputAudioTokens: 7},
			want: price.Usage{InputTokens: 10, OutputTokens: 5, CachedInputTokens: 10, ReasoningTokens: 5, InputAudioTokens: 10, CachedAudioTokens: 10, OutputAudioTokens: 5},
		},
		{
			name: "cache read and written", reason: "the same token is not both",
			in:   price.Usage{InputTokens: 10, CachedInputTokens: 7, CacheWriteTokens: 7, CacheWrite1hTokens: 5},
			want: price.Usage{InputTokens: 10, CachedInputTokens: 7, CacheWriteTokens: 3, CacheWrite1hTokens: 3},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, changed := tt.in.Clamp()
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, d)
			}
			if changed != (tt.in != tt.want) {
				t.Errorf("changed is %t", changed)
			}
		})
	}
}

func FuzzClamp(f *testing.F) {
	f.Add(int64(10), int64(5), int64(20), int64(20), int64(20), int64(6), int64(30), int64(30), int64(7))
	f.Add(int64(-1), int64(-1), int64(-1), int64(-1), int64(-1), int64(-1), int64(-1), int64(-1), int64(-1))
	f.Fuzz(func(t *testing.T, in, out, cached, write, write1h, reasoning, audioIn, audioCached, audioOut int64) {
		u, _ := price.Usage{
			InputTokens: in, OutputTokens: out, CachedInputTokens: cached, CacheWriteTokens: write,
			CacheWrite1hTokens: write1h, ReasoningTokens: reasoning, InputAudioTokens: audioIn,
			CachedAudioTokens: audioCached, OutputAudioTokens: audioOut,
		}.Clamp()
		for _, pair := range [][2]int64{
			{0, u.InputTokens},
			{0, u.OutputTokens},
			{0, u.CachedInputTokens},
			{0, u.CacheWriteTokens},
			{0, u.CacheWrite1hTokens},
			{0, u.ReasoningTokens},
			{0, u.InputAudioTokens},
			{0, u.CachedAudioTokens},
			{0, u.OutputAudioTokens},
			{u.CachedInputTokens, u.InputTokens},
			{u.CacheWriteTokens, u.InputTokens - u.CachedInputTokens},
			{u.CacheWrite1hTokens, u.CacheWriteTokens},
			{u.ReasoningTokens, u.OutputTokens},
			{u.InputAudioTokens, u.InputTokens},
			{u.CachedAudioTokens, u.InputAudioTokens},
			{u.OutputAudioTokens, u.OutputTokens},
		} {
			if pair[0] > pair[1] {
				t.Errorf("%d is more than %d in %+v", pair[0], pair[1], u)
			}
		}
		if again, changed := u.Clamp(); changed || again != u {
			t.Errorf("clamping twice changes %+v to %+v", u, again)
		}
	})
}

func TestPricerFunc(t *testing.T) {
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	var p price.Pricer = price.PricerFunc(func(provider, model string, u price.Usage, when time.Time) (price.Amount, bool) {
		return price.Amount{USD: float64(u.InputTokens), Version: provider + model}, when.Equal(at)
	})
	got, ok := p.Price("p", "m", price.Usage{InputTokens: 3}, at)
	if want := (price.Amount{USD: 3, Version: "pm"}); got != want || !ok {
		t.Errorf("%+v, %t; want %+v", got, ok, want)
	}
}
