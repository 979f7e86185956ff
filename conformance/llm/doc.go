// Package llm has tests alone. They hold telemetryllm against what LLM APIs
// really send and against the SDKs that services really use:
//
//   - exchanges in the form of the wire, those under testdata and, where
//     LIFT_CASSETTES names a folder of recordings, those too: what the caller
//     and the server get is the same as without the transport, and the span says
//     what the exchange says;
//   - the SDKs of OpenAI, Anthropic, Google, go-openai and Ollama: their results
//     are the same, also where they retry, cancel and give up;
//   - what the transport costs.
//
// LIFT_PRICE_CASES names a folder with reference costs of the recordings.
// LIFT_REQUIRE_CASSETTES=1 makes it a failure where recordings are missing.
//
// It is a module of its own, so that the SDKs burden nobody else.
package llm
