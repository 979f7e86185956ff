package spool

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Defaults of Config.
const (
	DefaultMaxBytes = 32 << 20
	DefaultMaxAge   = 24 * time.Hour
	DefaultMaxFiles = 72
)

// A segment is sealed at a share of what the spool may hold, and not below
// segmentBytes. That is also how much goes at once when the bounds are reached.
// Two neighbours hold more than one share, since smaller ones are merged: twice
// as many files as shares, and a few in use, hold MaxBytes.
const (
	segmentBytes = 1 << 20
	shares       = 32
)

// ErrClosed is what Append returns after Close.
var ErrClosed = errors.New("spool: closed")

// Config describes a Spool.
type Config struct {
	// Dir is the directory, which Open makes with mode 0700 where it is
	// missing. Several processes may share one; the bounds hold for each.
	Dir string
	// MaxBytes bounds the files of this process together; the oldest go first.
	// Zero means DefaultMaxBytes.
	MaxBytes int64
	// MaxAge is how long a record is worth keeping. Zero means DefaultMaxAge.
	MaxAge time.Duration
	// MaxFiles bounds the number of segments, each of which costs an open
	// file. Zero means DefaultMaxFiles.
	MaxFiles int
	// Sync makes every Append wait until the disk has the record, so that it
	// survives the loss of the host too.
	Sync bool
	// NoMap makes journals write to their file, as where mapping it is not
	// safe.
	NoMap bool
}

// Spool is a directory of segments. Open makes one; Close ends it. Methods are
// safe for concurrent use and wait for the disk, save Bytes.
type Spool struct {
	config Config
	sealAt int64 // bytes of a segment
	bytes  atomic.Int64

	mu       sync.Mutex
	root     *os.Root
	segments []*segment // oldest first
	current  *segment   // the one that grows, also in segments; may be nil
	closed   bool
}

// Open checks the directory and makes it where it is missing. It does not look
// for what other processes left; see Claim. The error means that the directory
// cannot be had, or that others could write to it.
func Open(c Config) (*Spool, error) {
	if !supported {
		return nil, fmt.Errorf("spool: directory %q: no file locks on this system: %w", c.Dir, errors.ErrUnsupported)
	}
	if c.MaxBytes <= 0 {
		c.MaxBytes = DefaultMaxBytes
	}
	if c.MaxAge <= 0 {
		c.MaxAge = DefaultMaxAge
	}
	if c.MaxFiles <= 0 {
		c.MaxFiles = DefaultMaxFiles
	}
	root, err := openDirectory(c.Dir)
	if err != nil {
		return nil, err
	}
	return &Spool{config: c, sealAt: max(segmentBytes, c.MaxBytes/shares), root: root}, nil
}

// Bytes is the size of the files of this process.
func (s *Spool) Bytes() int64 { return s.bytes.Load() }

// Append writes r, and gives up the oldest segments where the bounds ask for
// it; the loss stands whether or not there is an error. After an error r is not
// in the spool, and the next Append may succeed.
func (s *Spool) Append(r Record) (Loss, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, loss, err := s.append(r)
	return loss, err
}

// append writes r and returns it with its place.
func (s *Spool) append(r Record) (Record, Loss, error) {
	need := int64(headerBytes + len(r.Payload))
	switch {
	case s.closed:
		return r, Loss{}, ErrClosed
	case len(r.Payload) > MaxPayload || need > s.config.MaxBytes:
		return r, Loss{}, fmt.Errorf("spool: record of %d bytes: larger than the spool may be", need)
	}
	if s.current != nil && s.current.size > 0 && s.current.size+need > s.sealAt {
		s.seal()
	}
	files := 0
	if s.current == nil {
		files = 1
	}
	loss := s.bound(need, files)
	if s.current == nil {
		name, f, err := s.create(openEnding)
		if err != nil {
			return r, loss, err
		}
		s.current = &segment{name: name, file: f, seen: time.Now()}
		s.segments = append(s.segments, s.current)
	}
	before := s.current.size
	if err := s.current.append(r, s.config.Sync); err != nil {
		return r, loss, fmt.Errorf("spool: write: %w", err)
	}
	s.bytes.Add(s.current.size - before)
	r.segment, r.at = s.current, before
	return r, loss, nil
}

