package telemetryllm

import (
	"net/http"
	"testing"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/price"
)

const (
	anthropicURL = "https://api.anthropic.com/v1/messages"
	vertexURL    = "https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5/publishers/anthropic/models/"
	messageBody  = `{"model":"claude-opus-4-1","max_tokens":64,"messages":[{"role":"user","content":"hi"}]}`
	vertexBody   = `{"anthropic_version":"vertex-2023-10-16","max_tokens":64,"messages":[{"role":"user","content":"hi"}]}`
)

func TestAnthropicMatch(t *testing.T) {
	version := http.Header{"Anthropic-Version": {"2023-06-01"}}
	testMatches(t, anthropic{}, []matchCase{
		{"messages", "the API itself", asked{url: anthropicURL + "?beta=true", body: messageBody}, true},
		{"gateway", "what is in front differs", asked{url: "http://localhost:8787/anthropic/v1/messages", body: messageBody}, true},
		{"other path", "the header tells", asked{url: "https://gw.example/claude/messages", header: version, body: messageBody}, true},
		{"unread", "a body that is not known yet fits", asked{url: anthropicURL}, true},
		{"Vertex", "the model is in the path", asked{url: vertexURL + "claude-opus-4-1@20250805:rawPredict", body: vertexBody}, true},
		{"Vertex stream", "so is the method", asked{url: vertexURL + "claude-opus-4-1:streamRawPredict", body: vertexBody}, true},
		{"Vertex gateway", "the body tells the vendor", asked{url: "https://gw.example/models/claude:rawPredict", body: vertexBody}, true},
		{"complete", "legacy", asked{url: "https://api.anthropic.com/v1/complete", body: `{"model":"claude-2.1","prompt":"\n\nHuman: hi\n\nAssistant:","max_tokens_to_sample":9}`}, true},
		{"GET", "reads something", asked{method: http.MethodGet, url: anthropicURL}, false},
		{"count tokens", "runs no model", asked{url: anthropicURL + "/count_tokens", body: messageBody}, false},
		{"count tokens on Vertex", "runs no model", asked{url: vertexURL + "count-tokens:rawPredict", body: messageBody}, false},
		{"batches", "answers later", asked{url: anthropicURL + "/batches", body: `{"requests":[]}`}, false},
		{"thread", "adds to an assistant's thread", asked{url: "https://api.openai.com/v1/threads/t_1/messages", body: `{"role":"user","content":"hi"}`}, false},
		{"own messages", "an app's own API names no model", asked{url: "https://app.example/v1/messages", body: `{"text":"hi"}`}, false},
		{"own messages, unread", "nothing tells that it is Anthropic's", asked{url: "https://app.example/messages"}, false},
		{"MCP", "a session of the older transport", asked{url: "https://mcp.example/messages?sessionId=1", body: `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`}, false},
		{"other model on Vertex", "is not Anthropic's", asked{url: "https://aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/mistralai/models/mistral-small:rawPredict", body: `{"messages":[],"model":"m"}`}, false},
	})
}

func TestAnthropicRequest(t *testing.T) {
	testRequests(t, anthropic{}, []requestCase{
		{
			"all", "https://docs.claude.com/en/api/messages",
			asked{url: anthropicURL, body: `{"model":"claude-opus-4-1","messages":[{"role":"user","content":"hi"}],"max_tokens":1024,"temperature":0.2,"top_p":0.9,"top_k":5,"stop_sequences":["END","STOP"],"stream":true,"output_config":{"format":{"type":"json_schema","schema":{}}}}`},
			llmcall.Request{
				Operation: attr.OperationChat, Model: "claude-opus-4-1", MaxTokens: new(int64(1024)), Temperature: new(0.2),
				TopP: new(0.9), StopSequences: []string{"END", "STOP"}, Streaming: true, OutputType: attr.OutputJSON,
			},
		},
		{
			"least", "what was not told is absent",
			asked{url: anthropicURL, body: messageBody},
			llmcall.Request{Operation: attr.OperationChat, Model: "claude-opus-4-1", MaxTokens: new(int64(64))},
		},
		{
			"nulls", "SDKs send what nobody set",
			asked{url: anthropicURL, body: `{"model":"m","messages":[],"temperature":null,"top_p":null,"stop_sequences":null,"stream":null,"max_tokens":null}`},
			llmcall.Request{Operation: attr.OperationChat, Model: "m"},
		},
		{
			"Vertex", "the path names the model and the stream",
			asked{url: vertexURL + "claude-opus-4-1@20250805:streamRawPredict", body: vertexBody},
			llmcall.Request{Operation: attr.OperationChat, Model: "claude-opus-4-1@20250805", MaxTokens: new(int64(64)), Streaming: true},
		},
		{
			"unread", "the path is enough for the operation",
			asked{url: anthropicURL},
			llmcall.Request{Operation: attr.OperationChat},
		},
		{
			"complete", "https://docs.claude.com/en/api/complete",
			asked{url: "https://api.anthropic.com/v1/complete", body: `{"model":"claude-2.1","prompt":"hi","max_tokens_to_sample":9,"stream":true}`},
			llmcall.Request{Operation: attr.OperationTextCompletion, Model: "claude-2.1", MaxTokens: new(int64(9)), Streaming: true},
		},
	})
}

