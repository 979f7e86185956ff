package price

import (
	"testing"
	"time"
)

var benchUsage = Usage{InputTokens: 20_000, OutputTokens: 1500, CachedInputTokens: 9000, CacheWriteTokens: 10_000, CacheWrite1hTokens: 6000}

// BenchmarkCost prices a model that was priced before.
func BenchmarkCost(b *testing.B) {
	at := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		Cost("anthropic", "claude-sonnet-4-5-20250929", benchUsage, at)
	}
}

func BenchmarkCostParallel(b *testing.B) {
	at := time.Now()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			Cost("anthropic", "claude-sonnet-4-5-20250929", benchUsage, at)
		}
	})
}

// BenchmarkCostCold prices a model that no cache has, of a provider whose models
// were read before.
func BenchmarkCostCold(b *testing.B) {
	for _, m := range []struct{ name, provider, model string }{
		{"short list", "anthropic", "claude-sonnet-4-5-20250929"},
		{"long list", "openrouter", "z-ai/glm-4.6"},
		{"unknown", "openrouter", "acme/none"},
	} {
		b.Run(m.name, func(b *testing.B) {
			at := time.Now()
			b.ReportAllocs()
			for b.Loop() {
				var t Table
				t.Price(m.provider, m.model, benchUsage, at)
			}
		})
	}
}

// BenchmarkFirst decodes the table and prices the first call.
func BenchmarkFirst(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		c, err := decode(packed)
		if err != nil {
			b.Fatal(err)
		}
		if c.find("anthropic", "claude-sonnet-4-5-20250929").model == nil {
			b.Fatal("not found")
		}
	}
}

// BenchmarkDecodeAll decodes the table and reads every model.
func BenchmarkDecodeAll(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		c, err := decode(packed)
		if err != nil {
			b.Fatal(err)
		}
		for _, p := range c.providers {
			p.find("")
		}
	}
}
