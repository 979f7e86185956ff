package pick

import "iter"

// Kind is what a value is.
type Kind uint8

// The kinds of values. Absent is the zero value: not there, or not kept.
const (
	Absent Kind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

// Value is a value that was kept, with what was kept of its content. The zero
// value is absent; asking it for anything gives the zero value again. It is
// valid until its Reader's next Reset, and safe for concurrent reads until
// then. No method allocates, except as it says.
type Value struct {
	tree *tree
	i    int32
}

func (v Value) node() *node {
	if v.tree == nil {
		return nil
	}
	return &v.tree.nodes[v.i]
}

// Get returns the member of a member and so on, absent if one is missing.
func (v Value) Get(keys ...string) Value {
	for _, key := range keys {
		if v = v.member(key); v.tree == nil {
			break
		}
	}
	return v
}

func (v Value) member(key string) Value {
	n := v.node()
	if n == nil || n.kind != Object {
		return Value{}
	}
	for i := n.first; i != 0; i = v.tree.nodes[i].next {
		m := &v.tree.nodes[i]
		if m.field >= 0 {
			if v.tree.shape.names[m.field] == key {
				return Value{v.tree, i}
			}
		} else if string(v.tree.key(m)) == key {
			return Value{v.tree, i}
		}
	}
	return Value{}
}

// At returns an element, the first at 0, absent if there is none.
func (v Value) At(i int) Value {
	n := v.node()
	if n == nil || n.kind != Array || i < 0 || i >= int(n.count) {
		return Value{}
	}
	at := n.first
	for range i {
		at = v.tree.nodes[at].next
	}
	return Value{v.tree, at}
}

// Exists reports whether the value is there and not null.
func (v Value) Exists() bool { return v.Kind() > Null }

// Kind returns what the value is.
func (v Value) Kind() Kind {
	if n := v.node(); n != nil {
		return n.kind
	}
	return Absent
}

// Bool returns a bool, and whether the value is one.
func (v Value) Bool() (b, ok bool) {
	if n := v.node(); n != nil && n.kind == Bool {
		return n.yes, true
	}
	return false, false
}

// Bytes returns what String does, valid until the Reader's next Reset. It must
// not be changed.
func (v Value) Bytes() []byte {
	n := v.node()
	if n == nil || n.kind != String && n.kind != Number {
		return nil
	}
	return v.tree.text[n.at : n.at+n.len : n.at+n.len]
}

// String returns a string's text or a number as it was written, "" for every
// other value. Invalid UTF-8 and lone surrogates are U+FFFD. It allocates.
func (v Value) String() string { return string(v.Bytes()) }

// Truncated reports whether a part of the value was dropped for a limit: the
// end of a string or a number, elements, members.
func (v Value) Truncated() bool {
	n := v.node()
	return n != nil && n.truncated
}

// Len returns how many elements or members were kept.
func (v Value) Len() int {
	if n := v.node(); n != nil && n.kind >= Array {
		return int(n.count)
	}
	return 0
}

// Elements returns the elements of an array with their indices.
func (v Value) Elements() iter.Seq2[int, Value] {
	return func(yield func(int, Value) bool) {
		n := v.node()
		if n == nil || n.kind != Array {
			return
		}
		at := n.first
		for i := range int(n.count) {
			if !yield(i, Value{v.tree, at}) {
				return
			}
			at = v.tree.nodes[at].next
		}
	}
}

// Members returns the members of an object with their keys. It allocates the
// keys that only ** asked for.
func (v Value) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		n := v.node()
		if n == nil || n.kind != Object {
			return
		}
		for i := n.first; i != 0; i = v.tree.nodes[i].next {
			m := &v.tree.nodes[i]
			var key string
			if m.field >= 0 {
				key = v.tree.shape.names[m.field]
			} else {
				key = string(v.tree.key(m))
			}
			if !yield(key, Value{v.tree, i}) {
				return
			}
		}
	}
}
