package spool_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/spool"
)

const slotBytes = 256

// put writes text into as many slots as it needs, as their owner would.
func put(t *testing.T, j *spool.Journal, kind spool.Kind, text string) (slot int) {
	t.Helper()
	slot, memory, ok := j.Take(kind, len(text))
	if !ok {
		t.Fatalf("no room for %q", text)
	}
	if j.Mapped() {
		copy(memory[:cap(memory)], text)
	} else if err := j.Store(slot, 0, []byte(text)); err != nil {
		t.Fatal(err)
	}
	return slot
}

// content is what an orphan holds: kind and text of each run of slots.
func content(t *testing.T, o *spool.Orphan) (all []string) {
	t.Helper()
	for {
		kind, data, found, err := o.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !found {
			return all
		}
		all = append(all, fmt.Sprintf("%d %d %s", kind, len(data), bytes.TrimRight(data, "\x00")))
		if err := o.Done(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestJournal(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		noMap        bool
	}{
		{name: "mapped", reason: "memory is the file"},
		{name: "unmapped", reason: "Store writes to the file", noMap: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "spool")
			owner := open(t, spool.Config{Dir: dir, NoMap: tt.noMap})
			j, err := owner.Journal(slotBytes, 8)
			if err != nil {
				t.Fatal(err)
			}
			if tt.noMap && j.Mapped() {
				t.Error("mapped although that was not wanted")
			}
			for _, note := range []string{"one", "two", "three"} {
				if !j.Note([]byte(note)) {
					t.Errorf("no room for note %q", note)
				}
			}
			if j.Note(make([]byte, 1<<20)) {
				t.Error("there is room for a note of 1 MiB")
			}
			put(t, j, spool.Traces, "first")
			gone := put(t, j, spool.Traces, "delivered")
			long := string(bytes.Repeat([]byte("long"), 100))
			put(t, j, spool.Metrics, long)
			j.Free(gone, slotBytes)
			if slot := put(t, j, spool.Metrics, "put anew!"); slot != gone {
				t.Errorf("slot %d, want the first that is free, %d", slot, gone)
			}
			if _, _, ok := j.Take(spool.Traces, 5*slotBytes); ok {
				t.Error("there are 5 slots where 4 are left")
			}
			if n := j.Round(slotBytes + 1); n != 2*slotBytes {
				t.Errorf("%d bytes, want two slots", n)
			}

			heir := open(t, spool.Config{Dir: dir})
			if o, err := heir.Orphan(); o != nil || err != nil {
				t.Fatalf("took a journal whose owner lives: %v", err)
			}
			if found, _, _ := claim(t, heir); found != (spool.Counts{}) {
				t.Errorf("took a journal for a segment: %+v", found)
			}
			if err := j.Close(false); err != nil {
				t.Fatal(err)
			}
			o, err := heir.Orphan()
			if o == nil {
				t.Fatalf("no orphan: %v", err)
			}
			if diff := cmp.Diff([][]byte{[]byte("one"), []byte("two"), []byte("three")}, o.Notes); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
			want := []string{"0 256 first", "1 256 put anew!", "1 512 " + long}
			if diff := cmp.Diff(want, content(t, o)); diff != "" {
				t.Errorf("slots (-want +got): %s\n%s", tt.reason, diff)
			}
			o.Release()
			if o, err = heir.Orphan(); o == nil {
				t.Fatalf("a released journal is gone: %v", err)
			}
			if all := content(t, o); len(all) != 0 {
				t.Errorf("taken over twice: %q", all)
			}
			if err := o.Remove(); err != nil {
				t.Fatal(err)
			}
			if left := files(t, dir); len(left) != 0 {
				t.Errorf("left %q", left)
			}
		})
	}
}

func TestAnEmptyJournalLeavesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	s := open(t, spool.Config{Dir: dir})
	j, err := s.Journal(slotBytes, 2)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Close(true); err != nil {
		t.Fatal(err)
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left %q", left)
	}
}

// FuzzOrphan takes over arbitrary files. It must come to an end, and leave
// nothing.
func FuzzOrphan(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("LSJ1"))
	dir := f.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		f.Fatal(err)
	}
	s, err := spool.Open(spool.Config{Dir: dir, NoMap: true})
	if err != nil {
		f.Fatal(err)
	}
	j, err := s.Journal(16, 4)
	if err != nil {
		f.Fatal(err)
	}
	j.Note([]byte("note"))
	_, _, _ = j.Take(spool.Metrics, 20)
	entries, err := os.ReadDir(dir)
	if err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(dir, entries[0].Name()))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole[:200]) // what follows is zero
	_ = j.Close(true)
	f.Fuzz(func(t *testing.T, data []byte) {
		name := filepath.Join(dir, "0000000000000001-0000000000000001.log")
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		o, err := s.Orphan()
		if err != nil {
			t.Fatal(err)
		}
		if o != nil {
			content(t, o)
			if err := o.Remove(); err != nil {
				t.Fatal(err)
			}
		}
		if left := files(t, dir); len(left) != 0 {
			t.Errorf("left %q", left)
		}
	})
}
