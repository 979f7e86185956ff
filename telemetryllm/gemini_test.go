package telemetryllm

import (
	"net/http"
	"testing"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/price"
)

const (
	studioURL    = "https://generativelanguage.googleapis.com/v1beta/models/"
	publisherURL = "https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/google/models/"
	contentsBody = `{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}`
)

func TestGeminiMatch(t *testing.T) {
	testMatches(t, gemini{}, []matchCase{
		{"AI Studio", "the API itself", asked{url: studioURL + "gemini-2.5-flash:generateContent", body: contentsBody}, true},
		{"Vertex", "the same method", asked{url: publisherURL + "gemini-2.5-flash:streamGenerateContent?alt=sse", body: contentsBody}, true},
		{"tuned", "has a number", asked{url: "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/l/endpoints/42:generateContent", body: contentsBody}, true},
		{"escaped", "some clients escape the colon", asked{url: studioURL + "gemini-2.5-flash%3AgenerateContent", body: contentsBody}, true},
		{"unread", "the path is enough", asked{url: studioURL + "gemini-2.5-flash:generateContent"}, true},
		{"embed", "one text", asked{url: studioURL + "gemini-embedding-001:embedContent", body: `{"content":{"parts":[{"text":"a"}]}}`}, true},
		{"embed many", "many texts", asked{url: studioURL + "gemini-embedding-001:batchEmbedContents", body: `{"requests":[]}`}, true},
		{"embed on Vertex", "predict embeds too", asked{url: publisherURL + "text-embedding-005:predict", body: `{"instances":[{"content":"a"}]}`}, true},
		{"picture", "predict also paints", asked{url: publisherURL + "imagen-4.0-generate-001:predict", body: `{"instances":[{"prompt":"a"}]}`}, false},
		{"count tokens", "runs no model", asked{url: studioURL + "gemini-2.5-flash:countTokens", body: contentsBody}, false},
		{"batch", "answers later", asked{url: studioURL + "gemini-2.5-flash:batchGenerateContent", body: `{}`}, false},
		{"list", "reads", asked{method: http.MethodGet, url: studioURL[:len(studioURL)-1]}, false},
		{"cache", "stores", asked{url: "https://generativelanguage.googleapis.com/v1beta/cachedContents", body: contentsBody}, false},
		{"no model", "there is nothing before the colon", asked{url: "https://x.example/:generateContent", body: contentsBody}, false},
		{"Anthropic's", "is not Google's", asked{url: vertexURL + "claude-opus-4-1:rawPredict", body: vertexBody}, false},
	})
}

func TestGeminiRequest(t *testing.T) {
	testRequests(t, gemini{}, []requestCase{
		{
			"all", "https://ai.google.dev/api/generate-content#v1beta.GenerationConfig",
			asked{url: studioURL + "gemini-2.5-flash:generateContent", body: `{"contents":[],"generationConfig":{"temperature":0,"topP":0.9,"topK":3,"maxOutputTokens":99,"seed":7,"candidateCount":2,"stopSequences":["END"],"responseMimeType":"application/json"}}`},
			llmcall.Request{
				Operation: attr.OperationGenerateContent, Model: "gemini-2.5-flash", Temperature: new(0.0), TopP: new(0.9),
				MaxTokens: new(int64(99)), Seed: new(int64(7)), ChoiceCount: new(int64(2)), StopSequences: []string{"END"}, OutputType: attr.OutputJSON,
			},
		},
		{
			"snake case", "proto3 takes both spellings",
			asked{url: publisherURL + "gemini-2.5-flash:streamGenerateContent", body: `{"contents":[],"generation_config":{"top_p":0.5,"max_output_tokens":9,"candidate_count":1,"stop_sequences":["a"],"response_modalities":["TEXT"]}}`},
			llmcall.Request{
				Operation: attr.OperationGenerateContent, Model: "gemini-2.5-flash", TopP: new(0.5), MaxTokens: new(int64(9)),
				StopSequences: []string{"a"}, OutputType: attr.OutputText, Streaming: true,
			},
		},
		{
			"numbers", "enums may be numbers",
			asked{url: publisherURL + "gemini-2.5-flash-image:generateContent", body: `{"generationConfig":{"responseModalities":[1,2]}}`},
			llmcall.Request{Operation: attr.OperationGenerateContent, Model: "gemini-2.5-flash-image", OutputType: attr.OutputImage},
		},
		{
			"text", "the type of the text goes first",
			asked{url: studioURL + "m:generateContent", body: `{"generationConfig":{"responseMimeType":"text/plain"}}`},
			llmcall.Request{Operation: attr.OperationGenerateContent, Model: "m", OutputType: attr.OutputText},
		},
		{
			"speech", "there are voices",
			asked{url: studioURL + "gemini-2.5-flash-preview-tts:generateContent", body: `{"generationConfig":{"responseModalities":["AUDIO"]}}`},
			llmcall.Request{Operation: attr.OperationGenerateContent, Model: "gemini-2.5-flash-preview-tts", OutputType: attr.OutputSpeech},
		},
		{
			"embed", "nothing but the model",
			asked{url: publisherURL + "text-embedding-005:predict", body: `{"instances":[{"content":"a"}]}`},
			llmcall.Request{Operation: attr.OperationEmbeddings, Model: "text-embedding-005"},
		},
	})
}

