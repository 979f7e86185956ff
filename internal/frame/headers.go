package frame

// headers reads the headers of an event stream's message for what names it. A
// header is the length of its name in one byte, the name, a type in one byte,
// and a value, whose length a type implies or two bytes say.
type headers struct {
	place headerPart
	left  int // bytes of the name or the value to come
	name  [maxHeaderName]byte
	used  int   // of name; -1: longer than any that matters
	at    *text // where the value goes; nil: nowhere
	bad   bool

	event, exception, code text
}

const maxHeaderName = len(":exception-type")

type headerPart uint8

const (
	nameLength headerPart = iota
	headerName
	valueType
	valueLength
	valueLength2
	headerValue
)

// text is a value, cut where it is longer than a name may be.
type text struct {
	bytes [maxName]byte
	size  int
}

func (t *text) write(b []byte) { t.size += copy(t.bytes[t.size:], b) }

// valueBytes says how long values are, by type; -1: two bytes say so.
var valueBytes = [...]int{0, 0, 1, 2, 4, 8, -1, -1, 8, 16}

const stringType = 7

func (h *headers) reset() {
	h.place, h.bad, h.at = nameLength, false, nil
	h.event.size, h.exception.size, h.code.size = 0, 0, 0
}

func (h *headers) read(b []byte) {
	for len(b) > 0 && !h.bad {
		c := b[0]
		switch h.place {
		case nameLength:
			h.left, h.used = int(c), 0
			if h.place = headerName; c == 0 {
				h.place = valueType
			}
			b = b[1:]
		case headerName:
			n := min(len(b), h.left)
			if h.left -= n; h.used >= 0 && h.used+n <= len(h.name) {
				h.used += copy(h.name[h.used:], b[:n])
			} else {
				h.used = -1
			}
			if h.left == 0 {
				h.place = valueType
			}
			b = b[n:]
		case valueType:
			h.begin(c)
			b = b[1:]
		case valueLength:
			h.left = int(c) << 8
			h.place = valueLength2
			b = b[1:]
		case valueLength2:
			h.left |= int(c)
			h.beginValue()
			b = b[1:]
		case headerValue:
			n := min(len(b), h.left)
			if h.at != nil {
				h.at.write(b[:n])
			}
			if h.left -= n; h.left == 0 {
				h.place = nameLength
			}
			b = b[n:]
		}
	}
}

// begin reads the type of a value.
func (h *headers) begin(kind byte) {
	if int(kind) >= len(valueBytes) {
		h.bad = true
		return
	}
	h.at = nil
	if kind == stringType && h.used >= 0 {
		switch string(h.name[:h.used]) {
		case ":event-type":
			h.at = &h.event
		case ":exception-type":
			h.at = &h.exception
		case ":error-code":
			h.at = &h.code
		}
	}
	if h.at != nil {
		h.at.size = 0
	}
	if h.left = valueBytes[kind]; h.left < 0 {
		h.place = valueLength
		return
	}
	h.beginValue()
}

func (h *headers) beginValue() {
	if h.place = headerValue; h.left == 0 {
		h.place = nameLength
	}
}

// result returns the names, and whether the headers were well formed. An
// exception has no event, but a type or a code.
func (h *headers) result() (event, exception []byte, ok bool) {
	exception = h.exception.bytes[:h.exception.size]
	if len(exception) == 0 {
		exception = h.code.bytes[:h.code.size]
	}
	return h.event.bytes[:h.event.size], exception, !h.bad && h.place == nameLength
}
