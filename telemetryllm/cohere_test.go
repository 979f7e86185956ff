package telemetryllm

import (
	"testing"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/price"
)

const cohereURL = "https://api.cohere.com/"

func TestCohereMatch(t *testing.T) {
	testMatches(t, cohere{}, []matchCase{
		{"chat", "version 2", asked{url: cohereURL + "v2/chat", body: `{"model":"command-a","messages":[{"role":"user","content":"hi"}]}`}, true},
		{"gateway", "what is in front differs", asked{url: "http://localhost:8787/cohere/v2/chat", body: `{"model":"command-a","messages":[{"role":"user","content":"hi"}]}`}, true},
		{"chat 1", "the model may be the default one", asked{url: cohereURL + "v1/chat", body: `{"message":"hi"}`}, true},
		{"chat 1 elsewhere", "then the model tells", asked{url: "https://gw.example/v1/chat", body: `{"message":"hi","model":"command-r"}`}, true},
		{"embed", "version 2", asked{url: cohereURL + "v2/embed", body: `{"model":"embed-v4.0","texts":["a"],"input_type":"search_query"}`}, true},
		{"embed 1", "version 1", asked{url: cohereURL + "v1/embed", body: `{"texts":["a"]}`}, true},
		{"embed pictures", "not only texts", asked{url: cohereURL + "v2/embed", body: `{"model":"embed-v4.0","images":["data:…"]}`}, true},
		{"rerank", "makes no text", asked{url: cohereURL + "v2/rerank", body: `{"model":"rerank-v3.5","query":"a","documents":["a"]}`}, false},
		{"tokenize", "runs no model", asked{url: cohereURL + "v1/tokenize", body: `{"text":"a","model":"command"}`}, false},
		{"own chat", "an app's own chat names no model", asked{url: "https://app.example/v1/chat", body: `{"message":"hi"}`}, false},
	})
}

func TestCohereRequest(t *testing.T) {
	testRequests(t, cohere{}, []requestCase{
		{
			"chat", "https://docs.cohere.com/reference/chat",
			asked{url: cohereURL + "v2/chat", body: `{"model":"command-a","messages":[],"stream":true,"temperature":0.3,"p":0.75,"k":0,"max_tokens":10,"seed":42,"stop_sequences":["x"],"response_format":{"type":"json_object"}}`},
			llmcall.Request{
				Operation: attr.OperationChat, Model: "command-a", Streaming: true, Temperature: new(0.3), TopP: new(0.75), MaxTokens: new(int64(10)),
				Seed: new(int64(42)), StopSequences: []string{"x"}, OutputType: attr.OutputJSON,
			},
		},
		{
			"chat 1", "it knows conversations",
			asked{url: cohereURL + "v1/chat", body: `{"message":"hi","conversation_id":"c_1"}`},
			llmcall.Request{Operation: attr.OperationChat, Conversation: "c_1"},
		},
		{
			"embed", "nothing is sampled",
			asked{url: cohereURL + "v2/embed", body: `{"model":"embed-v4.0","texts":["a"],"max_tokens":9}`},
			llmcall.Request{Operation: attr.OperationEmbeddings, Model: "embed-v4.0"},
		},
	})
}

func TestCohereAnswer(t *testing.T) {
	const told = llmcall.Input | llmcall.Output
	testAnswers(t, cohere{}, []answerCase{
		{
			name: "chat", reason: "what is billed is less than what the model read",
			body: `{"id":"a","message":{"role":"assistant","tool_plan":"…","tool_calls":[{"id":"t1","type":"function","function":{"name":"roll","arguments":"{}"}},{"id":"t2","type":"function","function":{"name":"roll","arguments":"{}"}}]},"finish_reason":"TOOL_CALL","usage":{"billed_units":{"input_tokens":57,"output_tokens":20},"tokens":{"input_tokens":1490,"output_tokens":94,"reasoning_tokens":8},"cached_tokens":12}}`,
			want: telling{
				Response: llmcall.Response{
					ID: "a", Usage: price.Usage{InputTokens: 1490, OutputTokens: 94, CachedInputTokens: 12, ReasoningTokens: 8},
					Billed: &price.Usage{InputTokens: 57, OutputTokens: 20},
					Known:  told | llmcall.CachedInput | llmcall.Reasoning,
				},
				Finish: []string{"TOOL_CALL"}, Tools: []string{"roll", "roll"},
			},
		},
		{
			name: "not billed", reason: "trial keys may not tell", body: `{"id":"a","usage":{"tokens":{"input_tokens":9,"output_tokens":3}}}`,
			want: telling{Response: llmcall.Response{ID: "a", Usage: tokens(9, 3), Known: told}},
		},
		{
			name: "chat 1", reason: "https://docs.cohere.com/v1/reference/chat",
			body: `{"response_id":"r","generation_id":"g","text":"hi","finish_reason":"COMPLETE","tool_calls":[{"name":"weather","parameters":{}}],"meta":{"api_version":{"version":"1"},"billed_units":{"input_tokens":4,"output_tokens":2},"tokens":{"input_tokens":70,"output_tokens":2}}}`,
			want: telling{Response: llmcall.Response{ID: "g", Usage: tokens(70, 2), Billed: &price.Usage{InputTokens: 4, OutputTokens: 2}, Known: told}, Finish: []string{"COMPLETE"}, Tools: []string{"weather"}},
		},
		{
			name: "embed", reason: "output has no tokens", body: `{"id":"e","embeddings":{"float":[[0.1]]},"texts":["a"],"meta":{"billed_units":{"input_tokens":2}},"response_type":"embeddings_by_type"}`,
			want: telling{Response: llmcall.Response{ID: "e", Usage: tokens(2, 0), Known: llmcall.Input}},
		},
		{
			name: "error", reason: "https://docs.cohere.com/reference/errors", status: 404, body: `{"id":"x","message":"model 'x' not found"}`,
			want: telling{Kind: "404", Message: "model 'x' not found"},
		},
	})
}

