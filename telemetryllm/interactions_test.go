package telemetryllm

import (
	"net/http"
	"testing"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/price"
)

const interactionsURL = "https://generativelanguage.googleapis.com/v1beta/interactions"

func TestInteractionsMatch(t *testing.T) {
	testMatches(t, interactions{}, []matchCase{
		{"model", "runs a model", asked{url: interactionsURL, body: `{"model":"gemini-2.5-flash","input":"hi"}`}, true},
		{"agent", "runs an agent", asked{url: interactionsURL, body: `{"agent":"deep-research","input":[{"type":"text","text":"hi"}]}`}, true},
		{"GET", "reads what was created", asked{method: http.MethodGet, url: interactionsURL + "/v1_a"}, false},
		{"cancel", "runs no model", asked{url: interactionsURL + "/v1_a/cancel", body: `{}`}, false},
		{"other", "an app's own interactions name no model", asked{url: "https://app.example/interactions", body: `{"input":"click"}`}, false},
	})
}

func TestInteractionsRequest(t *testing.T) {
	testRequests(t, interactions{}, []requestCase{
		{
			"all", "https://ai.google.dev/api/interactions-api",
			asked{url: interactionsURL, body: `{"model":"gemini-2.5-flash","input":"hi","stream":true,"previous_interaction_id":"v1_0","response_mime_type":"application/json","generation_config":{"temperature":0.7,"top_p":0.8,"max_output_tokens":500,"seed":3,"stop_sequences":["x"]}}`},
			llmcall.Request{
				Operation: attr.OperationChat, Model: "gemini-2.5-flash", Streaming: true, Temperature: new(0.7), TopP: new(0.8),
				MaxTokens: new(int64(500)), Seed: new(int64(3)), StopSequences: []string{"x"}, OutputType: attr.OutputJSON,
			},
		},
		{
			"agent", "its name stands for a model",
			asked{url: interactionsURL, body: `{"agent":"deep-research","input":"hi"}`},
			llmcall.Request{Operation: attr.OperationChat, Model: "deep-research"},
		},
	})
}

const interactionUsage = `"usage":{"total_tokens":33,"total_input_tokens":9,"input_tokens_by_modality":[{"modality":"text","tokens":5},{"modality":"audio","tokens":4}],"total_cached_tokens":2,"total_output_tokens":13,"total_tool_use_tokens":1,"total_thought_tokens":10}`

var interactionTold = llmcall.Response{
	ID: "v1_a", Model: "gemini-2.5-flash",
	Usage: price.Usage{InputTokens: 10, InputAudioTokens: 4, CachedInputTokens: 2, OutputTokens: 23, ReasoningTokens: 10},
	Known: llmcall.Input | llmcall.Output | llmcall.CachedInput | llmcall.Reasoning,
}

func TestInteractionsAnswer(t *testing.T) {
	testAnswers(t, interactions{}, []answerCase{
		{
			name: "steps", reason: "calls of functions are the client's",
			body: `{"id":"v1_a","object":"interaction","model":"gemini-2.5-flash","status":"requires_action","steps":[{"type":"thought"},{"type":"google_search_call","name":"s"},{"type":"function_call","id":"f","name":"weather","arguments":{}}],` + interactionUsage + `}`,
			want: telling{Response: interactionTold, Finish: []string{"requires_action"}, Tools: []string{"weather"}},
		},
		{
			name: "outputs", reason: "steps had another name before",
			body: `{"id":"v1_a","model":"gemini-2.5-flash","status":"completed","outputs":[{"type":"function_call","name":"weather"}],` + interactionUsage + `}`,
			want: telling{Response: interactionTold, Finish: []string{"completed"}, Tools: []string{"weather"}},
		},
		{
			name: "background", reason: "it has not finished", body: `{"id":"v1_a","status":"in_progress"}`,
			want: telling{Response: llmcall.Response{ID: "v1_a"}},
		},
		{
			name: "error", reason: "Google's usual shape", status: 400, body: `{"error":{"code":400,"message":"no","status":"INVALID_ARGUMENT"}}`,
			want: telling{Kind: "INVALID_ARGUMENT", Message: "no"},
		},
		{
			name: "failed", reason: "a 200 may still fail", body: `{"id":"v1_a","status":"failed","error":{"code":"internal","message":"no"}}`,
			want: telling{Response: llmcall.Response{ID: "v1_a"}, Finish: []string{"failed"}, Kind: "internal", Message: "no"},
		},
	})
}

func TestInteractionsStream(t *testing.T) {
	testStreams(t, interactions{}, []streamCase{
		{
			name: "steps", reason: "usage comes at the end; a name may come in both places",
			stream: []document{
				{"interaction.created", `{"interaction":{"id":"v1_a","status":"in_progress","model":"gemini-2.5-flash"},"event_type":"interaction.created"}`},
				{"", `{"interaction_id":"v1_a","status":"in_progress","event_type":"interaction.status_update"}`},
				{"", `{"index":0,"step":{"type":"function_call","name":"weather"},"event_type":"step.start"}`},
				{"", `{"index":0,"delta":{"type":"arguments","partial":"{}"},"event_type":"step.delta"}`},
				{"interaction.completed", `{"interaction":{"id":"v1_a","status":"completed",` + interactionUsage + `},"event_type":"interaction.completed"}`},
				{"done", `[DONE]`},
			},
			want: telling{Response: interactionTold, Finish: []string{"completed"}, Tools: []string{"weather"}, Began: true, Done: true},
		},
		{
			name: "content", reason: "the first version of the stream",
			stream: events(`{"event_type":"content.delta","index":1,"delta":{"type":"function_call","name":"weather"}}`),
			want:   telling{Tools: []string{"weather"}, Began: true},
		},
		{
			name: "error", reason: "a 200 may still fail", stream: events(`{"event_type":"error","error":{"code":"gateway_timeout","message":"late"}}`),
			want: telling{Kind: "gateway_timeout", Message: "late"},
		},
	})
}

func FuzzInteractions(f *testing.F) {
	fuzzEvents(f, interactions{}, []string{"step.start", "interaction.completed", "error", ""},
		`{"index":-1,"step":{"type":"function_call","name":"f"}}`,
		`{"interaction":{"status":"completed","usage":{"total_input_tokens":-1,"total_tool_use_tokens":9223372036854775807,"total_output_tokens":5,"total_thought_tokens":-2}}}`,
		`{"error":{"code":"x"}}`, `{"outputs":[{"type":"function_call","name":"f"}]}`)
}