// Next returns the oldest record of kind, in buf where it fits, until Settle
// or Release ends its use: one record of a kind at a time. It reports false
// where there is none. A segment that cannot be read is given up; the error
// says why.
func (s *Spool) Next(kind Kind, buf []byte) (r Record, found bool, loss Loss, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range slices.Clone(s.segments) {
		r, found, e := g.next(kind, s.config.MaxAge, buf, &loss)
		if e != nil {
			err = fmt.Errorf("spool: read: %w", e)
			if g.busy == 0 {
				loss.Dropped.add(s.remove(g))
			}
			continue
		}
		if found {
			g.busy++
			return r, true, loss, err
		}
		s.removeEmpty(g)
	}
	return Record{}, false, loss, err
}

// Settle notes that r was delivered, or refused for good. The error means that
// after a crash r may be delivered once more.
func (s *Spool) Settle(r Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settle(r)
}

func (s *Spool) settle(r Record) error {
	g := r.segment
	g.busy--
	g.pass(header{
		kind: r.Kind, items: uint32(r.Items), weight: r.Weight, length: uint32(len(r.Payload)),
	}, r.at)
	if s.closed {
		return ErrClosed
	}
	// Marked first: a file that cannot be unlinked is met again.
	err := g.settle(r.at)
	if g.left.records() > 0 || g.busy > 0 {
		return err
	}
	return s.discard(g)
}

// Replace puts parts in the place of r, which is in use, all of them or none.
// Where it reports false, r is released and stays. An error beside true means
// that after a crash r may be delivered once more.
func (s *Spool) Replace(r Record, parts ...Record) (loss Loss, replaced bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	written := make([]Record, 0, len(parts))
	for _, part := range parts {
		part, l, err := s.append(part)
		loss.Add(l)
		if err != nil {
			for _, w := range written {
				err = errors.Join(err, s.settle(w))
			}
			r.segment.busy--
			return loss, false, err
		}
		part.segment.busy++ // not to be given up for the next one
		written = append(written, part)
	}
	for _, w := range written {
		w.segment.busy--
	}
	return loss, true, s.settle(r)
}

// Release ends the use of r, which stays in the spool.
func (s *Spool) Release(r Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.segment.busy--
}

// Expire gives up records that are too old.
func (s *Spool) Expire() (loss Loss) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range slices.Clone(s.segments) {
		if g.busy > 0 {
			continue
		}
		for kind := range kinds {
			// What next gives up is the purpose; what it finds stays.
			_, _, _ = g.next(kind, s.config.MaxAge, nil, &loss)
		}
		s.removeEmpty(g)
	}
	return loss
}

// Close seals what is open and gives up the locks, so that the next process
// finds the rest. Records in use are as if released.
func (s *Spool) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	if s.current != nil {
		s.seal()
	}
	var errs []error
	for _, g := range s.segments {
		errs = append(errs, g.file.Close())
	}
	s.segments = nil
	return errors.Join(append(errs, s.root.Close())...)
}

// bound makes room for more bytes and files by giving up the oldest segments
// that are not in use.
func (s *Spool) bound(need int64, files int) (loss Loss) {
	for s.bytes.Load()+need > s.config.MaxBytes || len(s.segments)+files > s.config.MaxFiles {
		i := slices.IndexFunc(s.segments, func(g *segment) bool { return g.busy == 0 })
		if i < 0 {
			break // at most one for each kind is in use, which one record exceeds the bound by
		}
		if s.segments[i] == s.current {
			files = 1
		}
		loss.Dropped.add(s.remove(s.segments[i]))
	}
	return loss
}

// remove gives a segment up and returns what was left in it.
func (s *Spool) remove(g *segment) Counts {
	left := g.left
	_ = s.discard(g)
	return left
}

// removeEmpty removes g where nothing is left in it.
func (s *Spool) removeEmpty(g *segment) {
	if g.left.records() == 0 && g.busy == 0 {
		_ = s.discard(g)
	}
}

// discard unlinks a segment and forgets it. Where that fails, Claim meets the
// file again, empty.
func (s *Spool) discard(g *segment) error {
	s.segments = slices.DeleteFunc(s.segments, func(o *segment) bool { return o == g })
	if s.current == g {
		s.current = nil
	}
	s.bytes.Add(-g.size)
	// Unlinked under the lock, so that nobody claims it meanwhile.
	err := s.root.Remove(g.name)
	if err != nil {
		err = errors.Join(err, g.file.Truncate(0))
	}
	return errors.Join(err, g.file.Close())
}

// insert adds adopted segments and keeps the oldest first.
func (s *Spool) insert(found []*segment) {
	s.segments = append(s.segments, found...)
	slices.SortStableFunc(s.segments, func(a, b *segment) int { return cmp.Compare(a.name, b.name) })
}
