package telemetryllm

import (
	"net/http"
	"testing"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
	"github.com/lift-sys/telemetry/price"
)

const (
	countsOfChat = llmcall.Input | llmcall.Output
	allCounts    = countsOfChat | llmcall.CachedInput | llmcall.Reasoning
)

func TestChatMatch(t *testing.T) {
	const body = `{"model":"m","messages":[{"role":"user","content":"hi"}]}`
	testMatch(t, chat{}, []openAIMatch{
		{name: "openai", path: "/v1/chat/completions", body: body, want: true, reason: "the original"},
		{name: "azure", path: "/openai/deployments/x/chat/completions?api-version=2024-10-21", body: `{"messages":[]}`, want: true, reason: "the model is in the path"},
		{name: "gateway", path: "/openai/chat/completions/", body: body, want: true, reason: "anything may be in front, and a slash behind"},
		{name: "not read ahead", path: "/chat/completions", want: true, reason: "only chats have this path"},
		{name: "no messages", path: "/v1/chat/completions", body: `{}`, want: true, reason: "will be refused, but is a call"},
		{name: "agent", path: "/v1/agents/completions", body: `{"agent_id":"a","messages":[]}`, want: true, reason: "Mistral's agents"},
		{name: "watsonx", path: "/ml/v1/text/chat?version=2024-10-08", body: `{"model_id":"m","messages":[]}`, want: true, reason: "the same shape under a path of its own"},
		{name: "databricks", path: "/serving-endpoints/llama/invocations", body: `{"messages":[]}`, want: true, reason: "an endpoint is a model"},
		{name: "workers ai", path: "/client/v4/accounts/a/ai/run/@cf/meta/llama-3.1-8b-instruct", body: `{"messages":[]}`, want: true, reason: "the model is in the path"},
		{name: "self-hosted", path: "/score", body: `{"messages":[],"max_tokens":5}`, want: true, reason: "a path of its own, but a body that only a model can read"},
		{name: "stream", path: "/api/generate-reply", body: `{"messages":[],"stream":true}`, want: true, reason: "the same"},

		{name: "get", method: http.MethodGet, path: "/v1/chat/completions", reason: "lists what was stored"},
		{name: "update", path: "/v1/chat/completions/chatcmpl-1", body: `{"metadata":{}}`, reason: "changes what was stored"},
		{name: "unknown, not read ahead", path: "/score", reason: "nothing tells that it is a chat"},
		{name: "own api", path: "/api/chat", body: `{"id":"c1","messages":[{"role":"user"}]}`, reason: "an app's own; nothing in it is for a model"},
		{name: "messages of an app", path: "/messages", body: `{"to":"bob","model":"x"}`, reason: "no list of messages"},
		{name: "messages that are text", path: "/messages", body: `{"messages":"hi","model":"x"}`, reason: "no list either"},
		{name: "mcp", path: "/mcp", body: `{"jsonrpc":"2.0","messages":[],"model":"m"}`, reason: "JSON-RPC is not a model's"},
		{name: "thread", path: "/v1/threads", body: `{"messages":[{"role":"user","content":"hi"}]}`, reason: "stores messages, runs nothing"},
		{name: "thread message", path: "/v1/threads/thread_1/messages", body: `{"role":"user","content":"hi"}`, reason: "the same"},
		{name: "count tokens", path: "/v1/messages/count_tokens", body: body, reason: "counts and does not answer"},
		{name: "tokenize", path: "/tokenize", body: body, reason: "vLLM takes a chat here"},
		{name: "estimate", path: "/v1/tokenizers/estimate-token-count", body: body, reason: "Moonshot does here"},
		{name: "apply template", path: "/apply-template", body: body, reason: "llama.cpp does here"},
		{name: "moderation", path: "/v1/chat/moderations", body: body, reason: "judges a chat"},
		{name: "pooling", path: "/pooling", body: body, reason: "turns a chat into a vector"},
		{name: "batch", path: "/v1/messages/batches", body: `{"requests":[]}`, reason: "answered some day"},
		{name: "images", path: "/v1/images/generations", body: `{"model":"m","prompt":"a cat"}`, reason: "no chat"},
	})
}

