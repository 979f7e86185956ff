package telemetryllm

import (
	"net/http"
	"testing"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
	"github.com/lift-sys/telemetry/price"
)

func TestResponsesMatch(t *testing.T) {
	const body = `{"model":"m","input":"hi"}`
	testMatch(t, responses{}, []openAIMatch{
		{name: "openai", path: "/v1/responses", body: body, want: true, reason: "the original"},
		{name: "azure", path: "/openai/v1/responses", body: body, want: true, reason: "anything may be in front"},
		{name: "background", path: "/v1/responses", body: `{"model":"m","input":"hi","background":true}`, want: true, reason: "runs a model, only later"},
		{name: "stored prompt", path: "/v1/responses", body: `{"prompt":{"id":"pmpt_1"}}`, want: true, reason: "the prompt names the model"},
		{name: "next turn", path: "/v1/responses", body: `{"previous_response_id":"resp_1"}`, want: true, reason: "the earlier one names the model"},
		{name: "not read ahead", path: "/v1/responses", want: true, reason: "the path is enough"},

		{name: "get", method: http.MethodGet, path: "/v1/responses/resp_1", reason: "repeats the usage of the call"},
		{name: "get stream", method: http.MethodGet, path: "/v1/responses/resp_1?stream=true&starting_after=5", reason: "the same"},
		{name: "cancel", path: "/v1/responses/resp_1/cancel", body: `{}`, reason: "runs nothing"},
		{name: "count", path: "/v1/responses/input_tokens", body: body, reason: "counts"},
		{name: "delete", method: http.MethodDelete, path: "/v1/responses/resp_1", reason: "runs nothing"},
		{name: "own api", path: "/forms/1/responses", body: `{"answers":[1]}`, reason: "some app's"},
	})
}

func TestResponsesRequest(t *testing.T) {
	testRequest(t, responses{}, []openAIRequest{
		{
			name: "everything", path: "/v1/responses", reason: "https://platform.openai.com/docs/api-reference/responses/create",
			body: `{"model":"gpt-5","input":[{"role":"user","content":"hi"}],"temperature":1,"top_p":0.9,"max_output_tokens":100,"stream":true,
				"service_tier":"auto","conversation":{"id":"conv_1"},"previous_response_id":null,"text":{"format":{"type":"json_schema","name":"x"}}}`,
			want: llmcall.Request{
				Operation: attr.OperationChat, APIType: attr.OpenAIResponses, Model: "gpt-5", Temperature: new(1.0), TopP: new(0.9),
				MaxTokens: new(int64(100)), Streaming: true, ServiceTier: "auto", Conversation: "conv_1", OutputType: attr.OutputJSON,
			},
		},
		{
			name: "conversation", path: "/v1/responses", body: `{"model":"gpt-5","input":"hi","conversation":"conv_1"}`, reason: "may be just its id",
			want: llmcall.Request{Operation: attr.OperationChat, APIType: attr.OpenAIResponses, Model: "gpt-5", Conversation: "conv_1"},
		},
		{
			name: "next turn", path: "/v1/responses", body: `{"model":"gpt-5","previous_response_id":"resp_1","text":{"format":{"type":"text"}}}`,
			reason: "an earlier response is no conversation",
			want:   llmcall.Request{Operation: attr.OperationChat, APIType: attr.OpenAIResponses, Model: "gpt-5", OutputType: attr.OutputText},
		},
	})
}

const responseUsage = `"usage":{"input_tokens":36,"input_tokens_details":{"cached_tokens":8},"output_tokens":87,"output_tokens_details":{"reasoning_tokens":64},"total_tokens":123}`

var responseFacts = price.Usage{InputTokens: 36, OutputTokens: 87, CachedInputTokens: 8, ReasoningTokens: 64}

