package pick

import "unsafe"

// Memory returns how many bytes the reader holds.
func (r *Reader) Memory() int {
	return int(unsafe.Sizeof(*r)) + cap(r.tree.nodes)*int(unsafe.Sizeof(node{})) + cap(r.tree.text) +
		cap(r.stack)*int(unsafe.Sizeof(frame{})) + cap(r.pattern.text)
}

// NodeBytes is what a value counts for, and what it takes.
const NodeBytes, NodeSize = nodeBytes, int(unsafe.Sizeof(node{}))
