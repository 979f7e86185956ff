package telemetryllm

import "github.com/lift-sys/telemetry/internal/pick"

var (
	converseDelta = []string{
		"contentBlockIndex", "start.toolUse.toolUseId", "start.toolUse.name", "start.toolUse.type",
		"delta.text", "delta.toolUse.input", "delta.reasoningContent.text",
	}
	invokedText = []string{"generation", "outputText", "outputs[].text", "text"}
)

func (bedrock) contentPaths() paths {
	return paths{
		answer: join(chatContent, invokedText, cohereHeardAnswer, []string{
			"output.message.content[].**", "content[].**", "completion", "results[].outputText", "generations[].text",
			"completions[].data.text",
		}),
		event: join(chatContent, anthropicHeard, invokedText, converseDelta, []string{"event_type", "tool_calls[].**"},
			under("contentBlockStart", converseDelta), under("contentBlockDelta", converseDelta)),
	}
}

func (bedrock) heardAnswer(t *transcript, v pick.Value) {
	t.say(0, partsOf(nil, v.Get("output", "message", "content")))
	anthropic{}.heardAnswer(t, v)
	chat{}.heardAnswer(t, v)
	for i, r := range v.Get("results").Elements() {
		t.saying(i, textPart, r.Get("outputText"))
	}
	for i, g := range v.Get("generations").Elements() {
		t.saying(i, textPart, g.Get("text"))
	}
	for i, c := range v.Get("completions").Elements() {
		t.saying(i, textPart, c.Get("data", "text"))
	}
	t.invoked(v)
	for _, call := range v.Get("tool_calls").Elements() {
		t.say(0, []part{callOf(call)})
	}
}

// invoked reads what an answer and a chunk of those vendors have in common
// that have a shape of their own.
func (t *transcript) invoked(v pick.Value) {
	for i, o := range v.Get("outputs").Elements() {
		t.saying(i, textPart, o.Get("text"))
	}
	t.saying(0, textPart, either(v.Get("generation"), v.Get("outputText"), v.Get("text")))
}

func (bedrock) heardEvent(t *transcript, name string, v pick.Value) {
	switch name {
	case "contentBlockStart", "contentBlockDelta":
		t.converse(v)
		return
	}
	switch {
	case v.Get("choices").Exists():
		chat{}.heardEvent(t, "", v)
	case v.Get("type").Kind() == pick.String:
		anthropic{}.heardEvent(t, "", v)
	case v.Get("event_type").Exists():
		cohere{}.heardEvent(t, "", v)
	default:
		t.converse(v.Get("contentBlockStart"))
		t.converse(v.Get("contentBlockDelta"))
		t.saying(0, textPart, v.Get("completion"))
		t.invoked(v)
	}
}

// converse reads the start or a piece of a block.
func (t *transcript) converse(v pick.Value) {
	at, _ := v.Get("contentBlockIndex").Int()
	i := int(min(max(at, 0), 1<<20))
	if use := v.Get("start", "toolUse"); use.Exists() {
		p := callOf(use)
		p.key = i
		if short(use.Get("type")) == "server_tool_use" {
			p.kind = serverCallPart
		}
		t.say(0, []part{p})
	}
	d := v.Get("delta")
	if text := d.Get("text"); text.Exists() {
		t.write(t.part(0, textPart, i), text)
	}
	if text := d.Get("reasoningContent", "text"); text.Exists() {
		t.write(t.part(0, reasoningPart, i), text)
	}
	if input := d.Get("toolUse", "input"); input.Exists() {
		p := t.find(0, serverCallPart, i)
		if p == nil {
			p = t.part(0, callPart, i)
		}
		if p != nil {
			p.json = true
		}
		t.write(p, input)
	}
}
