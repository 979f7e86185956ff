package delivery

import "google.golang.org/protobuf/encoding/protowire"

// Both requests have the same shape and numbers: resources (1) that hold
// scopes (2) that hold spans or metrics (2).
const (
	fieldResources = 1
	fieldScopes    = 2
	fieldLeaves    = 2
)

// split returns the two halves of an encoded request of total spans or
// metrics, n of which are in the first. N is 0 where it cannot be halved.
func split(request []byte) (first, second []byte, n, total int) {
	c := cutter{to: 1 << 62}
	if _, ok := c.message(request, 0); !ok || c.seen < 2 {
		return nil, nil, 0, c.seen
	}
	total = c.seen
	n = total / 2
	first, _ = (&cutter{to: n}).message(request, 0)
	second, _ = (&cutter{from: n, to: total}).message(request, 0)
	return first, second, n, total
}

// cutter copies those leaves of a request whose number is at least from and
// less than to, with what they stand in.
type cutter struct{ from, to, seen int }

// message copies a message at the given depth: 0 for the request, 1 for a
// resource, 2 for a scope. It reports false where b is no such message.
func (c *cutter) message(b []byte, depth int) ([]byte, bool) {
	nested := protowire.Number(fieldResources)
	switch depth {
	case 1:
		nested = fieldScopes
	case 2:
		nested = fieldLeaves
	}
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeField(b)
		if n < 0 {
			return nil, false
		}
		field := b[:n]
		b = b[n:]
		if num != nested || typ != protowire.BytesType {
			out = append(out, field...)
			continue
		}
		if depth == 2 {
			if c.seen >= c.from && c.seen < c.to {
				out = append(out, field...)
			}
			c.seen++
			continue
		}
		_, _, tag := protowire.ConsumeTag(field)
		inner, size := protowire.ConsumeBytes(field[tag:])
		if size < 0 {
			return nil, false
		}
		before := c.taken()
		part, ok := c.message(inner, depth+1)
		if !ok {
			return nil, false
		}
		if c.taken() > before {
			out = protowire.AppendBytes(append(out, field[:tag]...), part)
		}
	}
	return out, true
}

// taken is how many leaves were copied so far.
func (c *cutter) taken() int { return max(0, min(c.seen, c.to)-c.from) }
