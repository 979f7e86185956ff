package pick

import (
	"errors"
	"math"
)

const (
	defaultString = 1 << 10
	defaultTotal  = 64 << 10
)

var (
	// ErrUnfinished says that the document has not come to its end.
	ErrUnfinished = errors.New("pick: the document is not finished; read the rest of it")
	// ErrMalformed says that the document is not JSON; reading stopped there.
	ErrMalformed = errors.New("pick: the document is not JSON; only what comes before the fault is kept")
)

// Limits bounds what is kept. Zero means the default.
type Limits struct {
	// String is how many bytes of a string or a number are kept, 1 KiB by
	// default. A longer string is cut between characters, and marked.
	String int
	// Total is how many bytes are kept of a document, 64 KiB by default, each
	// value counting for 40 and its text. What does not fit is dropped, and the
	// object or array that it is missing from is marked.
	Total int
}

// state is what a Reader expects next.
type state uint8

const (
	start     state = iota // a byte order mark, then a value
	value                  // a value
	firstItem              // an element or the end of the array
	firstKey               // a key or the end of the object
	nextKey                // a key
	keyText                // more of a key
	colon                  // what follows a key
	after                  // what follows a value inside of an object or array
	keptText               // more of a string that is kept
	cutText                // more of a string that is kept, none of which is kept anymore
	bare                   // more of a number, true, false or null
	passText               // more of a string that is passed over
	passFirst              // what an object or array that is passed over begins with
	pass                   // more of it
	done                   // nothing but white space
	broken                 // nothing: the document is malformed
)

// frame is an object or an array that is being looked into.
type frame struct {
	node  int32
	array bool
	deep  int32 // how many frames here are inside of **, this one included
	want  *want
}

// Reader reads documents. The zero value is ready, and wants nothing. However
// long or deep a document is, a Reader takes at most about twice the memory that
// [Limits] allow, and 10 KiB. It is not safe for concurrent use.
type Reader struct {
	tree   tree
	string int // Limits.String
	state  state
	mark   int8 // bytes of the byte order mark that were read
	err    error
	read   int // bytes of the document before the current piece
	stack  []frame

	// The value being read.
	want *want
	slot int32 // the node that it replaces, since its key comes again; 0: none
	// Where its key begins in tree.text, the length of the key there, and which
	// of the shape's names it is, or -1.
	keyAt, keyLen, field int32
	from                 int  // where it begins in the document
	first                byte // what it begins with
	text                 text
	collect              bool // a number, true, false or null is kept

	// What is being passed over.
	escaped, quoted, empty bool
	depth                  int
	placed                 bool // it has a node

	pattern pattern
}

// Reset starts a document. It ends the life of the last one's values.
func (r *Reader) Reset(s *Shape, l Limits) {
	if l.String <= 0 {
		l.String = defaultString
	}
	if l.Total <= 0 {
		l.Total = defaultTotal
	}
	r.tree.reset(s, min(l.Total, math.MaxInt32/2))
	r.string = l.String
	r.state, r.mark, r.err, r.read = start, 0, nil, 0
	r.stack = r.stack[:0]
	r.want, r.slot = nil, 0
	r.keyAt, r.keyLen, r.field = 0, 0, -1
	if s != nil {
		r.want = &s.root
	}
	r.pattern.reset()
}

// Write reads a piece of the document. It does not keep p, and it never fails:
// what is wrong, [Reader.Value] says.
func (r *Reader) Write(p []byte) {
	r.pattern.write(p)
	for i := 0; i < len(p); {
		switch r.state {
		case start:
			i = r.start(p, i)
		case value, firstItem:
			i = r.value(p, i)
		case firstKey, nextKey:
			i = r.key(p, i)
		case keyText:
			i = r.keyText(p, i)
		case colon:
			i = r.colon(p, i)
		case after:
			i = r.after(p, i)
		case keptText:
			i = r.keptText(p, i)
		case cutText:
			i = r.cutText(p, i)
		case bare:
			i = r.bare(p, i)
		case passText:
			i = r.passText(p, i)
		case passFirst:
			i = r.passFirst(p, i)
		case pass:
			i = r.pass(p, i)
		case done:
			if i = space(p, i); i < len(p) {
				r.fail()
			}
		case broken:
			i = len(p)
		}
	}
	r.read += len(p)
}

// Done reports whether the document came to its end.
func (r *Reader) Done() bool { return r.state == done }

// Value returns what was kept so far, valid until the next Reset. The error is
// [ErrUnfinished], [ErrMalformed] or nil; the value is what was read before. A
// document that is just a number ends here.
func (r *Reader) Value() (Value, error) {
	if r.state == bare && len(r.stack) == 0 {
		r.endBare(r.read)
	}
	var v Value
	if len(r.tree.nodes) > 0 {
		v.tree = &r.tree
	}
	switch {
	case r.err != nil:
		return v, r.err
	case r.state != done:
		return v, ErrUnfinished
	}
	return v, nil
}

func (r *Reader) fail() {
	r.err = ErrMalformed
	r.state = broken
}

// space returns the index of the first byte at or after i that is not white
// space.
func space(p []byte, i int) int {
	for i < len(p) && (p[i] == ' ' || p[i] == '\n' || p[i] == '\r' || p[i] == '\t') {
		i++
	}
	return i
}

const byteOrderMark = "\ufeff"

func (r *Reader) start(p []byte, i int) int {
	if p[i] == byteOrderMark[r.mark] {
		if r.mark++; int(r.mark) == len(byteOrderMark) {
			r.state = value
		}
		return i + 1
	}
	if r.mark > 0 {
		r.fail()
		return i
	}
	r.state = value
	return i
}

// colon reads what follows a key.
func (r *Reader) colon(p []byte, i int) int {
	if i = space(p, i); i == len(p) {
		return i
	}
	if p[i] != ':' {
		r.fail()
		return i
	}
	r.state = value
	return i + 1
}

// after reads what follows a value in an object or array.
func (r *Reader) after(p []byte, i int) int {
	if i = space(p, i); i == len(p) {
		return i
	}
	top := &r.stack[len(r.stack)-1]
	switch c := p[i]; {
	case c == ',' && top.array:
		r.expectElement(top)
		r.state = value
	case c == ',':
		r.state = nextKey
		return r.key(p, i+1)
	case c == ']' && top.array, c == '}' && !top.array:
		r.pop()
	default:
		r.fail()
		return i
	}
	return i + 1
}

func (r *Reader) push(f frame) {
	r.stack = append(r.stack, f)
	if !f.array {
		r.state = firstKey
		return
	}
	r.expectElement(&r.stack[len(r.stack)-1])
	r.state = firstItem
}

func (r *Reader) expectElement(top *frame) {
	r.slot, r.keyLen, r.field = 0, 0, -1
	r.keyAt = int32(len(r.tree.text))
	if r.want = top.want; !top.want.whole {
		r.want = top.want.element
	}
}

func (r *Reader) pop() {
	r.stack = r.stack[:len(r.stack)-1]
	r.next()
}

// next expects what follows a value.
func (r *Reader) next() {
	if r.state = after; len(r.stack) == 0 {
		r.state = done
	}
}
