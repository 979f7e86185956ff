package price_test

import (
	"fmt"

	"github.com/lift-sys/telemetry/price"
)

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
