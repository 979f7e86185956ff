package telemetryllm

import "github.com/lift-sys/telemetry/internal/pick"

func (ollama) contentPaths() paths {
	own := []string{"message.**", "response", "thinking"}
	return paths{answer: own, event: own}
}

func (ollama) heardAnswer(t *transcript, v pick.Value) { ollama{}.heardEvent(t, "", v) }

// Each call of a tool comes whole.
func (ollama) heardEvent(t *transcript, _ string, v pick.Value) {
	m := v.Get("message")
	t.saying(0, reasoningPart, either(m.Get("thinking"), v.Get("thinking")))
	t.saying(0, textPart, either(m.Get("content"), v.Get("response")))
	for _, call := range m.Get("tool_calls").Elements() {
		t.say(0, []part{callOf(call)})
	}
}
