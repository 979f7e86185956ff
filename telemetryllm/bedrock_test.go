package telemetryllm

import (
	"net/http"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/price"
)

const (
	runtimeURL   = "https://bedrock-runtime.us-east-1.amazonaws.com/model/"
	converseBody = `{"messages":[{"role":"user","content":[{"text":"hi"}]}]}`
)

func TestBedrockMatch(t *testing.T) {
	testMatches(t, bedrock{}, []matchCase{
		{"converse", "the API itself", asked{url: runtimeURL + "us.amazon.nova-lite-v1%3A0/converse", body: converseBody}, true},
		{"gateway", "what is in front differs", asked{url: "http://localhost:8787/bedrock/model/amazon.nova-micro-v1%3A0/converse-stream", body: converseBody}, true},
		{"unread", "the path is enough", asked{url: runtimeURL + "m/invoke-with-response-stream"}, true},
		{"Anthropic", "the body is Anthropic's, the call is Bedrock's", asked{url: runtimeURL + "anthropic.claude-v2/invoke", body: vertexBody}, true},
		{"embed", "makes vectors", asked{url: runtimeURL + "amazon.titan-embed-text-v2:0/invoke", body: `{"inputText":"a"}`}, true},
		{"Nova embeds", "the task tells", asked{url: runtimeURL + "amazon.nova-2-multimodal-embeddings-v1:0/invoke", body: `{"taskType":"SINGLE_EMBEDDING"}`}, true},
		{"rerank", "makes no text", asked{url: runtimeURL + "cohere.rerank-v3-5:0/invoke", body: `{"query":"a","documents":["b"]}`}, false},
		{"rerank by ARN", "the body tells", asked{url: runtimeURL + "arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Aapplication-inference-profile%2Fx/invoke", body: `{"query":"a","documents":["b"]}`}, false},
		{"picture", "makes no text", asked{url: runtimeURL + "stability.sd3-large-v1:0/invoke", body: `{"prompt":"a"}`}, false},
		{"picture by task", "the body tells", asked{url: runtimeURL + "x/invoke", body: `{"taskType":"TEXT_IMAGE"}`}, false},
		{"count tokens", "runs no model", asked{url: runtimeURL + "m/count-tokens", body: `{}`}, false},
		{"GET", "reads", asked{method: http.MethodGet, url: runtimeURL + "m/converse"}, false},
		{"guardrail", "judges", asked{url: "https://bedrock-runtime.us-east-1.amazonaws.com/guardrail/g/version/1/apply", body: `{}`}, false},
	})
}