func TestResponsesAnswer(t *testing.T) {
	testAnswer(t, responses{}, []openAIAnswer{
		{
			name: "completed", reason: "https://platform.openai.com/docs/api-reference/responses/object: tools of the provider are not the client's",
			body: `{"id":"resp_1","object":"response","status":"completed","error":null,"incomplete_details":null,"model":"gpt-5-2025","output":[
				{"type":"reasoning","id":"rs_1","summary":[]},{"type":"web_search_call","id":"ws_1","status":"completed"},
				{"type":"mcp_call","name":"remote"},{"type":"function_call","call_id":"a","name":"roll"},
				{"type":"function_call","call_id":"b","name":"roll"},{"type":"custom_tool_call","call_id":"c","name":"sql"},
				{"type":"message","role":"assistant","content":[]}],"service_tier":"default",` + responseUsage + `}`,
			want: openAIFacts{Response: llmcall.Response{
				ID: "resp_1", Model: "gpt-5-2025", FinishReasons: []string{"completed"}, ToolCalls: []string{"roll", "roll", "sql"},
				ServiceTier: "default", Known: allCounts, Usage: responseFacts,
			}},
		},
		{
			name: "incomplete", reason: "the reason says more than the status",
			body: `{"id":"resp_1","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"model":"m","output":[],` + responseUsage + `}`,
			want: openAIFacts{Response: llmcall.Response{
				ID: "resp_1", Model: "m", FinishReasons: []string{"max_output_tokens"}, Known: allCounts, Usage: responseFacts,
			}},
		},
		{
			name: "background", reason: "https://platform.openai.com/docs/guides/background: nothing is counted yet",
			body: `{"id":"resp_1","status":"queued","background":true,"model":"m","output":[],"usage":null}`,
			want: openAIFacts{Response: llmcall.Response{ID: "resp_1", Model: "m", FinishReasons: []string{"queued"}}},
		},
		{
			name: "failed", reason: "a 200 may hold an error",
			body: `{"id":"resp_1","status":"failed","error":{"code":"server_error","message":"broke"},"model":"m","output":[]}`,
			want: openAIFacts{
				Response: llmcall.Response{ID: "resp_1", Model: "m", FinishReasons: []string{"failed"}},
				Kind:     "server_error", Message: "broke",
			},
		},
		{
			name: "failed without a word", reason: "the status alone", body: `{"id":"resp_1","status":"failed","error":null}`,
			want: openAIFacts{Response: llmcall.Response{ID: "resp_1", FinishReasons: []string{"failed"}}, Kind: "failed"},
		},
		{
			name: "xai", reason: "https://docs.x.ai/docs/api-reference#create-new-response: what it cost",
			body: `{"id":"r","status":"completed","model":"grok-4","output":[],"usage":{"input_tokens":340,"output_tokens":108,"output_tokens_details":{"reasoning_tokens":86},"total_tokens":448,"cost_in_usd_ticks":3590000}}`,
			want: openAIFacts{Response: llmcall.Response{
				ID: "r", Model: "grok-4", FinishReasons: []string{"completed"}, CostUSD: new(0.000359),
				Known: countsOfChat | llmcall.Reasoning, Usage: price.Usage{InputTokens: 340, OutputTokens: 108, ReasoningTokens: 86},
			}},
		},
		{
			name: "refused", status: 400, reason: "https://platform.openai.com/docs/guides/error-codes",
			body: `{"error":{"message":"no such model","type":"invalid_request_error","param":"model","code":"model_not_found"}}`,
			want: openAIFacts{Kind: "invalid_request_error", Message: "no such model"},
		},
		{
			name: "problem", status: 404, reason: "what HTTP repeats of itself is not the status of a response",
			body: `{"title":"Not Found","status":404,"detail":"no such path"}`,
			want: openAIFacts{Kind: "404", Message: "no such path"},
		},
	})
}

