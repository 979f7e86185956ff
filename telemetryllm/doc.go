// Package telemetryllm records calls of language models without code: an
// http.RoundTripper that any SDK takes as its HTTP client.
//
//	client := openai.NewClient(option.WithHTTPClient(&http.Client{
//		Transport: telemetryllm.NewTransport(nil),
//	}))
//
// Each logical call becomes one llm.call span with tokens, cost, finish
// reasons, tool calls, time to first token and errors, in the product's names
// and in those of OpenTelemetry, and goes into the metrics whether or not the
// trace is sampled.
//
// # One span per call
//
// Where the caller has opened a telemetry.LLMCall, its span is filled. Where
// another instrumentation has a live span of the call, as the Anthropic SDK
// does, that span is completed and renamed. Otherwise the transport makes one.
// Attempts that an SDK repeats are events of one span: a call whose attempt has
// failed waits for the next one as long as the server asks for and a second,
// or ten seconds, before its span ends, as of the failure.
//
// # Facts
//
// Formats are told by path, content type and the shape of the body, not by a
// list of hosts: chat completions and what imitates them, completions,
// embeddings and the Responses API; Anthropic, also on Vertex and Bedrock;
// Gemini and Vertex; Bedrock; Cohere; Ollama; Azure. A fact that the wire does
// not carry is absent. Counts that cannot be true are clamped, with
// llm.usage_clamped.
//
// Prompts and answers are not recorded, unless [WithContent] asks for them.
//
// A streamed chat completion tells its tokens only where it is asked; see
// [WithStreamUsage].
package telemetryllm