func TestGeminiAnswer(t *testing.T) {
	const told = llmcall.Input | llmcall.Output
	testAnswers(t, gemini{}, []answerCase{
		{
			name: "all", reason: "what tools read is outside of the prompt, thoughts are outside of the candidates",
			body: `{"candidates":[{"content":{"parts":[{"text":"…","thought":true},{"functionCall":{"name":"add","args":{"a":1}}},{"functionCall":{"name":"add","args":{"a":1}}}],"role":"model"},"finishReason":"STOP","index":0},
				{"content":{"parts":[{"executableCode":{"language":"PYTHON","code":"1"}}]},"finishReason":"MAX_TOKENS","index":1}],
				"usageMetadata":{"promptTokenCount":100,"toolUsePromptTokenCount":11,"cachedContentTokenCount":40,"candidatesTokenCount":20,"thoughtsTokenCount":7,"totalTokenCount":138,
				"promptTokensDetails":[{"modality":"TEXT","tokenCount":50},{"modality":"AUDIO","tokenCount":30},{"modality":"VIDEO","tokenCount":15},{"modality":"IMAGE","tokenCount":5}],
				"toolUsePromptTokensDetails":[{"modality":"IMAGE","tokenCount":2}],
				"cacheTokensDetails":[{"modality":"AUDIO","tokenCount":8},{"modality":"IMAGE","tokenCount":1}],
				"candidatesTokensDetails":[{"modality":"AUDIO","tokenCount":9},{"modality":"IMAGE","tokenCount":6}]},
				"modelVersion":"gemini-2.5-flash","responseId":"r1"}`,
			want: telling{
				Response: llmcall.Response{
					ID: "r1", Model: "gemini-2.5-flash", Known: told | llmcall.CachedInput | llmcall.Reasoning,
					Usage: price.Usage{
						InputTokens: 111, CachedInputTokens: 40, OutputTokens: 27, ReasoningTokens: 7,
						InputAudioTokens: 30, InputVideoTokens: 15, InputImageTokens: 7,
						CachedAudioTokens: 8, CachedImageTokens: 1, OutputAudioTokens: 9, OutputImageTokens: 6,
					},
				},
				Finish: []string{"STOP", "MAX_TOKENS"}, Tools: []string{"add", "add"}, Began: true,
			},
		},
		{
			name: "numbers", reason: "$alt=json;enum-encoding=int; what AI Studio and Vertex number differently stays a number",
			body: `{"candidates":[{"finishReason":2},{"finishReason":10,"index":1}],"usageMetadata":{"promptTokenCount":3,"thoughtsTokenCount":4,"promptTokensDetails":[{"modality":4,"tokenCount":2}]}}`,
			want: telling{
				Response: llmcall.Response{Usage: price.Usage{InputTokens: 3, InputAudioTokens: 2, OutputTokens: 4, ReasoningTokens: 4}, Known: told | llmcall.Reasoning},
				Finish:   []string{"MAX_TOKENS", "10"},
			},
		},
		{
			name: "safety", reason: "output that was not told is not 0",
			body: `{"candidates":[{"content":{},"finishReason":"SAFETY"}],"usageMetadata":{"promptTokenCount":14,"totalTokenCount":14}}`,
			want: telling{Response: llmcall.Response{Usage: tokens(14, 0), Known: llmcall.Input}, Finish: []string{"SAFETY"}},
		},
		{
			name: "blocked", reason: "a prompt that is blocked has no candidates",
			body: `{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":9},"modelVersion":"gemini-2.5-flash"}`,
			want: telling{Response: llmcall.Response{Model: "gemini-2.5-flash", Usage: tokens(9, 0), Known: llmcall.Input}},
		},
		{
			name: "embedding", reason: "most tell no usage", body: `{"embedding":{"values":[0.1,0.2]}}`,
		},
		{
			name: "embeddings on Vertex", reason: "each text has its count",
			body: `{"predictions":[{"embeddings":{"values":[0.1],"statistics":{"token_count":3,"truncated":false}}},{"embeddings":{"values":[0.2],"statistics":{"token_count":4.0}}}],"metadata":{"billableCharacterCount":20}}`,
			want: telling{Response: llmcall.Response{Usage: tokens(7, 0), Known: llmcall.Input}},
		},
		{
			name: "pictures embedded", reason: "a prediction without a count is no 0", body: `{"predictions":[{"imageEmbedding":[0.1]}]}`,
		},
		{
			name: "error", reason: "the status is Google's name for it", status: 429,
			body: `{"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED"}}`,
			want: telling{Kind: "RESOURCE_EXHAUSTED", Message: "You exceeded your current quota."},
		},
		{name: "no JSON", reason: "the status is what is known", status: 503, want: telling{Kind: "503"}},
		{
			name: "below zero", reason: "what no count can be is bounded and flagged",
			body: `{"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":-3}}`,
			want: telling{Response: llmcall.Response{Usage: tokens(5, 0), Known: told, Clamped: true}},
		},
	})
}

