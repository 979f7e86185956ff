package telemetryllm

import "github.com/lift-sys/telemetry/internal/pick"

var anthropicHeard = []string{
	"type", "index", "content_block.**", "delta.type", "delta.text", "delta.thinking", "delta.partial_json", "completion",
}

func (anthropic) contentPaths() paths {
	return paths{answer: []string{"content.**", "completion"}, event: anthropicHeard}
}

func (anthropic) heardAnswer(t *transcript, v pick.Value) {
	t.say(0, partsOf(nil, v.Get("content")))
	t.saying(0, textPart, v.Get("completion"))
}

func (anthropic) heardEvent(t *transcript, name string, v pick.Value) {
	kind := short(v.Get("type"))
	if kind == "" {
		kind = name
	}
	at, _ := v.Get("index").Int()
	i := int(min(max(at, 0), 1<<20))
	switch kind {
	case "content_block_start":
		for _, p := range partsOf(nil, v.Get("content_block")) {
			if string(p.text) == "{}" {
				p.text = nil // what stands there until the pieces come
			}
			p.key = i
			t.say(0, []part{p})
		}
	case "content_block_delta":
		d := v.Get("delta")
		switch short(d.Get("type")) {
		case "text_delta":
			t.write(t.part(0, textPart, i), d.Get("text"))
		case "thinking_delta":
			t.write(t.part(0, reasoningPart, i), d.Get("thinking"))
		case "input_json_delta":
			p := t.find(0, serverCallPart, i)
			if p == nil {
				p = t.part(0, callPart, i)
			}
			t.write(p, d.Get("partial_json"))
		}
	case "completion":
		t.saying(0, textPart, v.Get("completion"))
	}
}
