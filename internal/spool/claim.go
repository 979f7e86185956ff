package spool

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"
)

// timeDigits is how many characters of a file's name are its time.
const timeDigits = 16

// newName returns a name that nobody else picks and that sorts by time.
func newName() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails; see crypto/rand
	return fmt.Sprintf("%0*x-%x", timeDigits, max(0, time.Now().UnixNano()), b)
}

// ours reports whether a file's name is that of a segment.
func ours(name string) bool {
	stem, sealed := strings.CutSuffix(name, sealedEnding)
	open := false
	if !sealed {
		stem, open = strings.CutSuffix(name, openEnding)
	}
	return (sealed || open) && len(stem) == timeDigits+1+16 && strings.Trim(stem, "0123456789abcdef-") == ""
}

// create makes a new, locked file.
func (s *Spool) create(ending string) (name string, f *os.File, err error) {
	// Between the making and the lock, another process may take the file for
	// an orphan; then it is that one's.
	for range 8 {
		name := newName() + ending
		f, err := s.root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL|noFollow, 0o600)
		if err != nil {
			return "", nil, fmt.Errorf("spool: new file: %w", err)
		}
		if locked, err := lock(f); err == nil && locked && s.same(f, name) {
			if s.config.Sync {
				s.syncDirectory()
			}
			return name, f, nil
		} else if err != nil {
			_ = s.root.Remove(name)
			_ = f.Close()
			return "", nil, fmt.Errorf("spool: lock a new file: %w", err)
		}
		_ = f.Close()
	}
	return "", nil, errors.New("spool: new file: other processes claim each one first")
}

// same reports whether f is what name stands for now.
func (s *Spool) same(f *os.File, name string) bool {
	opened, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := s.root.Lstat(name)
	return err == nil && os.SameFile(opened, named)
}

// syncDirectory makes the names of files last. Some systems cannot; the
// records are on the disk all the same.
func (s *Spool) syncDirectory() {
	d, err := s.root.Open(".")
	if err != nil {
		return
	}
	_ = d.Sync()
	_ = d.Close()
}

// seal ends the segment that grows. A failure to rename it changes nothing but
// its name.
func (s *Spool) seal() {
	g := s.current
	s.current = nil
	name := strings.TrimSuffix(g.name, openEnding) + sealedEnding
	if err := s.root.Rename(g.name, name); err == nil {
		g.name = name
	}
}

// Claim takes over what ended processes left and returns what it holds, of
// which loss is a part. Damaged is the number of segments with unreadable
// records; how many were in there is not known. The error names files that
// could not be taken over.
func (s *Spool) Claim() (found Counts, damaged int, loss Loss, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return found, 0, loss, ErrClosed
	}
	entries, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return found, 0, loss, fmt.Errorf("spool: list: %w", err)
	}
	mine := make(map[string]bool, len(s.segments))
	for _, g := range s.segments {
		mine[g.name] = true
	}
	var errs []error
	for _, e := range entries { // in the order of names, oldest first
		if !ours(e.Name()) || mine[e.Name()] {
			continue
		}
		g, err := s.adopt(e.Name())
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("spool: %s: %w", e.Name(), err))
		}
		if g == nil {
			continue
		}
		if g.damaged {
			damaged++
		}
		found.add(g.left)
		s.bytes.Add(g.size)
		s.insert([]*segment{g})
		s.removeEmpty(g)
		// One by one, so that the number of open files stays bounded.
		s.compact()
		loss.Add(s.bound(0, 0))
	}
	return found, damaged, loss, errors.Join(errs...)
}

// claim opens and locks a file of another process. It returns nil where that
// process lives.
func (s *Spool) claim(name string) (*os.File, error) {
	info, err := s.root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, errors.New("is a directory")
	}
	if err := private(info); err != nil {
		return nil, err
	}
	f, err := s.root.OpenFile(name, os.O_RDWR|noFollow, 0)
	if err != nil {
		return nil, err
	}
	locked, err := lock(f)
	if err != nil || !locked || !s.same(f, name) {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// adopt takes a segment over. It returns nil where another process has it.
func (s *Spool) adopt(name string) (*segment, error) {
	f, err := s.claim(name)
	if f == nil {
		return nil, err
	}
	g := &segment{name: name, file: f, seen: time.Now()}
	if err := s.takeOver(g); err != nil {
		_ = f.Close()
		return nil, err
	}
	return g, nil
}

// takeOver reads an adopted segment, and seals it where its writer could not.
func (s *Spool) takeOver(g *segment) error {
	info, err := g.file.Stat()
	if err != nil {
		return err
	}
	g.size = info.Size()
	if err := g.scan(); err != nil {
		return err
	}
	g.foreign = g.size
	if stem, open := strings.CutSuffix(g.name, openEnding); open {
		if err := s.root.Rename(g.name, stem+sealedEnding); err == nil {
			g.name = stem + sealedEnding
		}
	}
	return nil
}
