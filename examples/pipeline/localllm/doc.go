// Package localllm is an LLM endpoint for examples and tests: a real HTTP
// server, on this machine, that streams answers in two wire formats and gives others in a third.
//
//	GET  /v1/models            as OpenAI's list of models
//	POST /v1/messages          as Anthropic's Messages API
//	POST /v1/chat/completions  as OpenAI's Chat Completions API
//	POST /reword               as nobody: a model on one's own machines
//
// There is no model behind it. It copies what a program has to cope with:
// server-sent events in small pieces, a wait before the first token, usage at
// the end, rate limits and failures.
//
// # Directives
//
// A prompt can ask for trouble; the words stand in square brackets:
//
//	[slow]       ten times the usual delays
//	[expensive]  as many tokens as if a whole repository were in the context
//	[flawed]     the first code is wrong, the repaired one right
//	[broken]     all code is wrong
//	[busy]       the first attempt of each call is answered with 429
//	[down]       every attempt is answered with 500
package localllm
