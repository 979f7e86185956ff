package telemetryllm

import (
	"sync"

	"github.com/lift-sys/telemetry/internal/pick"
)

// A listener is a format that knows what the model answers.
type listener interface {
	// contentPaths returns what of an answer and of an event is content.
	contentPaths() paths
	// heardAnswer reads an answer that is one document.
	heardAnswer(t *transcript, v pick.Value)
	// heardEvent reads a document of a stream. Each is handed over, also one
	// that says the same as the last one.
	heardEvent(t *transcript, name string, v pick.Value)
}

// heardShapes are the compiled paths of content, made when first used.
var heardShapes = sync.OnceValue(func() map[format]*shapes {
	all := make(map[format]*shapes, len(formats))
	for _, f := range formats {
		if l, ok := f.(listener); ok {
			p := l.contentPaths()
			all[f] = &shapes{pick.NewShape(p.answer...), pick.NewShape(p.event...)}
		}
	}
	return all
})

// heard reads what the model answers, beside the reader of facts: so neither
// takes the other's room. It never fails.
type heard struct {
	t        *transcript
	x        *exchange
	listener listener
	shapes   *shapes
	strip    stripper
	doc      *pick.Reader // nil: nothing is read
	begun    bool
}

func newHeard(t *transcript, x *exchange, f format) *heard {
	h := &heard{t: t, x: x, strip: stripper{limit: t.limit}}
	if l, ok := f.(listener); ok {
		h.listener, h.shapes = l, heardShapes()[f]
		h.doc, _ = contents.Get().(*pick.Reader)
	}
	return h
}

// data reads a piece of a document. It does nothing on nil.
func (h *heard) data(piece []byte, stream bool) {
	if h == nil || h.doc == nil || h.x.status >= 400 {
		return
	}
	defer h.guard()
	if !h.begun {
		h.begun = true
		shape := h.shapes.answer
		if stream {
			shape = h.shapes.event
		}
		h.doc.Reset(shape, kept(h.t.limit))
		h.strip.reset()
	}
	h.strip.write(piece, h.doc.Write)
}

// end reads the end of a document. It does nothing on nil.
func (h *heard) end(name string, stream bool) {
	if h == nil || h.doc == nil || !h.begun {
		return
	}
	defer h.guard()
	h.begun = false
	v, _ := h.doc.Value()
	if stream {
		h.listener.heardEvent(h.t, name, v)
	} else {
		h.listener.heardAnswer(h.t, v)
	}
}

func (h *heard) close() {
	if h.doc != nil {
		contents.Put(h.doc)
		h.doc = nil
	}
}

// guard keeps a fault in a parser from the caller, and from the facts.
func (h *heard) guard() {
	if recover() != nil {
		h.doc = nil
	}
}
