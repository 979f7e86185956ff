package delivery_test

import (
	"encoding/binary"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lift-sys/telemetry/internal/delivery"
)

// left returns the journal of a process that died with n spans in it, and its
// name.
func left(t *testing.T, n int) (name string, data []byte) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		p := start(t, newBackend(always(http.StatusOK)), small, journaling(dir))
		for i := range n {
			p.Append(register(p, fmt.Sprint("scope ", i%2), "schema"), span(fmt.Sprint("span ", i), 0), 2)
		}
		names := files(t, dir)
		if len(names) != 1 {
			t.Fatalf("files %q, want the journal", names)
		}
		var err error
		if data, err = os.ReadFile(filepath.Join(dir, "spool", names[0])); err != nil {
			t.Fatal(err)
		}
		name = names[0]
	})
	return name, data
}

// small keeps journals small.
func small(c *delivery.Config) { c.MaxBytes, c.BlockBytes, c.MaxAge = 32<<10, 1<<10, time.Minute }

// revive starts a process that finds a journal, and returns what it sent.
func revive(t *testing.T, name string, data []byte) (s delivery.Stats, seen map[string]int) {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "spool"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "spool", name), data, 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(always(http.StatusOK))
		p := start(t, b, small, spooling(dir))
		time.Sleep(5 * time.Second)
		s = balanced(t, p)
		if left := files(t, dir); len(left) != 0 {
			t.Errorf("left %q", left)
		}
		seen = b.accepted(t)
	})
	return s, seen
}

// TestEveryByteOfAJournalFlipped damages each byte that is not zero, in turn.
// No span arrives that nobody ended, or twice.
func TestEveryByteOfAJournalFlipped(t *testing.T) {
	const n = 5
	name, whole := left(t, n)
	if s, seen := revive(t, name, whole); s.Spans.Exported != n || s.Weight.Exported != 2*n || len(seen) != n {
		t.Fatalf("without damage: %+v, %v", s.Spans, seen)
	}
	names := map[string]bool{}
	for i := range n {
		names[fmt.Sprint("span ", i)] = true
	}
	for i, c := range whole {
		if c == 0 {
			continue
		}
		data := append([]byte(nil), whole...)
		data[i] ^= 0xff
		s, seen := revive(t, name, data)
		if s.Spans.Exported != s.Spans.Recovered || s.Weight.Exported != 2*s.Spans.Exported {
			t.Errorf("byte %d: spans %+v, weight %+v", i, s.Spans, s.Weight)
		}
		for name, times := range seen {
			if !names[name] || times != 1 {
				t.Errorf("byte %d: %q arrived %d times", i, name, times)
			}
		}
	}
}

// TestACutJournal cuts a journal where its file system may have lost the end.
func TestACutJournal(t *testing.T) {
	const n = 3
	name, whole := left(t, n)
	for _, tt := range []struct {
		name, reason string
		size, want   int
	}{
		{"empty", "it never was a journal", 0, 0},
		{"header", "no slots", 64, 0},
		{"notes", "no slots", len(whole) / 2, 0},
		{"end", "the slots in use are the first", len(whole) - 1, n},
	} {
		if s, seen := revive(t, name, whole[:tt.size]); len(seen) != tt.want || int(s.Spans.Exported) != tt.want {
			t.Errorf("%s: spans %+v, want %d: %s", tt.name, s.Spans, tt.want, tt.reason)
		}
	}
}

// Without room for a journal, spans are held in memory, and health tells of it.
func TestNoJournal(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(always(http.StatusOK))
		p := start(t, b, journaling(dir), func(*delivery.Config) {
			if err := os.RemoveAll(filepath.Join(dir, "spool")); err != nil {
				t.Fatal(err)
			}
		})
		p.Append(0, span("span 0", 0), 1)
		time.Sleep(5 * time.Minute)
		s := balanced(t, p)
		if s.Spans != (delivery.Tally{Appended: 1, Exported: 1}) || s.SpoolError == "" || p.Health() != delivery.HealthDegraded {
			t.Errorf("spans %+v, spool %q, health %v", s.Spans, s.SpoolError, p.Health())
		}
	})
}

// FuzzRecovered parses arbitrary blocks. What it returns is whole and in order.
func FuzzRecovered(f *testing.F) {
	f.Add([]byte{})
	f.Add(make([]byte, 100))
	f.Add(delivery.EncodeEntries([]byte("span 1"), []byte("span 2")))
	f.Fuzz(func(t *testing.T, data []byte) {
		end := 0
		for _, at := range delivery.Recovered(data) {
			size := int(binary.LittleEndian.Uint32(data[at:]))
			if at < end || size == 0 || at+delivery.HeaderBytes+size > len(data) {
				t.Errorf("entry at %d of %d bytes after one that ends at %d, in %d bytes", at, size, end, len(data))
			}
			end = at + delivery.HeaderBytes + size
		}
	})
}
