package pick

import "bytes"

const (
	maxPattern = 4 << 10 // bytes of a document that is remembered
	maxWild    = 16
)

// pattern is a document and the values in it that are not kept.
type pattern struct {
	text  []byte
	long  bool // too long to remember
	count int
	spans [maxWild]span
}

// span is where a value is that is not kept.
type span struct {
	from, end int32
	first     byte // what it begins with; 0: a number
	present   bool // whether it is empty matters
	empty     bool
}

func (t *pattern) reset() {
	t.text, t.long, t.count = t.text[:0], false, 0
}

func (t *pattern) write(p []byte) {
	if t.long {
		return
	}
	if len(t.text)+len(p) > maxPattern {
		t.text, t.long, t.count = t.text[:0], true, 0
		return
	}
	t.text = append(t.text, p...)
}

func (t *pattern) wild(from, end int, first byte, present, empty bool) {
	if t.long || t.count == maxWild {
		return
	}
	if first != '"' && first != '{' && first != '[' {
		first = 0
	}
	t.spans[t.count] = span{int32(from), int32(end), first, present, empty}
	t.count++
}

// match reports whether doc is the same but for values that are not kept. Up
// to the first of these a Reader is in the same state in both, and where the
// value has the same kind, and where it matters is as empty, it is so again
// after the value; and so on.
func (t *pattern) match(doc []byte) bool {
	i, j := 0, 0 // in text, in doc
	for k := range t.count {
		s := &t.spans[k]
		from := j + int(s.from) - i
		if from > len(doc) || !bytes.Equal(t.text[i:s.from], doc[j:from]) {
			return false
		}
		end, ok := s.match(doc, from)
		if !ok {
			return false
		}
		i, j = int(s.end), end
	}
	return bytes.Equal(t.text[i:], doc[j:]) || sameEnd(t.text[i:], doc[j:])
}

// sameEnd reports whether two ends of documents, alike up to there, close the
// same objects and arrays and differ in white space at most: Anthropic pads its
// events before the last brace. Nothing else is in such an end, so it cannot
// begin within a string.
func sameEnd(a, b []byte) bool {
	i, j := 0, 0
	for {
		i, j = space(a, i), space(b, j)
		if i == len(a) || j == len(b) {
			return i == len(a) && j == len(b)
		}
		if a[i] != b[j] || a[i] != '}' && a[i] != ']' {
			return false
		}
		i, j = i+1, j+1
	}
}

// match returns where the value ends in doc that begins there, if it is one
// that may stand for the other.
func (s *span) match(doc []byte, from int) (int, bool) {
	if from == len(doc) || s.first != 0 && doc[from] != s.first {
		return 0, false
	}
	switch s.first {
	case 0:
		if doc[from] != '-' && doc[from]-'0' > 9 {
			return 0, false
		}
		return bareEnd(doc, from), true
	case '"':
		end, _, closed := stringEnd(doc, from+1, false)
		empty := end-from == len(`""`)
		return end, closed && (!s.present || empty == s.empty)
	}
	i := space(doc, from+1)
	empty := i < len(doc) && (doc[i] == ']' || doc[i] == '}')
	end, n := nested{depth: 1}.read(doc, i)
	return end, n.depth == 0 && (!s.present || empty == s.empty)
}

// Same reports whether doc, a whole document, has the values that were kept of
// the last one, that is, whether reading it would give an equal [Value]. It
// may say no where it has: it compares the documents, and looks away only
// where a value that is not kept is another of its kind. It says no where the
// last document was longer than 4 KiB or had no end. It allocates nothing.
func (r *Reader) Same(doc []byte) bool {
	return r.state == done && !r.pattern.long && r.pattern.match(doc)
}
