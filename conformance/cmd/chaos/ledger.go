package main

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
	"time"
)

// An entry is written when a span has ended: it survives a SIGKILL as a span
// must that was spooled.
type entry struct {
	number  uint64
	ended   time.Time
	latency time.Duration // of the operation that the span describes
}

const entrySize = 3 * 8

// write appends e, in one piece: a pipe keeps writes of this size whole.
func (e entry) write(w io.Writer) error {
	b := binary.LittleEndian.AppendUint64(nil, e.number)
	b = binary.LittleEndian.AppendUint64(b, uint64(e.ended.UnixNano()))
	b = binary.LittleEndian.AppendUint64(b, uint64(e.latency))
	_, err := w.Write(b)
	return err
}

// readEntries reads until the writer is gone.
func readEntries(r *os.File) ([]entry, error) {
	var all []entry
	b := make([]byte, entrySize)
	for {
		if _, err := io.ReadFull(r, b); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return all, err
		}
		all = append(all, entry{
			number:  binary.LittleEndian.Uint64(b),
			ended:   time.Unix(0, int64(binary.LittleEndian.Uint64(b[8:]))),
			latency: time.Duration(binary.LittleEndian.Uint64(b[16:])),
		})
	}
}
