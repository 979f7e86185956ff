package pick

const (
	nodeBytes  = 40  // what a node counts for in [Limits].Total
	maxMembers = 512 // of a kept object; each is compared with all of them
	maxDepth   = 64  // of what ** keeps
	maxKey     = 1 << 10
)

// tree is what was kept of a document. The node at index 0 is the document.
type tree struct {
	shape *Shape
	nodes []node
	text  []byte // of strings, numbers and keys
	total int    // bytes that it may take
}

// node is a value. Links are indices; 0, which is nobody's child, means none.
type node struct {
	kind              Kind
	truncated, yes    bool
	field             int32 // which of the shape's names is its key; -1: the one in text
	keyAt, keyLen     int32
	at, len           int32 // its text
	first, last, next int32
	count             int32
}

func (t *tree) reset(s *Shape, total int) {
	t.shape, t.total = s, total
	t.nodes, t.text = t.nodes[:0], t.text[:0]
}

// room returns how many bytes may still be added.
func (t *tree) room() int { return t.total - len(t.text) - nodeBytes*len(t.nodes) }

// add appends a node to the children of parent and returns its index.
func (t *tree) add(parent int32, n *node) int32 {
	i := int32(len(t.nodes))
	t.nodes = append(t.nodes, *n)
	if i == 0 {
		return 0
	}
	up := &t.nodes[parent]
	if up.last == 0 {
		up.first = i
	} else {
		t.nodes[up.last].next = i
	}
	up.last = i
	up.count++
	return i
}

// remove takes child out of the children of parent.
func (t *tree) remove(parent, child int32) {
	up := &t.nodes[parent]
	before := int32(0)
	for i := up.first; i != child; i = t.nodes[i].next {
		before = i
	}
	if before == 0 {
		up.first = t.nodes[child].next
	} else {
		t.nodes[before].next = t.nodes[child].next
	}
	if up.last == child {
		up.last = before
	}
	up.count--
}

// member returns the child of parent with that key, 0 if there is none. field
// is the key's number in the shape; where it is -1 the key is name.
func (t *tree) member(parent, field int32, name []byte) int32 {
	for i := t.nodes[parent].first; i != 0; i = t.nodes[i].next {
		n := &t.nodes[i]
		if n.field != field {
			continue
		}
		if field >= 0 || string(t.key(n)) == string(name) {
			return i
		}
	}
	return 0
}

// key returns a key that is in text.
func (t *tree) key(n *node) []byte { return t.text[n.keyAt : n.keyAt+n.keyLen] }
