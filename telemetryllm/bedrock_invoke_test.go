package telemetryllm

import (
	"net/http"
	"testing"

	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/price"
)

// counted is the header that tells usage where the body does not.
func counted(input, output string) http.Header {
	return http.Header{"X-Amzn-Bedrock-Input-Token-Count": {input}, "X-Amzn-Bedrock-Output-Token-Count": {output}}
}

func TestBedrockInvoke(t *testing.T) {
	const told = llmcall.Input | llmcall.Output
	plain := llmcall.Response{Usage: tokens(18, 87), Known: told}
	testAnswers(t, bedrock{}, []answerCase{
		{
			name: "Anthropic", reason: "its usage goes before the header's", header: counted("1", "2"),
			body: `{"id":"msg_bdrk_a","type":"message","model":"claude-3-5-sonnet-20240620","content":[{"type":"tool_use","name":"weather"},{"type":"tool_use","name":"time"}],"stop_reason":"tool_use","usage":{"input_tokens":392,"cache_read_input_tokens":8,"output_tokens":135}}`,
			want: telling{
				Response: llmcall.Response{
					ID: "msg_bdrk_a", Model: "claude-3-5-sonnet-20240620", Known: told | llmcall.CachedInput,
					Usage: price.Usage{InputTokens: 400, CachedInputTokens: 8, OutputTokens: 135},
				},
				Finish: []string{"tool_use"}, Tools: []string{"weather", "time"},
			},
		},
		{
			name: "Claude 2", reason: "only the header tells usage", header: counted("18", "87"),
			body: `{"type":"completion","completion":" hi","stop_reason":"stop_sequence","stop":"\n\nHuman:"}`,
			want: telling{Response: plain, Finish: []string{"stop_sequence"}},
		},
		{
			name: "Titan", reason: "each result has its count",
			body: `{"inputTextTokenCount":18,"results":[{"tokenCount":80,"outputText":"a","completionReason":"FINISH"},{"tokenCount":7,"outputText":"b","completionReason":"LENGTH"}]}`,
			want: telling{Response: plain, Finish: []string{"FINISH", "LENGTH"}},
		},
		{
			name: "Llama", reason: "counts are in the body", body: `{"generation":"hi","prompt_token_count":18,"generation_token_count":87,"stop_reason":"length"}`,
			want: telling{Response: plain, Finish: []string{"length"}},
		},
		{
			name: "Mistral", reason: "only the header tells usage", header: counted("18", "87"), body: `{"outputs":[{"text":"hi","stop_reason":"stop"}]}`,
			want: telling{Response: plain, Finish: []string{"stop"}},
		},
		{
			name: "Mistral's chat", reason: "its choices stop for a reason of another name", header: counted("18", "87"),
			body: `{"choices":[{"index":0,"message":{"role":"assistant","content":"","tool_calls":[{"id":"t","function":{"name":"weather","arguments":"{}"}}]},"stop_reason":"tool_calls"}]}`,
			want: telling{Response: plain, Finish: []string{"tool_calls"}, Tools: []string{"weather"}},
		},
		{
			name: "OpenAI", reason: "chat completions",
			body: `{"id":"chatcmpl-a","model":"openai.gpt-oss-20b-1:0","choices":[{"index":0,"message":{"content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":18,"completion_tokens":87,"total_tokens":105}}`,
			want: telling{Response: llmcall.Response{ID: "chatcmpl-a", Model: "openai.gpt-oss-20b-1:0", Usage: tokens(18, 87), Known: told}, Finish: []string{"stop"}},
		},
		{
			name: "Command", reason: "a list of generations", header: counted("18", "87"),
			body: `{"id":"c","generations":[{"id":"g","finish_reason":"COMPLETE","text":"hi"}],"prompt":"p"}`,
			want: telling{Response: llmcall.Response{ID: "c", Usage: tokens(18, 87), Known: told}, Finish: []string{"COMPLETE"}},
		},
		{
			name: "Command R", reason: "version 1 of Cohere's chat", header: counted("18", "87"),
			body: `{"response_id":"r","generation_id":"g","text":"","finish_reason":"COMPLETE","tool_calls":[{"name":"weather","parameters":{}}]}`,
			want: telling{Response: llmcall.Response{ID: "g", Usage: tokens(18, 87), Known: told}, Finish: []string{"COMPLETE"}, Tools: []string{"weather"}},
		},
		{
			name: "Nova", reason: "Converse's shape", body: `{"output":{"message":{"content":[{"toolUse":{"name":"weather"}}]}},"stopReason":"tool_use","usage":{"inputTokens":18,"outputTokens":87,"cacheReadInputTokenCount":0}}`,
			want: telling{Response: llmcall.Response{Usage: tokens(18, 87), Known: told | llmcall.CachedInput}, Finish: []string{"tool_use"}, Tools: []string{"weather"}},
		},
		{
			name: "embedding", reason: "output has no tokens", header: http.Header{"X-Amzn-Bedrock-Input-Token-Count": {"10"}}, body: `{"embeddings":[{"embeddingType":"TEXT","embedding":[0.1]}]}`,
			want: telling{Response: llmcall.Response{Usage: tokens(10, 0), Known: llmcall.Input}},
		},
		{
			name: "cache in the header", reason: "input is the sum", body: `{}`,
			header: http.Header{"X-Amzn-Bedrock-Input-Token-Count": {"10"}, "X-Amzn-Bedrock-Cache-Read-Input-Token-Count": {"5"}, "X-Amzn-Bedrock-Cache-Write-Input-Token-Count": {"2"}},
			want: telling{Response: llmcall.Response{
				Usage: price.Usage{InputTokens: 17, CachedInputTokens: 5, CacheWriteTokens: 2}, Known: llmcall.Input | llmcall.CachedInput | llmcall.CacheWrite,
			}},
		},
		{name: "bad header", reason: "what is no number is not told", header: counted("many", ""), body: `{}`},
	})
}

