package telemetryllm

import (
	"testing"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/price"
)

func TestCompletionsMatch(t *testing.T) {
	const body = `{"model":"m","prompt":"once"}`
	testMatch(t, completions{}, []openAIMatch{
		{name: "openai", path: "/v1/completions", body: body, want: true, reason: "the original"},
		{name: "prompts", path: "/v1/completions", body: `{"model":"m","prompt":["a","b"]}`, want: true, reason: "prompts may be many"},
		{name: "azure", path: "/openai/deployments/x/completions", body: `{"prompt":"a"}`, want: true, reason: "the model is in the path"},
		{name: "fill in the middle", path: "/v1/fim/completions", body: `{"model":"m","prompt":"a","suffix":"b"}`, want: true, reason: "Mistral's"},
		{name: "llama.cpp", path: "/completion", body: `{"prompt":"a","n_predict":5}`, want: true, reason: "its own interface"},
		{name: "tgi", path: "/generate_stream", body: `{"inputs":"a"}`, want: true, reason: "its own interface"},
		{name: "watsonx", path: "/ml/v1/text/generation", body: `{"model_id":"m","input":"a"}`, want: true, reason: "its own interface"},
		{name: "databricks", path: "/serving-endpoints/mpt/invocations", body: `{"prompt":"a"}`, want: true, reason: "an endpoint is a model"},
		{name: "not read ahead", path: "/v1/completions", want: true, reason: "the path is enough"},

		{name: "chat", path: "/v1/chat/completions", body: body, reason: "that is another format's"},
		{name: "agents", path: "/v1/agents/completions", body: `{"agent_id":"a","messages":[],"prompt":"p"}`, reason: "that is a chat"},
		{name: "no prompt", path: "/completions", body: `{"user":"u"}`, reason: "some app's"},
		{name: "get", method: "GET", path: "/v1/completions", reason: "asks for nothing"},
		{name: "generate", path: "/generate", body: `{"prompt":"a"}`, reason: "some app's"},
		{name: "generate, not read ahead", path: "/generate", reason: "the path tells nothing"},
		{name: "image", path: "/v1/images/generations", body: body, reason: "no text"},
	})
}

func TestCompletionsRequest(t *testing.T) {
	testRequest(t, completions{}, []openAIRequest{
		{
			name: "openai", path: "/v1/completions", reason: "https://platform.openai.com/docs/api-reference/completions/create",
			body: `{"model":"gpt-3.5-turbo-instruct","prompt":"a","max_tokens":256,"temperature":0.7,"top_p":1,"n":1,"stop":["\n"],"stream":true}`,
			want: llmcall.Request{
				Operation: attr.OperationTextCompletion, Model: "gpt-3.5-turbo-instruct", MaxTokens: new(int64(256)), Temperature: new(0.7),
				TopP: new(1.0), ChoiceCount: new(int64(1)), StopSequences: []string{"\n"}, Streaming: true,
			},
		},
		{
			name: "tgi", path: "/generate_stream", reason: "https://huggingface.co/docs/text-generation-inference: parameters",
			body: `{"inputs":"a","parameters":{"max_new_tokens":20,"temperature":0.5,"top_p":0.9,"seed":3,"stop":["x"]}}`,
			want: llmcall.Request{
				Operation: attr.OperationTextCompletion, MaxTokens: new(int64(20)), Temperature: new(0.5), TopP: new(0.9),
				Seed: new(int64(3)), StopSequences: []string{"x"}, Streaming: true,
			},
		},
		{
			name: "watsonx", path: "/ml/v1/text/generation", reason: "https://cloud.ibm.com/apidocs/watsonx-ai#text-generation",
			body: `{"model_id":"ibm/granite","input":"a","parameters":{"max_new_tokens":100,"random_seed":4,"stop_sequences":["."]}}`,
			want: llmcall.Request{
				Operation: attr.OperationTextCompletion, Model: "ibm/granite", MaxTokens: new(int64(100)), Seed: new(int64(4)),
				StopSequences: []string{"."},
			},
		},
		{
			name: "llama.cpp", path: "/completion", reason: "https://github.com/ggml-org/llama.cpp/tree/master/tools/server: n_predict",
			body: `{"prompt":"a","n_predict":-1}`,
			want: llmcall.Request{Operation: attr.OperationTextCompletion, MaxTokens: new(int64(-1))},
		},
	})
}

