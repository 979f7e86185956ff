package price_test

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/price"
)

func TestLookup(t *testing.T) {
	table, err := price.Default().With(
		price.Override{Provider: "acme", Model: "Coder*", Rates: price.Rates{price.Input: {USD: 1, Tiers: []price.Tier{{Above: 10, USD: 2}, {Above: 20, USD: 3}}}}, Version: "acme-1"},
	)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, reason    string
		provider, model string
		at              string
		want            price.Price
		text            string
	}{
		{
			"tiers", "each kind has its own", "gcp.gemini", "gemini-3-pro-preview", noon,
			price.Price{Provider: "google", Model: "gemini-3-pro-preview", List: "google", Version: price.Version(), Rates: price.Rates{
				price.Input:     {USD: 2, Tiers: []price.Tier{{Above: 200000, USD: 4}}},
				price.CacheRead: {USD: 0.2, Tiers: []price.Tier{{Above: 200000, USD: 0.4}}},
				price.Output:    {USD: 12, Tiers: []price.Tier{{Above: 200000, USD: 18}}},
			}},
			"google gemini-3-pro-preview, " + price.Version() + ": input 2 (4 above 200000), output 12 (18 above 200000), cache_read 0.2 (0.4 above 200000)",
		},
		{
			"at a time", "the prices that hold then", "deepseek", "deepseek-v4-flash", "2026-08-17T02:00:00Z",
			price.Price{Provider: "deepseek", Model: "deepseek-v4-flash", List: "deepseek", Version: price.Version(), Rates: price.Rates{
				price.Input: {USD: 0.44}, price.CacheRead: {USD: 0.014}, price.Output: {USD: 1.32},
			}},
			"deepseek deepseek-v4-flash, " + price.Version() + ": input 0.44, output 1.32, cache_read 0.014",
		},
		{
			"resold", "whose list it is can be seen", "azure", "o3-pro", noon,
			price.Price{Provider: "azure", Model: "o3-pro", List: "openai", Version: price.Version(), Rates: inOut(20, 80)},
			"azure (as openai) o3-pro, " + price.Version() + ": input 20, output 80",
		},
		{
			"free", "has an entry and no price", "google", "gemma-3-27b-it", noon,
			price.Price{Provider: "google", Model: "gemma-3", List: "google", Version: price.Version(), Rates: price.Rates{}},
			"google gemma-3, " + price.Version() + ": free",
		},
		{
			"override", "for a provider that the table does not know", " ACME", "coder-7b", noon,
			price.Price{Provider: "acme", Model: "Coder*", Version: "acme-1", Rates: price.Rates{price.Input: {USD: 1, Tiers: []price.Tier{{Above: 10, USD: 2}, {Above: 20, USD: 3}}}}},
			"acme Coder*, acme-1: input 1 (2 above 10, 3 above 20)",
		},
		{"not counted", "what no Usage counts is not shown either", "openai", "whisper-1", noon, price.Price{}, ""},
		{"unknown", "nothing to show", "openai", "x", noon, price.Price{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, tt.at)
			if err != nil {
				t.Fatal(err)
			}
			got, ok := table.Lookup(tt.provider, tt.model, at)
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, d)
			}
			if ok != (tt.text != "") || ok && got.String() != tt.text {
				t.Errorf("%t, %q; want %q", ok, got, tt.text)
			}
		})
	}
}

// TestProviderNames proves that every name of the registry is one that the table
// knows, those apart that it has no prices for.
func TestProviderNames(t *testing.T) {
	models := map[string]string{ // one model of each
		attr.ProviderAnthropic: "claude-sonnet-4-5", attr.ProviderOpenAI: "gpt-4o", attr.ProviderGoogle: "gemini-2.5-pro",
		attr.ProviderModal: "moonshotai/Kimi-K3", attr.ProviderCohere: "command-a", attr.ProviderDeepSeek: "deepseek-chat",
		attr.ProviderGroq: "llama-3.3-70b-versatile", attr.ProviderPerplexity: "sonar",
		attr.GenAIProviderGCPGemini: "gemini-2.5-pro", attr.GenAIProviderGCPVertexAI: "gemini-2.5-pro", attr.GenAIProviderGCPGenAI: "gemini-2.5-pro",
		attr.GenAIProviderAWSBedrock: "amazon.nova-pro-v1:0", attr.GenAIProviderAzureAIOpenAI: "gpt-4o", attr.GenAIProviderAzureAIInference: "phi-4",
		attr.GenAIProviderMistralAI: "mistral-embed", attr.GenAIProviderXAI: "grok-4",
	}
	for _, key := range []string{string(attr.LLMProvider), string(attr.GenAIProviderName)} {
		def, ok := attr.Lookup(key)
		if !ok || len(def.Values) == 0 {
			t.Fatalf("the registry has no values of %s", key)
		}
		for _, name := range def.Values {
			if name == attr.GenAIProviderIBMWatsonxAI {
				continue // not in the table
			}
			if _, ok := price.Lookup(name, models[name], time.Time{}); !ok {
				t.Errorf("%s %q: no price for model %q", key, name, models[name])
			}
		}
	}
}

// TestAllocations proves that a cost from the cache takes no memory.
func TestAllocations(t *testing.T) {
	table, err := price.Default().With(price.Override{Provider: "google", Model: "gemini-*", Rates: inOut(1, 2)})
	if err != nil {
		t.Fatal(err)
	}
	at := noonOf(t)
	u := price.Usage{InputTokens: 300_000, OutputTokens: 500, CachedInputTokens: 800, CacheWriteTokens: 100, ReasoningTokens: 10}
	tests := []struct{ name, provider, model string }{
		{"plain", "openai", "gpt-4o"},
		{"tiers, a date", "anthropic", "claude-sonnet-4-6"},
		{"fallback", "azure", "gpt-4o-mini"},
		{"ARN", "aws.bedrock", "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0"},
		{"URL", "https://api.openai.com/v1", "gpt-4o"},
		{"capitals and space", " OpenAI", "GPT-4o "},
		{"override", "google", "gemini-2.5-pro"},
		{"unknown", "acme", "x"},
	}
	for _, tt := range tests {
		if n := testing.AllocsPerRun(100, func() { table.Price(tt.provider, tt.model, u, at) }); n != 0 {
			t.Errorf("%s: %v allocations, want 0", tt.name, n)
		}
	}
}

// TestConcurrency runs many more models than the cache holds, from many
// goroutines; the race detector looks on.
func TestConcurrency(t *testing.T) {
	var table price.Table
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 500 {
				n := (i*7 + g) % 400
				rest := "-" + strconv.Itoa(n)
				const want = 0.003 // any version costs the same
				if got, ok := table.Price("anthropic", "claude-sonnet-4-5"+rest, tokens(1000, 0), time.Time{}); !ok || got.USD != want {
					t.Errorf("%s: %v, %t", rest, got.USD, ok)
					return
				}
				if _, ok := table.Price("anthropic", "none"+rest, tokens(1000, 0), time.Time{}); ok {
					t.Errorf("none%s has a price", rest)
					return
				}
			}
		})
	}
	wg.Wait()
}
