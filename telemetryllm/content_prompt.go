package telemetryllm

import (
	"bytes"
	"sync"

	"github.com/lift-sys/telemetry/internal/frame"
	"github.com/lift-sys/telemetry/internal/pick"
)

// askedIn says which members of a request's body hold what the model is told,
// in all formats, and whether those are instructions told apart from messages.
var askedIn = map[string]bool{
	"system": true, "instructions": true, "systemInstruction": true, "system_instruction": true, "preamble": true,

	"messages": false, "contents": false, "input": false, "prompt": false, "inputs": false, "chat_history": false,
	"message": false, "inputText": false, "text": false, "texts": false, "content": false, "requests": false,
	"instances": false, "images": false, "singleEmbeddingParams": false,
}

// kept is how much of a document is kept: its texts and what is around them.
func kept(limit int) pick.Limits { return pick.Limits{String: limit + 64, Total: limit + 16<<10} }

var (
	wholeShape = sync.OnceValue(func() *pick.Shape { return pick.NewShape("**") })
	// contents holds idle readers. They are larger than those of facts.
	contents = sync.Pool{New: func() any { return new(pick.Reader) }}
)

// A prompt reads what the model is told, message by message, out of a request's
// body that comes in pieces. However long the body is, what it keeps is
// bounded, and is the newest.
type prompt struct {
	t      transcript
	strip  stripper
	doc    *pick.Reader
	begun  bool
	broken bool

	depth           int
	quoted, escaped bool
	expectKey       bool
	inKey           bool
	key             []byte
	member          string       // that is being read; empty: none that matters
	elements        *frame.Array // of the member
}

func newPrompt(limit int) *prompt {
	q := &prompt{}
	q.t.open(limit)
	q.strip.limit = limit
	q.doc, _ = contents.Get().(*pick.Reader)
	return q
}

func (q *prompt) write(p []byte) {
	if q.broken {
		return
	}
	defer q.guard()
	q.strip.write(p, q.scan)
}

func (q *prompt) close() {
	if q.doc == nil {
		return
	}
	defer q.guard()
	q.endMember()
	contents.Put(q.doc)
	q.doc, q.broken = nil, true
}

// guard keeps a fault in a parser from the caller.
func (q *prompt) guard() {
	if recover() != nil {
		q.broken = true
	}
}

// scan finds the members of the body, and hands on those that matter.
func (q *prompt) scan(p []byte) {
	from := 0 // where the member's value goes on
	for i := 0; i < len(p); {
		if q.quoted {
			i = q.text(p, i)
			continue
		}
		c := p[i]
		i++
		switch c {
		case '"':
			q.quoted = true
			if q.depth == 1 && q.expectKey {
				q.inKey, q.expectKey, q.key = true, false, q.key[:0]
			}
		case '{', '[':
			q.depth++
			q.expectKey = q.expectKey || q.depth == 1 && c == '{'
		case '}', ']':
			if q.depth--; q.depth == 0 {
				q.hand(p[from : i-1])
				q.endMember()
			}
		case ':':
			if q.depth == 1 && q.elements == nil && !q.expectKey {
				q.beginMember()
				from = i
			}
		case ',':
			if q.depth == 1 {
				q.hand(p[from : i-1])
				q.endMember()
				q.expectKey = true
			}
		}
	}
	q.hand(p[from:])
}

// text reads more of a string, which may be a key.
func (q *prompt) text(p []byte, i int) int {
	from := i
	for i < len(p) {
		if q.escaped {
			q.escaped = false
			i++
			continue
		}
		j := bytes.IndexAny(p[i:], `"\`)
		if j < 0 {
			i = len(p)
			break
		}
		i += j + 1
		if p[i-1] == '"' {
			q.quoted = false
			break
		}
		q.escaped = true
	}
	if q.inKey {
		const longest = 32
		read := p[from:i]
		if !q.quoted {
			q.inKey = false
			read = read[:len(read)-1]
		}
		q.key = append(q.key, read[:min(len(read), max(0, longest-len(q.key)))]...)
	}
	return i
}

func (q *prompt) beginMember() {
	if _, ok := askedIn[string(q.key)]; ok {
		q.member, q.elements = string(q.key), frame.NewArray()
	}
}

func (q *prompt) hand(p []byte) {
	if q.elements != nil && len(p) > 0 {
		q.elements.Write(p, q)
	}
}

func (q *prompt) endMember() {
	if q.elements != nil {
		q.elements.Close(q)
		q.member, q.elements = "", nil
	}
}

// Whole implements [frame.Sink].
func (q *prompt) Whole(name string, data []byte) {
	q.Data(data)
	q.End(name)
}

// Data implements [frame.Sink].
func (q *prompt) Data(piece []byte) {
	if !q.begun {
		q.begun = true
		q.doc.Reset(wholeShape(), kept(q.t.limit))
	}
	q.doc.Write(piece)
}

// End implements [frame.Sink].
func (q *prompt) End(string) {
	q.begun = false
	v, _ := q.doc.Value()
	switch {
	case askedIn[q.member]:
		q.t.instruct(partsOf(nil, v))
	case q.member == "images":
		if v.Kind() == pick.String {
			q.t.ask(message{role: "user", parts: []part{addressOf(v, "", "image", true)}})
		}
	default:
		q.t.ask(messageOf(v))
	}
}
