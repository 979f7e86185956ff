package telemetryllm

import (
	"strings"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
	"github.com/lift-sys/telemetry/price"
)

// cohere is Cohere's chat and embed, versions 1 and 2:
// https://docs.cohere.com/reference/chat, /v2/docs/streaming and
// /reference/embed. Tokens are those that the model read and wrote, of which
// cached ones are a part; the price is that of the fewer that are billed, which
// are without those that Cohere adds to a prompt.
type cohere struct{}

func (cohere) match(t *target) bool {
	if !t.post() {
		return false
	}
	host := strings.Contains(t.url.Hostname(), "cohere") // then the model may be the default one
	switch {
	case t.ends("v2/chat"):
		return t.fits("model", "messages")
	case t.ends("v1/chat"):
		return t.fits("message") && (host || t.fits("model"))
	case t.ends("v1/embed"), t.ends("v2/embed"):
		return (host || t.fits("model")) && (t.fits("texts") || t.fits("inputs") || t.fits("images"))
	}
	return false
}

func (cohere) request(t *target, r *llmcall.Request) {
	b := t.body
	text(&r.Model, b.Get("model"))
	if strings.HasSuffix(t.path, "/embed") {
		r.Operation = attr.OperationEmbeddings
		return
	}
	r.Operation = attr.OperationChat
	r.Streaming, _ = b.Get("stream").Bool()
	text(&r.Conversation, b.Get("conversation_id"))
	askCohere(b, r)
}

// askCohere reads the parameters that Cohere's models have everywhere.
func askCohere(b pick.Value, r *llmcall.Request) {
	r.Temperature = floatOf(b.Get("temperature"))
	r.TopP = floatOf(b.Get("p"))
	r.MaxTokens = toldLimit(b.Get("max_tokens"))
	r.Seed = intOf(b.Get("seed"))
	r.StopSequences = textsOf(b.Get("stop_sequences"))
	r.OutputType = outputType(b.Get("response_format", "type"))
}

var (
	cohereUsage = []string{
		"billed_units.input_tokens", "billed_units.output_tokens", "tokens.input_tokens", "tokens.output_tokens",
		"tokens.reasoning_tokens", "cached_tokens",
	}
	cohereV1 = join(under("meta", cohereUsage), []string{
		"response_id", "generation_id", "finish_reason", "tool_calls[].name", "tool_calls[].parameters.**",
	})
	cohereAnswer = join(cohereV1, openAIErrors, under("usage", cohereUsage), []string{
		"id", "message.tool_calls[].function.name",
	})
	cohereEvent = join(cohereV1, openAIErrors, under("response", cohereV1), under("delta.usage", cohereUsage), []string{
		"id", "type", "event_type", "index", "text?",
		"delta.finish_reason", "delta.error", "delta.message.tool_calls.function.name",
		"tool_call_delta.index", "tool_call_delta.name",
	})
)

func (cohere) paths() paths {
	return paths{
		request: []string{
			"model", "messages?", "message?", "texts?", "inputs?", "images?", "stream", "conversation_id", "temperature",
			"p", "max_tokens", "seed", "stop_sequences[]", "response_format.type",
		},
		answer: cohereAnswer,
		event:  cohereEvent,
	}
}

func (cohere) answer(x *exchange, v pick.Value) {
	if x.status >= 400 || v.Get("error").Exists() {
		x.readError(v, true)
		return
	}
	text(&x.response.ID, toldFirst(v, "id", "generation_id", "response_id"))
	x.finished(0, v.Get("finish_reason").String())
	readCohereUsage(x, toldFirst(v, "usage", "meta"))
	for i, call := range v.Get("message", "tool_calls").Elements() {
		x.called(0, i, call.Get("function", "name").String())
	}
	for i, call := range v.Get("tool_calls").Elements() {
		x.called(0, i, call.Get("name").String())
	}
}

func (cohere) event(x *exchange, name string, v pick.Value) {
	i, _ := v.Get("index").Int()
	if kind := toldFirst(v, "type", "event_type").Bytes(); len(kind) > 0 && string(kind) != name {
		name = string(kind)
	}
	switch name {
	case "message-start":
		text(&x.response.ID, v.Get("id"))
	case "content-delta", "tool-plan-delta", "tool-call-delta":
		x.began = true
	case "tool-call-start":
		x.began = true
		x.called(0, int(i), v.Get("delta", "message", "tool_calls", "function", "name").String())
	case "message-end":
		d := v.Get("delta")
		x.finished(0, d.Get("finish_reason").String())
		readCohereUsage(x, d.Get("usage"))
		if message := d.Get("error"); message.Exists() {
			x.failed("", "", message.String())
		}
		x.done = true
	default:
		cohere{}.eventV1(x, name, v)
	}
}

// eventV1 reads an event of version 1.
func (cohere) eventV1(x *exchange, name string, v pick.Value) {
	switch name {
	case "stream-start":
		text(&x.response.ID, v.Get("generation_id"))
	case "text-generation":
		x.began = x.began || v.Get("text").Exists()
	case "tool-calls-chunk":
		x.began = true
		d := v.Get("tool_call_delta")
		i, _ := d.Get("index").Int()
		x.called(0, int(i), d.Get("name").String())
	case "tool-calls-generation":
		x.began = true
		cohere{}.answer(x, v)
	case "stream-end":
		cohere{}.answer(x, v.Get("response"))
		x.finished(0, v.Get("finish_reason").String())
		x.done = true
	default:
		if v.Get("error").Exists() || name == "" && v.Get("message").Kind() == pick.String {
			x.readError(v, true)
		}
	}
}

func readCohereUsage(x *exchange, u pick.Value) {
	n := &x.response.Usage
	billed, all := u.Get("billed_units"), u.Get("tokens")
	for _, told := range [...]pick.Value{billed, all} {
		x.told(&n.InputTokens, llmcall.Input, told.Get("input_tokens"))
		x.told(&n.OutputTokens, llmcall.Output, told.Get("output_tokens"))
	}
	x.told(&n.CachedInputTokens, llmcall.CachedInput, u.Get("cached_tokens"))
	x.told(&n.ReasoningTokens, llmcall.Reasoning, all.Get("reasoning_tokens"))
	if billed.Exists() && all.Exists() {
		in, _ := billed.Get("input_tokens").Int()
		out, _ := billed.Get("output_tokens").Int()
		x.response.Billed = &price.Usage{InputTokens: in, OutputTokens: out}
	}
}
