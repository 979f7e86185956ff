package pick

// value reads the beginning of a value.
func (r *Reader) value(p []byte, i int) int {
	if i = space(p, i); i == len(p) {
		return i
	}
	c := p[i]
	r.first, r.from = c, r.read+i
	switch class[c] {
	case quote:
		r.escaped, r.placed = false, false
		if r.state = passText; r.want.scalar() && r.begin() {
			r.state = keptText
		}
		return i + 1
	case opening:
		r.open(c == '[')
		return i + 1
	case plain:
		r.state, r.collect = bare, false
		if r.want != nil && (r.want.scalar() || !r.want.present) {
			if r.collect = r.begin(); c > '9' {
				r.text.max = len("false") + 1 // to be told, not to be kept
			}
		}
		return i
	case closing:
		if c == ']' && r.state == firstItem {
			r.pop()
			return i + 1
		}
	}
	r.fail()
	return i
}

// Classes of the bytes that a value begins with.
const (
	other = iota
	quote
	opening
	closing
	plain // of a number, true, false, null
)

var class = [256]uint8{
	'"': quote, '[': opening, '{': opening, ']': closing, '}': closing,
	'-': plain, 't': plain, 'f': plain, 'n': plain,
	'0': plain, '1': plain, '2': plain, '3': plain, '4': plain,
	'5': plain, '6': plain, '7': plain, '8': plain, '9': plain,
}

// open reads the beginning of an object or array.
func (r *Reader) open(array bool) {
	r.state, r.depth, r.quoted, r.escaped, r.placed = passFirst, 1, false, false, false
	w := r.want
	if w == nil {
		return
	}
	inside := w.inside(array)
	if w.present && !inside && !w.scalar() {
		return
	}
	var deep int32
	if w.whole {
		if deep = 1; len(r.stack) > 0 {
			deep += r.stack[len(r.stack)-1].deep
		}
		if deep > maxDepth {
			r.drop()
			return
		}
	}
	n := &node{kind: Object}
	if array {
		n.kind = Array
	}
	at, ok := r.place(n)
	if !ok {
		return
	}
	if r.placed = true; inside {
		r.push(frame{node: at, array: array, deep: deep, want: w})
	}
}

// place puts a value into the tree, if there is room.
func (r *Reader) place(n *node) (at int32, ok bool) {
	n.field, n.keyAt, n.keyLen = r.field, r.keyAt, r.keyLen
	if r.slot != 0 {
		old := &r.tree.nodes[r.slot]
		n.next, n.keyAt, n.keyLen = old.next, old.keyAt, old.keyLen
		*old = *n
		return r.slot, true
	}
	if r.tree.room() < nodeBytes {
		r.drop()
		return 0, false
	}
	var parent int32
	if len(r.stack) > 0 {
		parent = r.stack[len(r.stack)-1].node
	}
	return r.tree.add(parent, n), true
}

// leaf puts a scalar into the tree whose text begins there.
func (r *Reader) leaf(n *node, from int) {
	n.at, n.len = int32(from), int32(len(r.tree.text)-from)
	if _, ok := r.place(n); !ok {
		r.tree.text = r.tree.text[:r.keyAt]
	}
}

// absent notes that nothing is kept of the value.
func (r *Reader) absent() {
	if len(r.stack) == 0 {
		return
	}
	top := &r.stack[len(r.stack)-1]
	switch {
	case r.slot != 0:
		r.tree.remove(top.node, r.slot)
	case top.array:
		r.place(&node{})
	default:
		r.tree.text = r.tree.text[:r.keyAt]
	}
}

// begin prepares for the text of a scalar, if there is room.
func (r *Reader) begin() bool {
	room := r.tree.room()
	if r.slot == 0 {
		room -= nodeBytes
	}
	if room < 0 {
		r.drop()
		return false
	}
	r.text.begin(len(r.tree.text), min(room, r.string))
	return true
}

// keptText reads more of a string that is wanted.
func (r *Reader) keptText(p []byte, i int) int {
	i, closed := r.text.read(&r.tree, p, i)
	switch {
	case r.text.bad:
		r.fail()
	case closed:
		r.endText()
	case r.text.cut:
		r.state = cutText
	}
	return i
}

// cutText reads more of a string that is wanted, beyond what is kept.
func (r *Reader) cutText(p []byte, i int) int {
	next, escaped, closed := stringEnd(p, i, r.escaped)
	if r.escaped = escaped; closed {
		r.endText()
	}
	return next
}

func (r *Reader) endText() {
	r.text.finish(&r.tree)
	r.leaf(&node{kind: String, truncated: r.text.cut}, r.text.from)
	r.next()
}
