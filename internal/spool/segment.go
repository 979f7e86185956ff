package spool

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"time"
)

// Endings of file names.
const (
	openEnding   = ".open"
	sealedEnding = ".seg"
)

// searchBytes is how much is read at once in search of the next record.
const searchBytes = 4 << 10

// segment is a file that this process owns.
type segment struct {
	name    string
	file    *os.File
	size    int64
	seen    time.Time    // when this process met or made it, by the steady clock too
	foreign int64        // before which another process wrote
	damaged bool         // a record was unreadable
	cursor  [kinds]int64 // before which no record of the kind is left
	left    Counts       // records neither delivered nor given up
	busy    int          // records handed out by Next
}

// append writes a record at the end. The header goes last, so that a record is
// complete or none.
func (g *segment) append(r Record, sync bool) error {
	return g.write(header{
		kind: r.Kind, gzip: r.Gzip, length: uint32(len(r.Payload)),
		items: uint32(min(r.Items, math.MaxUint32)), weight: r.Weight,
		time: g.stamp(0),
		crc:  crc32.Checksum(r.Payload, castagnoli),
	}, r.Payload, sync)
}

// stamp is the time of writing of a record of the given age, by the steady
// clock, so that a clock set back does not change ages.
func (g *segment) stamp(age time.Duration) int64 {
	return g.seen.Add(time.Since(g.seen) - age).UnixNano()
}

func (g *segment) write(h header, payload []byte, sync bool) error {
	_, err := g.file.WriteAt(payload, g.size+headerBytes)
	if err == nil {
		_, err = g.file.WriteAt(h.append(nil), g.size)
	}
	if err == nil && sync {
		err = g.file.Sync()
	}
	if err != nil {
		// Where this fails too, the next record overwrites the torn one, or
		// reading skips it.
		_ = g.file.Truncate(g.size)
		return err
	}
	g.size = h.end(g.size)
	g.left[h.kind] = g.left[h.kind].plus(h.count())
	return nil
}

// find returns the first whole header at or after off, and where it is. It
// reports false at the end of the segment.
func (g *segment) find(off int64) (h header, at int64, found bool, err error) {
	var b [headerBytes]byte
	for off >= 0 && off+headerBytes <= g.size {
		if _, err := g.file.ReadAt(b[:], off); err != nil {
			return header{}, 0, false, err
		}
		if h, ok := parseHeader(b[:]); ok && h.end(off) <= g.size {
			return h, off, true, nil
		}
		g.damaged = true
		if off, err = g.search(off + 1); err != nil {
			return header{}, 0, false, err
		}
	}
	g.damaged = g.damaged || (off >= 0 && off < g.size)
	return header{}, 0, false, nil
}

// search returns where the magic stands next, at or after off, or -1.
func (g *segment) search(off int64) (int64, error) {
	b := make([]byte, searchBytes)
	for off+headerBytes <= g.size {
		n, err := g.file.ReadAt(b[:min(searchBytes, g.size-off)], off)
		if err != nil && err != io.EOF {
			return 0, err
		}
		if i := bytes.Index(b[:n], []byte(magic)); i >= 0 {
			return off + int64(i), nil
		}
		if n < len(magic) {
			break
		}
		// The magic may stand across the border.
		off += int64(n - len(magic) + 1)
	}
	return -1, nil
}

// payload reads the payload of the record at off into buf, which it grows. It
// reports false where the payload is damaged.
func (g *segment) payload(h header, off int64, buf []byte) ([]byte, bool, error) {
	// The header's length was checked against the file's size.
	if cap(buf) < int(h.length) {
		buf = make([]byte, h.length)
	}
	buf = buf[:h.length]
	if _, err := g.file.ReadAt(buf, off+headerBytes); err != nil {
		return buf, false, err
	}
	return buf, crc32.Checksum(buf, castagnoli) == h.crc, nil
}

// scan counts the records of an adopted segment and cuts a torn end off.
func (g *segment) scan() error {
	var (
		buf []byte
		end int64
	)
	for off := int64(0); ; {
		h, at, found, err := g.find(off)
		if err != nil {
			return err
		}
		if !found {
			break
		}
		var ok bool
		if buf, ok, err = g.payload(h, at, buf); err != nil {
			return err
		}
		off = h.end(at)
		switch {
		case !ok:
			g.damaged = true
			// It was never counted, so next must not meet it.
			if err := g.settle(at); err != nil {
				return err
			}
		case !h.done:
			g.left[h.kind] = g.left[h.kind].plus(h.count())
			end = off
		default:
			end = off
		}
	}
	if end < g.size {
		g.size = end
		return g.file.Truncate(end)
	}
	return nil
}

// age is how old the record with header h at off is. A record from the future,
// whose writer's clock ran ahead, is as old as its discovery.
func (g *segment) age(h header, off int64) time.Duration {
	offset := time.Duration(h.time - g.seen.UnixNano())
	if off < g.foreign {
		offset = min(offset, 0)
	}
	return time.Since(g.seen) - offset
}

// next returns the oldest record of kind that is left. On the way it gives up
// those that are damaged or older than maxAge.
func (g *segment) next(kind Kind, maxAge time.Duration, buf []byte, loss *Loss) (Record, bool, error) {
	for g.left[kind].Records > 0 {
		h, at, found, err := g.find(g.cursor[kind])
		if err != nil {
			return Record{}, false, err
		}
		if !found {
			loss.Dropped[kind] = loss.Dropped[kind].plus(g.left[kind])
			g.left[kind] = Count{}
			break
		}
		g.cursor[kind] = at
		if h.kind != kind || h.done {
			g.cursor[kind] = h.end(at)
			continue
		}
		if g.age(h, at) > maxAge {
			loss.Expired[kind] = loss.Expired[kind].plus(g.pass(h, at))
			continue
		}
		payload, ok, err := g.payload(h, at, buf)
		if err != nil {
			return Record{}, false, err
		}
		if !ok {
			g.damaged = true
			loss.Dropped[kind] = loss.Dropped[kind].plus(g.pass(h, at))
			continue
		}
		return Record{
			Kind: kind, Gzip: h.gzip, Items: uint64(h.items), Weight: h.weight,
			Time: time.Unix(0, h.time), Payload: payload, segment: g, at: at,
		}, true, nil
	}
	return Record{}, false, nil
}

// pass moves the cursor over the record at off and returns what it counts for.
func (g *segment) pass(h header, off int64) Count {
	c := h.count()
	if left := g.left[h.kind]; left.Records == 0 || left.Items < c.Items || left.Weight < c.Weight {
		c = left // found twice by a damaged file; never count below zero
	}
	g.left[h.kind] = g.left[h.kind].minus(c)
	g.cursor[h.kind] = h.end(off)
	return c
}

// settle marks the record at off as delivered.
func (g *segment) settle(off int64) error {
	if _, err := g.file.WriteAt([]byte{0xff, 0xff, 0xff, 0xff}, off+stateAt); err != nil {
		return fmt.Errorf("spool: mark a record as delivered: %w", err)
	}
	return nil
}
