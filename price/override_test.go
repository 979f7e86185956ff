package price_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/price"
)

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}
	}
	return t
}

// inOut are prices of input and output alone.
func inOut(input, output float64) price.Rates {
	return price.Rates{price.Input: {USD: input}, price.Output: {USD: output}}
}

func TestWith(t *testing.T) {
	million := tokens(1_000_000, 0)
	gpu := price.Rates{price.PerGPUSecond: {USD: 0.001097}}
	tests := []struct {
		name, reason    string
		overrides       []price.Override
		provider, model string
		usage           price.Usage
		at              string
		want            price.Amount // without a version: not known
	}{
		{
			"over the table", "an override goes first",
			[]price.Override{{Provider: "openai", Model: "gpt-4o", Rates: inOut(2, 8)}},
			"openai", "gpt-4o", million, "2026-11-01",
			price.Amount{USD: 2, Version: "override"},
		},
		{
			"version", "spans say where the price comes from",
			[]price.Override{{Provider: "openai", Model: "gpt-4o", Rates: inOut(2, 8), Version: "contract"}},
			"openai", "gpt-4o", million, "2026-11-01",
			price.Amount{USD: 2, Version: "contract"},
		},
		{
			"another model", "an exact name is for one model",
			[]price.Override{{Provider: "openai", Model: "gpt-4o", Rates: inOut(2, 8)}},
			"openai", "gpt-4o-mini", million, "2026-11-01",
			price.Amount{USD: 0.15, Version: price.Version()},
		},
		{
			"another provider", "who resells has prices of his own",
			[]price.Override{{Provider: "openai", Model: "gpt-4o", Rates: inOut(2, 8)}},
			"azure", "gpt-4o", million, "2026-11-01",
			price.Amount{USD: 2.5, Version: price.Version()},
		},
		{
			"any provider", "an empty name is for all",
			[]price.Override{{Model: "gpt-4o", Rates: inOut(2, 8)}},
			"azure", "GPT-4o", million, "2026-11-01",
			price.Amount{USD: 2, Version: "override"},
		},
		{
			"unknown provider and model", "an override makes them known",
			[]price.Override{{Provider: "ACME", Model: "Coder-*", Rates: inOut(2, 8)}},
			" acme", "coder-7b", million, "2026-11-01",
			price.Amount{USD: 2, Version: "override"},
		},
		{
			"the table's name for a provider", "a call may use another",
			[]price.Override{{Provider: "google", Model: "gemini-2.5-pro", Rates: inOut(1, 8)}},
			"gcp.vertex_ai", "gemini-2.5-pro", million, "2026-11-01",
			price.Amount{USD: 1, Version: "override"},
		},
		{
			"an alias for a provider", "as gen_ai.provider.name has it",
			[]price.Override{{Provider: "gcp.gen_ai", Model: "gemini-2.5-pro", Rates: inOut(1, 8)}},
			"https://generativelanguage.googleapis.com", "gemini-2.5-pro", million, "2026-11-01",
			price.Amount{USD: 1, Version: "override"},
		},
		{
			"by the model alone", "its maker is meant",
			[]price.Override{{Provider: "openai", Model: "gpt-4o", Rates: inOut(2, 8)}},
			"", "gpt-4o", million, "2026-11-01",
			price.Amount{USD: 2, Version: "override"},
		},
		{
			"base URL", "of a server that the table does not know",
			[]price.Override{{Provider: "http://vllm.internal:8000/v1", Model: "*", Rates: inOut(2, 8)}},
			"http://vllm.internal:8000/v1", "llama", million, "2026-11-01",
			price.Amount{USD: 2, Version: "override"},
		},
		{
			"Bedrock, as the id", "an ARN is the id that it ends with",
			[]price.Override{{Provider: "aws", Model: "*.claude-sonnet-4-5-*", Rates: inOut(2, 8)}},
			"aws.bedrock", "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0", million, "2026-11-01",
			price.Amount{USD: 2, Version: "override"},
		},
		{
			"Bedrock, as the ARN", "of an application profile, which the table cannot know",
			[]price.Override{{Provider: "aws", Model: "arn:aws:*/a1b2c3", Rates: inOut(2, 8)}},
			"aws.bedrock", "arn:aws:bedrock:us-east-1:1:application-inference-profile/a1b2c3", million, "2026-11-01",
			price.Amount{USD: 2, Version: "override"},
		},
		{
			"the last one", "of several that match",
			[]price.Override{{Model: "gpt-4o", Rates: inOut(2, 8)}, {Model: "gpt*", Rates: inOut(3, 8)}, {Model: "o3", Rates: inOut(4, 8)}},
			"openai", "gpt-4o", million, "2026-11-01",
			price.Amount{USD: 3, Version: "override"},
		},
		{
			"before its date", "the one before holds",
			[]price.Override{{Model: "gpt-4o", Rates: inOut(2, 8)}, {Model: "gpt-4o", From: day("2027-01-01"), Rates: inOut(1, 8)}},
			"openai", "gpt-4o", million, "2026-12-31",
			price.Amount{USD: 2, Version: "override"},
		},
		{
			"from its date", "the last that has begun counts",
			[]price.Override{{Model: "gpt-4o", Rates: inOut(2, 8)}, {Model: "gpt-4o", From: day("2027-01-01"), Rates: inOut(1, 8)}},
			"openai", "gpt-4o", million, "2027-01-01",
			price.Amount{USD: 1, Version: "override"},
		},
		{
			"before the first date", "the table's price holds",
			[]price.Override{{Model: "gpt-4o", From: day("2027-01-01"), Rates: inOut(1, 8)}},
			"openai", "gpt-4o", million, "2026-12-31",
			price.Amount{USD: 2.5, Version: price.Version()},
		},
		{
			"unsorted tiers", "are cliffs all the same",
			[]price.Override{{Model: "m", Rates: price.Rates{price.Input: {USD: 1, Tiers: []price.Tier{{2000, 3}, {1000, 2}}}}}},
			"acme", "m", tokens(2000, 0), "2026-11-01",
			price.Amount{USD: 0.004, Version: "override"},
		},
		{
			"GPU time", "10 s × 0.001097",
			[]price.Override{{Provider: "modal", Model: "*", Rates: gpu}},
			"modal", "llama",
			price.Usage{InputTokens: 1000, GPUTime: 10 * time.Second},
			"2026-11-01",
			price.Amount{USD: 0.01097, Version: "override"},
		},
		{
			"GPU time, a nanosecond", "1e-9 × 0.001097",
			[]price.Override{{Provider: "modal", Model: "*", Rates: gpu}},
			"modal", "llama",
			price.Usage{GPUTime: 1},
			"2026-11-01",
			price.Amount{USD: 1.097e-12, Version: "override"},
		},
		{
			"no GPU time", "the only thing that costs is not known",
			[]price.Override{{Provider: "modal", Model: "*", Rates: gpu}},
			"modal", "llama",
			price.Usage{InputTokens: 1000},
			"2026-11-01",
			price.Amount{},
		},
		{
			"GPU time and tokens", "1M × 1 + 10 s × 0.5",
			[]price.Override{{Provider: "modal", Model: "*", Rates: price.Rates{price.Input: {USD: 1}, price.PerGPUSecond: {USD: 0.5}}}},
			"modal", "llama",
			price.Usage{InputTokens: 1_000_000, GPUTime: 10 * time.Second},
			"2026-11-01",
			price.Amount{USD: 6, Version: "override"},
		},
		{
			"free", "is known, and 0",
			[]price.Override{{Provider: "local", Model: "*", Rates: inOut(0, 0)}},
			"local", "llama", million, "2026-11-01",
			price.Amount{Version: "override"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table, err := price.Default().With(tt.overrides...)
			if err != nil {
				t.Fatal(err)
			}
			if tt.want.Version != "" {
				tt.want.Source = "table"
			}
			for range 2 { // the second answer comes from the cache
				got, ok := table.Price(tt.provider, tt.model, tt.usage, day(tt.at))
				if got != tt.want || ok != (tt.want.Version != "") {
					t.Errorf("%+v, %t; want %+v: %s", got, ok, tt.want, tt.reason)
				}
			}
		})
	}
}

