package telemetryllm

import (
	"strings"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
)

// ollama is Ollama's own API; its stream is one JSON document per line:
// https://docs.ollama.com/api.
type ollama struct{}

func (ollama) match(t *target) bool {
	if !t.post() {
		return false
	}
	switch {
	case t.ends("api/chat"):
		return t.fits("model", "messages")
	case t.ends("api/generate"):
		return t.fits("model")
	case t.ends("api/embed"):
		return t.fits("model", "input")
	case t.ends("api/embeddings"):
		return t.fits("model", "prompt")
	}
	return false
}

func (ollama) request(t *target, r *llmcall.Request) {
	b := t.body
	text(&r.Model, b.Get("model"))
	switch {
	case strings.HasSuffix(t.path, "/chat"):
		r.Operation = attr.OperationChat
	case strings.HasSuffix(t.path, "/generate"):
		r.Operation = attr.OperationTextCompletion
	default:
		r.Operation = attr.OperationEmbeddings
		return
	}
	if stream, ok := b.Get("stream").Bool(); ok {
		r.Streaming = stream
	} else {
		r.Streaming = t.ahead // the default
	}
	switch format := b.Get("format"); {
	case format.Kind() == pick.Object, format.String() == "json":
		r.OutputType = attr.OutputJSON
	}
	o := b.Get("options")
	r.Temperature = floatOf(o.Get("temperature"))
	r.TopP = floatOf(o.Get("top_p"))
	r.MaxTokens = toldLimit(o.Get("num_predict"))
	r.Seed = intOf(o.Get("seed"))
	r.StopSequences = textsOf(o.Get("stop"))
}

func (ollama) paths() paths {
	answer := join(openAIErrors, []string{
		"model", "done", "done_reason", "prompt_eval_count", "eval_count",
		"message.content?", "message.thinking?", "response?", "thinking?",
		"message.tool_calls[].id", "message.tool_calls[].function.index",
		"message.tool_calls[].function.name", "message.tool_calls[].function.arguments.**",
	})
	return paths{
		request: []string{
			"model", "messages?", "prompt?", "input?", "stream", "format", "options.temperature", "options.top_p",
			"options.num_predict", "options.seed", "options.stop", "options.stop[]",
		},
		answer: answer,
		event:  answer,
	}
}

func (ollama) answer(x *exchange, v pick.Value) {
	if x.status >= 400 || v.Get("error").Exists() {
		x.readError(v, true)
		return
	}
	text(&x.response.Model, v.Get("model"))
	x.finished(0, v.Get("done_reason").String())
	// A prompt that was in the cache is not counted.
	x.told(&x.response.Usage.InputTokens, llmcall.Input, v.Get("prompt_eval_count"))
	x.told(&x.response.Usage.OutputTokens, llmcall.Output, v.Get("eval_count"))
	for i, call := range v.Get("message", "tool_calls").Elements() {
		// Each call comes in a chunk of its own, and is not always numbered.
		f := call.Get("function")
		x.called(0, digest(i, call.Get("id"), f.Get("index"), f.Get("name"), f.Get("arguments")), f.Get("name").String())
	}
}

func (ollama) event(x *exchange, _ string, v pick.Value) {
	ollama{}.answer(x, v)
	m := v.Get("message")
	x.began = x.began || m.Get("content").Exists() || m.Get("thinking").Exists() || m.Get("tool_calls").Len() > 0 ||
		v.Get("response").Exists() || v.Get("thinking").Exists()
	if done, _ := v.Get("done").Bool(); done {
		x.done = true
	}
}
