package spool_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/internal/spool"
)

func TestCounter(t *testing.T) {
	dir := t.TempDir()
	open := func() (*spool.Spool, *spool.Counter) {
		t.Helper()
		s, err := spool.Open(spool.Config{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		c, err := s.Counter()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _, _ = c.Close(), s.Close() })
		return s, c
	}
	check := func(c *spool.Counter, since time.Time, n int64, why string) {
		t.Helper()
		if gotSince, got := c.Load(); !gotSince.Equal(since) || got != n {
			t.Errorf("%v %d, want %v %d: %s", gotSince, got, since, n, why)
		}
	}
	may := time.Date(2026, time.May, 1, 0, 0, 0, 0, time.UTC)
	_, first := open()
	check(first, time.Time{}, 0, "nothing was stored")
	if err := first.Store(may, 12345); err != nil {
		t.Fatal(err)
	}
	_, second := open()
	check(second, time.Time{}, 0, "another living process has a counter of its own")
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	_, successor := open()
	check(successor, may, 12345, "what a process leaves is taken over")

	path := filepath.Join(dir, "0.count")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		damaged := append([]byte(nil), whole...)
		damaged[i] ^= 1
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		check(successor, time.Time{}, 0, "damaged")
		if err := os.WriteFile(path, whole[:i], 0o600); err != nil {
			t.Fatal(err)
		}
		check(successor, time.Time{}, 0, "torn")
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestCounterStaysInItsDirectory(t *testing.T) {
	dir, outside := t.TempDir(), filepath.Join(t.TempDir(), "outside")
	s, err := spool.Open(spool.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := os.Symlink(outside, filepath.Join(dir, "0.count")); err != nil {
		t.Skip(err)
	}
	if c, err := s.Counter(); err == nil {
		_ = c.Close()
		t.Error("a link out of the directory was followed")
	}
}
