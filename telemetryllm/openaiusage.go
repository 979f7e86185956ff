package telemetryllm

import (
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
)

// openAIUsage is what a usage object may say. OpenAI's chat completions count
// prompt and completion tokens, its Responses input and output tokens; the
// other spellings are those of DeepSeek (prompt_cache_hit_tokens), Mistral
// (num_cached_tokens), Together and Moonshot (cached_tokens), OpenRouter
// (cache_write_tokens, cost), LiteLLM, Databricks and Vercel
// (cache_…_input_tokens), Perplexity (cost.total_cost, citation_tokens,
// num_search_queries, reasoning_tokens) and xAI (cost_in_usd_ticks).
var openAIUsage = []string{
	"prompt_tokens", "completion_tokens", "input_tokens", "output_tokens", "total_tokens",
	"prompt_cache_hit_tokens", "num_cached_tokens", "cached_tokens", "cache_read_input_tokens",
	"cache_creation_input_tokens", "reasoning_tokens", "citation_tokens",
	"cost", "cost.total_cost", "cost_in_usd_ticks",
	"num_search_queries", "server_tool_use.web_search_requests",

	"prompt_tokens_details.cached_tokens", "input_tokens_details.cached_tokens",
	"prompt_tokens_details.cache_write_tokens", "input_tokens_details.cache_write_tokens",
	"prompt_tokens_details.cache_creation_tokens",
	"prompt_tokens_details.audio_tokens", "input_tokens_details.audio_tokens",
	"prompt_tokens_details.image_tokens", "input_tokens_details.image_tokens",
	"prompt_tokens_details.video_tokens", "input_tokens_details.video_tokens",
	"prompt_tokens_details.cached_tokens_details.audio_tokens", "input_tokens_details.cached_tokens_details.audio_tokens",
	"prompt_tokens_details.cached_tokens_details.image_tokens", "input_tokens_details.cached_tokens_details.image_tokens",

	"completion_tokens_details.reasoning_tokens", "output_tokens_details.reasoning_tokens",
	"completion_tokens_details.audio_tokens", "output_tokens_details.audio_tokens",
	"completion_tokens_details.image_tokens", "output_tokens_details.image_tokens",
}

// under returns the paths below prefix.
func under(prefix string, paths []string) []string {
	list := make([]string, 0, len(paths))
	for _, p := range paths {
		list = append(list, prefix+"."+p)
	}
	return list
}

// ticksPerUSD is how xAI counts money
// (https://docs.x.ai/developers/cost-tracking, 2026-11).
const ticksPerUSD = 1e10

// readUsage reads what openAIUsage names. It may be called for every chunk of a
// stream: what a later one tells replaces what was told before.
func (x *exchange) readUsage(u pick.Value) {
	if u.Kind() != pick.Object {
		return
	}
	usage := &x.response.Usage
	in := either(u.Get("prompt_tokens_details"), u.Get("input_tokens_details"))
	out := either(u.Get("completion_tokens_details"), u.Get("output_tokens_details"))

	reasoning := either(out.Get("reasoning_tokens"), u.Get("reasoning_tokens"))
	x.count(&usage.ReasoningTokens, llmcall.Reasoning, reasoning)
	x.count(&usage.CachedInputTokens, llmcall.CachedInput, either(
		in.Get("cached_tokens"), u.Get("prompt_cache_hit_tokens"), u.Get("num_cached_tokens"),
		u.Get("cached_tokens"), u.Get("cache_read_input_tokens"),
	))
	x.count(&usage.CacheWriteTokens, llmcall.CacheWrite, either(
		in.Get("cache_write_tokens"), u.Get("cache_creation_input_tokens"), in.Get("cache_creation_tokens"),
	))
	x.count(&usage.InputTokens, llmcall.Input, either(u.Get("prompt_tokens"), u.Get("input_tokens")))
	if n, ok := outputOf(u, reasoning); ok {
		usage.OutputTokens = n
		x.response.Known |= llmcall.Output
	}

	for _, n := range [...]struct {
		to *int64
		v  pick.Value
	}{
		{&usage.InputAudioTokens, in.Get("audio_tokens")},
		{&usage.InputImageTokens, in.Get("image_tokens")},
		{&usage.InputVideoTokens, in.Get("video_tokens")},
		{&usage.CachedAudioTokens, in.Get("cached_tokens_details", "audio_tokens")},
		{&usage.CachedImageTokens, in.Get("cached_tokens_details", "image_tokens")},
		{&usage.OutputAudioTokens, out.Get("audio_tokens")},
		{&usage.OutputImageTokens, out.Get("image_tokens")},
		{&usage.CitationTokens, u.Get("citation_tokens")},
		{&usage.WebSearches, either(u.Get("num_search_queries"), u.Get("server_tool_use", "web_search_requests"))},
	} {
		x.count(n.to, 0, n.v)
	}

	if f, ok := either(u.Get("cost", "total_cost"), u.Get("cost")).Float(); ok {
		x.response.CostUSD = &f
	} else if f, ok := u.Get("cost_in_usd_ticks").Float(); ok {
		x.response.CostUSD = new(f / ticksPerUSD)
	}
}

// outputOf returns the output tokens of a usage object, reasoning included.
// OpenAI includes it in its count; xAI does not, which only its total shows,
// nor does Vercel's gateway, whose total leaves it out as well; Gemini's OpenAI
// endpoint shows its thoughts in the total and nowhere else.
func outputOf(u, reasoning pick.Value) (int64, bool) {
	n, ok := either(u.Get("completion_tokens"), u.Get("output_tokens")).Int()
	if !ok {
		return 0, false
	}
	thought, told := reasoning.Int()
	if told && thought > n {
		return sum(n, thought), true
	}
	prompt, hasPrompt := either(u.Get("prompt_tokens"), u.Get("input_tokens")).Int()
	total, hasTotal := u.Get("total_tokens").Int()
	if !hasPrompt || !hasTotal || prompt < 0 || n < 0 {
		return n, true
	}
	switch hidden := total - prompt - n; {
	case hidden <= 0:
	case !told, hidden == thought:
		return n + hidden, true
	}
	return n, true
}

// sum adds two counts. What an int64 cannot hold is the largest it can.
func sum(a, b int64) int64 {
	if s := a + b; s >= a {
		return s
	}
	return 1<<63 - 1
}