// TestWithTwice proves that a table is added to, and never changed.
func TestWithTwice(t *testing.T) {
	one, err := price.Default().With(price.Override{Model: "gpt-4o", Rates: inOut(2, 8)})
	if err != nil {
		t.Fatal(err)
	}
	two, err := one.With(price.Override{Model: "gpt-4o*", Rates: inOut(1, 8)})
	if err != nil {
		t.Fatal(err)
	}
	var got []float64
	for _, table := range []*price.Table{price.Default(), new(price.Table), one, two} {
		a, _ := table.Price("openai", "gpt-4o", tokens(1_000_000, 0), noonOf(t))
		got = append(got, a.USD)
	}
	if d := cmp.Diff([]float64{2.5, 2.5, 2, 1}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func noonOf(t *testing.T) time.Time {
	at, err := time.Parse(time.RFC3339, noon)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestGlob(t *testing.T) {
	tests := []struct {
		pattern, model string
		want           bool
	}{
		{"gpt-5", "gpt-5", true},
		{"gpt-5", "gpt-5-mini", false},
		{"gpt-5*", "gpt-5", true},
		{"gpt-5*", "gpt-5-mini", true},
		{"gpt-5*", "my-gpt-5", false},
		{"*", "x", true},
		{"**", "x", true},
		{"*mini", "gpt-5-mini", true},
		{"*mini", "gpt-5-mini-2", false},
		{"gpt-*-mini", "gpt-5-mini", true},
		{"gpt-*-mini", "gpt-mini", false},
		{"a*a", "a", false},
		{"a*a", "aa", true},
		{"a*b*c", "abbc", true},
		{"a*b*c", "acb", false},
		{"GPT-5", "gpt-5", true},
		{"gpt.5", "gpt-5", false},
	}
	for _, tt := range tests {
		table, err := price.Default().With(price.Override{Provider: "acme", Model: tt.pattern, Rates: inOut(1, 1)})
		if err != nil {
			t.Fatal(err)
		}
		if _, got := table.Lookup("acme", tt.model, time.Time{}); got != tt.want {
			t.Errorf("%q matches %q: %t", tt.pattern, tt.model, got)
		}
	}
}

func TestWithErrors(t *testing.T) {
	good := price.Override{Model: "good", Rates: inOut(1, 1)}
	rates := func(r price.Rates) price.Override { return price.Override{Provider: "p", Model: "m", Rates: r} }
	tests := []struct {
		name     string
		override price.Override
		want     string
	}{
		{"no model", price.Override{Provider: "p", Rates: inOut(1, 1)}, `price override 2 (provider "p", model ""): no model: name one, or "*" for all`},
		{"no prices", rates(nil), `price override 2 (provider "p", model "m"): no prices: for a model that is free, give "input" and "output" the price 0`},
		{"negative", rates(inOut(1, -1)), `price override 2 (provider "p", model "m"): "output": -1 is no price: give US dollars from 0 to 1000000, per million tokens`},
		{"NaN", rates(inOut(math.NaN(), 1)), `price override 2 (provider "p", model "m"): "input": NaN is no price: give US dollars from 0 to 1000000, per million tokens`},
		{"infinite", rates(inOut(math.Inf(1), 1)), `price override 2 (provider "p", model "m"): "input": +Inf is no price: give US dollars from 0 to 1000000, per million tokens`},
		{"too large", rates(inOut(1e7, 1)), `price override 2 (provider "p", model "m"): "input": 1e+07 is no price: give US dollars from 0 to 1000000, per million tokens`},
		{"too small to count", rates(inOut(1e-13, 1)), `price override 2 (provider "p", model "m"): "input": 1e-13 is no price: give US dollars from 0 to 1000000, per million tokens`},
		{"unknown kind", rates(price.Rates{price.Input: {}, "cached": {}}), `price override 2 (provider "p", model "m"): "cached" is not priced: use one of input, output, cache_read, cache_write, cache_write_1h, input_audio, input_image, input_video, cache_read_audio, cache_read_image, output_reasoning, output_citation, output_audio, output_image, output_video, per_1k_requests, per_1k_web_searches, per_gpu_second`},
		{"part without its whole", rates(price.Rates{price.CacheRead: {USD: 1}}), `price override 2 (provider "p", model "m"): "cache_read" has a price and "input" has none: give it one, the first is a part of it`},
		{"same edge twice", rates(price.Rates{price.Input: {USD: 1, Tiers: []price.Tier{{5, 1}, {5, 2}}}}), `price override 2 (provider "p", model "m"): "input": a tier above 5: give each tier an edge of its own, 0 or more`},
		{"edge below zero", rates(price.Rates{price.Input: {USD: 1, Tiers: []price.Tier{{-1, 1}}}}), `price override 2 (provider "p", model "m"): "input": a tier above -1: give each tier an edge of its own, 0 or more`},
		{"long name", price.Override{Provider: "p", Model: strings.Repeat("m", 2000), Rates: inOut(1, 1)}, `price override 2 (provider "p", model "` + strings.Repeat("m", 100) + `…"): a name of more than 1024 bytes is no model, of more than 2048 no provider`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table, err := price.Default().With(good, tt.override)
			if table != nil || err == nil || err.Error() != tt.want {
				t.Errorf("%v, %v; want the error\n%s", table, err, tt.want)
			}
		})
	}
}
