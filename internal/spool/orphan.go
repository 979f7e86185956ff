package spool

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"strings"
)

// Orphan is a journal whose process has ended.
type Orphan struct {
	// Notes are what Note wrote, in order.
	Notes [][]byte

	spool  *Spool
	name   string
	file   *os.File
	layout layout
	next   int // slot
	at     int // slot of what Next returned
	buf    []byte
}

// Journals is how many journals the directory holds, those of living processes
// included.
func (s *Spool) Journals() (n int) {
	entries, _ := fs.ReadDir(s.root.FS(), ".") // a directory that cannot be read is told of elsewhere
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), journalEnding) {
			n++
		}
	}
	return n
}

// Orphan takes over a journal that an ended process left, or returns nil where
// there is none. One that is damaged as a whole is removed. The error names a
// file that could not be taken over.
func (s *Spool) Orphan() (*Orphan, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	entries, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return nil, fmt.Errorf("spool: list: %w", err)
	}
	var errs []error
	for _, e := range entries {
		stem, ok := strings.CutSuffix(e.Name(), journalEnding)
		if !ok || !ours(stem+sealedEnding) {
			continue
		}
		o, err := s.adoptJournal(e.Name())
		if o != nil {
			return o, nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("spool: %s: %w", e.Name(), err))
		}
	}
	return nil, errors.Join(errs...)
}

// adoptJournal returns nil where another process has the file.
func (s *Spool) adoptJournal(name string) (*Orphan, error) {
	f, err := s.claim(name)
	if f == nil {
		return nil, err
	}
	o := &Orphan{spool: s, name: name, file: f}
	header := make([]byte, journalHeader)
	if err := o.read(header, 0); err != nil {
		o.Release()
		return nil, err
	}
	var intact bool
	if o.layout, intact = parseLayout(header); !intact {
		return nil, o.Remove() // its owner ended before it was one
	}
	area := make([]byte, journalNotes)
	if err := o.read(area, o.layout.notes()); err != nil {
		o.Release()
		return nil, err
	}
	o.parseNotes(area)
	return o, nil
}

// read fills b. What is behind the end of the file is zero.
func (o *Orphan) read(b []byte, at int64) error {
	n, err := o.file.ReadAt(b, at)
	clear(b[n:])
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("spool: read a journal: %w", err)
	}
	return nil
}

func (o *Orphan) parseNotes(area []byte) {
	for len(area) >= noteHeader {
		n := int(binary.LittleEndian.Uint32(area))
		crc := binary.LittleEndian.Uint32(area[4:])
		area = area[noteHeader:]
		if n == 0 || n > len(area) || crc32.Checksum(area[:n], castagnoli) != crc {
			return
		}
		o.Notes = append(o.Notes, area[:n:n])
		area = area[n:]
	}
}

// Next returns the content of the next slots in use, until the next call, or
// reports false where there are no more.
func (o *Orphan) Next() (kind Kind, data []byte, found bool, err error) {
	var word [4]byte
	for o.next < o.layout.slots {
		o.at = o.next
		if err := o.read(word[:], o.layout.table(o.at)); err != nil {
			return 0, nil, false, err
		}
		value := binary.LittleEndian.Uint32(word[:])
		n := int(value &^ metricsFlag)
		if n == 0 || n > o.layout.slots-o.at {
			o.next++
			continue
		}
		o.next += n
		if size := n * o.layout.slotBytes; cap(o.buf) < size {
			o.buf = make([]byte, size)
		}
		o.buf = o.buf[:n*o.layout.slotBytes]
		if err := o.read(o.buf, o.layout.slot(o.at)); err != nil {
			return 0, nil, false, err
		}
		if value&metricsFlag != 0 {
			kind = Metrics
		}
		return kind, o.buf, true, nil
	}
	return 0, nil, false, nil
}

// Done notes that what Next returned is in safety, so that nobody takes it over
// once more.
func (o *Orphan) Done() error {
	if _, err := o.file.WriteAt(make([]byte, 4), o.layout.table(o.at)); err != nil {
		return fmt.Errorf("spool: mark a journal: %w", err)
	}
	return nil
}

// Remove unlinks the journal.
func (o *Orphan) Remove() error {
	// Unlinked under the lock, so that nobody claims it meanwhile.
	return errors.Join(o.spool.root.Remove(o.name), o.file.Close())
}

// Release leaves the journal for later.
func (o *Orphan) Release() { _ = o.file.Close() }
