package telemetryllm

import (
	"strings"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
)

// completions is OpenAI's text completions
// (https://platform.openai.com/docs/api-reference/completions, 2026-09),
// Mistral's and DeepSeek's fill-in-the-middle, whose answers are those of a
// chat, and the completions that llama.cpp
// (https://github.com/ggml-org/llama.cpp/tree/master/tools/server), Text
// Generation Inference (https://huggingface.co/docs/text-generation-inference)
// and watsonx.ai (https://cloud.ibm.com/apidocs/watsonx-ai#text-generation)
// have of their own.
type completions struct{}

func (completions) match(t *target) bool {
	switch {
	case !t.post(), t.ends("chat/completions"), t.ends("agents/completions"):
		return false
	case t.ends("completions"), t.ends("completion"):
		return t.fits("prompt")
	case databricks(t):
		return t.ahead && t.fits("prompt")
	case t.ends("generate"), t.ends("generate_stream"):
		return t.ahead && t.fits("inputs")
	case t.ends("text/generation"), t.ends("text/generation_stream"):
		return t.fits("input")
	}
	return false
}

// databricks reports whether t goes to an endpoint of Databricks. Their bodies
// are those of OpenAI, and the body alone tells what is asked
// (https://docs.databricks.com/machine-learning/foundation-model-apis/api-reference).
func databricks(t *target) bool {
	return t.ends("invocations") && strings.Contains(t.path, "/serving-endpoints/")
}

func (completions) request(t *target, r *llmcall.Request) {
	r.Operation = attr.OperationTextCompletion
	askOpenAI(t, r)
	if t.ends("generate_stream") || t.ends("text/generation_stream") {
		r.Streaming = true
	}
}

func (completions) paths() paths { return completionsPaths }

var completionsPaths = func() paths {
	own := []string{
		"content?", "stop", "stop_type", "tokens_evaluated", "tokens_predicted",
		"generated_text?", "token.text?", "details.finish_reason", "details.generated_tokens",
		"[].details.finish_reason", "[].details.generated_tokens",
		"results[].generated_text?", "results[].stop_reason", "results[].generated_token_count", "results[].input_token_count",
	}
	return paths{
		request: append([]string{"prompt?", "inputs?", "input?"}, openAIAsk...),
		answer:  append(own, chatPaths.answer...),
		event:   append(own, chatPaths.event...),
	}
}()

func (completions) answer(x *exchange, v pick.Value) {
	chat{}.answer(x, v)
	x.readCompletion(v)
}

func (completions) event(x *exchange, name string, v pick.Value) {
	chat{}.event(x, name, v)
	x.readCompletion(v)
}

// readCompletion reads what has not the shape of OpenAI.
func (x *exchange) readCompletion(v pick.Value) {
	usage := &x.response.Usage

	x.began = x.began || v.Get("content").Exists() || v.Get("token", "text").Exists()
	x.count(&usage.InputTokens, llmcall.Input, v.Get("tokens_evaluated"))
	x.count(&usage.OutputTokens, llmcall.Output, v.Get("tokens_predicted"))
	if stop, _ := v.Get("stop").Bool(); stop {
		x.finished(0, v.Get("stop_type").String())
		x.done = true
	}

	details := either(v.Get("details"), v.At(0).Get("details"))
	x.finished(0, details.Get("finish_reason").String())
	x.count(&usage.OutputTokens, llmcall.Output, details.Get("generated_tokens"))

	for i, r := range v.Get("results").Elements() {
		x.began = x.began || r.Get("generated_text").Exists()
		if reason := r.Get("stop_reason").String(); reason != "not_finished" {
			x.finished(i, reason)
		}
		// Of the chunks of a stream, not every one has the counts.
		x.atLeast(&usage.InputTokens, llmcall.Input, r.Get("input_token_count"))
		x.atLeast(&usage.OutputTokens, llmcall.Output, r.Get("generated_token_count"))
	}
}

// atLeast raises *n to the number v and marks it as known.
func (x *exchange) atLeast(n *int64, c llmcall.Counts, v pick.Value) {
	if i, ok := v.Int(); ok {
		*n = max(*n, i)
		x.response.Known |= c
	}
}
