package telemetryllm

import "github.com/lift-sys/telemetry/internal/pick"

var chatContent = []string{
	"choices[].index", "choices[].message.**", "choices[].delta.**", "choices[].text",
	"response", "result.response", // Workers AI
}

func (chat) contentPaths() paths { return paths{answer: chatContent, event: chatContent} }

func (chat) heardAnswer(t *transcript, v pick.Value) {
	for i, c := range v.Get("choices").Elements() {
		n := choiceOf(c, i)
		m := either(c.Get("message"), c.Get("delta"))
		t.say(n, messageParts(nil, m))
		t.saying(n, textPart, c.Get("text"))
	}
	t.saying(0, textPart, either(v.Get("response"), v.Get("result", "response")))
}

func (chat) heardEvent(t *transcript, _ string, v pick.Value) {
	for i, c := range v.Get("choices").Elements() {
		n := choiceOf(c, i)
		d := c.Get("delta")
		if !d.Exists() {
			d = c.Get("message")
		}
		t.sayingPiece(n, d)
		t.saying(n, textPart, c.Get("text"))
	}
	t.saying(0, textPart, v.Get("response"))
}

// sayingPiece adds a piece of a message. Texts go on in the part of their
// kind, whatever came between.
func (t *transcript) sayingPiece(choice int, d pick.Value) {
	for _, p := range reasoningOf(nil, d) {
		t.more(choice, &p)
	}
	for _, p := range partsOf(nil, d.Get("content")) {
		t.more(choice, &p)
	}
	for _, p := range partsOf(nil, d.Get("refusal")) {
		t.more(choice, &p)
	}
	if text := d.Get("audio", "transcript"); text.Exists() {
		t.write(t.part(choice, textPart, 1), text)
	}
	if sound := d.Get("audio", "data"); sound.Exists() {
		b := blobOf(sound, "", "audio")
		if p := t.part(choice, blobPart, 0); p != nil {
			b.size += p.size
			*p = b
		}
	}
	for _, image := range d.Get("images").Elements() {
		t.say(choice, partOf(nil, image))
	}
	for i, call := range d.Get("tool_calls").Elements() {
		if k, ok := call.Get("index").Int(); ok {
			i = int(min(max(k, 0), maxList))
		}
		t.sayingCall(choice, i, callOf(call))
	}
	if call := d.Get("function_call"); call.Exists() {
		t.sayingCall(choice, -1, callOf(call))
	}
}

// more adds a piece of text to the part of its kind. What is no text is a
// part for itself.
func (t *transcript) more(choice int, piece *part) {
	if piece.kind != textPart && piece.kind != reasoningPart {
		t.say(choice, []part{*piece})
		return
	}
	if p := t.part(choice, piece.kind, 0); p != nil {
		t.append(p, piece.text)
		p.cut += piece.cut
		p.more = p.more || piece.more
	}
}

// sayingCall adds a piece of the call of a tool. Pieces belong together by
// their index, but where the ids differ they do not.
func (t *transcript) sayingCall(choice, index int, piece part) {
	p := t.find(choice, callPart, index)
	if p == nil || piece.id != "" && p.id != "" && p.id != piece.id {
		p = t.add(choice, callPart, index)
	}
	if p == nil {
		return
	}
	p.json = true
	if piece.id != "" {
		p.id = piece.id
	}
	if p.name == "" {
		p.name = piece.name
	}
	t.append(p, piece.text)
	p.cut += piece.cut
	p.more = p.more || piece.more
}

var completionContent = append([]string{
	"content", "generated_text", "token.text", "token.special", "[].generated_text", "results[].generated_text",
}, chatContent...)

func (completions) contentPaths() paths {
	return paths{answer: completionContent, event: completionContent}
}

func (completions) heardAnswer(t *transcript, v pick.Value) {
	chat{}.heardAnswer(t, v)
	t.saying(0, textPart, either(v.Get("content"), v.Get("generated_text"), v.At(0).Get("generated_text")))
	for i, r := range v.Get("results").Elements() {
		t.saying(i, textPart, r.Get("generated_text"))
	}
}

func (completions) heardEvent(t *transcript, name string, v pick.Value) {
	chat{}.heardEvent(t, name, v)
	t.saying(0, textPart, v.Get("content"))
	if special, _ := v.Get("token", "special").Bool(); !special {
		t.saying(0, textPart, v.Get("token", "text"))
	}
	for i, r := range v.Get("results").Elements() {
		t.saying(i, textPart, r.Get("generated_text"))
	}
}
