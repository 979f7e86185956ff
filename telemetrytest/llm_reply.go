package telemetrytest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"strconv"
	"time"
)

// A reply is all that is sent for one request, and when.
type reply struct {
	drop   bool          // the connection is closed instead
	delay  time.Duration // before the status
	status int
	header http.Header
	length int // of the body, as announced; -1 for a stream
	events []event
	cut    bool // the connection is closed after the events
}

// An event is what is sent at once.
type event struct {
	wait time.Duration // after the event before
	data []byte
}

// A framing is how a stream puts its documents onto the wire.
type framing struct {
	contentType string
	frame       func(name string, document []byte) []byte
	end         string // after the last one
}

// Framings of streams. [WHATWG] has the rules of server-sent events.
//
// [WHATWG]: https://html.spec.whatwg.org/multipage/server-sent-events.html
var (
	dataSSE  = &framing{contentType: "text/event-stream; charset=utf-8", frame: sse(false, "\n")}
	namedSSE = &framing{contentType: "text/event-stream; charset=utf-8", frame: sse(true, "\n")}
	crlfSSE  = &framing{contentType: "text/event-stream", frame: sse(false, "\r\n")}
	lines    = &framing{contentType: "application/x-ndjson", frame: func(_ string, document []byte) []byte {
		return append(document, '\n')
	}}
)

func sse(named bool, end string) func(string, []byte) []byte {
	return func(name string, document []byte) []byte {
		var b bytes.Buffer
		if named {
			b.WriteString("event: " + name + end)
		}
		b.WriteString("data: ")
		b.Write(document)
		b.WriteString(end + end)
		return b.Bytes()
	}
}

// newArray returns the framing of a JSON array, whose elements come one by one.
func newArray() *framing {
	before := "["
	return &framing{contentType: "application/json; charset=UTF-8", end: "]", frame: func(_ string, document []byte) []byte {
		framed := append([]byte(before), document...)
		before = ",\r\n"
		return framed
	}}
}

// A stream collects what is sent in pieces.
type stream struct {
	call    *call
	framing *framing
	events  []event
	pieces  int // of content so far
	broken  bool
	err     error
}

// send adds a document without content. Once the stream has broken off, nothing
// is added.
func (s *stream) send(name string, document object) { s.add(0, name, document) }

// piece adds a document with content.
func (s *stream) piece(name string, document object) {
	if after := s.call.BreakAfter; after != nil && s.pieces >= *after {
		s.broken = true
		return
	}
	s.add(s.pause(), name, document)
	s.pieces++
}

// tail says that the content is complete.
func (s *stream) tail() { s.broken = s.broken || s.call.BreakAfter != nil }

// pause is the time before the next piece.
func (s *stream) pause() time.Duration {
	if s.pieces == 0 {
		return 0
	}
	return s.call.ChunkDelay
}

func (s *stream) add(wait time.Duration, name string, document object) {
	if s.broken {
		return
	}
	data, err := json.Marshal(document)
	s.err = cmp.Or(s.err, err)
	s.events = append(s.events, event{wait, s.framing.frame(name, data)})
}

// raw adds bytes as they are.
func (s *stream) raw(text string) {
	if !s.broken && text != "" {
		s.events = append(s.events, event{data: []byte(text)})
	}
}

// answered returns the reply that the script wants.
func answered(c *call, w wire) (*reply, error) {
	if c.Drop {
		return &reply{drop: true, delay: c.Delay}, nil
	}
	f := w.framing(c.request)
	if c.Failure != nil && (f == nil || c.BreakAfter == nil) {
		return failed(c, w, *c.Failure), nil
	}
	if f == nil {
		data, err := json.Marshal(w.whole(c))
		r := newReply(c, w, http.StatusOK, "application/json")
		r.body(data)
		if c.BreakAfter != nil {
			r.cut = true
			r.events[0].data = data[:len(data)/2]
		}
		return r, cmp.Or(c.err, err)
	}
	s := &stream{call: c, framing: f}
	w.stream(c, s)
	r := newReply(c, w, http.StatusOK, f.contentType)
	if s.broken {
		wait := len(s.events)
		pause := s.pause()
		if c.Failure != nil {
			s.broken = false
			w.interrupt(c, s, c.Failure.filled())
		} else {
			r.cut = true
			s.events = append(s.events, event{})
		}
		s.events[wait].wait = pause
	}
	if !r.cut {
		s.raw(f.end)
	}
	r.events = s.events
	return r, cmp.Or(c.err, s.err)
}

// failed returns the reply that is an error.
func failed(c *call, w wire, f Failure) *reply {
	f = f.filled()
	r := newReply(c, w, f.Status, "application/json")
	if f.RetryAfter > 0 {
		seconds := math.Ceil(f.RetryAfter.Seconds())
		r.header.Set("Retry-After", fmt.Sprintf("%.0f", seconds))
		if f.RetryAfter%time.Second != 0 {
			r.header.Set("Retry-After-Ms", fmt.Sprint(float64(f.RetryAfter)/float64(time.Millisecond)))
		}
	}
	data, err := json.Marshal(w.failure(c, f))
	if err != nil { // texts and numbers always have JSON
		data = nil
	}
	r.body(data)
	return r
}

// filled returns f with the defaults that all APIs share.
func (f Failure) filled() Failure {
	f.Status = cmp.Or(f.Status, http.StatusInternalServerError)
	f.Message = cmp.Or(f.Message, http.StatusText(f.Status), fmt.Sprint("status ", f.Status))
	return f
}

func newReply(c *call, w wire, status int, contentType string) *reply {
	r := &reply{delay: c.Delay, status: status, length: -1, header: http.Header{"Content-Type": {contentType}}}
	if name := w.requestID(); name != "" {
		r.header.Set(name, c.id("req_"))
	}
	for key, values := range maps.All(c.Header) {
		r.header[http.CanonicalHeaderKey(key)] = values
	}
	return r
}

// body makes data the whole body.
func (r *reply) body(data []byte) {
	r.length = len(data)
	r.header.Set("Content-Length", strconv.Itoa(len(data)))
	r.events = []event{{data: data}}
}
