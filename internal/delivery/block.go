package delivery

import (
	"encoding/binary"
	"hash/crc32"
)

// headerBytes is what each entry of a block carries before its message:
// size (4), CRC-32C (4), items (4), weight (8), scope (2). The size's top bit
// says that the entry is settled: delivered, or given up. The checksum, of
// what follows it, is there in a journal only; a size of zero ends the block
// there.
const headerBytes = 22

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

const settledBit = 1 << 31

// block is a buffer of entries, each one encoded span or one whole metrics
// request. It is the unit of memory, of eviction and of taking.
type block struct {
	buf           []byte
	seq           uint64 // order of creation within the lane
	items, weight uint64 // of the entries not settled

	journal *journal // that has it in a file; nil: none
	slot    int      // in the journal
}

// entry is one element of a block.
type entry struct {
	scope         uint16
	items, weight uint64
	message       []byte
}

// room is how many more bytes b takes.
func (b *block) room() int { return cap(b.buf) - len(b.buf) }

// add appends e, for which there must be room.
func (b *block) add(e entry) {
	start := len(b.buf)
	if b.journal != nil {
		b.end(headerBytes + len(e.message))
	}
	b.buf = binary.LittleEndian.AppendUint32(b.buf, uint32(len(e.message)))
	b.buf = binary.LittleEndian.AppendUint32(b.buf, 0)
	b.buf = binary.LittleEndian.AppendUint32(b.buf, uint32(e.items))
	b.buf = binary.LittleEndian.AppendUint64(b.buf, e.weight)
	b.buf = binary.LittleEndian.AppendUint16(b.buf, e.scope)
	b.buf = append(b.buf, e.message...)
	b.items += e.items
	b.weight += e.weight
	if b.journal != nil {
		binary.LittleEndian.PutUint32(b.buf[start+4:], checksum(b.buf[start:]))
		b.stored(start)
	}
}

// checksum is what a journal has of an encoded entry.
func checksum(entry []byte) uint32 { return crc32.Checksum(entry[8:], castagnoli) }

// end ends what will follow the next n bytes, before they make it reachable.
func (b *block) end(n int) {
	if at := len(b.buf) + n; at+4 <= cap(b.buf) {
		clear(b.buf[at : at+4])
	}
}

// at decodes the entry at offset off and returns the offset of the next.
func (b *block) at(off int) (e entry, settled bool, next int) {
	h := b.buf[off : off+headerBytes]
	size := binary.LittleEndian.Uint32(h)
	settled = size&settledBit != 0
	start := off + headerBytes
	next = start + int(size&^settledBit)
	return entry{
		scope:   binary.LittleEndian.Uint16(h[20:]),
		items:   uint64(binary.LittleEndian.Uint32(h[8:])),
		weight:  binary.LittleEndian.Uint64(h[12:]),
		message: b.buf[start:next:next],
	}, settled, next
}

// settle marks the entry at off, so that it is neither sent nor counted again.
func (b *block) settle(off int) {
	e, settled, _ := b.at(off)
	if settled {
		return
	}
	binary.LittleEndian.PutUint32(b.buf[off:], uint32(len(e.message))|settledBit)
	b.items -= e.items
	b.weight -= e.weight
	if b.journal != nil && !b.journal.file.Mapped() {
		b.journal.store(b, off, b.buf[off:off+4])
	}
}

// absorb moves all entries of o, for which there must be room, into b.
func (b *block) absorb(o *block) {
	start := len(b.buf)
	if b.journal != nil {
		b.end(len(o.buf))
	}
	b.buf = append(b.buf, o.buf...)
	b.items += o.items
	b.weight += o.weight
	if b.journal != nil {
		b.stored(start)
	}
}

// ref names an entry of a batch: the block's place in the batch, and the
// offset within the block.
type ref struct{ block, off uint32 }
