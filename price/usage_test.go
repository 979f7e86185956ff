package price_test

import (
	"math"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/price"
)

// everyField returns a usage all of whose fields are n.
func everyField(n int64) (u price.Usage) {
	for _, field := range reflect.ValueOf(&u).Elem().Fields() {
		field.SetInt(n)
	}
	return u
}

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
			in: everyField(-1),
		},
		{
			name: "subsets over totals", reason: "a subset is never larger than what it is part of",
			in:   price.Usage{InputTokens: 10, OutputTokens: 5, CachedInputTokens: 20, CacheWriteTokens: 20, CacheWrite1hTokens: 20, ReasoningTokens: 6, CitationTokens: 9, InputAudioTokens: 30, CachedAudioTokens: 30, OutputAudioTokens: 7},
			want: price.Usage{InputTokens: 10, OutputTokens: 5, CachedInputTokens: 10, ReasoningTokens: 5, CitationTokens: 5, InputAudioTokens: 10, CachedAudioTokens: 10, OutputAudioTokens: 5},
		},
		{
			name: "cache read and written", reason: "the same token is not both",
			in:   price.Usage{InputTokens: 10, CachedInputTokens: 7, CacheWriteTokens: 7, CacheWrite1hTokens: 5},
			want: price.Usage{InputTokens: 10, CachedInputTokens: 7, CacheWriteTokens: 3, CacheWrite1hTokens: 3},
		},
		{
			name: "sound, picture, film", reason: "a token is one of them, and the first named keeps its count",
			in:   price.Usage{InputTokens: 10, InputAudioTokens: 4, InputImageTokens: 4, InputVideoTokens: 4, OutputTokens: 5, OutputAudioTokens: 1, OutputImageTokens: 3, OutputVideoTokens: 2},
			want: price.Usage{InputTokens: 10, InputAudioTokens: 4, InputImageTokens: 4, InputVideoTokens: 2, OutputTokens: 5, OutputAudioTokens: 1, OutputImageTokens: 3, OutputVideoTokens: 1},
		},
		{
			name: "cached pictures", reason: "they are among the cached tokens that are no sound",
			in:   price.Usage{InputTokens: 10, CachedInputTokens: 5, InputAudioTokens: 4, CachedAudioTokens: 3, InputImageTokens: 6, CachedImageTokens: 6},
			want: price.Usage{InputTokens: 10, CachedInputTokens: 5, InputAudioTokens: 4, CachedAudioTokens: 3, InputImageTokens: 6, CachedImageTokens: 2},
		},
		{
			name: "searches and GPU time", reason: "they are part of nothing",
			in:   price.Usage{WebSearches: 3, GPUTime: time.Second},
			want: price.Usage{WebSearches: 3, GPUTime: time.Second},
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

func TestAdd(t *testing.T) {
	tests := []struct {
		name, reason string
		a, b, want   price.Usage
	}{
		{"nothing", "zero is neutral", everyField(7), price.Usage{}, everyField(7)},
		{"every field", "a field that Usage gains is added too", everyField(3), everyField(4), everyField(7)},
		{"too large", "a sum does not turn negative", everyField(math.MaxInt64), everyField(1), everyField(math.MaxInt64)},
		{"negative", "which is clamped later", everyField(-3), everyField(1), everyField(-2)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, tt.a.Add(tt.b)); d != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, d)
			}
			if d := cmp.Diff(tt.want, tt.b.Add(tt.a)); d != "" {
				t.Errorf("the other way round (-want +got):\n%s", d)
			}
		})
	}
}

// usageOf fills the fields of a usage, in their order, with the numbers.
func usageOf(numbers ...int64) (u price.Usage) {
	v := reflect.ValueOf(&u).Elem()
	for i, n := range numbers[:min(len(numbers), v.NumField())] {
		v.Field(i).SetInt(n)
	}
	return u
}

func FuzzClamp(f *testing.F) {
	f.Add(int64(10), int64(5), int64(20), int64(20), int64(20), int64(6), int64(3), int64(30), int64(30), int64(7), int64(1), int64(2), int64(3), int64(4), int64(5), int64(6), int64(7))
	f.Add(int64(-1), int64(-1), int64(-1), int64(-1), int64(-1), int64(-1), int64(-1), int64(-1), int64(-1), int64(-1), int64(-1), int64(-1), int64(-1), int64(-1), int64(-1), int64(-1), int64(-1))
	f.Fuzz(func(t *testing.T, a, b, c, d, e, g, h, i, j, k, l, m, n, o, p, q, r int64) {
		u, _ := usageOf(a, b, c, d, e, g, h, i, j, k, l, m, n, o, p, q, r).Clamp()
		for field, n := range reflect.ValueOf(u).Fields() {
			if n.Int() < 0 {
				t.Errorf("%s is negative in %+v", field.Name, u)
			}
		}
		for _, pair := range [][2]int64{
			{u.CachedInputTokens, u.InputTokens},
			{u.CacheWriteTokens, u.InputTokens - u.CachedInputTokens},
			{u.CacheWrite1hTokens, u.CacheWriteTokens},
			{u.ReasoningTokens, u.OutputTokens},
			{u.CitationTokens, u.OutputTokens},
			{u.InputAudioTokens, u.InputTokens},
			{u.InputImageTokens, u.InputTokens - u.InputAudioTokens},
			{u.InputVideoTokens, u.InputTokens - u.InputAudioTokens - u.InputImageTokens},
			{u.CachedAudioTokens, u.InputAudioTokens},
			{u.CachedImageTokens, u.InputImageTokens},
			{u.CachedImageTokens, u.CachedInputTokens - u.CachedAudioTokens},
			{u.OutputAudioTokens, u.OutputTokens},
			{u.OutputImageTokens, u.OutputTokens - u.OutputAudioTokens},
			{u.OutputVideoTokens, u.OutputTokens - u.OutputAudioTokens - u.OutputImageTokens},
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
