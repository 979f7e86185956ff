package frame

const (
	maxName      = 128 // bytes of a name; what is longer is cut
	maxNames     = 32
	maxNameBytes = 3 << 9
)

// names are those that a body has used, so that they are allocated once. The
// zero value is ready. Where there are more than it holds, it starts anew.
type names struct {
	last  string
	list  []string
	bytes int
}

func (n *names) intern(b []byte) string {
	if len(b) > maxName {
		b = b[:maxName]
	}
	if string(b) == n.last {
		return n.last
	}
	for _, s := range n.list {
		if s == string(b) {
			n.last = s
			return s
		}
	}
	if len(n.list) == maxNames || n.bytes+len(b) > maxNameBytes {
		n.list, n.bytes = n.list[:0], 0
	}
	n.last = string(b)
	n.list = append(n.list, n.last)
	n.bytes += len(b)
	return n.last
}