func TestResponsesStream(t *testing.T) {
	created := openAIEvent{"response.created", `{"type":"response.created","response":{"id":"resp_1","status":"in_progress","model":"m","output":[],"service_tier":"auto","usage":null}}`}
	testAnswer(t, responses{}, []openAIAnswer{
		{
			name: "created", reason: "https://platform.openai.com/docs/api-reference/responses-streaming: nothing has ended",
			events: []openAIEvent{created},
			want:   openAIFacts{Response: llmcall.Response{ID: "resp_1", Model: "m", ServiceTier: "auto"}},
		},
		{
			name: "completed", reason: "the last event repeats the whole output; nothing counts twice",
			events: []openAIEvent{
				created,
				{"response.output_item.added", `{"type":"response.output_item.added","output_index":0,"item":{"type":"web_search_call","id":"w"}}`},
				{"response.output_item.done", `{"type":"response.output_item.done","output_index":0,"item":{"type":"web_search_call","id":"w"}}`},
				{"response.output_item.added", `{"type":"response.output_item.added","output_index":1,"item":{"type":"function_call","call_id":"a","name":"add","arguments":""}}`},
				{"response.function_call_arguments.delta", `{"type":"response.function_call_arguments.delta","output_index":1,"delta":"{"}`},
				{"response.output_item.done", `{"type":"response.output_item.done","output_index":1,"item":{"type":"function_call","call_id":"a","name":"add","arguments":"{}"}}`},
				{"response.completed", `{"type":"response.completed","response":{"id":"resp_1","status":"completed","model":"m-1","output":[{"type":"web_search_call"},{"type":"function_call","call_id":"a","name":"add"}],"service_tier":"default",` + responseUsage + `}}`},
			},
			want: openAIFacts{Began: true, Done: true, Response: llmcall.Response{
				ID: "resp_1", Model: "m-1", FinishReasons: []string{"completed"}, ToolCalls: []string{"add"}, ServiceTier: "default",
				Known: allCounts, Usage: responseFacts,
			}},
		},
		{
			name: "cut off", reason: "what was seen until then",
			events: []openAIEvent{
				{"", `{"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","call_id":"a","name":"add"}}`},
				{"", `{"type":"response.output_item.added","output_index":1,"item":{"type":"function_call","call_id":"b","name":"add"}}`},
			},
			want: openAIFacts{Response: llmcall.Response{ToolCalls: []string{"add", "add"}}},
		},
		{
			name: "empty output", reason: "some servers leave it out at the end, and the pieces as well",
			events: data(
				`{"type":"response.output_item.done","item":{"type":"function_call","call_id":"a","name":"add"}}`,
				`{"type":"response.output_item.done","item":{"type":"function_call","call_id":"b","name":"add"}}`,
				`{"type":"response.completed","response":{"output":[]}}`,
			),
			want: openAIFacts{Began: true, Done: true, Response: llmcall.Response{
				FinishReasons: []string{"completed"}, ToolCalls: []string{"add", "add"},
			}},
		},
		{
			name: "name only", reason: "where the document has no type, the event has a name",
			events: []openAIEvent{
				{"response.output_text.delta", `{"delta":"a"}`},
				{"response.incomplete", `{"response":{"status":"incomplete","incomplete_details":{"reason":"content_filter"}}}`},
			},
			want: openAIFacts{Began: true, Done: true, Response: llmcall.Response{FinishReasons: []string{"content_filter"}}},
		},
		{
			name: "empty piece", reason: "no content yet",
			events: data(`{"type":"response.output_text.delta","delta":""}`),
		},
		{
			name: "failed", reason: "error goes before response.failed: the first one counts, and the usage that comes with the second",
			events: []openAIEvent{
				{"error", `{"type":"error","code":"rate_limit_exceeded","message":"slow down","param":null}`},
				{"response.failed", `{"type":"response.failed","response":{"id":"resp_1","status":"failed","error":{"code":"server_error","message":"broke"},` + responseUsage + `}}`},
			},
			want: openAIFacts{
				Done: true, Response: llmcall.Response{ID: "resp_1", FinishReasons: []string{"failed"}, Known: allCounts, Usage: responseFacts},
				Kind: "rate_limit_exceeded", Message: "slow down",
			},
		},
		{
			name: "error object", reason: "some servers wrap it",
			events: data(`{"type":"error","error":{"type":"invalid_request_error","code":"x","message":"m"}}`),
			want:   openAIFacts{Kind: "invalid_request_error", Message: "m"},
		},
	})
}

func TestResponsesSteadyState(t *testing.T) {
	shape := pick.NewShape(responses{}.paths().event...)
	v := readJSON(t, shape, `{"type":"response.function_call_arguments.delta","output_index":1,"delta":"{","sequence_number":7}`)
	x := &exchange{status: http.StatusOK}
	if n := testing.AllocsPerRun(100, func() { responses{}.event(x, "", v) }); n != 0 {
		t.Errorf("a piece of the output allocates %v times, want 0", n)
	}
}

func FuzzResponses(f *testing.F) {
	f.Add(200, "", []byte(`{"id":"r","status":"completed","output":[{"type":"function_call","name":"f"}],"usage":{"input_tokens":5,"output_tokens":7}}`))
	f.Add(200, "", []byte(`{"type":"response.completed","response":{"status":"failed","error":{"code":"c"},"output":[{"type":"custom_tool_call","name":"f"}]}}`))
	f.Add(200, "response.output_item.added", []byte(`{"output_index":-1,"item":{"type":"function_call","name":"f","call_id":"a"}}`))
	f.Add(404, "error", []byte(`{"status":404,"error":"x"}`))
	fuzzFormat(f, responses{})
}
