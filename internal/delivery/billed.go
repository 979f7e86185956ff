package delivery

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"math"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/lift-sys/telemetry/internal/spool"
)

// Fields of opentelemetry.proto.trace.v1.Span that backends store, and bill,
// as events of their own.
const (
	spanEvents protowire.Number = 11
	spanLinks  protowire.Number = 13
)

// billed is how many events a backend makes of span, an entry of the traces
// lane: the span, its span events and its links. Bytes that are no span count
// as one.
func billed(span []byte) uint64 {
	n := uint64(1)
	_, _, tag := protowire.ConsumeTag(span)
	if tag < 0 {
		return n
	}
	message, size := protowire.ConsumeBytes(span[tag:])
	if size < 0 {
		return n
	}
	for len(message) > 0 {
		number, kind, tag := protowire.ConsumeTag(message)
		if tag < 0 {
			return n
		}
		size := protowire.ConsumeFieldValue(number, kind, message[tag:])
		if size < 0 {
			return n
		}
		if number == spanEvents || number == spanLinks {
			n++
		}
		message = message[tag+size:]
	}
	return n
}

// billed is the same for entries of blocks that are about to be settled; 0 for
// metrics, which are billed by other rules.
func (l *lane) billed(blocks []*block, refs []ref) (n uint64) {
	if !l.sender.request.framed {
		return 0
	}
	for _, f := range refs {
		e, _, _ := blocks[f.block].at(int(f.off))
		n += billed(e.message)
	}
	return n
}

// billedRecord is the same for a record of the spool, read piece by piece: its
// text would be megabytes. What cannot be read counts as spans without events.
func (l *lane) billedRecord(r spool.Record) uint64 {
	if !l.sender.request.framed {
		return 0
	}
	var text io.Reader = bytes.NewReader(r.Payload)
	if r.Gzip {
		z, err := gzip.NewReader(text)
		if err != nil {
			return r.Items
		}
		text = z
	}
	if n, err := billedRequest(text); err == nil {
		return n
	}
	return r.Items
}

// billedRequest is the same for an ExportTraceServiceRequest.
func billedRequest(r io.Reader) (uint64, error) {
	c := billCounter{Reader: bufio.NewReader(r)}
	n := c.count(math.MaxInt64, 0)
	if errors.Is(c.err, io.EOF) && !c.inside {
		return n, nil
	}
	return n, c.err
}

// path leads from the request over ResourceSpans and ScopeSpans to Span.
var path = [...]uint64{1, 2, 2}

// billCounter counts events while it reads.
type billCounter struct {
	*bufio.Reader

	at     int64
	inside bool // a field was begun and not finished
	err    error
}

// ReadByte keeps count of the bytes for [binary.ReadUvarint].
func (c *billCounter) ReadByte() (byte, error) {
	b, err := c.Reader.ReadByte()
	if err == nil {
		c.at++
	}
	return b, err
}

// varint reads one, or sets c.err.
func (c *billCounter) varint() uint64 {
	v, err := binary.ReadUvarint(c)
	if err != nil {
		c.err = err
	}
	return v
}

// skip leaves out n bytes.
func (c *billCounter) skip(n uint64) {
	if c.err == nil {
		var got int
		got, c.err = c.Discard(int(min(n, math.MaxInt32)))
		c.at += int64(got)
	}
}

// count reads one message, which ends at end; depth is how far along the path
// it is.
func (c *billCounter) count(end int64, depth int) (n uint64) {
	for c.at < end {
		c.inside = depth > 0
		tag := c.varint()
		if c.err != nil {
			return n
		}
		c.inside = true
		number, kind := tag>>3, protowire.Type(tag&7)
		switch kind {
		case protowire.VarintType:
			c.varint()
		case protowire.Fixed64Type:
			c.skip(8)
		case protowire.Fixed32Type:
			c.skip(4)
		case protowire.BytesType:
			size := c.varint()
			switch {
			case c.err == nil && depth < len(path) && number == path[depth]:
				if depth == len(path)-1 {
					n++
				}
				n += c.count(c.at+int64(min(size, math.MaxInt32)), depth+1)
			case depth == len(path) && (number == uint64(spanEvents) || number == uint64(spanLinks)):
				n++
				c.skip(size)
			default:
				c.skip(size)
			}
		default:
			c.err = errors.New("not a request")
		}
		if c.err != nil {
			return n
		}
	}
	return n
}
