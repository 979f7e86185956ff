package telemetryllm

import (
	"mime"
	"net/http"

	"github.com/lift-sys/telemetry/internal/frame"
	"github.com/lift-sys/telemetry/internal/pick"
)

// An input reads the body of an answer, piece by piece as the caller does. It
// never fails: what it does not understand it leaves out.
type input struct {
	x      *exchange
	format format
	shapes *shapes
	limits pick.Limits
	media  string

	heard    *heard         // reads content; nil: nobody does
	unzip    *inflater      // of a compressed body; nil: of none
	splitter frame.Splitter // nil: until the first byte, or where nothing is to be read
	doc      *pick.Reader
	name     string // of the event that doc holds
	partial  bool   // doc holds the beginning of a document
	head     []byte // its first bytes
	stream   bool   // documents are events
	broken   bool   // there is nothing to be read any more
}

// open readies the input for the body of res.
func (in *input) open(res *http.Response) {
	in.media, _, _ = mime.ParseMediaType(res.Header.Get("Content-Type"))
	if encoding := res.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		if in.unzip = newInflater(encoding); in.unzip == nil {
			in.broken = true
			return
		}
	}
	in.doc, _ = documents.Get().(*pick.Reader)
}

// write reads p, which is the next piece of the body.
func (in *input) write(p []byte) {
	if in.broken || len(p) == 0 {
		return
	}
	defer in.guard()
	if in.unzip != nil {
		in.unzip.write(p, in.plain)
		return
	}
	in.plain(p)
}

// plain reads a piece that is not compressed.
func (in *input) plain(p []byte) {
	if in.splitter == nil && !in.choose(p) {
		return
	}
	in.splitter.Write(p, in)
}

// close says that the body has ended or is given up.
func (in *input) close() {
	defer in.release()
	defer in.guard()
	if in.unzip != nil {
		in.unzip.close(in.plain)
	}
	if in.splitter != nil && !in.broken {
		in.splitter.Close(in)
	}
}

// guard keeps a fault in a parser from the caller.
func (in *input) guard() {
	if recover() != nil {
		in.broken = true
	}
}

func (in *input) release() {
	if in.doc != nil {
		documents.Put(in.doc)
		in.doc = nil
	}
	in.broken = true
}

// choose finds out how the body is cut into documents: by its type and, since
// types lie, by its first byte that is no white space.
func (in *input) choose(p []byte) bool {
	if in.media == "application/vnd.amazon.eventstream" {
		in.use(frame.NewEventStream(), true)
		return true
	}
	for _, c := range p {
		switch c {
		case ' ', '\t', '\r', '\n', 0xEF, 0xBB, 0xBF:
			continue
		case '[':
			in.use(frame.NewArray(), true)
		case '{':
			if in.media == "application/x-ndjson" || in.media == "application/jsonl" || in.media == "application/stream+json" {
				in.use(frame.NewLines(), true)
			} else {
				in.use(frame.NewWhole(), false)
			}
		case '<':
			in.broken = true
			return false
		case 'd', 'e', 'i', 'r', ':': // data, event, id, retry, a comment
			in.use(frame.NewSSE(), true)
		default:
			if in.media != "text/event-stream" {
				in.broken = true
				return false
			}
			in.use(frame.NewSSE(), true)
		}
		return true
	}
	return false
}

func (in *input) use(s frame.Splitter, stream bool) {
	in.splitter, in.stream = s, stream
	switch in.media {
	case "text/event-stream", "application/vnd.amazon.eventstream", "application/x-ndjson":
		in.x.streaming = true
	}
	in.reset()
}

func (in *input) reset() {
	shape := in.shapes.answer
	if in.stream {
		shape = in.shapes.event
	}
	in.doc.Reset(shape, in.limits)
	in.partial = false
}

// Whole implements [frame.Sink]. An event that says the same as the last one
// is not read again.
func (in *input) Whole(name string, data []byte) {
	in.heard.data(data, in.stream)
	in.heard.end(name, in.stream)
	if in.stream && name == in.name && in.doc.Same(data) {
		return
	}
	if in.last(data) {
		return
	}
	in.reset()
	in.doc.Write(data)
	in.deliver(name)
}

// Data implements [frame.Sink].
func (in *input) Data(piece []byte) {
	if !in.partial {
		in.reset()
		in.partial, in.head = true, in.head[:0]
	}
	if room := len(doneMark) + 1 - len(in.head); room > 0 {
		in.head = append(in.head, piece[:min(room, len(piece))]...)
	}
	in.doc.Write(piece)
	in.heard.data(piece, in.stream)
	if !in.stream && in.doc.Done() { // which is the end, whatever the connection still says
		in.partial, in.broken = false, true
		in.heard.end("", false)
		in.deliver("")
		in.x.done = true
	}
}

// End implements [frame.Sink].
func (in *input) End(name string) {
	in.heard.end(name, in.stream)
	if in.partial && !in.last(in.head) {
		in.deliver(name)
	}
	in.partial = false
}

// doneMark ends the streams of OpenAI and its imitators.
const doneMark = "[DONE]"

// last reports whether data is the mark that nothing follows.
func (in *input) last(data []byte) bool {
	if !in.stream || string(data) != doneMark {
		return false
	}
	in.x.done = true
	return true
}

func (in *input) deliver(name string) {
	in.name = name
	v, _ := in.doc.Value()
	if in.stream {
		in.format.event(in.x, name, v)
	} else {
		in.format.answer(in.x, v)
	}
}