func TestBedrockRequest(t *testing.T) {
	const arn = "arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-pro-v1:0"
	testRequests(t, bedrock{}, []requestCase{
		{
			"converse", "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html",
			asked{url: runtimeURL + "us.amazon.nova-lite-v1%3A0/converse", body: `{"messages":[],"inferenceConfig":{"maxTokens":10,"temperature":0.8,"topP":1,"stopSequences":["|"]},"outputConfig":{"textFormat":{"type":"json_schema"}}}`},
			llmcall.Request{
				Operation: attr.OperationChat, Model: "us.amazon.nova-lite-v1:0", MaxTokens: new(int64(10)), Temperature: new(0.8),
				TopP: new(1.0), StopSequences: []string{"|"}, OutputType: attr.OutputJSON,
			},
		},
		{
			"ARN", "its slash is part of the model",
			asked{url: runtimeURL + "arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.amazon.nova-pro-v1%3A0/converse-stream", body: converseBody},
			llmcall.Request{Operation: attr.OperationChat, Model: arn, Streaming: true},
		},
		{
			"Anthropic", "its own names",
			asked{url: runtimeURL + "anthropic.claude-v2%3A1/invoke", body: `{"anthropic_version":"bedrock-2023-05-31","max_tokens":10,"temperature":0.8,"top_p":1,"stop_sequences":["|"],"messages":[]}`},
			llmcall.Request{Operation: attr.OperationChat, Model: "anthropic.claude-v2:1", MaxTokens: new(int64(10)), Temperature: new(0.8), TopP: new(1.0), StopSequences: []string{"|"}},
		},
		{
			"Titan", "a configuration of its own",
			asked{url: runtimeURL + "amazon.titan-text-express-v1/invoke", body: `{"inputText":"hi","textGenerationConfig":{"maxTokenCount":200,"temperature":0.5,"topP":0.4,"stopSequences":["x"]}}`},
			llmcall.Request{Operation: attr.OperationChat, Model: "amazon.titan-text-express-v1", MaxTokens: new(int64(200)), Temperature: new(0.5), TopP: new(0.4), StopSequences: []string{"x"}},
		},
		{
			"Llama", "max_gen_len",
			asked{url: runtimeURL + "meta.llama3-8b-instruct-v1:0/invoke-with-response-stream", body: `{"prompt":"hi","max_gen_len":128,"temperature":0.1,"top_p":0.9}`},
			llmcall.Request{Operation: attr.OperationChat, Model: "meta.llama3-8b-instruct-v1:0", MaxTokens: new(int64(128)), Temperature: new(0.1), TopP: new(0.9), Streaming: true},
		},
		{
			"Nova", "max_new_tokens",
			asked{url: runtimeURL + "amazon.nova-lite-v1:0/invoke", body: `{"messages":[],"inferenceConfig":{"max_new_tokens":7,"top_p":0.2}}`},
			llmcall.Request{Operation: attr.OperationChat, Model: "amazon.nova-lite-v1:0", MaxTokens: new(int64(7)), TopP: new(0.2)},
		},
		{
			"OpenAI", "its own names",
			asked{url: runtimeURL + "openai.gpt-oss-20b-1:0/invoke", body: `{"messages":[],"max_completion_tokens":9,"stop":"x","seed":4,"response_format":{"type":"json_object"}}`},
			llmcall.Request{Operation: attr.OperationChat, Model: "openai.gpt-oss-20b-1:0", MaxTokens: new(int64(9)), StopSequences: []string{"x"}, Seed: new(int64(4)), OutputType: attr.OutputJSON},
		},
		{
			"Titan embeds", "its task is not told",
			asked{url: runtimeURL + "arn%3Aaws%3Abedrock%3A%3A%3Ax%2Fy/invoke", body: `{"inputText":"a","dimensions":256}`},
			llmcall.Request{Operation: attr.OperationEmbeddings, Model: "arn:aws:bedrock:::x/y"},
		},
		{
			"embed by ARN", "the body tells",
			asked{url: runtimeURL + "arn%3Aaws%3Abedrock%3A%3A%3Ax%2Fy/invoke", body: `{"texts":["a"],"input_type":"search_query"}`},
			llmcall.Request{Operation: attr.OperationEmbeddings, Model: "arn:aws:bedrock:::x/y"},
		},
	})
}

