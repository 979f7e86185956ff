// Package load reads recorded OTLP from files: JSON lines as the Collector's file
// exporter writes them (one request on each line), protobuf requests with their
// length before each (four bytes, big-endian, the same exporter's "proto"), or a
// single request in either encoding. Files may be packed with gzip.
package load

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/lift-sys/telemetry/lens/internal/receive"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// Sink stores rows; see [receive.Sink].
type Sink = receive.Sink

const (
	// maxRecord is how long one request may be.
	maxRecord = 256 << 20
	// maxRows and maxBytes are how much is stored at a time: each commit waits for
	// the disk, and a record may be a single span.
	maxRows  = 16_384
	maxBytes = 64 << 20
)

// Stats are how far a file has been read.
type Stats struct {
	Bytes   int64 // of the file, packed or not
	Records int64
	Bad     int64 // records that could not be read
	Rows    int64 // that are stored
}

// Read stores all records of r and returns when they are durable. Protobuf holds
// traces unless it is said to hold metrics. Progress is called after each record,
// whose rows may not be stored yet: many records are stored together.
// A record that cannot be read is passed over: the error counts them and says
// where the first of them is, by its line in JSON. What ends reading, such as a
// file that was cut off, is the error too; what stands before is stored.
// Files that are read into the same recording are parts of it, in their order.
func Read(ctx context.Context, r io.Reader, metrics bool, into *receive.Recording, sink Sink, progress func(Stats)) (Stats, error) {
	l := &loader{sink: sink, metrics: metrics, recording: into, progress: progress, counted: counter{r: r}}
	l.file = bufio.NewReaderSize(&l.counted, 1<<20)
	in := l.file
	if magic, err := in.Peek(2); err == nil && bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(in)
		if err != nil {
			return l.stats, fmt.Errorf("file begins as gzip and is none: %w", err)
		}
		in = bufio.NewReaderSize(z, 1<<20)
	}
	begin, err := in.Peek(64)
	if err != nil && !errors.Is(err, io.EOF) {
		return l.stats, err
	}
	switch {
	case len(begin) == 0:
		return l.stats, nil
	case isJSON(begin):
		err = l.lines(ctx, in)
	case begin[0] == 0: // the length of a record below 16 MB
		err = l.prefixed(ctx, in)
	default:
		err = l.single(ctx, in)
	}
	err = errors.Join(err, l.flush(ctx))
	if l.stats.Bad > 1 {
		l.first = fmt.Errorf("%d records cannot be read, the first: %w", l.stats.Bad, l.first)
	}
	return l.stats, errors.Join(l.first, err)
}

// isJSON reports whether a file begins as JSON. A request in protobuf begins with
// a line break too: the number of its first field.
func isJSON(begin []byte) bool {
	object, ok := bytes.CutPrefix(bytes.TrimSpace(begin), []byte("{"))
	return ok && (begin[0] == '{' || bytes.HasPrefix(bytes.TrimSpace(object), []byte(`"`)))
}

type loader struct {
	sink      Sink
	metrics   bool
	recording *receive.Recording
	progress  func(Stats)
	counted   counter
	file      *bufio.Reader // of counted
	stats     Stats
	first     error // about the first bad record

	gathered *table.Batch // is not stored yet; nil is empty
	bytes    int          // of the records that it was made of
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// add takes the rows of a record, or counts it as bad if it could not be read, and
// stores what has been gathered if that is much.
func (l *loader) add(ctx context.Context, where string, record []byte, b *table.Batch, err error) error {
	l.stats.Records++
	if err != nil {
		l.stats.Bad++
		if l.first == nil {
			l.first = fmt.Errorf("%s: %w", where, err)
		}
		return nil
	}
	if l.gathered == nil {
		l.gathered = b
	} else {
		l.gathered.Merge(b)
	}
	if l.bytes += len(record); len(l.gathered.Rows) >= maxRows || l.bytes+l.gathered.Size() >= maxBytes {
		if err := l.flush(ctx); err != nil {
			return fmt.Errorf("up to %s: %w", where, err)
		}
	}
	l.stats.Bytes = l.counted.n - int64(l.file.Buffered())
	l.progress(l.stats)
	return nil
}

// flush stores what has been gathered. A sink that is busy gets it again.
func (l *loader) flush(ctx context.Context) error {
	b := l.gathered
	if b == nil {
		return nil
	}
	l.gathered, l.bytes = nil, 0
	for {
		err := l.sink.Append(ctx, b)
		if err == nil {
			break
		}
		if !errors.Is(err, receive.ErrBusy) {
			return err
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	l.stats.Rows += int64(len(b.Rows))
	return nil
}

// lines reads one request in JSON from each line, or a single one over several.
func (l *loader) lines(ctx context.Context, in *bufio.Reader) error {
	for n := 1; ; n++ {
		where := fmt.Sprintf("line %d", n)
		line, err := readLine(in)
		if line = bytes.TrimSpace(line); len(line) > 0 {
			if bytes.Equal(line, []byte("{")) { // somebody's pretty-printed request
				rest, err := limited(in)
				if err != nil {
					return err
				}
				line = append(line, rest...)
				b, err := l.recording.JSON(line, time.Now())
				return l.add(ctx, where, line, b, err)
			}
			b, err := l.recording.JSON(line, time.Now())
			if err := l.add(ctx, where, line, b, err); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

var errLong = fmt.Errorf("record is longer than %d MB: split the file", maxRecord>>20)

func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxRecord {
			return nil, errLong
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

func limited(in io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(in, maxRecord+1))
	if err == nil && len(b) > maxRecord {
		err = errLong
	}
	return b, err
}

// prefixed reads requests in protobuf with their length before each.
func (l *loader) prefixed(ctx context.Context, in *bufio.Reader) error {
	for {
		var length [4]byte
		switch _, err := io.ReadFull(in, length[:]); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("record %d: length: %w: the file was cut off", l.stats.Records+1, err)
		}
		n := binary.BigEndian.Uint32(length[:])
		if n > maxRecord {
			return fmt.Errorf("record %d: %w", l.stats.Records+1, errLong)
		}
		body := bytes.NewBuffer(nil) // grows as bytes come: a wrong length costs no memory
		if _, err := io.CopyN(body, in, int64(n)); err != nil {
			return fmt.Errorf("record %d: %w: the file was cut off", l.stats.Records+1, err)
		}
		if err := l.protobuf(ctx, body.Bytes()); err != nil {
			return err
		}
	}
}

func (l *loader) single(ctx context.Context, in io.Reader) error {
	body, err := limited(in)
	if err != nil {
		return err
	}
	return l.protobuf(ctx, body)
}

func (l *loader) protobuf(ctx context.Context, body []byte) error {
	decode := receive.Traces
	if l.metrics {
		decode = l.recording.Metrics
	}
	b, err := decode(body, time.Now())
	return l.add(ctx, fmt.Sprintf("record %d", l.stats.Records+1), body, b, err)
}
