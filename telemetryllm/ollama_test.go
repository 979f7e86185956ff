package telemetryllm

import (
	"net/http"
	"testing"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
)

const ollamaURL = "http://localhost:11434/api/"

func TestOllamaMatch(t *testing.T) {
	testMatches(t, ollama{}, []matchCase{
		{"chat", "the API itself", asked{url: ollamaURL + "chat", body: `{"model":"llama3","messages":[]}`}, true},
		{"cloud", "the same paths", asked{url: "https://ollama.com/api/chat", body: `{"model":"gpt-oss:120b","messages":[{"role":"user","content":"hi"}]}`}, true},
		{"generate", "text completion", asked{url: ollamaURL + "generate", body: `{"model":"llama3","prompt":"hi"}`}, true},
		{"embed", "embeddings", asked{url: ollamaURL + "embed", body: `{"model":"m","input":["a"]}`}, true},
		{"embeddings", "the older embeddings", asked{url: ollamaURL + "embeddings", body: `{"model":"m","prompt":"a"}`}, true},
		{"own chat", "an app's own chat names no model", asked{url: "https://app.example/api/chat", body: `{"id":"c_1","messages":[]}`}, false},
		{"pull", "runs no model", asked{url: ollamaURL + "pull", body: `{"model":"llama3"}`}, false},
		{"show", "runs no model", asked{url: ollamaURL + "show", body: `{"model":"llama3"}`}, false},
		{"tags", "reads", asked{method: http.MethodGet, url: ollamaURL + "tags"}, false},
	})
}

func TestOllamaRequest(t *testing.T) {
	testRequests(t, ollama{}, []requestCase{
		{
			"chat", "https://docs.ollama.com/api/chat; it streams unless told otherwise",
			asked{url: ollamaURL + "chat", body: `{"model":"llama3","messages":[],"format":{"type":"object"},"options":{"temperature":0,"top_p":0.5,"num_predict":50,"seed":1,"stop":["a","b"]}}`},
			llmcall.Request{
				Operation: attr.OperationChat, Model: "llama3", Streaming: true, Temperature: new(0.0), TopP: new(0.5),
				MaxTokens: new(int64(50)), Seed: new(int64(1)), StopSequences: []string{"a", "b"}, OutputType: attr.OutputJSON,
			},
		},
		{
			"generate", "no limit is no fact",
			asked{url: ollamaURL + "generate", body: `{"model":"llama3","prompt":"hi","stream":false,"format":"","options":{"num_predict":-1,"stop":"END"}}`},
			llmcall.Request{Operation: attr.OperationTextCompletion, Model: "llama3", StopSequences: []string{"END"}},
		},
		{
			"embed", "it never streams",
			asked{url: ollamaURL + "embed", body: `{"model":"m","input":"a"}`},
			llmcall.Request{Operation: attr.OperationEmbeddings, Model: "m"},
		},
		{
			"unread", "what the body says is not guessed",
			asked{url: ollamaURL + "chat"},
			llmcall.Request{Operation: attr.OperationChat},
		},
	})
}

func TestOllamaAnswer(t *testing.T) {
	const told = llmcall.Input | llmcall.Output
	testAnswers(t, ollama{}, []answerCase{
		{
			name: "chat", reason: "two calls alike are two calls",
			body: `{"model":"llama3","created_at":"2026-01-02T03:04:05Z","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"roll","arguments":{}}},{"function":{"name":"roll","arguments":{}}}]},"done_reason":"stop","done":true,"prompt_eval_count":19,"eval_count":4}`,
			want: telling{Response: llmcall.Response{Model: "llama3", Usage: tokens(19, 4), Known: told}, Finish: []string{"stop"}, Tools: []string{"roll", "roll"}},
		},
		{
			name: "cached prompt", reason: "then its tokens are not counted, which is not 0",
			body: `{"model":"llama3","response":"hi","done":true,"done_reason":"length","eval_count":4}`,
			want: telling{Response: llmcall.Response{Model: "llama3", Usage: tokens(0, 4), Known: llmcall.Output}, Finish: []string{"length"}},
		},
		{
			name: "embed", reason: "output has no tokens", body: `{"model":"m","embeddings":[[0.1,0.2]],"prompt_eval_count":5}`,
			want: telling{Response: llmcall.Response{Model: "m", Usage: tokens(5, 0), Known: llmcall.Input}},
		},
		{
			name: "error", reason: "https://docs.ollama.com/api/errors", status: 404, body: `{"error":"model 'x' not found"}`,
			want: telling{Kind: "404", Message: "model 'x' not found"},
		},
	})
}

func TestOllamaStream(t *testing.T) {
	const told = llmcall.Input | llmcall.Output
	testStreams(t, ollama{}, []streamCase{
		{
			name: "chat", reason: "counts come last",
			stream: events(`{"model":"llama3","message":{"role":"assistant","content":""},"done":false}`,
				`{"model":"llama3","message":{"role":"assistant","content":"","thinking":"hm"},"done":false}`,
				`{"model":"llama3","message":{"role":"assistant","content":"hi"},"done":false}`,
				`{"model":"llama3","message":{"role":"assistant","content":""},"done_reason":"stop","done":true,"prompt_eval_count":7,"eval_count":2}`),
			want: telling{Response: llmcall.Response{Model: "llama3", Usage: tokens(7, 2), Known: told}, Finish: []string{"stop"}, Began: true, Done: true},
		},
		{
			name: "calls", reason: "each comes alone, numbered or not",
			stream: events(`{"model":"llama3","message":{"tool_calls":[{"function":{"index":0,"name":"roll","arguments":{}}}]},"done":false}`,
				`{"model":"llama3","message":{"tool_calls":[{"function":{"index":1,"name":"roll","arguments":{}}}]},"done":false}`,
				`{"model":"llama3","message":{"tool_calls":[{"function":{"name":"add","arguments":{"a":1}}}]},"done":false}`,
				`{"model":"llama3","message":{"tool_calls":[{"function":{"name":"add","arguments":{"a":2}}}]},"done":false}`),
			want: telling{Response: llmcall.Response{Model: "llama3"}, Tools: []string{"roll", "roll", "add", "add"}, Began: true},
		},
		{
			name: "error", reason: "a 200 may still fail", stream: events(`{"model":"llama3","response":"a","done":false}`, `{"error":"an error was encountered while running the model"}`),
			want: telling{Response: llmcall.Response{Model: "llama3"}, Kind: "error", Message: "an error was encountered while running the model", Began: true},
		},
	})
}

func FuzzOllama(f *testing.F) {
	fuzzEvents(f, ollama{}, []string{""},
		`{"model":"m","message":{"content":"a","tool_calls":[{"function":{"name":"f","arguments":{"a":[]}}}]},"done":true,"done_reason":"stop","prompt_eval_count":1,"eval_count":-1}`,
		`{"error":"e"}`, `{"response":"a","done":false}`)
}