func TestChatRequest(t *testing.T) {
	testRequest(t, chat{}, []openAIRequest{
		{
			name: "everything", path: "/v1/chat/completions",
			reason: "https://platform.openai.com/docs/api-reference/chat/create",
			body: `{"messages":[{"role":"user","content":"hi"}],"model":"gpt-4o","temperature":0.5,"top_p":1,"n":2,"seed":7,
				"max_tokens":9,"max_completion_tokens":8,"stop":["a","b"],"stream":true,"service_tier":"flex",
				"response_format":{"type":"json_schema","json_schema":{"name":"x"}}}`,
			want: llmcall.Request{
				Operation: attr.OperationChat, APIType: attr.OpenAIChatCompletions, Model: "gpt-4o",
				Temperature: new(0.5), TopP: new(1.0), ChoiceCount: new(int64(2)), Seed: new(int64(7)), MaxTokens: new(int64(8)),
				StopSequences: []string{"a", "b"}, Streaming: true, ServiceTier: "flex", OutputType: attr.OutputJSON,
			},
		},
		{
			name: "nothing", path: "/v1/chat/completions", body: `{"messages":[],"temperature":null,"stop":null,"n":null,"stream":null}`,
			reason: "null is not told",
			want:   llmcall.Request{Operation: attr.OperationChat, APIType: attr.OpenAIChatCompletions},
		},
		{
			name: "deployment", path: "/openai/deployments/my-gpt/chat/completions", body: `{"messages":[],"stop":"END","temperature":0}`,
			reason: "Azure needs no model in the body; one stop sequence may stand alone; 0 is told",
			want: llmcall.Request{
				Operation: attr.OperationChat, APIType: attr.OpenAIChatCompletions, Model: "my-gpt",
				StopSequences: []string{"END"}, Temperature: new(0.0),
			},
		},
		{
			name: "workers ai", path: "/client/v4/accounts/a/ai/run/@cf/meta/llama-3", body: `{"messages":[]}`,
			reason: "the model has slashes",
			want:   llmcall.Request{Operation: attr.OperationChat, APIType: attr.OpenAIChatCompletions, Model: "@cf/meta/llama-3"},
		},
		{
			name: "watsonx", path: "/ml/v1/text/chat_stream", body: `{"model_id":"ibm/granite","messages":[],"max_tokens":5}`,
			reason: "https://cloud.ibm.com/apidocs/watsonx-ai#text-chat-stream: the path says that it streams",
			want: llmcall.Request{
				Operation: attr.OperationChat, APIType: attr.OpenAIChatCompletions, Model: "ibm/granite",
				MaxTokens: new(int64(5)), Streaming: true,
			},
		},
		{
			name: "mistral", path: "/v1/chat/completions", body: `{"model":"m","messages":[],"random_seed":3,"response_format":{"type":"text"}}`,
			reason: "https://docs.mistral.ai/api: random_seed",
			want: llmcall.Request{
				Operation: attr.OperationChat, APIType: attr.OpenAIChatCompletions, Model: "m", Seed: new(int64(3)), OutputType: attr.OutputText,
			},
		},
		{
			name: "speech", path: "/v1/chat/completions", body: `{"model":"m","messages":[],"modalities":["text","audio"]}`,
			reason: "what is not text decides",
			want:   llmcall.Request{Operation: attr.OperationChat, APIType: attr.OpenAIChatCompletions, Model: "m", OutputType: attr.OutputSpeech},
		},
		{
			name: "image", path: "/v1/chat/completions", body: `{"model":"m","messages":[],"modalities":["image","text"]}`,
			reason: "the same in the other order",
			want:   llmcall.Request{Operation: attr.OperationChat, APIType: attr.OpenAIChatCompletions, Model: "m", OutputType: attr.OutputImage},
		},
		{
			name: "wrong types", path: "/v1/chat/completions",
			body:   `{"model":{"a":1},"messages":3,"temperature":"hot","n":1.5,"max_tokens":[],"stop":{"a":"b"},"stream":"yes","modalities":"text"}`,
			reason: "what is not understood is absent",
			want:   llmcall.Request{Operation: attr.OperationChat, APIType: attr.OpenAIChatCompletions},
		},
	})
}

