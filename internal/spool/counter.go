package spool

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"time"
)

const (
	counterEnding = ".count"
	counterBytes  = 8 + 8 + 4
	maxCounters   = 256 // processes that share a directory
)

// Counter is a number in a small file that this process holds for itself, and
// that its successor takes over: how many events were sent since a moment, the
// beginning of a month. It is not safe for concurrent use.
type Counter struct{ f *os.File }

// Counter takes the first counter that no living process holds, and makes one
// where there is none. It stays in the directory when it is closed.
func (s *Spool) Counter() (*Counter, error) {
	for i := range maxCounters {
		name := fmt.Sprintf("%d%s", i, counterEnding)
		f, err := s.root.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, fmt.Errorf("spool: %w", err)
		}
		switch ok, err := lock(f); {
		case err != nil:
			_ = f.Close()
			return nil, fmt.Errorf("spool: lock %q: %w", name, err)
		case ok:
			return &Counter{f}, nil
		}
		_ = f.Close()
	}
	return nil, fmt.Errorf("spool: %d processes hold the counters of the directory already", maxCounters)
}

// Load returns what was stored last, or zero values where that is nothing, or
// cannot be read.
func (c *Counter) Load() (since time.Time, n int64) {
	var b [counterBytes]byte
	if _, err := c.f.ReadAt(b[:], 0); err != nil || crc32.Checksum(b[:16], castagnoli) != binary.LittleEndian.Uint32(b[16:]) {
		return time.Time{}, 0
	}
	seconds, n := int64(binary.LittleEndian.Uint64(b[:])), int64(binary.LittleEndian.Uint64(b[8:]))
	if n < 0 || b == [counterBytes]byte{} {
		return time.Time{}, 0
	}
	return time.Unix(seconds, 0).UTC(), n
}

// Store replaces the number. A crash of the host may leave one that cannot be
// read.
func (c *Counter) Store(since time.Time, n int64) error {
	var b [counterBytes]byte
	binary.LittleEndian.PutUint64(b[:], uint64(since.Unix()))
	binary.LittleEndian.PutUint64(b[8:], uint64(n))
	binary.LittleEndian.PutUint32(b[16:], crc32.Checksum(b[:16], castagnoli))
	_, err := c.f.WriteAt(b[:], 0)
	return err
}

// Close lets a successor have the counter.
func (c *Counter) Close() error { return c.f.Close() }
