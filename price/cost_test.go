package price_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/price"
)

// noon is a time at which no price is about to change.
const noon = "2026-09-23T12:00:00Z"

// unknown stands for a price that is not known.
const unknown = -1

// costCase is a call and its cost. Prices are those of @pydantic/genai-prices
// 0.1.8, published 2026-09-23, in dollars per million tokens; the reason shows
// how they make the cost, with k for a thousand tokens.
type costCase struct {
	name, reason    string
	provider, model string
	usage           price.Usage
	at              string
	want            float64
}

func runCosts(t *testing.T, tests []costCase) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339Nano, tt.at)
			if err != nil {
				t.Fatal(err)
			}
			got, ok := price.Cost(tt.provider, tt.model, tt.usage, at)
			if tt.want == unknown {
				if ok || got != (price.Amount{}) {
					t.Errorf("%+v, %t; want none: %s", got, ok, tt.reason)
				}
				return
			}
			if !ok || math.Abs(got.USD-tt.want) > 1e-14*tt.want {
				t.Errorf("%v, %t; want %v: %s", got.USD, ok, tt.want, tt.reason)
			}
			got.USD = 0
			if d := cmp.Diff(price.Amount{Source: attr.CostSourceTable, Version: price.Version()}, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// tokens is a usage of input and output alone.
func tokens(input, output int64) price.Usage {
	return price.Usage{InputTokens: input, OutputTokens: output}
}

func TestCost(t *testing.T) {
	runCosts(t, []costCase{
		{"input and output", "1k × 2.5 + 500 × 10", "openai", "gpt-4o", tokens(1000, 500), noon, 0.0075},
		{"no tokens", "a known model that did nothing costs nothing", "openai", "gpt-4o", price.Usage{}, noon, 0},
		{"one token", "1 × 0.15", "openai", "gpt-4o-mini", tokens(1, 0), noon, 1.5e-7},
		{"one token of a third", "a twelfth keeps 12 decimals: 1 × 0.083333333333", "openrouter", "google/gemini-2.5-flash-image", price.Usage{InputTokens: 1, CacheWriteTokens: 1}, noon, 8.3333333333e-8},
		{"dated version", "the entry of gpt-4o is for it too: 1k × 2.5 + 500 × 10", "openai", "gpt-4o-2024-11-20", tokens(1000, 500), noon, 0.0075},
		{"dated version in short", "20260305 is read as 2026-03-05: 1k × 2.5 + 1k × 15", "openai", "gpt-5.4-20260305", tokens(1000, 1000), noon, 0.0175},
		{"case and space", "neither counts", " OpenAI ", "\tGPT-4o ", tokens(1000, 500), noon, 0.0075},
		{"embedding", "4,096 × 0.02, and output has no price", "openai", "text-embedding-3-small", tokens(4096, 0), noon, 0.00008192},
		{"reasoning inside output", "no price of its own: 2,500 × 80 and 700 × 20", "openai", "o3-pro", price.Usage{InputTokens: 700, OutputTokens: 2500, ReasoningTokens: 2300}, noon, 0.214},
		{"reasoning, citations, searches", "10k × 2 + (9k − 5k − 1k) × 8 + 5k × 3 + 1k × 2 + 4 × 5/1000", "perplexity", "sonar-deep-research", price.Usage{InputTokens: 10_000, OutputTokens: 9000, ReasoningTokens: 5000, CitationTokens: 1000, WebSearches: 4}, noon, 0.081},
		{"fee per request", "1k × 3 + 500 × 15 + 14/1000", "perplexity", "sonar-pro", tokens(1000, 500), noon, 0.0245},
		{"fee without tokens", "a call is one request: 12/1000", "perplexity", "sonar", price.Usage{}, noon, 0.012},
		{"web searches", "22,397 × 3 + 637 × 15 + 2 × 10/1000", "anthropic", "claude-sonnet-4-20250514", price.Usage{InputTokens: 22397, OutputTokens: 637, WebSearches: 2}, noon, 0.096746},
		{"searches without a price", "not charged: 1k × 0.6 + 1k × 2.5", "moonshotai", "kimi-k2-thinking", price.Usage{InputTokens: 1000, OutputTokens: 1000, WebSearches: 9}, noon, 0.0031},
		{"GPU time without a price", "not charged: 1k × 3 + 1k × 15", "modal", "moonshotai/Kimi-K3", price.Usage{InputTokens: 1000, OutputTokens: 1000, GPUTime: time.Hour}, noon, 0.018},
		{"free by its name", "known, and 0", "openrouter", "google/gemini-2.0-flash-exp:free", tokens(687, 187), noon, 0},
		{"free by its maker", "known, and 0", "google", "gemma-3-27b-it", tokens(687, 187), noon, 0},
		{"charged by the hour of audio", "a Usage does not count hours, and 0 would be wrong", "openai", "whisper-1", tokens(1000, 0), noon, unknown},
		{"charged by the page", "at every date", "mistral", "mistral-ocr-latest", tokens(1000, 0), noon, unknown},
		{"unknown model", "nobody knows it", "openai", "my-private-finetune", tokens(1000, 500), noon, unknown},
		{"unknown provider", "a gateway has prices of its own", "acme", "gpt-4o", tokens(1000, 500), noon, unknown},
		{"no model", "an empty name is nobody's", "openai", "", tokens(1000, 500), noon, unknown},
		{"nothing", "neither provider nor model", "", "", tokens(1000, 500), noon, unknown},
	})
}

func TestCostOfCaches(t *testing.T) {
	runCosts(t, []costCase{
		{"read", "1,808 × 2.5 + 8,192 × 1.25 + 800 × 10", "openai", "gpt-4o", price.Usage{InputTokens: 10_000, OutputTokens: 800, CachedInputTokens: 8192}, noon, 0.02276},
		{"all of it read", "10k × 1.25", "openai", "gpt-4o", price.Usage{InputTokens: 10_000, CachedInputTokens: 10_000}, noon, 0.0125},
		{"read without a price", "costs what input costs: 10k × 20", "openai", "o3-pro", price.Usage{InputTokens: 10_000, CachedInputTokens: 9000}, noon, 0.2},
		{"written for 5 minutes", "1k × 1 + 4k × 1.25 + 1k × 5", "anthropic", "claude-haiku-4-5", price.Usage{InputTokens: 5000, OutputTokens: 1000, CacheWriteTokens: 4000}, noon, 0.011},
		{"written for an hour", "1k × 1 + 4k × 2 + 1k × 5", "anthropic", "claude-haiku-4-5", price.Usage{InputTokens: 5000, OutputTokens: 1000, CacheWriteTokens: 4000, CacheWrite1hTokens: 4000}, noon, 0.014},
		{"read, written for 5 minutes and an hour", "1k × 0.8 + 9k × 0.08 + 4k × 1 + 6k × 1.6 + 1.5k × 4", "anthropic", "claude-3-5-haiku-20241022", price.Usage{InputTokens: 20_000, OutputTokens: 1500, CachedInputTokens: 9000, CacheWriteTokens: 10_000, CacheWrite1hTokens: 6000}, noon, 0.02112},
		{"an hour without a price", "costs what any writing costs: 1k × 3.3 + 4k × 4.125", "aws", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", price.Usage{InputTokens: 5000, CacheWriteTokens: 4000, CacheWrite1hTokens: 4000}, noon, 0.0198},
		{"writing without a price", "costs what input costs: 5k × 2.5", "openai", "gpt-4o", price.Usage{InputTokens: 5000, CacheWriteTokens: 4000}, noon, 0.0125},
		{"read more than there is", "clamped: 1k × 1.25", "openai", "gpt-4o", price.Usage{InputTokens: 1000, CachedInputTokens: 5000}, noon, 0.00125},
		{"read and written more than there is", "the same token is not both: 2,161 × 0.1 + 7 × 1.25", "anthropic", "claude-haiku-4-5", price.Usage{InputTokens: 2168, CachedInputTokens: 2161, CacheWriteTokens: 2161}, noon, 0.00022485},
		{"negative", "a count below zero is none: 500 × 10", "openai", "gpt-4o", price.Usage{InputTokens: -1000, OutputTokens: 500, CachedInputTokens: -5}, noon, 0.005},
	})
}

func TestCostOfMedia(t *testing.T) {
	runCosts(t, []costCase{
		{"audio in", "700 × 0.3 + 300 × 1 + 100 × 2.5", "google", "gemini-2.5-flash", price.Usage{InputTokens: 1000, OutputTokens: 100, InputAudioTokens: 300}, noon, 0.00076},
		{"audio, cached too", "300 × 0.3 + 100 × 0.03 + 400 × 1 + 200 × 0.1", "google", "gemini-2.5-flash", price.Usage{InputTokens: 1000, CachedInputTokens: 300, InputAudioTokens: 600, CachedAudioTokens: 200}, noon, 0.000513},
		{"audio in and out", "200 × 4 + 1k × 32 + 200 × 16 + 700 × 64", "openai", "gpt-realtime", price.Usage{InputTokens: 1200, OutputTokens: 900, InputAudioTokens: 1000, OutputAudioTokens: 700}, noon, 0.0808},
		{"audio without a price", "costs what text costs: 1,200 × 2.5 + 900 × 10", "openai", "gpt-4o-audio-preview-2024-12-17", price.Usage{InputTokens: 1200, OutputTokens: 900, InputAudioTokens: 1000, OutputAudioTokens: 700}, noon, 0.012},
		{"cached, and nobody says whether it was sound", "600 of 1k are cached, 600 are sound, so 200 at least are both: 600 × 0.4 + 400 × 32", "openai", "gpt-realtime", price.Usage{InputTokens: 1000, CachedInputTokens: 600, InputAudioTokens: 600}, noon, 0.01304},
		{"pictures in", "100 × 5 + 900 × 10 + 50 × 40", "openai", "gpt-image-1", price.Usage{InputTokens: 1000, OutputTokens: 50, InputImageTokens: 900}, noon, 0.0115},
		{"pictures, cached too", "100 × 5 + 500 × 10 + 400 × 2.5", "openai", "gpt-image-1", price.Usage{InputTokens: 1000, CachedInputTokens: 400, InputImageTokens: 900, CachedImageTokens: 400}, noon, 0.0065},
		{"pictures out", "100 × 0.3 + 10 × 2.5 + 1,290 × 30", "google", "gemini-2.5-flash-image", price.Usage{InputTokens: 100, OutputTokens: 1300, OutputImageTokens: 1290}, noon, 0.038755},
		{"film in, sound, pictures", "100 × 0.75 + 200 × 3 + 300 × 1 + 400 × 1", "google", "gemini-3.1-flash-live-preview", price.Usage{InputTokens: 1000, InputAudioTokens: 200, InputImageTokens: 300, InputVideoTokens: 400}, noon, 0.001375},
		{"film out", "10 × 1.5 + 100 × 9 + 900 × 17.5", "google", "gemini-omni-flash-preview", price.Usage{InputTokens: 10, OutputTokens: 1000, OutputVideoTokens: 900}, noon, 0.016665},
	})
}

func TestCostOfTiers(t *testing.T) {
	runCosts(t, []costCase{
		{"at the edge", "272,000 is not above it: × 2 + 2k × 10", "openai", "gpt-6-sol", tokens(272_000, 2000), noon, 0.564},
		{"over the edge", "× 4 + 2k × 15", "openai", "gpt-6-sol", tokens(272_001, 2000), noon, 1.118004},
		{"below by one", "199,999 × 3 + 1k × 15", "anthropic", "claude-sonnet-4-5", tokens(199_999, 1000), noon, 0.614997},
		{"on it", "200,000 is not above: × 3 + 1k × 15", "anthropic", "claude-sonnet-4-5", tokens(200_000, 1000), noon, 0.615},
		{"above by one", "a cliff, for all of it and for output: 200,001 × 6 + 1k × 22.5", "anthropic", "claude-sonnet-4-5", tokens(200_001, 1000), noon, 1.222506},
		{"caches count, and are charged by it", "50k × 4 + 200k × 0.4 + 1k × 18", "google", "gemini-3-pro-preview", price.Usage{InputTokens: 250_000, OutputTokens: 1000, CachedInputTokens: 200_000}, noon, 0.298},
		{"writing for an hour", "1k × 6 + 200k × 12", "anthropic", "claude-sonnet-4-5", price.Usage{InputTokens: 201_000, CacheWriteTokens: 200_000, CacheWrite1hTokens: 200_000}, noon, 2.406},
		{"output does not count", "1k × 3 + 300k × 15", "anthropic", "claude-sonnet-4-5", tokens(1000, 300_000), noon, 4.503},
		{"an edge of 199,999", "200,000 is above it: × 2.5 + 1 × 5", "xai", "grok-4.3", tokens(200_000, 1), noon, 0.500005},
		{"none", "1M × 5 + 1k × 25", "anthropic", "claude-opus-4-8", tokens(1_000_000, 1000), noon, 5.025},
	})
}

func TestCostOfTimes(t *testing.T) {
	million := tokens(1_000_000, 0)
	runCosts(t, []costCase{
		{"before a date", "with a tier: 200,001 × 10 + 1k × 37.5", "anthropic", "claude-opus-4-6", tokens(200_001, 1000), "2026-03-12T23:59:59.999999999Z", 2.03751},
		{"from a date", "without: 200,001 × 5 + 1k × 25", "anthropic", "claude-opus-4-6", tokens(200_001, 1000), "2026-03-13T00:00:00Z", 1.025005},
		{"a date is in UTC", "still 12 March there", "anthropic", "claude-opus-4-6", tokens(200_001, 1000), "2026-03-13T08:59:59+09:00", 2.03751},
		{"hours begin", "1M × 0.27", "deepseek", "deepseek-chat", million, "2025-05-01T00:30:00Z", 0.27},
		{"before them", "1M × 0.135", "deepseek", "deepseek-chat", million, "2025-05-01T00:29:59.999Z", 0.135},
		{"within", "1M × 0.27", "deepseek", "deepseek-chat", million, "2025-05-01T12:00:00Z", 0.27},
		{"hours end", "the end is out: 1M × 0.135", "deepseek", "deepseek-chat", million, "2025-05-01T16:30:00Z", 0.135},
		{"over midnight", "1M × 0.135", "deepseek", "deepseek-chat", million, "2025-05-01T23:59:59Z", 0.135},
		{"hours are in UTC", "16:30 in Berlin is 14:30: 1M × 0.27", "deepseek", "deepseek-chat", million, "2025-05-01T16:30:00+02:00", 0.27},
		{"before dates and hours", "1M × 0.14", "deepseek", "deepseek-v4-flash", million, "2026-08-16T12:00:00Z", 0.14},
		{"a date, no hours", "1M × 0.22", "deepseek", "deepseek-v4-flash", million, "2026-08-17T12:00:00Z", 0.22},
		{"a date and the first hours", "the last that holds counts: 1M × 0.44", "deepseek", "deepseek-v4-flash", million, "2026-08-17T01:00:00Z", 0.44},
		{"a date and the second hours", "1M × 0.44", "deepseek", "deepseek-v4-flash", million, "2026-08-17T09:59:59Z", 0.44},
	})
}

// TestCostNow proves that the zero time is not the year 1.
func TestCostNow(t *testing.T) {
	u := tokens(200_001, 1000)
	now, _ := price.Cost("anthropic", "claude-opus-4-6", u, time.Now())
	zero, ok := price.Cost("anthropic", "claude-opus-4-6", u, time.Time{})
	if zero != now || !ok {
		t.Errorf("%v, %t at the zero time, %v now", zero, ok, now)
	}
	if past, _ := price.Cost("anthropic", "claude-opus-4-6", u, time.Unix(0, 0)); past == now {
		t.Errorf("%v in 1970 too: the case proves nothing", past)
	}
}

func TestCostIsFinite(t *testing.T) {
	u := everyField(math.MaxInt64)
	for _, model := range []string{"gpt-realtime", "gpt-image-1", "gpt-5.4", "o3-pro"} {
		got, ok := price.Cost("openai", model, u, time.Time{})
		if !ok || !(got.USD > 1e12) || math.IsInf(got.USD, 0) {
			t.Errorf("%s: %v, %t", model, got.USD, ok)
		}
	}
}
