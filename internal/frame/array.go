package frame

// Array cuts a body that is a JSON array into its elements, each of which is
// handed on when its last byte is there. Of a body that is no array, each value
// is a document; so one object is one. The zero value is ready.
type Array struct {
	mark   int8 // bytes of the byte order mark that were read
	place  place
	inside bool // of the array
	begun  bool

	// The element.
	depth           int // of brackets
	quoted, escaped bool
}

type place uint8

const (
	beforeAll place = iota
	between
	inBrackets
	inString
	inBare // a number, true, false or null
	afterAll
)

// NewArray returns a splitter for a body that is a JSON array.
func NewArray() *Array { return &Array{} }

// Write implements [Splitter].
func (a *Array) Write(p []byte, to Sink) {
	from := 0 // where the element begins
	for i := 0; i < len(p); {
		switch a.place {
		case beforeAll:
			i = a.start(p, i)
			continue
		case between:
			i = a.between(p, i)
			from = i
			continue
		case afterAll:
			return
		}
		var ended bool
		if i, ended = a.element(p, i); !ended {
			continue
		}
		if piece := p[from:i]; !a.begun {
			to.Whole("", piece)
		} else {
			if len(piece) > 0 {
				to.Data(piece)
			}
			to.End("")
		}
		a.begun, a.place, from = false, between, i
	}
	if a.place >= inBrackets && a.place <= inBare && from < len(p) {
		a.begun = true
		to.Data(p[from:])
	}
}

// Close implements [Splitter].
func (a *Array) Close(to Sink) {
	if a.begun {
		to.End("")
	}
	a.begun, a.place = false, afterAll
}

func (a *Array) start(p []byte, i int) int {
	if int(a.mark) < len(byteOrderMark) && p[i] == byteOrderMark[a.mark] {
		a.mark++
		return i + 1
	}
	a.mark = int8(len(byteOrderMark))
	if i = space(p, i); i == len(p) {
		return i
	}
	a.place = between
	if p[i] == '[' {
		a.inside = true
		i++
	}
	return i
}

// between reads up to the first byte of an element.
func (a *Array) between(p []byte, i int) int {
	if i = space(p, i); i == len(p) {
		return i
	}
	switch p[i] {
	case ']':
		if a.inside {
			a.place = afterAll
		}
		return i + 1
	case ',', '}':
		return i + 1
	case '{', '[':
		a.place, a.depth, a.quoted = inBrackets, 0, false
	case '"':
		a.place, a.depth, a.quoted = inString, 0, false
	default:
		a.place = inBare
	}
	return i
}

// element reads up to the end of an element, and reports whether it is there.
func (a *Array) element(p []byte, i int) (int, bool) {
	if a.place == inBare {
		for ; i < len(p); i++ {
			switch p[i] {
			case ' ', '\n', '\r', '\t', ',', ']', '}', '[', '{', '"':
				return i, true
			}
		}
		return i, false
	}
	for i < len(p) {
		if a.quoted {
			if i = a.text(p, i); a.quoted {
				return i, false
			}
			if a.depth == 0 {
				return i, true
			}
			continue
		}
		switch p[i] {
		case '"':
			a.quoted, a.escaped = true, false
		case '{', '[':
			a.depth++
		case '}', ']':
			if a.depth--; a.depth == 0 {
				return i + 1, true
			}
		}
		i++
	}
	return i, false
}

// text reads up to the end of a string.
func (a *Array) text(p []byte, i int) int {
	if a.escaped {
		a.escaped = false
		i++
	}
	for i < len(p) {
		end := find(p, i, '"')
		j := end
		for j > i && p[j-1] == '\\' {
			j--
		}
		odd := (end-j)&1 == 1
		if end == len(p) {
			a.escaped = odd
			return end
		}
		i = end + 1
		if !odd {
			a.quoted = false
			return i
		}
	}
	return i
}
