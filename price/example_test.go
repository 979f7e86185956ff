package price_test

import (
	"fmt"
	"time"

	"github.com/lift-sys/telemetry/price"
)

func ExampleCost() {
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	usage := price.Usage{InputTokens: 1200, CachedInputTokens: 1000, OutputTokens: 300}
	cost, ok := price.Cost("openai", "gpt-4o-2024-11-20", usage, at)
	fmt.Println(cost.USD, cost.Source, cost.Version, ok)

	// A price that is not known is never 0.
	_, ok = price.Cost("openai", "my-private-finetune", usage, at)
	fmt.Println(ok)
	// Output:
	// 0.00475 table genai-prices-0.1.8 true
	// false
}

func ExampleLookup() {
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	p, _ := price.Lookup("gcp.vertex_ai", "gemini-2.5-pro", at)
	fmt.Println(p)
	fmt.Println(p.Rates[price.Input].Tiers[0].Above)
	// Output:
	// google gemini-2.5-pro, genai-prices-0.1.8: input 1.25 (2.5 above 200000), output 10 (15 above 200000), cache_read 0.125 (0.25 above 200000)
	// 200000
}

// A model on own machines costs what its GPUs cost.
func ExampleTable_With() {
	table, err := price.Default().With(price.Override{
		Provider: "modal",
		Model:    "llama-3.3-70b*",
		Rates:    price.Rates{price.PerGPUSecond: {USD: 0.001097}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	usage := price.Usage{InputTokens: 1200, OutputTokens: 300, GPUTime: 4 * time.Second}
	cost, ok := table.Price("modal", "llama-3.3-70b-instruct", usage, time.Now())
	fmt.Println(cost.USD, cost.Version, ok)
	// Output: 0.004388 override true
}

// Anthropic's input_tokens leave out what the cache read and wrote, OpenAI's
// prompt_tokens include it. In a Usage, input is all of it.
func ExampleUsage() {
	inputTokens, cacheRead, cacheWritten := int64(40), int64(1000), int64(160)
	u := price.Usage{
		InputTokens:       inputTokens + cacheRead + cacheWritten,
		CachedInputTokens: cacheRead,
		CacheWriteTokens:  cacheWritten,
		OutputTokens:      300,
	}
	fmt.Println(u.InputTokens)
	// Output: 1200
}

// A subset is never larger than its total.
func ExampleUsage_Clamp() {
	u, changed := price.Usage{InputTokens: 10, CachedInputTokens: 12, OutputTokens: -1}.Clamp()
	fmt.Println(u.InputTokens, u.CachedInputTokens, u.OutputTokens, changed)
	// Output: 10 10 0 true
}
