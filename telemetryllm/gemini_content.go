package telemetryllm

import "github.com/lift-sys/telemetry/internal/pick"

var geminiHeard = []string{"candidates[].index", "candidates[].content.parts[].**"}

func (gemini) contentPaths() paths { return paths{answer: geminiHeard, event: geminiHeard} }

func (gemini) heardAnswer(t *transcript, v pick.Value) {
	for i, c := range v.Get("candidates").Elements() {
		if index, ok := c.Get("index").Int(); ok {
			i = int(min(max(index, -1), maxList))
		}
		for _, p := range partsOf(nil, c.Get("content", "parts")) {
			if p.kind == textPart || p.kind == reasoningPart {
				if old := t.last(i, p.kind); old != nil {
					t.append(old, p.text)
					old.cut += p.cut
					old.more = old.more || p.more
				}
			} else {
				t.say(i, []part{p})
			}
		}
	}
}

func (gemini) heardEvent(t *transcript, _ string, v pick.Value) { gemini{}.heardAnswer(t, v) }

func (interactions) contentPaths() paths {
	return paths{
		answer: []string{"outputs[].**", "steps[].**"},
		event:  []string{"event_type", "index", "step.**", "content.**", "delta.**"},
	}
}

func (interactions) heardAnswer(t *transcript, v pick.Value) {
	for _, list := range [...]pick.Value{v.Get("steps"), v.Get("outputs")} {
		for _, step := range list.Elements() {
			t.say(0, stepParts(step))
		}
	}
}

// stepParts reads a step or an output of an interaction.
func stepParts(step pick.Value) []part {
	switch short(step.Get("type")) {
	case "user_input", "function_result":
		return nil // what was asked
	case "model_output":
		return partsOf(nil, step.Get("content"))
	}
	return partsOf(nil, step)
}

func (interactions) heardEvent(t *transcript, name string, v pick.Value) {
	if kind := short(v.Get("event_type")); kind != "" {
		name = kind
	}
	at, _ := v.Get("index").Int()
	i := int(min(max(at, 0), 1<<20))
	switch name {
	case "step.start", "content.start":
		for _, p := range stepParts(toldFirst(v, "step", "content")) {
			p.key = i
			t.say(0, []part{p})
		}
	case "step.delta", "content.delta":
		d := v.Get("delta")
		switch short(d.Get("type")) {
		case "text":
			t.write(t.part(0, textPart, i), d.Get("text"))
		case "thought_summary":
			t.write(t.part(0, reasoningPart, i), either(d.Get("content", "text"), d.Get("text")))
		case "arguments_delta":
			t.write(t.part(0, callPart, i), d.Get("arguments"))
		case "function_call":
			t.sayingCall(0, i, callOf(d))
		case "thought_signature":
		default:
			t.say(0, partsOf(nil, d))
		}
	}
}
