package frame

// wrapped decodes the payload {"bytes": base64, …} of a chunk. Other members
// are passed over. What is not base64 ends what is decoded.
type wrapped struct {
	place   wrapPart
	depth   int
	escaped bool
	isKey   bool // the next string is a key of the outer object
	match   int  // how much of key matches "bytes"; -1: it does not
	ours    bool // the value that comes is the one of "bytes"
	hex     int  // digits of an escape that are to come
	char    byte // of an escape

	dead  bool // after padding or a fault
	acc   uint32
	count int // characters in acc
	out   [1 << 10]byte
	used  int
	begun bool
}

type wrapPart uint8

const (
	betweenTokens wrapPart = iota
	inKey
	inText
	inBase64
)

const bytesKey = "bytes"

func (w *wrapped) reset() {
	w.place, w.depth, w.escaped, w.isKey, w.ours, w.hex = betweenTokens, 0, false, false, false, 0
	w.dead, w.acc, w.count, w.used, w.begun = false, 0, 0, 0, false
}

func (w *wrapped) read(b []byte, to Sink) {
	for i := 0; i < len(b); {
		switch w.place {
		case betweenTokens:
			w.token(b[i])
			i++
		case inKey:
			w.key(b[i])
			i++
		case inText:
			switch c := b[i]; {
			case w.escaped:
				w.escaped = false
			case c == '\\':
				w.escaped = true
			case c == '"':
				w.place = betweenTokens
			}
			i++
		case inBase64:
			i = w.base64(b, i, to)
		}
	}
}

func (w *wrapped) token(c byte) {
	switch c {
	case '{', '[':
		w.depth++
		w.isKey = w.depth == 1
		w.ours = false
	case '}', ']':
		w.depth--
	case ',':
		w.isKey = w.depth == 1
		w.ours = false
	case '"':
		switch {
		case w.isKey:
			w.place, w.match, w.isKey = inKey, 0, false
		case w.ours && w.depth == 1:
			w.place, w.ours = inBase64, false
		default:
			w.place = inText
		}
	}
}

func (w *wrapped) key(c byte) {
	switch {
	case w.escaped:
		w.escaped, w.match = false, -1
	case c == '\\':
		w.escaped = true
	case c == '"':
		w.ours = w.match == len(bytesKey)
		w.place = betweenTokens
	case w.match >= 0 && w.match < len(bytesKey) && c == bytesKey[w.match]:
		w.match++
	default:
		w.match = -1
	}
}

// base64 decodes up to the end of the string.
func (w *wrapped) base64(b []byte, i int, to Sink) int {
	for i < len(b) {
		if w.hex == 0 && !w.escaped && !w.dead && w.count == 0 {
			if i = w.groups(b, i, to); i == len(b) {
				break
			}
		}
		c := b[i]
		i++
		switch {
		case w.hex > 0:
			w.hex--
			if w.char = w.char<<4 | hexDigit(c); w.hex == 0 {
				w.decode(w.char, to)
			}
		case w.escaped:
			switch w.escaped = false; c {
			case 'u':
				w.hex, w.char = 4, 0
			case 'n', 'r': // between lines
			default:
				w.decode(c, to)
			}
		case c == '\\':
			w.escaped = true
		case c == '"':
			w.place = betweenTokens
			w.tail(to)
			return i
		default:
			w.decode(c, to)
		}
	}
	return i
}

// groups decodes groups of four characters as long as there are some.
func (w *wrapped) groups(b []byte, i int, to Sink) int {
	used := w.used
	for len(b)-i >= 4 {
		v0, v1, v2, v3 := values[b[i]], values[b[i+1]], values[b[i+2]], values[b[i+3]]
		if v0 == 0 || v1 == 0 || v2 == 0 || v3 == 0 {
			break
		}
		if used+3 > len(w.out) {
			w.used = used
			w.flush(to)
			used = 0
		}
		acc := uint32(v0-1)<<18 | uint32(v1-1)<<12 | uint32(v2-1)<<6 | uint32(v3-1)
		out := w.out[used : used+3]
		out[0], out[1], out[2] = byte(acc>>16), byte(acc>>8), byte(acc)
		used += 3
		i += 4
	}
	w.used = used
	return i
}

func hexDigit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 0
}

// values says what the characters of base64 stand for (RFC 4648, section 4),
// one more, so that 0 is none of them.
var values = func() (t [256]byte) {
	for i, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" {
		t[c] = byte(i + 1)
	}
	return t
}()

func (w *wrapped) decode(c byte, to Sink) {
	v := values[c]
	if v == 0 {
		w.tail(to)
		return
	}
	if w.dead {
		return
	}
	w.acc = w.acc<<6 | uint32(v-1)
	if w.count++; w.count == 4 {
		w.count = 0
		w.put(byte(w.acc>>16), to)
		w.put(byte(w.acc>>8), to)
		w.put(byte(w.acc), to)
	}
}

// tail decodes what is less than four characters.
func (w *wrapped) tail(to Sink) {
	if !w.dead {
		switch w.count {
		case 2:
			w.put(byte(w.acc>>4), to)
		case 3:
			w.put(byte(w.acc>>10), to)
			w.put(byte(w.acc>>2), to)
		}
	}
	w.dead, w.count = true, 0
}

func (w *wrapped) put(c byte, to Sink) {
	if w.used == len(w.out) {
		w.flush(to)
	}
	w.out[w.used] = c
	w.used++
}

// flush hands on what is decoded.
func (w *wrapped) flush(to Sink) {
	if w.used > 0 {
		w.begun = true
		to.Data(w.out[:w.used])
		w.used = 0
	}
}

// end hands on the rest of a document that came in pieces.
func (w *wrapped) end(to Sink) {
	w.tail(to)
	w.flush(to)
}

// whole ends a document of which all has been read.
func (w *wrapped) whole(name string, to Sink) {
	if w.tail(to); !w.begun {
		to.Whole(name, w.out[:w.used])
		return
	}
	w.flush(to)
	to.End(name)
}