func TestChatAnswer(t *testing.T) {
	testAnswer(t, chat{}, []openAIAnswer{
		{
			name:   "openai",
			reason: "https://platform.openai.com/docs/api-reference/chat/object",
			body: `{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o-2024-08-06","choices":[
				{"index":1,"message":{"role":"assistant","content":"b","refusal":null},"finish_reason":"length"},
				{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}],
				"usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,
				"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":2},
				"completion_tokens_details":{"reasoning_tokens":3,"audio_tokens":1,"accepted_prediction_tokens":0}},
				"service_tier":"default","system_fingerprint":"fp_1"}`,
			want: openAIFacts{Response: llmcall.Response{
				ID: "chatcmpl-1", Model: "gpt-4o-2024-08-06", FinishReasons: []string{"stop", "length"},
				ServiceTier: "default", Fingerprint: "fp_1", Known: allCounts,
				Usage: price.Usage{
					InputTokens: 19, OutputTokens: 10, CachedInputTokens: 4, ReasoningTokens: 3, InputAudioTokens: 2, OutputAudioTokens: 1,
				},
			}},
		},
		{
			name:   "tools",
			reason: "https://platform.openai.com/docs/guides/function-calling: names in order, twice the same name is two calls",
			body: `{"choices":[{"message":{"tool_calls":[
				{"id":"a","type":"function","function":{"name":"roll","arguments":"{}"}},
				{"id":"b","type":"function","function":{"name":"roll","arguments":"{}"}},
				{"id":"c","type":"custom","custom":{"name":"sql","input":"select 1"}}]},"finish_reason":"tool_calls"}]}`,
			want: openAIFacts{Response: llmcall.Response{
				FinishReasons: []string{"tool_calls"}, ToolCalls: []string{"roll", "roll", "sql"},
			}},
		},
		{
			name:   "tools without ids",
			reason: "Gemini's OpenAI endpoint leaves them empty",
			body: `{"choices":[{"index":0,"message":{"tool_calls":[
				{"id":"","function":{"name":"add"}},{"id":"","function":{"name":"add"}}]}}]}`,
			want: openAIFacts{Response: llmcall.Response{ToolCalls: []string{"add", "add"}}},
		},
		{
			name:   "function",
			reason: "https://platform.openai.com/docs/api-reference/chat/object: function_call, before there were tools",
			body:   `{"choices":[{"index":0,"message":{"function_call":{"name":"f","arguments":"{}"}},"finish_reason":"function_call"}]}`,
			want: openAIFacts{Response: llmcall.Response{
				FinishReasons: []string{"function_call"}, ToolCalls: []string{"f"},
			}},
		},
		{
			name:   "watsonx",
			reason: "https://cloud.ibm.com/apidocs/watsonx-ai#text-chat: model_id and model",
			body:   `{"id":"chat-1","model_id":"ibm/granite","choices":[{"index":0,"finish_reason":"stop"}],"usage":{"completion_tokens":2,"prompt_tokens":1,"total_tokens":3}}`,
			want: openAIFacts{Response: llmcall.Response{
				ID: "chat-1", Model: "ibm/granite", FinishReasons: []string{"stop"},
				Known: countsOfChat, Usage: price.Usage{InputTokens: 1, OutputTokens: 2},
			}},
		},
		{
			name:   "workers ai",
			reason: "https://developers.cloudflare.com/workers-ai: the answer is wrapped in result",
			body:   `{"result":{"response":"hi","usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}},"success":true,"errors":[],"messages":[]}`,
			want: openAIFacts{Response: llmcall.Response{
				Known: countsOfChat, Usage: price.Usage{InputTokens: 3, OutputTokens: 4},
			}},
		},
		{
			name:   "failed choice",
			reason: "https://openrouter.ai/docs/api-reference/errors: a choice may fail inside of a 200",
			body:   `{"id":"gen-1","choices":[{"index":0,"finish_reason":"error","error":{"code":502,"message":"upstream broke"}}]}`,
			want: openAIFacts{
				Response: llmcall.Response{ID: "gen-1", FinishReasons: []string{"error"}},
				Kind:     "502", Message: "upstream broke",
			},
		},
		{
			name: "empty", reason: "no body at all is no error",
		},
	})
}