func TestGeminiStream(t *testing.T) {
	const told = llmcall.Input | llmcall.Output
	testStreams(t, gemini{}, []streamCase{
		{
			name: "usage shrinks", reason: "the last one counts, and a field that is left out keeps its value",
			stream: events(
				`{"candidates":[{"content":{"parts":[{"text":"a"}]}}],"usageMetadata":{"trafficType":"ON_DEMAND"},"modelVersion":"m","responseId":"r"}`,
				`{"candidates":[{"content":{"parts":[{"text":"b"}]}}],"usageMetadata":{"promptTokenCount":50,"candidatesTokenCount":20,"thoughtsTokenCount":5}}`,
				`{"candidates":[{"content":{"parts":[{"text":""}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":40,"candidatesTokenCount":10}}`,
			),
			want: telling{
				Response: llmcall.Response{ID: "r", Model: "m", Usage: price.Usage{InputTokens: 40, OutputTokens: 15, ReasoningTokens: 5}, Known: told | llmcall.Reasoning},
				Finish:   []string{"STOP"}, Began: true, Done: true,
			},
		},
		{
			name: "calls in chunks", reason: "each is the first part of its chunk",
			stream: events(
				`{"candidates":[{"content":{"parts":[{"functionCall":{"name":"add","args":{"a":1}}}]},"index":0}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":4}}`,
				`{"candidates":[{"content":{"parts":[{"functionCall":{"name":"add","args":{"a":2}}}]},"index":0}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":4}}`,
				`{"candidates":[{"content":{"parts":[{"functionCall":{"name":"roll"}}]},"index":0}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":8}}`,
				`{"candidates":[{"content":{"parts":[{"functionCall":{"name":"roll"}}]},"index":0}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":12}}`,
			),
			want: telling{Response: llmcall.Response{Usage: tokens(9, 12), Known: told}, Tools: []string{"add", "add", "roll", "roll"}, Began: true},
		},
		{
			name: "two candidates", reason: "the stream is done when both are", ask: llmcall.Request{ChoiceCount: new(int64(2))},
			stream: events(
				`{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":1}}`,
			),
			want: telling{Response: llmcall.Response{Usage: tokens(1, 0), Known: llmcall.Input}, Finish: []string{"STOP"}, Began: true},
		},
		{
			name: "second first", reason: "candidates come in any order", ask: llmcall.Request{ChoiceCount: new(int64(2))},
			stream: events(
				`{"candidates":[{"finishReason":"MAX_TOKENS","index":1}],"usageMetadata":{"promptTokenCount":1}}`,
				`{"candidates":[{"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":1}}`,
			),
			want: telling{Response: llmcall.Response{Usage: tokens(1, 0), Known: llmcall.Input}, Finish: []string{"STOP", "MAX_TOKENS"}, Done: true},
		},
		{
			name: "blocked", reason: "nothing follows",
			stream: events(`{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":3}}`),
			want:   telling{Response: llmcall.Response{Usage: tokens(3, 0), Known: llmcall.Input}, Done: true},
		},
		{
			name: "usage follows", reason: "a reason to finish alone does not end the stream",
			stream: events(`{"candidates":[{"finishReason":"STOP"}]}`), want: telling{Finish: []string{"STOP"}},
		},
		{
			name: "error", reason: "a 200 may still fail",
			stream: events(`{"candidates":[{"content":{"parts":[{"text":"a"}]}}],"usageMetadata":{"promptTokenCount":3}}`,
				`{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}`),
			want: telling{Response: llmcall.Response{Usage: tokens(3, 0), Known: llmcall.Input}, Kind: "UNAVAILABLE", Message: "The model is overloaded.", Began: true},
		},
	})
}

func FuzzGemini(f *testing.F) {
	fuzzEvents(f, gemini{}, []string{""},
		`{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"x":[1,{"y":null}]}}}]},"finishReason":1,"index":-5}],"usageMetadata":{"promptTokenCount":1,"thoughtsTokenCount":9223372036854775807,"candidatesTokenCount":1}}`,
		`{"error":{"code":400,"status":"INVALID_ARGUMENT"}}`,
		`{"predictions":[{"embeddings":{"statistics":{"token_count":1.5}}},{"embeddings":{"statistics":{"token_count":1e30}}}]}`,
		`{"promptFeedback":{"blockReason":1},"candidates":[{"finishReason":"STOP","index":127}]}`,
		`[{"error":{"code":400}}]`)
}