func TestCompletionsAnswer(t *testing.T) {
	testAnswer(t, completions{}, []openAIAnswer{
		{
			name: "openai", reason: "https://platform.openai.com/docs/api-reference/completions/object",
			body: `{"id":"cmpl-1","object":"text_completion","model":"m","choices":[{"text":"a","index":0,"logprobs":null,"finish_reason":"length"}],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}`,
			want: openAIFacts{Response: llmcall.Response{
				ID: "cmpl-1", Model: "m", FinishReasons: []string{"length"}, Known: countsOfChat,
				Usage: price.Usage{InputTokens: 5, OutputTokens: 7},
			}},
		},
		{
			name: "stream", reason: "text is content",
			events: data(
				`{"id":"cmpl-1","choices":[{"text":"","index":0,"finish_reason":null}]}`,
				`{"id":"cmpl-1","choices":[{"text":"a","index":0,"finish_reason":null}]}`,
				`{"id":"cmpl-1","choices":[{"text":"","index":0,"finish_reason":"stop"}]}`,
			),
			want: openAIFacts{Began: true, Response: llmcall.Response{ID: "cmpl-1", FinishReasons: []string{"stop"}}},
		},
		{
			name: "fill in the middle", reason: "https://docs.mistral.ai/api/endpoint/fim: answers as a chat does",
			events: data(`{"id":"f","model":"codestral","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":1,"total_tokens":6}}`),
			want: openAIFacts{Began: true, Response: llmcall.Response{
				ID: "f", Model: "codestral", FinishReasons: []string{"stop"}, Known: countsOfChat,
				Usage: price.Usage{InputTokens: 5, OutputTokens: 1},
			}},
		},
		{
			name: "llama.cpp", reason: "https://github.com/ggml-org/llama.cpp/tree/master/tools/server: stop ends a stream",
			events: data(
				`{"index":0,"content":"a","tokens":[1],"stop":false,"tokens_predicted":1,"tokens_evaluated":9}`,
				`{"index":0,"content":"","stop":true,"model":"gpt-oss","tokens_predicted":12,"tokens_evaluated":9,"stop_type":"limit"}`,
			),
			want: openAIFacts{Began: true, Done: true, Response: llmcall.Response{
				Model: "gpt-oss", FinishReasons: []string{"limit"}, Known: countsOfChat, Usage: price.Usage{InputTokens: 9, OutputTokens: 12},
			}},
		},
		{
			name: "tgi", reason: "https://huggingface.co/docs/text-generation-inference: details, where they were asked for",
			body: `[{"generated_text":"a","details":{"finish_reason":"eos_token","generated_tokens":4,"seed":1}}]`,
			want: openAIFacts{Response: llmcall.Response{
				FinishReasons: []string{"eos_token"}, Known: llmcall.Output, Usage: price.Usage{OutputTokens: 4},
			}},
		},
		{
			name: "tgi stream", reason: "the same: the last token has the details",
			events: data(
				`{"index":1,"token":{"id":1,"text":"a","special":false},"generated_text":null,"details":null}`,
				`{"index":2,"token":{"id":2,"text":"","special":true},"generated_text":"a","details":{"finish_reason":"length","generated_tokens":2}}`,
			),
			want: openAIFacts{Began: true, Response: llmcall.Response{
				FinishReasons: []string{"length"}, Known: llmcall.Output, Usage: price.Usage{OutputTokens: 2},
			}},
		},
		{
			name: "watsonx", reason: "https://cloud.ibm.com/apidocs/watsonx-ai#text-generation-stream: not_finished is no reason",
			events: data(
				`{"model_id":"ibm/granite","results":[{"generated_text":"a","generated_token_count":1,"input_token_count":6,"stop_reason":"not_finished"}]}`,
				`{"model_id":"ibm/granite","results":[{"generated_text":"b","generated_token_count":2,"input_token_count":0,"stop_reason":"eos_token"}]}`,
			),
			want: openAIFacts{Began: true, Response: llmcall.Response{
				Model: "ibm/granite", FinishReasons: []string{"eos_token"}, Known: countsOfChat,
				Usage: price.Usage{InputTokens: 6, OutputTokens: 2},
			}},
		},
		{
			name: "error", status: 400, reason: "as everywhere else",
			body: `{"error":{"message":"too long","type":"invalid_request_error","param":null,"code":null}}`,
			want: openAIFacts{Kind: "invalid_request_error", Message: "too long"},
		},
	})
}

func FuzzCompletions(f *testing.F) {
	f.Add(200, "", []byte(`{"id":"c","choices":[{"text":"a","index":0,"finish_reason":"stop"}],"usage":{"prompt_tokens":5}}`))
	f.Add(200, "", []byte(`{"content":"a","stop":true,"stop_type":"eos","tokens_predicted":1,"tokens_evaluated":2}`))
	f.Add(200, "message", []byte(`{"results":[{"generated_text":"a","stop_reason":"x","input_token_count":-5},{"generated_token_count":9}]}`))
	f.Add(424, "", []byte(`{"error":"too long","error_type":"validation"}`))
	fuzzFormat(f, completions{})
}
