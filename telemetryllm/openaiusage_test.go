package telemetryllm

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
	"github.com/lift-sys/telemetry/price"
)

func TestOpenAIUsage(t *testing.T) {
	const cached = countsOfChat | llmcall.CachedInput
	for _, c := range []struct {
		name, reason string
		usage        string
		want         llmcall.Response
	}{
		{
			name: "absent", usage: `null`, reason: "chunks before the last have null",
		},
		{
			name: "no object", usage: `[1]`, reason: "not understood, so absent",
		},
		{
			name: "empty", usage: `{"prompt_tokens":null}`, reason: "null is not told",
		},
		{
			name: "zero", reason: "0 is told", usage: `{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0,"prompt_tokens_details":{"cached_tokens":0}}`,
			want: llmcall.Response{Known: cached},
		},
		{
			name: "deepseek", reason: "https://api-docs.deepseek.com/guides/kv_cache",
			usage: `{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12,"prompt_cache_hit_tokens":8,"prompt_cache_miss_tokens":2}`,
			want:  llmcall.Response{Known: cached, Usage: price.Usage{InputTokens: 10, OutputTokens: 2, CachedInputTokens: 8}},
		},
		{
			name: "mistral", reason: "https://docs.mistral.ai/api: num_cached_tokens",
			usage: `{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12,"num_cached_tokens":7}`,
			want:  llmcall.Response{Known: cached, Usage: price.Usage{InputTokens: 10, OutputTokens: 2, CachedInputTokens: 7}},
		},
		{
			name: "together", reason: "https://docs.together.ai/reference/chat-completions-1: cached_tokens",
			usage: `{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12,"cached_tokens":0}`,
			want:  llmcall.Response{Known: cached, Usage: price.Usage{InputTokens: 10, OutputTokens: 2}},
		},
		{
			name: "litellm", reason: "https://docs.litellm.ai/docs/completion/prompt_caching: what was written to the cache is input, too",
			usage: `{"prompt_tokens":100,"completion_tokens":2,"total_tokens":102,"prompt_tokens_details":{"cached_tokens":40},"cache_creation_input_tokens":50,"cache_read_input_tokens":40}`,
			want: llmcall.Response{Known: cached | llmcall.CacheWrite, Usage: price.Usage{
				InputTokens: 100, OutputTokens: 2, CachedInputTokens: 40, CacheWriteTokens: 50,
			}},
		},
		{
			name: "openrouter", reason: "https://openrouter.ai/docs/use-cases/usage-accounting: cost is in US dollars",
			usage: `{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11,"cost":0.95,"cost_details":{"upstream_inference_cost":19},"prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":3,"audio_tokens":0,"video_tokens":4},"completion_tokens_details":{"reasoning_tokens":0,"image_tokens":1},"server_tool_use":{"web_search_requests":2}}`,
			want: llmcall.Response{
				Known: allCounts | llmcall.CacheWrite, CostUSD: new(0.95), Usage: price.Usage{
					InputTokens: 9, OutputTokens: 2, CacheWriteTokens: 3, InputVideoTokens: 4, OutputImageTokens: 1, WebSearches: 2,
				},
			},
		},
		{
			name: "cost as text", reason: "a number may be written as a string", usage: `{"cost":"0.25"}`,
			want: llmcall.Response{CostUSD: new(0.25)},
		},
		{
			name: "deep research", reason: "https://docs.perplexity.ai/getting-started/pricing: reasoning and citations are tokens of the output",
			usage: `{"prompt_tokens":19,"completion_tokens":500,"total_tokens":519,"citation_tokens":100,"num_search_queries":48,"reasoning_tokens":2000,"cost":{"total_cost":0.8}}`,
			want: llmcall.Response{
				Known: countsOfChat | llmcall.Reasoning, CostUSD: new(0.8), Usage: price.Usage{
					InputTokens: 19, OutputTokens: 2500, ReasoningTokens: 2000, CitationTokens: 100, WebSearches: 48,
				},
			},
		},
		{
			name: "xai", reason: "https://docs.x.ai/developers/cost-tracking: the total shows that completion leaves reasoning out; ticks are 1e-10 dollars",
			usage: `{"prompt_tokens":32,"completion_tokens":9,"total_tokens":141,"completion_tokens_details":{"reasoning_tokens":100},"cost_in_usd_ticks":1724000}`,
			want: llmcall.Response{
				Known: countsOfChat | llmcall.Reasoning, CostUSD: new(0.0001724),
				Usage: price.Usage{InputTokens: 32, OutputTokens: 109, ReasoningTokens: 100},
			},
		},
		{
			name: "xai, little thought", reason: "reasoning may be less than the completion that leaves it out",
			usage: `{"prompt_tokens":32,"completion_tokens":90,"total_tokens":132,"completion_tokens_details":{"reasoning_tokens":10}}`,
			want: llmcall.Response{
				Known: countsOfChat | llmcall.Reasoning, Usage: price.Usage{InputTokens: 32, OutputTokens: 100, ReasoningTokens: 10},
			},
		},
		{
			name: "vercel", reason: "https://vercel.com/docs/ai-gateway: reasoning beyond completion; the total leaves it out as well",
			usage: `{"prompt_tokens":61,"completion_tokens":18,"total_tokens":79,"completion_tokens_details":{"reasoning_tokens":137}}`,
			want: llmcall.Response{
				Known: countsOfChat | llmcall.Reasoning, Usage: price.Usage{InputTokens: 61, OutputTokens: 155, ReasoningTokens: 137},
			},
		},
		{
			name: "gemini", reason: "https://ai.google.dev/gemini-api/docs/openai: thoughts are in the total only; that they are reasoning is not told",
			usage: `{"prompt_tokens":35,"completion_tokens":12,"total_tokens":109}`,
			want:  llmcall.Response{Known: countsOfChat, Usage: price.Usage{InputTokens: 35, OutputTokens: 74}},
		},
		{
			name: "unexplained total", reason: "a total that reasoning does not explain changes nothing",
			usage: `{"prompt_tokens":35,"completion_tokens":12,"total_tokens":109,"completion_tokens_details":{"reasoning_tokens":4}}`,
			want: llmcall.Response{
				Known: countsOfChat | llmcall.Reasoning, Usage: price.Usage{InputTokens: 35, OutputTokens: 12, ReasoningTokens: 4},
			},
		},
		{
			name: "inconsistent", reason: "more cached than there was: told as it is, and clamped by who uses it",
			usage: `{"prompt_tokens":7,"completion_tokens":1,"total_tokens":8,"prompt_tokens_details":{"cached_tokens":163}}`,
			want:  llmcall.Response{Known: cached, Usage: price.Usage{InputTokens: 7, OutputTokens: 1, CachedInputTokens: 163}},
		},
		{
			name: "media", reason: "https://platform.openai.com/docs/guides/audio: cached audio and pictures are told apart",
			usage: `{"input_tokens":50,"output_tokens":20,"input_tokens_details":{"audio_tokens":30,"image_tokens":10,"cached_tokens":12,"cached_tokens_details":{"audio_tokens":8,"image_tokens":4}},"output_tokens_details":{"audio_tokens":5,"image_tokens":6}}`,
			want: llmcall.Response{Known: cached, Usage: price.Usage{
				InputTokens: 50, OutputTokens: 20, CachedInputTokens: 12, InputAudioTokens: 30, InputImageTokens: 10,
				CachedAudioTokens: 8, CachedImageTokens: 4, OutputAudioTokens: 5, OutputImageTokens: 6,
			}},
		},
		{
			name: "huge", reason: "no count overflows",
			usage: `{"prompt_tokens":1,"completion_tokens":9223372036854775806,"total_tokens":2,"reasoning_tokens":9223372036854775807}`,
			want: llmcall.Response{Known: countsOfChat | llmcall.Reasoning, Usage: price.Usage{
				InputTokens: 1, OutputTokens: math.MaxInt64, ReasoningTokens: math.MaxInt64,
			}},
		},
		{
			name: "negative", reason: "no total is taken for what it cannot be",
			usage: `{"prompt_tokens":-9,"completion_tokens":2,"total_tokens":9223372036854775807}`,
			want:  llmcall.Response{Known: countsOfChat, Usage: price.Usage{InputTokens: -9, OutputTokens: 2}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := &exchange{}
			x.readUsage(readJSON(t, pick.NewShape(openAIUsage...), c.usage))
			if diff := cmp.Diff(c.want, x.response); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", c.reason, diff)
			}
		})
	}
}

func TestOpenAIUsageLastWins(t *testing.T) {
	x := &exchange{}
	for _, usage := range []string{
		`{"prompt_tokens":5,"completion_tokens":9,"prompt_tokens_details":{"cached_tokens":3},"cost":0.5}`,
		`{"prompt_tokens":4,"completion_tokens":6,"prompt_tokens_details":null,"cost":0.25}`,
	} {
		x.readUsage(readJSON(t, pick.NewShape(openAIUsage...), usage))
	}
	want := llmcall.Response{
		Known: countsOfChat | llmcall.CachedInput, CostUSD: new(0.25),
		Usage: price.Usage{InputTokens: 4, OutputTokens: 6, CachedInputTokens: 3},
	}
	if diff := cmp.Diff(want, x.response); diff != "" {
		t.Errorf("the last count that was told holds, even if it is smaller: (-want +got)\n%s", diff)
	}
}
