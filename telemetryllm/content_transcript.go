package telemetryllm

import (
	"slices"

	"github.com/lift-sys/telemetry/internal/pick"
)

// kind is what a part of a message is.
type kind uint8

const (
	textPart kind = iota
	reasoningPart
	callPart       // a call of a client's tool
	resultPart     // what it returned
	serverCallPart // a call of a tool that the provider has
	serverResultPart
	blobPart  // bytes inside of the message
	uriPart   // an address
	filePart  // a file that the provider knows
	otherPart // what nobody here knows
)

// A part is a piece of a message. Which fields count depends on its kind.
type part struct {
	kind     kind
	key      int    // tells parts of one kind apart that come in pieces
	text     []byte // what was said; arguments, a result, an address, a file's id
	json     bool   // text is JSON and no text
	cut      int    // how many bytes of the text were not kept
	more     bool   // and more, nobody knows how many
	id, name string
	mime     string
	modality string
	size     int // of a blob, in bytes
}

// A message is what one side said.
type message struct {
	role   string
	name   string
	finish string
	parts  []part
}

// partBytes is what a part counts for beside its text.
const partBytes = 128

// size returns what m counts for.
func (m *message) size() int {
	n := 0
	for i := range m.parts {
		n += partBytes + len(m.parts[i].text)
	}
	return n
}

// transcript is what was said in one direction, within bounds.
type transcript struct {
	limit int

	system  []part
	input   []message
	held    int // bytes of input
	told    int // bytes of system
	omitted int // messages in front of input

	output   []message // by choice
	room     int       // bytes that output may still take
	thinking int       // those that reasoning may
	parts    int       // of output
}

func (t *transcript) open(limit int) {
	t.limit, t.room, t.thinking = limit, limit, limit/2
}

// instruct adds instructions. The first ones stay.
func (t *transcript) instruct(parts []part) {
	for _, p := range parts {
		if t.told += partBytes + len(p.text); t.told > t.limit && len(t.system) > 0 {
			return
		}
		t.system = append(t.system, p)
	}
}

// ask adds a message of the input. The oldest ones give way.
func (t *transcript) ask(m message) {
	if len(m.parts) == 0 {
		return
	}
	t.input = append(t.input, m)
	t.held += m.size()
	n := 0
	for ; t.held > t.limit && n < len(t.input)-1; n++ {
		t.held -= t.input[n].size()
	}
	if n > 0 {
		t.omitted += n
		t.input = append(t.input[:0], t.input[n:]...)
	}
}

// choice returns a message of the output, nil where there are too many.
func (t *transcript) choice(i int) *message {
	if i < 0 || i >= maxList {
		return nil
	}
	for len(t.output) <= i {
		t.output = append(t.output, message{role: "assistant"})
	}
	return &t.output[i]
}

// add adds a part to the output, empty, and returns it, nil where there are
// too many.
func (t *transcript) add(choice int, k kind, key int) *part {
	m := t.choice(choice)
	if m == nil || t.parts == maxList {
		return nil
	}
	t.parts++
	m.parts = append(m.parts, part{kind: k, key: key})
	return &m.parts[len(m.parts)-1]
}

// find returns the last part of that kind and key in the output, or nil.
func (t *transcript) find(choice int, k kind, key int) *part {
	if choice < 0 || choice >= len(t.output) {
		return nil
	}
	parts := t.output[choice].parts
	for i := len(parts) - 1; i >= 0; i-- {
		if parts[i].kind == k && parts[i].key == key {
			return &parts[i]
		}
	}
	return nil
}

// part is find, or else add.
func (t *transcript) part(choice int, k kind, key int) *part {
	if p := t.find(choice, k, key); p != nil {
		return p
	}
	return t.add(choice, k, key)
}

// last returns the last part of the output if it is of that kind, or adds one.
func (t *transcript) last(choice int, k kind) *part {
	if m := t.choice(choice); m != nil && len(m.parts) > 0 {
		if p := &m.parts[len(m.parts)-1]; p.kind == k {
			return p
		}
	}
	return t.add(choice, k, 0)
}

// write appends the text v to a part of the output. It does nothing on nil.
func (t *transcript) write(p *part, v pick.Value) {
	if p == nil {
		return
	}
	text, cut := cutText(v.Bytes())
	t.append(p, text)
	p.cut += cut
	p.more = p.more || v.Truncated()
}

func (t *transcript) append(p *part, text []byte) {
	room := t.room
	if p.kind == reasoningPart {
		room = min(room, t.thinking)
	}
	if p.cut > 0 || p.more {
		room = 0 // what follows a gap is not kept either
	}
	n := min(len(text), room)
	p.text = append(p.text, text[:n]...)
	p.cut += len(text) - n
	t.room -= n
	if p.kind == reasoningPart {
		t.thinking -= n
	}
}

// say adds whole parts to the output.
func (t *transcript) say(choice int, parts []part) {
	for _, whole := range parts {
		p := t.add(choice, whole.kind, whole.key)
		if p == nil {
			return
		}
		text, cut := whole.text, whole.cut
		whole.text, whole.cut = nil, 0
		*p = whole
		p.more = false
		t.append(p, text)
		p.cut += cut
		p.more = whole.more
	}
}

// saying adds v, which is text, to the text of the output that is last of its
// kind. Of nothing it makes no part.
func (t *transcript) saying(choice int, k kind, v pick.Value) {
	if len(v.Bytes()) > 0 {
		t.write(t.last(choice, k), v)
	}
}

// said returns the messages of the output that say something.
func (t *transcript) said() []message {
	return slices.DeleteFunc(t.output, func(m message) bool { return len(m.parts) == 0 })
}

// quiet reports whether the output is empty.
func (t *transcript) quiet() bool { return t.parts == 0 }
