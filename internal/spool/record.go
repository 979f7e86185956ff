package spool

import (
	"encoding/binary"
	"hash/crc32"
	"math"
	"math/bits"
	"time"
)

// Kind is what a record's payload holds.
type Kind uint8

// The kinds of records.
const (
	Traces  Kind = iota // an ExportTraceServiceRequest
	Metrics             // an ExportMetricsServiceRequest
	kinds
)

// MaxPayload bounds the payload of one record, in bytes. A header that claims
// more is damaged.
const MaxPayload = 8 << 20

// Record is one batch. Append sets Time; the other fields are the caller's.
type Record struct {
	Kind    Kind
	Gzip    bool      // Payload is compressed
	Items   uint64    // spans or points; at most 4294967295
	Weight  uint64    // what the items stand for
	Time    time.Time // of writing, by the writer's clock
	Payload []byte

	segment *segment
	at      int64
}

// Count adds up records.
type Count struct{ Records, Items, Weight uint64 }

func (c Count) plus(d Count) Count {
	return Count{c.Records + d.Records, c.Items + d.Items, c.Weight + d.Weight}
}

func (c Count) minus(d Count) Count {
	return Count{c.Records - d.Records, c.Items - d.Items, c.Weight - d.Weight}
}

// Counts holds a Count for each Kind.
type Counts [kinds]Count

func (c *Counts) add(d Counts) {
	for k := range c {
		c[k] = c[k].plus(d[k])
	}
}

func (c Counts) records() (n uint64) {
	for _, d := range c {
		n += d.Records
	}
	return n
}

// Loss is what a call gave up.
type Loss struct {
	Expired Counts // older than Config.MaxAge
	Dropped Counts // to keep the bounds, or damaged
}

// Add adds m to l.
func (l *Loss) Add(m Loss) {
	l.Expired.add(m.Expired)
	l.Dropped.add(m.Dropped)
}

const (
	magic       = "LSR1"
	headerBytes = 44
	stateAt     = 40
	flagGzip    = 1
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// header is the parsed header of a record.
type header struct {
	kind   Kind
	gzip   bool
	length uint32
	items  uint32
	weight uint64
	time   int64
	crc    uint32
	done   bool
}

func (h header) count() Count { return Count{1, uint64(h.items), h.weight} }

// end is where the record that begins at off ends.
func (h header) end(off int64) int64 { return off + headerBytes + int64(h.length) }

// append appends the encoded header to b.
func (h header) append(b []byte) []byte {
	start := len(b)
	b = append(b, magic...)
	b = binary.LittleEndian.AppendUint32(b, h.length)
	b = binary.LittleEndian.AppendUint32(b, h.items)
	flags := byte(0)
	if h.gzip {
		flags = flagGzip
	}
	b = append(b, byte(h.kind), flags, 0, 0)
	b = binary.LittleEndian.AppendUint64(b, h.weight)
	b = binary.LittleEndian.AppendUint64(b, uint64(h.time))
	b = binary.LittleEndian.AppendUint32(b, h.crc)
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b[start:], castagnoli))
	state := uint32(0)
	if h.done {
		state = math.MaxUint32
	}
	return binary.LittleEndian.AppendUint32(b, state)
}

// parseHeader reads the header at the start of b, which holds at least
// headerBytes. It reports false where there is none, or a damaged one.
func parseHeader(b []byte) (header, bool) {
	le := binary.LittleEndian
	if string(b[:4]) != magic || le.Uint32(b[36:]) != crc32.Checksum(b[:36], castagnoli) {
		return header{}, false
	}
	h := header{
		kind: Kind(b[12]), gzip: b[13]&flagGzip != 0,
		length: le.Uint32(b[4:]), items: le.Uint32(b[8:]), weight: le.Uint64(b[16:]),
		time: int64(le.Uint64(b[24:])), crc: le.Uint32(b[32:]),
		// One damaged byte must not turn a record into a delivered one.
		done: bits.OnesCount32(le.Uint32(b[stateAt:])) > 16,
	}
	return h, h.kind < kinds && h.length <= MaxPayload
}
