package spool

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"runtime"
	"sync"
)

const (
	journalEnding  = ".log"
	journalMagic   = "LSJ1"
	journalHeader  = 64        // bytes before the table of slots
	journalNotes   = 128 << 10 // bytes of notes
	noteHeader     = 8
	maxJournal     = 256 << 20 // bytes; a header that claims more is damaged
	metricsFlag    = 1 << 31
	journalPageLen = 4 << 10
)

// Journal is a file of memory: slots, into which its owner writes what must
// survive the end of the process at any moment, and notes that explain it. On
// Linux, and file systems where it is safe, slots are mapped memory; elsewhere
// Store writes to the file. Methods but Note need the caller's lock.
type Journal struct {
	spool  *Spool
	name   string
	file   *os.File
	data   []byte // of the whole file; nil where it is not mapped
	layout layout
	used   []bool // by slot

	mu    sync.Mutex
	notes int64 // bytes written
}

// layout is where things are in a journal.
type layout struct{ slotBytes, slots int }

func (l layout) table(slot int) int64 { return journalHeader + 4*int64(slot) }

func (l layout) notes() int64 {
	return (l.table(l.slots) + journalPageLen - 1) / journalPageLen * journalPageLen
}

func (l layout) slot(i int) int64 { return l.notes() + journalNotes + int64(i)*int64(l.slotBytes) }

func (l layout) size() int64 { return l.slot(l.slots) }

// header is the encoded layout.
func (l layout) header() []byte {
	b := append(make([]byte, 0, 16), journalMagic...)
	b = binary.LittleEndian.AppendUint32(b, uint32(l.slotBytes))
	b = binary.LittleEndian.AppendUint32(b, uint32(l.slots))
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// parseLayout reads a header and reports false where it is damaged.
func parseLayout(b []byte) (layout, bool) {
	le := binary.LittleEndian
	if len(b) < 16 || string(b[:4]) != journalMagic || le.Uint32(b[12:]) != crc32.Checksum(b[:12], castagnoli) {
		return layout{}, false
	}
	l := layout{slotBytes: int(le.Uint32(b[4:])), slots: int(le.Uint32(b[8:]))}
	return l, l.slotBytes > 0 && l.slots > 0 && l.slotBytes < maxJournal && l.slots < maxJournal && l.slotBytes*l.slots < maxJournal && l.size() < maxJournal
}

// Journal makes a journal of the given number of slots of slotBytes each. All
// of it is written once, so that the disk cannot be full later.
func (s *Spool) Journal(slotBytes, slots int) (*Journal, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	name, file, err := s.create(journalEnding)
	if err != nil {
		return nil, err
	}
	j := &Journal{
		spool: s, name: name, file: file,
		layout: layout{slotBytes, slots}, used: make([]bool, slots),
	}
	if err := j.fill(); err != nil {
		_ = s.root.Remove(name)
		_ = file.Close()
		return nil, fmt.Errorf("spool: new journal: %w", err)
	}
	if !s.config.NoMap {
		j.data = mapFile(file, int(j.layout.size()))
	}
	if j.data != nil {
		// Whoever holds a slot holds the journal too.
		runtime.AddCleanup(j, unmap, j.data)
	}
	return j, nil
}

// fill writes zeros, and then the header that makes it a journal.
func (j *Journal) fill() error {
	zeros := make([]byte, 64<<10)
	for at, size := int64(0), j.layout.size(); at < size; at += int64(len(zeros)) {
		if _, err := j.file.WriteAt(zeros[:min(int64(len(zeros)), size-at)], at); err != nil {
			return err
		}
	}
	_, err := j.file.WriteAt(j.layout.header(), 0)
	return err
}

// Mapped reports whether what is written to a slot's memory is in the file at
// once. Otherwise it takes Store.
func (j *Journal) Mapped() bool { return j.data != nil }

// Note writes b, which whoever takes the journal over gets. It reports false
// where there is no room left.
func (j *Journal) Note(b []byte) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.notes+noteHeader+int64(len(b)) > journalNotes {
		return false
	}
	h := binary.LittleEndian.AppendUint32(make([]byte, 0, noteHeader+len(b)), uint32(len(b)))
	h = binary.LittleEndian.AppendUint32(h, crc32.Checksum(b, castagnoli))
	if _, err := j.file.WriteAt(append(h, b...), j.layout.notes()+j.notes); err != nil {
		return false
	}
	j.notes += noteHeader + int64(len(b))
	return true
}

// Take returns the first of as many neighbouring slots as n bytes need, with
// its first word zero, and their memory where they are mapped. It reports
// false where there are not as many.
func (j *Journal) Take(kind Kind, n int) (slot int, memory []byte, ok bool) {
	want := j.slotsOf(n)
	run := 0
	for i, used := range j.used {
		if run++; used {
			run = 0
		}
		if run < want {
			continue
		}
		slot = i - want + 1
		for k := slot; k <= i; k++ {
			j.used[k] = true
		}
		if j.data != nil {
			from, to := j.layout.slot(slot), j.layout.slot(i+1)
			memory = j.data[from:to:to]
		}
		_ = j.Store(slot, 0, make([]byte, 4))
		value := uint32(want)
		if kind == Metrics {
			value |= metricsFlag
		}
		_ = j.mark(slot, value)
		return slot, memory, true
	}
	return 0, nil, false
}

// Round is what n bytes take up.
func (j *Journal) Round(n int) int { return j.slotsOf(n) * j.layout.slotBytes }

func (j *Journal) slotsOf(n int) int { return (n + j.layout.slotBytes - 1) / j.layout.slotBytes }

// Free gives back what Take returned for n bytes.
func (j *Journal) Free(slot, n int) {
	_ = j.mark(slot, 0)
	for k := range j.slotsOf(n) {
		j.used[slot+k] = false
	}
}

// Store writes b at an offset within a slot.
func (j *Journal) Store(slot, off int, b []byte) error {
	return j.put(j.layout.slot(slot)+int64(off), b)
}

// mark sets a slot's entry in the table. Where that fails, a successor may
// find in the slot what was delivered.
func (j *Journal) mark(slot int, value uint32) error {
	var b [4]byte
	binary.LittleEndian.PutUint32(b[:], value)
	return j.put(j.layout.table(slot), b[:])
}

func (j *Journal) put(at int64, b []byte) error {
	if j.data != nil {
		copy(j.data[at:], b)
		return nil
	}
	_, err := j.file.WriteAt(b, at)
	return err
}

// Close gives up the lock, and unlinks the journal where nothing of use is in
// it. What is mapped stays so for as long as anybody can reach it.
func (j *Journal) Close(empty bool) error {
	var err error
	if empty {
		err = j.spool.root.Remove(j.name)
	}
	if j.data != nil {
		unlock(j.file) // the mapping would keep it
	}
	return errors.Join(err, j.file.Close())
}
