package spool

import "errors"

// errUneven means that a copy does not hold what the books say.
var errUneven = errors.New("spool: a segment changed while it was merged")

// compact merges small neighbours, which many short-lived processes leave, so
// that the bound of files is not reached before that of bytes. What cannot be
// merged stays as it is.
func (s *Spool) compact() {
	for i := len(s.segments) - 1; i > 0; i-- {
		into, from := s.segments[i-1], s.segments[i]
		if into == s.current || from == s.current || from.busy > 0 || into.size+from.size > s.sealAt {
			continue
		}
		if s.merge(into, from) != nil {
			return
		}
	}
}

// merge moves what is left in from to the end of into. A crash between the
// copy and the unlinking repeats it.
func (s *Spool) merge(into, from *segment) error {
	size, left := into.size, into.left
	err := into.copy(from)
	if err == nil && s.config.Sync {
		err = into.file.Sync()
	}
	if err != nil {
		into.size, into.left = size, left
		return errors.Join(err, into.file.Truncate(size))
	}
	s.bytes.Add(into.size - size)
	// What is left where from can neither be unlinked nor emptied is repeated.
	_ = s.discard(from)
	return nil
}

// copy appends what is left in from, whose records keep their age.
func (g *segment) copy(from *segment) error {
	var buf []byte
	want := g.left
	want.add(from.left)
	for off := int64(0); ; {
		h, at, found, err := from.find(off)
		if err != nil {
			return err
		}
		if !found {
			break
		}
		off = h.end(at)
		if h.done || at < from.cursor[h.kind] {
			continue
		}
		if buf, _, err = from.payload(h, at, buf); err != nil {
			return err
		}
		h.time = g.stamp(from.age(h, at))
		if err := g.write(h, buf, false); err != nil {
			return err
		}
	}
	if g.left != want {
		return errUneven
	}
	return nil
}
