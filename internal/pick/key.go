package pick

// key reads a key, or the end of an object without members.
func (r *Reader) key(p []byte, i int) int {
	if i = space(p, i); i == len(p) {
		return i
	}
	if p[i] == '}' && r.state == firstKey {
		r.pop()
		return i + 1
	}
	if p[i] != '"' {
		r.fail()
		return i
	}
	i++
	// Most keys are plain and come in one piece: they need no copy.
	j := i
	for j < len(p) && !unplain[p[j]] {
		j++
	}
	if j == len(p) || p[j] != '"' || j-i > maxKey {
		r.text.begin(len(r.tree.text), maxKey)
		r.escaped = false
		r.state = keyText
		return i
	}
	r.matchKey(p[i:j], false)
	if j++; j < len(p) && p[j] == ':' {
		r.state = value
		return r.value(p, j+1)
	}
	return j
}

// unplain says which bytes end a key, or make it one that is not plain.
var unplain = func() (t [256]bool) {
	for c := range t {
		t[c] = c == '"' || c == '\\' || c >= 0x80
	}
	return t
}()

// keyText reads more of a key that is not plain or not in one piece.
func (r *Reader) keyText(p []byte, i int) int {
	i, closed := r.text.read(&r.tree, p, i)
	if r.text.bad {
		r.fail()
		return i
	}
	if r.text.cut && !closed {
		// Nobody asks for a key of that length: only its end matters.
		i, r.escaped, closed = stringEnd(p, i, r.escaped)
	}
	if !closed {
		return i
	}
	r.text.finish(&r.tree)
	name := r.tree.text[r.text.from:]
	r.tree.text = r.tree.text[:r.text.from]
	r.matchKey(name, r.text.cut)
	return i
}

// matchKey finds out what is wanted of the value of a key. The name may lie in
// the free part of tree.text.
func (r *Reader) matchKey(name []byte, cut bool) {
	r.state = colon
	top := &r.stack[len(r.stack)-1]
	r.want, r.slot, r.keyLen, r.field = nil, 0, 0, -1
	r.keyAt = int32(len(r.tree.text))
	if cut {
		r.drop()
		return
	}
	if !top.want.whole {
		if f := top.want.field(name); f != nil {
			r.want, r.field = f.want, f.id
			r.slot = r.tree.member(top.node, f.id, nil)
		}
		return
	}
	if r.slot = r.tree.member(top.node, -1, name); r.slot == 0 {
		if len(name)+nodeBytes > r.tree.room() || r.tree.nodes[top.node].count == maxMembers {
			r.drop()
			return
		}
		r.keyLen = int32(len(name))
		r.tree.text = append(r.tree.text, name...)
	}
	r.want = top.want
}

// drop notes that the object or array being looked into lacks something that
// was wanted.
func (r *Reader) drop() {
	if n := len(r.stack); n > 0 {
		if top := &r.stack[n-1]; r.want != nil || top.want.whole {
			r.tree.nodes[top.node].truncated = true
		}
	}
}