func TestChatStream(t *testing.T) {
	testAnswer(t, chat{}, []openAIAnswer{
		{
			name:   "openai",
			reason: "https://platform.openai.com/docs/api-reference/chat-streaming: usage comes last, on a chunk without choices",
			events: data(
				`{"id":"c","model":"gpt-4o","system_fingerprint":"fp","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}`,
				`{"id":"c","model":"gpt-4o","system_fingerprint":"fp","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}],"usage":null}`,
				`{"id":"c","model":"gpt-4o","system_fingerprint":"fp","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}`,
				`{"id":"c","model":"gpt-4o","system_fingerprint":"fp","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":0,"total_tokens":5}}`,
			),
			want: openAIFacts{Began: true, Response: llmcall.Response{
				ID: "c", Model: "gpt-4o", Fingerprint: "fp", FinishReasons: []string{"stop"},
				Known: countsOfChat, Usage: price.Usage{InputTokens: 5},
			}},
		},
		{
			name: "nothing yet", reason: "a role is no content",
			events: data(`{"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null,"tool_calls":[]}}]}`),
			want:   openAIFacts{Response: llmcall.Response{ID: "c"}},
		},
		{
			name: "function pieces", reason: "https://platform.openai.com/docs/api-reference/chat-streaming: function_call, before there were tools",
			events: data(
				`{"choices":[{"index":0,"delta":{"function_call":{"name":"f","arguments":""}}}]}`,
				`{"choices":[{"index":0,"delta":{"function_call":{"arguments":"{}"}}}]}`,
			),
			want: openAIFacts{Began: true, Response: llmcall.Response{ToolCalls: []string{"f"}}},
		},
		{
			name: "workers ai", reason: "https://developers.cloudflare.com/workers-ai: pieces of its own, usage with the last",
			events: data(`{"response":"a","p":"x"}`, `{"response":"","usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}`),
			want: openAIFacts{Began: true, Response: llmcall.Response{
				Known: countsOfChat, Usage: price.Usage{InputTokens: 3, OutputTokens: 4},
			}},
		},
		{
			name: "reasoning", reason: "https://api-docs.deepseek.com/guides/reasoning_model: reasoning is content",
			events: data(`{"choices":[{"index":0,"delta":{"content":null,"reasoning_content":"We"}}]}`),
			want:   openAIFacts{Began: true},
		},
		{
			name: "parts", reason: "https://docs.mistral.ai/capabilities/reasoning: content may be a list",
			events: data(`{"choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[]}]}}]}`),
			want:   openAIFacts{Began: true},
		},
		{
			name:   "azure",
			reason: "https://learn.microsoft.com/azure/ai-services/openai/concepts/content-streaming: the first chunk has neither id nor model",
			events: data(
				`{"id":"","model":"","choices":[],"prompt_filter_results":[{"prompt_index":0}]}`,
				`{"id":"c","model":"gpt-35-turbo","choices":[{"index":0,"delta":{"content":"a"}}]}`,
				`{"id":"","model":"","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`,
			),
			want: openAIFacts{Began: true, Response: llmcall.Response{ID: "c", Model: "gpt-35-turbo", FinishReasons: []string{"stop"}}},
		},
		{
			name: "choices", reason: "n > 1: finish reasons by index, whatever comes first",
			events: data(
				`{"choices":[{"index":1,"delta":{"content":"b"},"finish_reason":"length"}]}`,
				`{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}`,
			),
			want: openAIFacts{Began: true, Response: llmcall.Response{FinishReasons: []string{"stop", "length"}}},
		},
		{
			name:   "tool pieces",
			reason: "https://platform.openai.com/docs/guides/function-calling#streaming: names come once, and empty or not at all afterwards",
			events: data(
				`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"add","arguments":""}}]}}]}`,
				`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{"}}]}}]}`,
				`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"b","function":{"name":"add","arguments":""}}]}}]}`,
				`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"","function":{"name":"","arguments":"}"}}]}}]}`,
			),
			want: openAIFacts{Began: true, Response: llmcall.Response{ToolCalls: []string{"add", "add"}}},
		},
		{
			name: "same index", reason: "some servers number every call 0: the ids tell them apart",
			events: data(
				`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f"}}]}}]}`,
				`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f"}}]}}]}`,
				`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"b","function":{"name":"f"}}]}}]}`,
				`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"name":"f"}}]}}]}`,
			),
			want: openAIFacts{Began: true, Response: llmcall.Response{ToolCalls: []string{"f", "f"}}},
		},
		{
			name: "no ids", reason: "without ids the names tell them apart",
			events: data(
				`{"choices":[{"index":0,"delta":{"tool_calls":[{"id":"","function":{"name":"f"}}]}}]}`,
				`{"choices":[{"index":0,"delta":{"tool_calls":[{"id":"","function":{"name":"g"}}]}}]}`,
			),
			want: openAIFacts{Began: true, Response: llmcall.Response{ToolCalls: []string{"f", "g"}}},
		},
		{
			name: "groq", reason: "https://console.groq.com/docs/api-reference: usage under x_groq; the last one counts",
			events: data(
				`{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x_groq":{"id":"r","usage":{"prompt_tokens":5,"completion_tokens":6,"total_tokens":11}}}`,
				`{"id":"c","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}}`,
			),
			want: openAIFacts{Response: llmcall.Response{
				ID: "c", FinishReasons: []string{"stop"}, Known: countsOfChat, Usage: price.Usage{InputTokens: 5, OutputTokens: 7},
			}},
		},
		{
			name: "moonshot", reason: "https://platform.moonshot.ai/docs/api/chat: usage inside of the choice",
			events: data(`{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":19,"completion_tokens":13,"total_tokens":32,"cached_tokens":8}}]}`),
			want: openAIFacts{Response: llmcall.Response{
				ID: "c", FinishReasons: []string{"stop"}, Known: countsOfChat | llmcall.CachedInput,
				Usage: price.Usage{InputTokens: 19, OutputTokens: 13, CachedInputTokens: 8},
			}},
		},
		{
			name: "cumulative", reason: "https://docs.perplexity.ai/api-reference: usage and cost on every chunk, none is added to another",
			events: data(
				`{"id":"p","model":"sonar","choices":[{"index":0,"delta":{"content":"a"}}],"usage":{"prompt_tokens":8,"completion_tokens":1,"total_tokens":9,"cost":{"total_cost":0}}}`,
				`{"id":"p","model":"sonar","choices":[{"index":0,"delta":{"content":"b"},"finish_reason":"stop"}],"usage":{"prompt_tokens":8,"completion_tokens":5,"total_tokens":13,"cost":{"input_tokens_cost":0.00001,"total_cost":0.00501}}}`,
			),
			want: openAIFacts{Began: true, Response: llmcall.Response{
				ID: "p", Model: "sonar", FinishReasons: []string{"stop"}, CostUSD: new(0.00501),
				Known: countsOfChat, Usage: price.Usage{InputTokens: 8, OutputTokens: 5},
			}},
		},
		{
			name: "id changes", reason: "a gateway that falls back to another server on the way: the first id stays",
			events: data(
				`{"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{"content":"a"}}]}`,
				`{"id":"gen-2","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`,
			),
			want: openAIFacts{Began: true, Response: llmcall.Response{ID: "chatcmpl-1", Model: "m", FinishReasons: []string{"stop"}}},
		},
		{
			name: "error event", reason: "https://console.groq.com/docs/errors: an error after a 200, in an event of that name",
			events: []openAIEvent{
				{"", `{"id":"c","choices":[{"index":0,"delta":{"content":"a"}}]}`},
				{"error", `{"error":{"message":"bad call","type":"invalid_request_error","code":"tool_use_failed","status_code":400}}`},
			},
			want: openAIFacts{
				Began: true, Response: llmcall.Response{ID: "c"}, Kind: "invalid_request_error", Message: "bad call",
			},
		},
		{
			name: "error beside usage", reason: "https://openrouter.ai/docs/api-reference/streaming: the code is a number",
			events: data(`{"id":"gen-1","error":{"code":504,"message":"timed out"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}],"usage":{"prompt_tokens":1,"completion_tokens":0,"total_tokens":1}}`),
			want: openAIFacts{
				Response: llmcall.Response{
					ID: "gen-1", FinishReasons: []string{"error"}, Known: countsOfChat, Usage: price.Usage{InputTokens: 1},
				},
				Kind: "504", Message: "timed out",
			},
		},
		{
			name: "groq error", reason: "https://console.groq.com/docs/api-reference: x_groq.error when something fails on the way",
			events: data(`{"id":"c","choices":[],"x_groq":{"id":"r","error":"over capacity"}}`),
			want:   openAIFacts{Response: llmcall.Response{ID: "c"}, Kind: "error", Message: "over capacity"},
		},
	})
}

