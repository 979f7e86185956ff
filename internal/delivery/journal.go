package delivery

import (
	"encoding/binary"

	"github.com/lift-sys/telemetry/internal/spool"
)

// resourceNote is the number under which a journal has the resource. Scopes
// have theirs.
const resourceNote = 1<<16 - 1

// journal keeps the blocks of the lanes in a file, so that they survive the
// process. It is guarded by Pipeline.mu.
type journal struct {
	file    *spool.Journal
	blocks  []block // by slot
	trouble error   // of the last write that failed
}

// openJournal makes a journal as large as the pipeline's memory.
func openJournal(s *spool.Spool, c Config) (*journal, error) {
	slots := (c.MaxBytes + c.BlockBytes - 1) / c.BlockBytes
	file, err := s.Journal(c.BlockBytes, slots)
	if err != nil {
		return nil, err
	}
	j := &journal{file: file, blocks: make([]block, slots)}
	j.note(resourceNote, scope{message: c.Resource})
	return j, nil
}

// note writes what a scope's number stands for. Spans of a scope for which
// there is no room have the nameless scope after a crash.
func (j *journal) note(number uint16, s scope) {
	b := binary.LittleEndian.AppendUint16(nil, number)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(s.schemaURL))) // at most maxScopeBytes
	b = append(b, s.schemaURL...)
	j.file.Note(append(b, s.message...))
}

// notes returns the scopes by number, and the resource.
func notes(all [][]byte) (scopes []scope, resource []byte) {
	scopes = make([]scope, maxScopes)
	for _, b := range all {
		if len(b) < 4 {
			continue
		}
		number, n := int(binary.LittleEndian.Uint16(b)), int(binary.LittleEndian.Uint16(b[2:]))
		b = b[4:]
		switch {
		case n > len(b):
		case number == resourceNote:
			resource = b[n:]
		case number < maxScopes:
			scopes[number] = scope{message: b[n:], schemaURL: string(b[:n])}
		}
	}
	return scopes, resource
}

// take returns an empty block of n bytes, or nil where no neighbouring slots
// are left.
func (j *journal) take(kind spool.Kind, n int) *block {
	slot, memory, ok := j.file.Take(kind, n)
	if !ok {
		return nil
	}
	b := &j.blocks[slot]
	switch {
	case j.file.Mapped():
		*b = block{buf: memory[:0]}
	case cap(b.buf) == n:
		*b = block{buf: b.buf[:0]}
	default:
		*b = block{buf: make([]byte, 0, n)}
	}
	b.journal, b.slot = j, slot
	return b
}

// put takes a block back. Slots are given out in order, so that the memory of
// the first ones is what a busy service cycles through.
func (j *journal) put(b *block) {
	j.file.Free(b.slot, cap(b.buf))
	if j.file.Mapped() || b.slot >= maxSpare {
		b.buf = nil
	}
}

// stored notes that bytes of b were appended at off.
func (b *block) stored(off int) {
	j := b.journal
	if j.file.Mapped() {
		return
	}
	to := len(b.buf)
	if to+4 <= cap(b.buf) {
		to += 4 // the end
	}
	j.store(b, off, b.buf[off:to])
}

func (j *journal) store(b *block, off int, data []byte) {
	if err := j.file.Store(b.slot, off, data); err != nil {
		j.trouble = err
	}
}

// recovered parses a block of a journal: the entries up to the first that is
// torn or damaged.
func recovered(data []byte) (*block, []ref) {
	b := &block{buf: data}
	var refs []ref
	off := 0
	for off+headerBytes <= len(data) {
		size := int(binary.LittleEndian.Uint32(data[off:]) &^ settledBit)
		if size == 0 || size > len(data)-off-headerBytes {
			break
		}
		e, settled, next := b.at(off)
		if checksum(data[off:next]) != binary.LittleEndian.Uint32(data[off+4:]) || int(e.scope) >= maxScopes {
			break
		}
		if !settled {
			refs = append(refs, ref{0, uint32(off)})
		}
		off = next
	}
	b.buf = data[:off]
	return b, refs
}

// takeOver moves what ended processes had in their journals to the spool. The
// caller holds k.mu.
func (k *keeper) takeOver() error {
	for {
		o, err := k.spool.Orphan()
		if o == nil {
			return err
		}
		if err := k.empty(o); err != nil {
			o.Release()
			return err
		}
		if err := o.Remove(); err != nil {
			return err
		}
	}
}

// empty moves a journal block by block, so that a crash repeats one at most.
func (k *keeper) empty(o *spool.Orphan) error {
	scopes, resource := notes(o.Notes)
	requests := [...]request{spool.Traces: {resource: appendReplayed(resource), framed: true}, spool.Metrics: {}}
	for {
		kind, data, found, err := o.Next()
		if !found {
			return err
		}
		b, refs := recovered(data)
		if len(refs) == 0 {
			continue
		}
		r := &requests[kind]
		r.set([]*block{b}, refs, scopes)
		k.buf.Reset()
		k.p.encode(&k.buf, r, true)
		c := spool.Count{Records: 1, Items: r.items, Weight: r.weight}
		loss, err := k.spool.Append(spool.Record{
			Kind: kind, Gzip: true, Items: c.Items, Weight: c.Weight, Payload: k.buf.Bytes(),
		})
		k.p.mu.Lock()
		if err == nil {
			k.found(k.laneOf(kind), c)
		}
		k.book(loss)
		k.p.mu.Unlock()
		if err == nil {
			err = o.Done()
		}
		if err != nil {
			return err
		}
	}
}

// leave books what is still in the journal as spooled: the next process finds
// it there. It reports whether there is any. The caller holds Pipeline.mu.
func (l *lane) leave() bool {
	l.seal()
	left := false
	for _, b := range l.queue {
		if b.journal == nil || b.items == 0 {
			continue
		}
		left = true
		l.items.Queued -= b.items
		l.weight.Queued -= b.weight
		l.items.Spooled += b.items
		l.weight.Spooled += b.weight
		l.saved += b.items
		b.items, b.weight = 0, 0
	}
	return left
}
