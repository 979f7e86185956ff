package telemetryllm

import (
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
)

// interactions is Google's Interactions API:
// https://ai.google.dev/api/interactions-api. What was created earlier is read
// with a GET, which runs no model.
type interactions struct{}

func (interactions) match(t *target) bool {
	return t.post() && t.ends("interactions") && t.fits("input") && (t.fits("model") || t.fits("agent"))
}

func (interactions) request(t *target, r *llmcall.Request) {
	b := t.body
	r.Operation = attr.OperationChat
	text(&r.Model, toldFirst(b, "model", "agent"))
	r.Streaming, _ = b.Get("stream").Bool()
	c := b.Get("generation_config")
	r.Temperature = floatOf(c.Get("temperature"))
	r.TopP = floatOf(c.Get("top_p"))
	r.MaxTokens = toldLimit(c.Get("max_output_tokens"))
	r.Seed = intOf(c.Get("seed"))
	r.StopSequences = textsOf(c.Get("stop_sequences"))
	if b.Get("response_mime_type").String() == "application/json" {
		r.OutputType = attr.OutputJSON
	}
}

var interactionPaths = join(openAIErrors, []string{
	"id", "model", "status", "usage.total_input_tokens", "usage.total_output_tokens", "usage.total_cached_tokens",
	"usage.total_thought_tokens", "usage.total_tool_use_tokens",
	"usage.input_tokens_by_modality[].modality", "usage.input_tokens_by_modality[].tokens",
	"usage.cached_tokens_by_modality[].modality", "usage.cached_tokens_by_modality[].tokens",
	"usage.tool_use_tokens_by_modality[].modality", "usage.tool_use_tokens_by_modality[].tokens",
	"usage.output_tokens_by_modality[].modality", "usage.output_tokens_by_modality[].tokens",
	"steps[].type", "steps[].name", "outputs[].type", "outputs[].name",
})

func (interactions) paths() paths {
	return paths{
		request: []string{
			"model", "agent", "input?", "stream", "response_mime_type", "generation_config.temperature",
			"generation_config.top_p", "generation_config.max_output_tokens", "generation_config.seed",
			"generation_config.stop_sequences[]",
		},
		answer: interactionPaths,
		event: join(interactionPaths, under("interaction", interactionPaths), []string{
			"event_type", "index", "step.type", "step.name", "content.type", "content.name", "delta.type", "delta.name",
		}),
	}
}

func (interactions) answer(x *exchange, v pick.Value) {
	if x.status >= 400 || v.Get("error").Exists() {
		x.readError(v, true)
		if x.status >= 400 {
			return
		}
	}
	text(&x.response.ID, v.Get("id"))
	text(&x.response.Model, v.Get("model"))
	switch status := v.Get("status").String(); status {
	case "in_progress", "queued":
	default:
		x.finished(0, status)
	}
	readInteractionUsage(x, v.Get("usage"))
	for _, steps := range [...]pick.Value{v.Get("steps"), v.Get("outputs")} {
		for i, step := range steps.Elements() {
			x.interactionStep(i, step)
		}
	}
}

func (interactions) event(x *exchange, name string, v pick.Value) {
	if kind := v.Get("event_type").Bytes(); len(kind) > 0 && string(kind) != name {
		name = string(kind)
	}
	i, _ := v.Get("index").Int()
	switch name {
	case "step.start", "content.start":
		x.interactionStep(int(i), toldFirst(v, "step", "content"))
	case "step.delta", "content.delta":
		x.began = true
		x.interactionStep(int(i), v.Get("delta"))
	case "interaction.completed", "interaction.complete", "interaction.failed", "interaction.cancelled", "interaction.incomplete":
		interactions{}.answer(x, v.Get("interaction"))
		x.done = true
	case "error":
		x.readError(v, true)
	default:
		interactions{}.answer(x, v.Get("interaction"))
	}
}

// interactionStep notes the call of a client's tool.
func (x *exchange) interactionStep(i int, step pick.Value) {
	if string(step.Get("type").Bytes()) == "function_call" {
		x.called(0, i, step.Get("name").String())
	}
}

// readInteractionUsage reads what counts like generateContent's usage.
func readInteractionUsage(x *exchange, u pick.Value) {
	n := &x.response.Usage
	if input, ok := u.Get("total_input_tokens").Int(); ok {
		tools, _ := u.Get("total_tool_use_tokens").Int()
		n.InputTokens = x.sum(input, tools)
		x.response.Known |= llmcall.Input
		m := geminiModalities(x, u.Get("input_tokens_by_modality"), u.Get("tool_use_tokens_by_modality"))
		n.InputImageTokens, n.InputVideoTokens, n.InputAudioTokens = m.image, m.video, m.audio
	}
	if x.told(&n.CachedInputTokens, llmcall.CachedInput, u.Get("total_cached_tokens")) {
		m := geminiModalities(x, u.Get("cached_tokens_by_modality"))
		n.CachedImageTokens, n.CachedAudioTokens = m.image, m.audio
	}
	if output, ok := u.Get("total_output_tokens").Int(); ok {
		x.told(&n.ReasoningTokens, llmcall.Reasoning, u.Get("total_thought_tokens"))
		n.OutputTokens = x.sum(output, n.ReasoningTokens)
		x.response.Known |= llmcall.Output
		m := geminiModalities(x, u.Get("output_tokens_by_modality"))
		n.OutputImageTokens, n.OutputVideoTokens, n.OutputAudioTokens = m.image, m.video, m.audio
	}
}