func TestChatSteadyState(t *testing.T) {
	shape := pick.NewShape(chat{}.paths().event...)
	v := readJSON(t, shape, `{"id":"c","model":"gpt-4o","service_tier":"default","system_fingerprint":"fp","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}],"usage":null}`)
	x := &exchange{status: http.StatusOK}
	chat{}.event(x, "", v)
	if n := testing.AllocsPerRun(100, func() { chat{}.event(x, "", v) }); n != 0 {
		t.Errorf("a chunk with nothing new allocates %v times, want 0", n)
	}
}

func FuzzChat(f *testing.F) {
	f.Add(200, "", []byte(`{"id":"c","choices":[{"index":0,"delta":{"content":"a","tool_calls":[{"index":0,"id":"a","function":{"name":"f"}}]},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":20}}`))
	f.Add(500, "error", []byte(`{"error":{"type":"t","code":1,"message":"m"}}`))
	f.Add(404, "", []byte(`[{"error":{"status":"NOT_FOUND"}}]`))
	f.Add(200, "", []byte(`{"choices":[{"index":-1,"message":{"function_call":{"name":"f"}}},{"index":1e9}],"usage":{"prompt_tokens":-1,"completion_tokens":9223372036854775807,"total_tokens":9223372036854775807,"reasoning_tokens":9223372036854775807}}`))
	fuzzFormat(f, chat{})
}
