package telemetryllm

import "github.com/lift-sys/telemetry/internal/pick"

var cohereHeardAnswer = []string{"message.**", "text", "tool_calls[].**"}

func (cohere) contentPaths() paths {
	return paths{
		answer: cohereHeardAnswer,
		event: join(under("response", cohereHeardAnswer), []string{
			"type", "event_type", "index", "text", "delta.message.**", "tool_calls[].**",
		}),
	}
}

func (cohere) heardAnswer(t *transcript, v pick.Value) {
	t.say(0, messageParts(nil, v.Get("message")))
	t.saying(0, textPart, v.Get("text"))
	for _, call := range v.Get("tool_calls").Elements() {
		t.say(0, []part{callOf(call)})
	}
}

func (cohere) heardEvent(t *transcript, name string, v pick.Value) {
	if kind := short(toldFirst(v, "type", "event_type")); kind != "" {
		name = kind
	}
	at, _ := v.Get("index").Int()
	i := int(min(max(at, 0), 1<<20))
	m := v.Get("delta", "message")
	switch name {
	case "content-start", "content-delta":
		c := m.Get("content")
		if text := c.Get("text"); len(text.Bytes()) > 0 {
			t.write(t.part(0, textPart, i), text)
		}
		if text := c.Get("thinking"); len(text.Bytes()) > 0 {
			t.write(t.part(0, reasoningPart, i), text)
		}
	case "tool-plan-delta":
		if text := m.Get("tool_plan"); len(text.Bytes()) > 0 {
			t.write(t.part(0, reasoningPart, -1), text)
		}
	case "tool-call-start", "tool-call-delta":
		t.sayingCall(0, i, callOf(m.Get("tool_calls")))
	case "text-generation":
		t.saying(0, textPart, v.Get("text"))
	case "tool-calls-generation":
		cohere{}.heardAnswer(t, v)
	case "stream-end":
		// The whole of it, which is only needed where no pieces came.
		if t.quiet() {
			cohere{}.heardAnswer(t, v.Get("response"))
		}
	}
}
