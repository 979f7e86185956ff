package telemetryllm

import (
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
)

// What InvokeModel takes and gives, by vendor:
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html.
// Anthropic's bodies are its own, those of DeepSeek, Jamba, Mistral's chat
// models, OpenAI and Qwen are chat completions, Nova's are Converse's. The
// others are read here: Titan, Llama, Mistral's completions, Cohere's Command.
var (
	invokedRequest = []string{
		"messages?", "prompt?", "temperature", "top_p", "topP", "p", "max_tokens", "max_tokens_to_sample",
		"max_completion_tokens", "max_gen_len", "maxTokens", "stop", "stop[]", "stop_sequences[]", "stopSequences[]",
		"seed", "response_format.type", "output_config.format.type", "output_format.type",
		"textGenerationConfig.temperature", "textGenerationConfig.topP", "textGenerationConfig.maxTokenCount",
		"textGenerationConfig.stopSequences[]", "inferenceConfig.temperature", "inferenceConfig.topP",
		"inferenceConfig.top_p", "inferenceConfig.maxTokens", "inferenceConfig.max_new_tokens",
		"inferenceConfig.stopSequences[]",
	}
	invokedShared = []string{
		"id", "generation_id", "stop_reason", "finish_reason",
		"inputTextTokenCount", "results[].tokenCount", "results[].completionReason",
		"prompt_token_count", "generation_token_count", "outputs[].stop_reason",
		"generations[].finish_reason", "tool_calls[].name",
		"choices[].stop_reason",
	}
	invokedAnswer = join(invokedShared, anthropicAnswer, chat{}.paths().answer)
	invokedEvent  = join(invokedShared, anthropicEvent, chat{}.paths().event, under("response", cohereV1), []string{
		"amazon-bedrock-invocationMetrics.inputTokenCount", "amazon-bedrock-invocationMetrics.outputTokenCount",
		"amazon-bedrock-invocationMetrics.cacheReadInputTokenCount",
		"amazon-bedrock-invocationMetrics.cacheWriteInputTokenCount",
		"completionReason", "totalOutputTextTokenCount", "event_type", "is_finished",
		"outputText?", "generation?", "outputs[].text?", "text?",
	})
)

// askInvoked reads a request's parameters, whatever its vendor calls them.
func askInvoked(b pick.Value, r *llmcall.Request) {
	askAnthropic(b, r)
	for _, c := range [...]pick.Value{b.Get("textGenerationConfig"), b.Get("inferenceConfig"), b} {
		if v := floatOf(c.Get("temperature")); v != nil {
			r.Temperature = v
		}
		if v := floatOf(toldFirst(c, "top_p", "topP", "p")); v != nil {
			r.TopP = v
		}
		if v := toldLimit(toldFirst(c, "max_tokens", "max_completion_tokens", "max_tokens_to_sample", "max_gen_len",
			"maxTokens", "max_new_tokens", "maxTokenCount")); v != nil {
			r.MaxTokens = v
		}
		if v := textsOf(toldFirst(c, "stop_sequences", "stopSequences", "stop")); len(v) > 0 {
			r.StopSequences = v
		}
	}
	r.Seed = intOf(b.Get("seed"))
	if t := outputType(b.Get("response_format", "type")); t != "" {
		r.OutputType = t
	}
}

// readInvoked reads the answer of InvokeModel.
func readInvoked(x *exchange, v pick.Value) {
	switch {
	case v.Get("choices").Exists():
		chat{}.answer(x, v)
	case string(v.Get("type").Bytes()) == "message":
		anthropic{}.answer(x, v)
	}
	readInvokedShared(x, v)
}

// readInvokedShared reads what an answer and a chunk of those vendors have in
// common that have a shape of their own.
func readInvokedShared(x *exchange, v pick.Value) {
	n := &x.response.Usage
	text(&x.response.ID, v.Get("generation_id"))
	if id := v.Get("id"); id.Kind() == pick.String {
		text(&x.response.ID, id)
	}
	x.finished(0, toldFirst(v, "stop_reason", "finish_reason", "completionReason").String())
	for i, c := range v.Get("choices").Elements() {
		x.finished(i, c.Get("stop_reason").String())
	}
	for i, o := range v.Get("outputs").Elements() {
		x.finished(i, o.Get("stop_reason").String())
	}
	for i, g := range v.Get("generations").Elements() {
		x.finished(i, g.Get("finish_reason").String())
	}
	for i, call := range v.Get("tool_calls").Elements() {
		x.called(0, i, call.Get("name").String())
	}
	x.told(&n.InputTokens, llmcall.Input, toldFirst(v, "inputTextTokenCount", "prompt_token_count"))
	x.told(&n.OutputTokens, llmcall.Output, toldFirst(v, "totalOutputTextTokenCount", "generation_token_count"))
	if results := v.Get("results"); results.Len() > 0 {
		var all int64
		for i, r := range results.Elements() {
			x.finished(i, r.Get("completionReason").String())
			if tokens, ok := r.Get("tokenCount").Int(); ok {
				all = x.sum(all, tokens)
				x.response.Known |= llmcall.Output
			}
		}
		n.OutputTokens = all
	}
}

// invokedChunk reads a chunk of InvokeModelWithResponseStream.
func invokedChunk(x *exchange, v pick.Value) {
	switch {
	case v.Get("choices").Exists():
		chat{}.event(x, "", v)
	case v.Get("type").Kind() == pick.String:
		anthropic{}.event(x, "", v)
	case v.Get("event_type").Exists():
		cohere{}.event(x, "", v)
	case v.Get("contentBlockStart").Exists():
		x.converseStart(v.Get("contentBlockStart"))
	case v.Get("contentBlockDelta").Exists():
		x.began = true
	}
	x.finished(0, v.Get("messageStop", "stopReason").String())
	readConverseUsage(x, v.Get("metadata", "usage"))
	readInvokedShared(x, v)
	x.began = x.began || v.Get("outputText").Exists() || v.Get("generation").Exists() || v.Get("text").Exists() ||
		v.Get("outputs").At(0).Get("text").Exists() || v.Get("completion").Exists()
	readInvocationMetrics(x, v.Get("amazon-bedrock-invocationMetrics"))
}

// readInvocationMetrics takes from the end of a stream what the model did not
// tell itself.
func readInvocationMetrics(x *exchange, m pick.Value) {
	if !m.Exists() {
		return
	}
	n := &x.response.Usage
	told := x.response.Known
	if !told.Has(llmcall.Output) {
		x.told(&n.OutputTokens, llmcall.Output, m.Get("outputTokenCount"))
	}
	if !told.Has(llmcall.Input) && x.told(&n.InputTokens, llmcall.Input, m.Get("inputTokenCount")) {
		x.told(&n.CachedInputTokens, llmcall.CachedInput, m.Get("cacheReadInputTokenCount"))
		x.told(&n.CacheWriteTokens, llmcall.CacheWrite, m.Get("cacheWriteInputTokenCount"))
		n.InputTokens = x.sum(n.InputTokens, n.CachedInputTokens, n.CacheWriteTokens)
	}
	x.done = true
}