func TestBedrockInvokeStream(t *testing.T) {
	const (
		told    = llmcall.Input | llmcall.Output
		metrics = `"amazon-bedrock-invocationMetrics":{"inputTokenCount":14,"outputTokenCount":10,"invocationLatency":1321,"firstByteLatency":439}`
	)
	plain := llmcall.Response{Usage: tokens(14, 10), Known: told}
	chunks := func(data ...string) []document {
		all := events(data...)
		for i := range all {
			all[i].name = "chunk"
		}
		return all
	}
	testStreams(t, bedrock{}, []streamCase{
		{
			name: "Anthropic", reason: "what the model counts goes before Bedrock's metrics",
			stream: chunks(`{"type":"message_start","message":{"id":"a","model":"claude-2.0","usage":{"input_tokens":702,"output_tokens":1}}}`,
				`{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","name":"weather"}}`,
				`{"type":"content_block_delta","index":1,"delta":{"partial_json":"{"}}`,
				`{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":130}}`,
				`{"type":"message_stop",`+metrics+`}`),
			want: telling{Response: llmcall.Response{ID: "a", Model: "claude-2.0", Usage: tokens(702, 130), Known: told}, Finish: []string{"tool_use"}, Tools: []string{"weather"}, Began: true, Done: true},
		},
		{
			name: "Claude 2", reason: "only the metrics tell usage",
			stream: chunks(`{"type":"completion","completion":" hi","stop_reason":null}`, `{"type":"completion","completion":"","stop_reason":"stop_sequence",`+metrics+`}`),
			want:   telling{Response: plain, Finish: []string{"stop_sequence"}, Began: true, Done: true},
		},
		{
			name: "Titan", reason: "one chunk may tell all",
			stream: chunks(`{"outputText":"hi","index":0,"totalOutputTextTokenCount":10,"completionReason":"FINISH","inputTextTokenCount":14,` + metrics + `}`),
			want:   telling{Response: plain, Finish: []string{"FINISH"}, Began: true, Done: true},
		},
		{
			name: "Llama", reason: "the prompt is counted in the first chunk, the rest cumulatively",
			stream: chunks(`{"generation":"h","prompt_token_count":14,"generation_token_count":1,"stop_reason":null}`,
				`{"generation":"","prompt_token_count":null,"generation_token_count":10,"stop_reason":"stop",`+metrics+`}`),
			want: telling{Response: plain, Finish: []string{"stop"}, Began: true, Done: true},
		},
		{
			name: "Mistral", reason: "only the metrics tell usage",
			stream: chunks(`{"outputs":[{"text":"hi","stop_reason":null}]}`, `{"outputs":[{"text":"","stop_reason":"stop"}],`+metrics+`}`),
			want:   telling{Response: plain, Finish: []string{"stop"}, Began: true, Done: true},
		},
		{
			name: "OpenAI", reason: "chat completions", stream: chunks(`{"id":"a","model":"m","choices":[{"index":0,"delta":{"content":"hi"}}]}`, `{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],`+metrics+`}`),
			want: telling{Response: llmcall.Response{ID: "a", Model: "m", Usage: tokens(14, 10), Known: told}, Finish: []string{"stop"}, Began: true, Done: true},
		},
		{
			name: "Command R", reason: "version 1 of Cohere's chat",
			stream: chunks(`{"event_type":"stream-start","generation_id":"g"}`, `{"event_type":"text-generation","text":"hi"}`,
				`{"event_type":"stream-end","finish_reason":"COMPLETE","response":{"generation_id":"g","finish_reason":"COMPLETE"},`+metrics+`}`),
			want: telling{Response: llmcall.Response{ID: "g", Usage: tokens(14, 10), Known: told}, Finish: []string{"COMPLETE"}, Began: true, Done: true},
		},
		{
			name: "Nova", reason: "Converse's events, each wrapped in its name",
			stream: chunks(`{"messageStart":{"role":"assistant"}}`, `{"contentBlockStart":{"start":{"toolUse":{"toolUseId":"t","name":"weather"}},"contentBlockIndex":1}}`,
				`{"contentBlockDelta":{"delta":{"text":"hi"},"contentBlockIndex":0}}`, `{"messageStop":{"stopReason":"tool_use"}}`,
				`{"metadata":{"usage":{"inputTokens":14,"outputTokens":10,"cacheReadInputTokenCount":2}},`+metrics+`}`),
			want: telling{
				Response: llmcall.Response{Usage: price.Usage{InputTokens: 16, CachedInputTokens: 2, OutputTokens: 10}, Known: told | llmcall.CachedInput},
				Finish:   []string{"tool_use"}, Tools: []string{"weather"}, Began: true, Done: true,
			},
		},
		{
			name: "cache in the metrics", reason: "input is the sum",
			stream: chunks(`{"outputText":"a","amazon-bedrock-invocationMetrics":{"inputTokenCount":3,"outputTokenCount":1,"cacheReadInputTokenCount":4,"cacheWriteInputTokenCount":5}}`),
			want: telling{
				Response: llmcall.Response{
					Usage: price.Usage{InputTokens: 12, CachedInputTokens: 4, CacheWriteTokens: 5, OutputTokens: 1},
					Known: told | llmcall.CachedInput | llmcall.CacheWrite,
				},
				Began: true, Done: true,
			},
		},
		{
			name: "error", reason: "a 200 may still fail", stream: []document{{"exception:modelStreamErrorException", `{"message":"The model did not answer","originalStatusCode":424}`}},
			want: telling{Kind: "modelStreamErrorException", Message: "The model did not answer"},
		},
	})
}