func TestBedrockConverse(t *testing.T) {
	const told = llmcall.Input | llmcall.Output
	testAnswers(t, bedrock{}, []answerCase{
		{
			name: "all", reason: "input leaves out the cached tokens; tools that Bedrock runs are not the client's",
			body: `{"output":{"message":{"role":"assistant","content":[{"text":"…"},{"toolUse":{"toolUseId":"s","name":"nova_grounding","type":"server_tool_use","input":{}}},{"toolUse":{"toolUseId":"t","name":"weather","input":{}}}]}},"stopReason":"tool_use","usage":{"inputTokens":22,"outputTokens":13,"totalTokens":2538,"cacheReadInputTokens":3,"cacheReadInputTokenCount":3,"cacheWriteInputTokens":2500,"cacheWriteInputTokenCount":2500,"cacheDetails":[{"ttl":"5m","inputTokens":2000},{"ttl":"1h","inputTokens":500}]},"metrics":{"latencyMs":400}}`,
			want: telling{
				Response: llmcall.Response{
					Usage: price.Usage{InputTokens: 2525, CachedInputTokens: 3, CacheWriteTokens: 2500, CacheWrite1hTokens: 500, OutputTokens: 13},
					Known: told | llmcall.CachedInput | llmcall.CacheWrite,
				},
				Finish: []string{"tool_use"}, Tools: []string{"weather"},
			},
		},
		{
			name: "error by header", reason: "what follows the colon is a link", status: 429,
			header: http.Header{"X-Amzn-Errortype": {"ThrottlingException:http://internal.amazon.com/coral/"}}, body: `{"message":"Too many requests"}`,
			want: telling{Kind: "ThrottlingException", Message: "Too many requests"},
		},
		{
			name: "error by body", reason: "older services name it there", status: 400, body: `{"__type":"com.amazon.coral#ValidationException","Message":"no"}`,
			want: telling{Kind: "ValidationException", Message: "no"},
		},
		{
			name: "error", reason: "the status is what is known", status: 400, body: `{"message":"The provided model identifier is invalid."}`,
			want: telling{Kind: "400", Message: "The provided model identifier is invalid."},
		},
		{
			name: "long name", reason: "error.type must have few values", status: 500,
			header: http.Header{"X-Amzn-Errortype": {strings.Repeat("x", 65)}}, body: `{"message":"no"}`,
			want: telling{Kind: "500", Message: "no"},
		},
		{name: "no JSON", reason: "a gateway answered", status: 503, want: telling{Kind: "503"}},
	})
	testStreams(t, bedrock{}, []streamCase{
		{
			name: "stream", reason: "usage comes after the reason to stop",
			stream: []document{
				{"messageStart", `{"role":"assistant","p":"ab"}`},
				{"contentBlockDelta", `{"contentBlockIndex":0,"delta":{"text":""},"p":"abc"}`},
				{"contentBlockStop", `{"contentBlockIndex":0}`},
				{"contentBlockStart", `{"contentBlockIndex":1,"start":{"toolUse":{"toolUseId":"t","name":"weather"}}}`},
				{"contentBlockStart", `{"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"u","name":"weather"}}}`},
				{"messageStop", `{"stopReason":"tool_use"}`},
				{"metadata", `{"usage":{"inputTokens":70,"outputTokens":43,"totalTokens":113},"metrics":{"latencyMs":753}}`},
			},
			want: telling{Response: llmcall.Response{Usage: tokens(70, 43), Known: told}, Finish: []string{"tool_use"}, Tools: []string{"weather", "weather"}, Began: true, Done: true},
		},
		{
			name: "exception", reason: "a 200 may still fail",
			stream: []document{{"messageStart", `{}`}, {"exception:throttlingException", `{"message":"Too many requests"}`}},
			want:   telling{Kind: "throttlingException", Message: "Too many requests"},
		},
		{
			name: "truncated", reason: "without usage it is not done",
			stream: []document{{"messageStop", `{"stopReason":"end_turn"}`}, {"metadata", `{"metrics":{"latencyMs":7`}}, want: telling{Finish: []string{"end_turn"}},
		},
	})
}

func FuzzBedrock(f *testing.F) {
	fuzzEvents(f, bedrock{}, []string{"contentBlockStart", "metadata", "chunk", "exception:x", ""},
		`{"contentBlockIndex":-1,"start":{"toolUse":{"name":"f"}}}`,
		`{"usage":{"inputTokens":-5,"cacheReadInputTokens":9223372036854775807,"cacheWriteInputTokens":9,"cacheDetails":[{"ttl":"1h","inputTokens":-1}]}}`,
		`{"type":"message_delta","usage":{"output_tokens":1},"amazon-bedrock-invocationMetrics":{"inputTokenCount":1,"outputTokenCount":2}}`,
		`{"message":"no"}`, `{"results":[{"tokenCount":-4,"completionReason":"FINISH"}],"inputTextTokenCount":3}`,
		`{"generations":[{"finish_reason":"COMPLETE"}],"outputs":[{"stop_reason":"stop"}],"choices":[{"stop_reason":"stop"}]}`)
}
