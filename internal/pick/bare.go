package pick

// bare reads more of a number, true, false or null.
func (r *Reader) bare(p []byte, i int) int {
	j := bareEnd(p, i)
	if r.collect {
		r.text.append(&r.tree, p[i:j])
	}
	if j < len(p) {
		r.endBare(r.read + j)
	}
	return j
}

// bareEnd returns the index of the first byte at or after i that no number,
// true, false or null contains.
func bareEnd(p []byte, i int) int {
	for i < len(p) && (class[p[i]] == plain || p[i]|0x20 >= 'a' && p[i]|0x20 <= 'z' || p[i] == '+' || p[i] == '.') {
		i++
	}
	return i
}

// endBare reads the end of a number, true, false or null.
func (r *Reader) endBare(end int) {
	if !r.collect {
		r.passBare(end)
		return
	}
	t := &r.tree
	from := r.text.from
	n := &node{kind: Number, truncated: r.text.cut}
	switch b := t.text[from:]; {
	case string(b) == "null":
		n.kind = Null
	case string(b) == "true":
		n.kind, n.yes = Bool, true
	case string(b) == "false":
		n.kind = Bool
	case r.first > '9', !n.truncated && !number(b):
		t.text = t.text[:from]
		r.fail()
		return
	}
	if n.kind != Number {
		t.text = t.text[:from]
	}
	if n.kind == Null || r.want.scalar() {
		r.leaf(n, from)
	} else {
		t.text = t.text[:from]
		r.absent()
	}
	r.next()
}

// passBare reads the end of what nobody wants the text of.
func (r *Reader) passBare(end int) {
	present := r.want != nil && r.want.present && !r.want.scalar()
	if r.first == '-' || r.first-'0' <= 9 {
		r.pattern.wild(r.from, end, r.first, present, false)
	}
	if present && r.first != 'n' {
		r.leaf(&node{kind: Bool, yes: true}, len(r.tree.text))
	} else {
		r.absent()
	}
	r.next()
}