func TestCohereStream(t *testing.T) {
	const told = llmcall.Input | llmcall.Output
	testStreams(t, cohere{}, []streamCase{
		{
			name: "version 2", reason: "https://docs.cohere.com/v2/docs/streaming",
			stream: []document{
				{"message-start", `{"id":"a","type":"message-start","delta":{"message":{"role":"assistant","content":[]}}}`},
				{"tool-plan-delta", `{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"I"}}}`},
				{"tool-call-start", `{"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"t1","type":"function","function":{"name":"time","arguments":""}}}}}`},
				{"tool-call-delta", `{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{}"}}}}}`},
				{"tool-call-start", `{"type":"tool-call-start","index":1,"delta":{"message":{"tool_calls":{"id":"t2","type":"function","function":{"name":"time","arguments":""}}}}}`},
				{"message-end", `{"type":"message-end","delta":{"finish_reason":"TOOL_CALL","usage":{"billed_units":{"input_tokens":62,"output_tokens":28},"tokens":{"input_tokens":968,"output_tokens":83}}}}`},
				{"", `[DONE]`},
			},
			want: telling{Response: llmcall.Response{ID: "a", Usage: tokens(968, 83), Billed: &price.Usage{InputTokens: 62, OutputTokens: 28}, Known: told}, Finish: []string{"TOOL_CALL"}, Tools: []string{"time", "time"}, Began: true, Done: true},
		},
		{
			name: "failed", reason: "a 200 may still fail", stream: events(`{"type":"message-end","delta":{"finish_reason":"ERROR","error":"internal"}}`),
			want: telling{Finish: []string{"ERROR"}, Kind: "error", Message: "internal", Done: true},
		},
		{
			name: "version 1", reason: "https://docs.cohere.com/v1/docs/streaming",
			stream: events(
				`{"is_finished":false,"event_type":"stream-start","generation_id":"g"}`,
				`{"is_finished":false,"event_type":"text-generation","text":"hi"}`,
				`{"is_finished":false,"event_type":"tool-calls-chunk","tool_call_delta":{"index":0,"name":"weather"}}`,
				`{"is_finished":false,"event_type":"tool-calls-generation","tool_calls":[{"name":"weather","parameters":{}}]}`,
				`{"is_finished":true,"event_type":"stream-end","finish_reason":"COMPLETE","response":{"response_id":"r","generation_id":"g","tool_calls":[{"name":"weather","parameters":{}}],"finish_reason":"COMPLETE","meta":{"billed_units":{"input_tokens":4,"output_tokens":2}}}}`,
			),
			want: telling{Response: llmcall.Response{ID: "g", Usage: tokens(4, 2), Known: told}, Finish: []string{"COMPLETE"}, Tools: []string{"weather"}, Began: true, Done: true},
		},
		{
			name: "error", reason: "instead of an event", stream: events(`{"message":"too many tokens"}`),
			want: telling{Kind: "error", Message: "too many tokens"},
		},
	})
}

func FuzzCohere(f *testing.F) {
	fuzzEvents(f, cohere{}, []string{"message-end", "stream-end", "tool-call-start", ""},
		`{"delta":{"finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":-1},"tokens":{"output_tokens":2},"cached_tokens":3}}}`,
		`{"response":{"response_id":"r","tool_calls":[{"name":"a"}],"meta":{"billed_units":{"input_tokens":1}}}}`,
		`{"index":-7,"delta":{"message":{"tool_calls":{"function":{"name":"f"}}}}}`, `{"message":"no"}`)
}