func TestAnthropicAnswer(t *testing.T) {
	const told = llmcall.Input | llmcall.Output
	testAnswers(t, anthropic{}, []answerCase{
		{
			name:   "cache and tools",
			reason: "input is the sum of three; tools that Anthropic runs are not the client's",
			body: `{"id":"msg_a","type":"message","role":"assistant","model":"claude-opus-4-1-20250805","content":[
				{"type":"thinking","thinking":"…","signature":"s"},{"type":"text","text":"…"},
				{"type":"server_tool_use","id":"srvtoolu_a","name":"web_search","input":{}},{"type":"mcp_tool_use","name":"echo"},
				{"type":"tool_use","id":"toolu_a","name":"weather","input":{"name":"x"}},{"type":"tool_use","id":"toolu_b","name":"weather","input":{}}],
				"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":10,"cache_read_input_tokens":200,"cache_creation_input_tokens":30,
				"cache_creation":{"ephemeral_5m_input_tokens":10,"ephemeral_1h_input_tokens":20},"output_tokens":50,"output_tokens_details":{"thinking_tokens":12},
				"server_tool_use":{"web_search_requests":2},"service_tier":"standard"}}`,
			want: telling{
				Response: llmcall.Response{
					ID: "msg_a", Model: "claude-opus-4-1-20250805",
					Usage: price.Usage{
						InputTokens: 240, CachedInputTokens: 200, CacheWriteTokens: 30, CacheWrite1hTokens: 20,
						OutputTokens: 50, ReasoningTokens: 12, WebSearches: 2,
					},
					Known: told | llmcall.CachedInput | llmcall.CacheWrite | llmcall.Reasoning,
				},
				Finish: []string{"tool_use"}, Tools: []string{"weather", "weather"},
			},
		},
		{
			name: "zeros", reason: "a count that was told to be 0 is known",
			body: `{"type":"message","usage":{"input_tokens":0,"cache_read_input_tokens":0,"cache_creation_input_tokens":0,"output_tokens":0}}`,
			want: telling{Response: llmcall.Response{Known: told | llmcall.CachedInput | llmcall.CacheWrite}},
		},
		{
			name: "iterations", reason: "they may sum up to more than the answer",
			body: `{"type":"message","usage":{"input_tokens":5,"output_tokens":6,"iterations":[{"input_tokens":500,"output_tokens":600}]}}`,
			want: telling{Response: llmcall.Response{Usage: tokens(5, 6), Known: told}},
		},
		{
			name: "below zero", reason: "what no count can be is bounded and flagged",
			body: `{"type":"message","usage":{"input_tokens":5,"cache_read_input_tokens":-7,"output_tokens":6}}`,
			want: telling{Response: llmcall.Response{Usage: tokens(5, 6), Known: told | llmcall.CachedInput, Clamped: true}},
		},
		{
			name: "gateway's cost", reason: "what the gateway says that it cost goes first",
			body: `{"type":"message","usage":{"input_tokens":5,"output_tokens":6,"cost":0.25}}`,
			want: telling{Response: llmcall.Response{Usage: tokens(5, 6), Known: told, CostUSD: new(0.25)}},
		},
		{
			name: "error", reason: "https://docs.claude.com/en/api/errors", status: 529,
			body: `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_a"}`,
			want: telling{Kind: "overloaded_error", Message: "Overloaded"},
		},
		{
			name: "error in a 200", reason: "gateways do that",
			body: `{"type":"error","error":{"type":"api_error","message":"no"}}`,
			want: telling{Kind: "api_error", Message: "no"},
		},
		{name: "no JSON", reason: "the status is what is known", status: 502, body: `<html>`, want: telling{Kind: "502"}},
		{
			name: "legacy", reason: "it tells no usage", body: `{"id":"compl_a","type":"completion","completion":" hi","stop_reason":"stop_sequence","model":"claude-2.1"}`,
			want: telling{Response: llmcall.Response{ID: "compl_a", Model: "claude-2.1"}, Finish: []string{"stop_sequence"}},
		},
	})
}

