package pick

import "bytes"

// stringEnd returns the index after the quotation mark that ends the string
// that p is inside of at i, and whether there is one. escaped says whether
// the byte at i, and then whether the byte after p, comes after a backslash.
func stringEnd(p []byte, i int, escaped bool) (next int, stillEscaped, closed bool) {
	if escaped && i < len(p) {
		i++
		escaped = false
	}
	for i < len(p) {
		k := bytes.IndexByte(p[i:], '"')
		end := i + k
		if k < 0 {
			end = len(p)
		}
		j := end
		for j > i && p[j-1] == '\\' {
			j--
		}
		odd := (end-j)&1 == 1
		if k < 0 {
			return end, odd, false
		}
		if !odd {
			return end + 1, false, true
		}
		i = end + 1
	}
	return i, escaped, false
}

// passText reads more of a string that nobody wants the text of.
func (r *Reader) passText(p []byte, i int) int {
	next, escaped, closed := stringEnd(p, i, r.escaped)
	if r.escaped = escaped; closed {
		r.passed(r.read+next, r.read+next-r.from == len(`""`))
	}
	return next
}

// passFirst finds out whether an object or array has any content.
func (r *Reader) passFirst(p []byte, i int) int {
	if i = space(p, i); i < len(p) {
		r.empty = p[i] == ']' || p[i] == '}'
		r.state = pass
	}
	return i
}

// pass reads more of an object or array that nobody wants the content of.
func (r *Reader) pass(p []byte, i int) int {
	next, n := nested{r.depth, r.quoted, r.escaped}.read(p, i)
	r.depth, r.quoted, r.escaped = n.depth, n.quoted, n.escaped
	if n.depth == 0 {
		r.passed(r.read+next, r.empty)
	}
	return next
}

// nested is where one is in an object or array that is passed over.
type nested struct {
	depth           int // of brackets
	quoted, escaped bool
}

// read reads p from i on, until the bracket that closes the last one.
func (n nested) read(p []byte, i int) (int, nested) {
	for i < len(p) {
		if n.quoted {
			var closed bool
			if i, n.escaped, closed = stringEnd(p, i, n.escaped); !closed {
				return i, n
			}
			n.quoted = false
		}
		for i < len(p) && !structural[p[i]] {
			i++
		}
		if i == len(p) {
			return i, n
		}
		i++
		switch p[i-1] {
		case '"':
			n.quoted = true
		case '{', '[':
			n.depth++
		default:
			if n.depth--; n.depth == 0 {
				return i, n
			}
		}
	}
	return i, n
}

var structural = [256]bool{'"': true, '{': true, '[': true, '}': true, ']': true}

// passed notes that a value was passed over, up to end in the document.
func (r *Reader) passed(end int, empty bool) {
	present := r.want != nil && r.want.present && !r.want.scalar()
	r.pattern.wild(r.from, end, r.first, present, empty)
	switch {
	case r.placed:
	case present && !empty:
		r.leaf(&node{kind: Bool, yes: true}, len(r.tree.text))
	default:
		r.absent()
	}
	r.next()
}
