package telemetryllm

import (
	"strings"

	"github.com/lift-sys/telemetry/internal/pick"
)

func (responses) contentPaths() paths {
	return paths{
		answer: []string{"output.**"},
		event:  []string{"type", "output_index", "item.**", "delta", "response.output.**"},
	}
}

func (responses) heardAnswer(t *transcript, v pick.Value) {
	t.say(0, itemParts(v.Get("output")))
}

// itemParts reads the items of an output.
func itemParts(output pick.Value) []part {
	var parts []part
	for _, item := range output.Elements() {
		parts = partsOf(parts, item)
	}
	return parts
}

// Pieces of an item are parts with the item's place as their key.
func (responses) heardEvent(t *transcript, name string, v pick.Value) {
	kind := short(v.Get("type"))
	if kind == "" {
		kind = name
	}
	at, _ := v.Get("output_index").Int()
	i := int(min(max(at, 0), 1<<20))
	switch kind {
	case "response.output_text.delta", "response.refusal.delta":
		t.write(t.part(0, textPart, i), v.Get("delta"))
	case "response.reasoning_text.delta", "response.reasoning_summary_text.delta":
		t.write(t.part(0, reasoningPart, i), v.Get("delta"))
	case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta":
		if p := t.part(0, callPart, i); p != nil {
			p.json = true
			t.write(p, v.Get("delta"))
		}
	case "response.output_item.added", "response.output_item.done":
		t.item(i, partsOf(nil, v.Get("item")), strings.HasSuffix(kind, "done"))
	case "response.completed", "response.incomplete", "response.failed", "response.cancelled":
		// The whole of it, which is only needed where no pieces came.
		if t.quiet() {
			t.say(0, itemParts(v.Get("response", "output")))
		}
	}
}

// item takes from an item what its pieces do not tell.
func (t *transcript) item(i int, parts []part, done bool) {
	for _, whole := range parts {
		p := t.find(0, whole.kind, i)
		switch {
		case p != nil:
			if p.name == "" {
				p.name, p.id = whole.name, whole.id
			}
			if done && len(p.text) == 0 && p.cut == 0 {
				t.append(p, whole.text)
			}
		case done || whole.kind == callPart:
			whole.key = i
			t.say(0, []part{whole})
		}
	}
}