func TestAnthropicStream(t *testing.T) {
	const (
		told  = llmcall.Input | llmcall.Output
		start = `{"type":"message_start","message":{"id":"msg_a","type":"message","model":"claude-opus-4-1-20250805","content":[],"stop_reason":null,"usage":{"input_tokens":10,"cache_read_input_tokens":3,"cache_creation_input_tokens":4,"cache_creation":{"ephemeral_5m_input_tokens":1,"ephemeral_1h_input_tokens":3},"output_tokens":1}}}`
		stop  = `{"type":"message_stop"}`
	)
	cached := price.Usage{InputTokens: 17, CachedInputTokens: 3, CacheWriteTokens: 4, CacheWrite1hTokens: 3, OutputTokens: 1}
	corrected := cached
	corrected.InputTokens, corrected.OutputTokens = 157, 40
	all := llmcall.Response{ID: "msg_a", Model: "claude-opus-4-1-20250805", Usage: cached, Known: told | llmcall.CachedInput | llmcall.CacheWrite}
	fixed := all
	fixed.Usage = corrected
	testStreams(t, anthropic{}, []streamCase{
		{
			name: "correction", reason: "the latest value of each field counts; only the start tells how long the cache lives",
			stream: events(start, `{"type":"ping"}`,
				`{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`,
				`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hi"}}`,
				`{"type":"content_block_stop","index":0}`,
				`{"type":"content_block_start","index":1,"content_block":{"type":"server_tool_use","name":"web_fetch"}}`,
				`{"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"toolu_a","name":"weather","input":{}}}`,
				`{"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"toolu_b","name":"weather","input":{}}}`,
				`{"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":20}}`,
				`{"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"input_tokens":150,"cache_read_input_tokens":null,"output_tokens":40}}`,
				stop),
			want: telling{Response: fixed, Finish: []string{"tool_use"}, Tools: []string{"weather", "weather"}, Began: true, Done: true},
		},
		{
			name: "names only", reason: "a proxy may drop what is in both places",
			stream: []document{{"message_start", start}, {"content_block_delta", `{"index":0,"delta":{}}`}, {"message_stop", `{}`}},
			want:   telling{Response: all, Began: true, Done: true},
		},
		{
			name: "refusal", reason: "no content came",
			stream: events(start, `{"type":"message_delta","delta":{"stop_reason":"refusal","stop_details":{"type":"refusal"}},"usage":{"output_tokens":1}}`, stop),
			want:   telling{Response: all, Finish: []string{"refusal"}, Done: true},
		},
		{
			name: "start again", reason: "some proxies start twice",
			stream: events(`{"type":"message_start","message":{"id":"","model":"","usage":{"input_tokens":0,"output_tokens":0}}}`, start),
			want:   telling{Response: all},
		},
		{
			name: "error", reason: "a 200 may still fail",
			stream: []document{{"message_start", start}, {"error", `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`}},
			want:   telling{Response: all, Kind: "overloaded_error", Message: "Overloaded"},
		},
		{
			name: "truncated", reason: "what came is kept", stream: events(start, `{"type":"message_delta","delta":{"stop_reason":"end_tu`),
			want: telling{Response: all},
		},
		{
			name: "unknown", reason: "events are added at any time", stream: events(start, `{"type":"novelty","usage":{"input_tokens":9}}`, `[1]`, ``, `null`),
			want: telling{Response: all},
		},
		{
			name: "legacy", reason: "https://docs.claude.com/en/api/complete",
			stream: []document{
				{"completion", `{"type":"completion","completion":" hi","stop_reason":null,"model":"claude-2.1"}`},
				{"completion", `{"type":"completion","completion":"","stop_reason":"stop_sequence","model":"claude-2.1"}`},
			},
			want: telling{Response: llmcall.Response{Model: "claude-2.1"}, Finish: []string{"stop_sequence"}, Began: true, Done: true},
		},
	})
}

func FuzzAnthropic(f *testing.F) {
	fuzzEvents(f, anthropic{}, []string{"message_start", "message_delta", "content_block_start", "error", "completion"},
		`{"type":"message","id":"a","usage":{"input_tokens":1,"cache_read_input_tokens":2,"cache_creation":{"ephemeral_1h_input_tokens":3}}}`,
		`{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":9223372036854775807,"cache_read_input_tokens":1}}`,
		`{"type":"content_block_start","index":-1,"content_block":{"type":"tool_use","name":"x"}}`,
		`{"type":"error","error":{"type":"e","message":"m"}}`,
		`{"type":"message_start","message":{"usage":{"input_tokens":-1,"cache_creation_input_tokens":-5}}}`)
}
