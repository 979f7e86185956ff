package spool_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/internal/spool"
)

// TestEveryByteFlipped damages each byte of a segment in turn. Whatever
// happens, no record comes back changed, and at most one is lost.
func TestEveryByteFlipped(t *testing.T) {
	records := segment()
	whole := bytes.Join(records, nil)
	for i := range whole {
		data := bytes.Clone(whole)
		data[i] ^= 0xff
		got, loss := reopen(t, data)
		if len(got) < len(records)-1 || loss != (spool.Loss{}) {
			t.Errorf("byte %d: %d records, lost %+v; want all but one", i, len(got), loss)
		}
		intact(t, i, got)
	}
}

func TestEveryByteCut(t *testing.T) {
	records := segment()
	whole := bytes.Join(records, nil)
	for i := range whole {
		want, end := 0, 0
		for _, r := range records {
			if end += len(r); end <= i {
				want++
			}
		}
		got, _ := reopen(t, whole[:i])
		if len(got) != want {
			t.Errorf("cut at %d: %d records, want %d", i, len(got), want)
		}
		intact(t, i, got)
	}
}

func TestGarbageBetweenRecords(t *testing.T) {
	records := segment()
	garbage := bytes.Repeat([]byte("LSR1 is not a record, whatever it says. "), 1000)
	data := append(append(bytes.Clone(records[0]), garbage...), records[1]...)
	got, _ := reopen(t, data)
	if len(got) != 2 {
		t.Errorf("%d records, want both", len(got))
	}
	intact(t, 0, got)
}

// TestDamageWhileInUse damages a record that was counted: it has to be booked
// as lost.
func TestDamageWhileInUse(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		at           int
	}{
		{name: "header", reason: "how much was in it is known from the whole segment", at: 5},
		{name: "payload", reason: "how much was in it stands in the header", at: spool.HeaderBytes + 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "spool")
			s := open(t, spool.Config{Dir: dir})
			appendAll(t, s, batch(1, 0), batch(2, 0))
			path := filepath.Join(dir, files(t, dir)[0])
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			data[tt.at] ^= 1
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			got, loss := take(t, s, spool.Traces)
			if want := (spool.Loss{Dropped: spool.Counts{{Records: 1, Items: 1, Weight: 3}}}); loss != want || len(got) != 1 {
				t.Errorf("%d records, lost %+v; want 1 and %+v: %s", len(got), loss, want, tt.reason)
			}
		})
	}
}

// segment returns the encoded records of a segment.
func segment() (all [][]byte) {
	for i := range 4 {
		r := batch(i+1, 20)
		r.Time = time.Now()
		all = append(all, spool.Encode(r))
	}
	return all
}

// reopen returns what a spool makes of a segment with the given bytes.
func reopen(t *testing.T, data []byte) ([]spool.Record, spool.Loss) {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, spool.SegmentName(1)), data, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := spool.Open(spool.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	found, _, _ := claim(t, s)
	var all []spool.Record
	var loss spool.Loss
	for kind := range spool.Metrics + 1 {
		got, l := take(t, s, kind)
		all = append(all, got...)
		loss.Add(l)
	}
	if n := found[0].Records + found[1].Records; n != uint64(len(all)) {
		t.Errorf("claimed %d records, got %d", n, len(all))
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left %q", left)
	}
	return all, loss
}

// intact fails where a record is not one of those written.
func intact(t *testing.T, at int, got []spool.Record) {
	t.Helper()
	for _, r := range got {
		want := batch(int(r.Items), 20)
		if r.Items < 1 || r.Items > 4 || !bytes.Equal(r.Payload, want.Payload) || r.Weight != want.Weight || r.Gzip != want.Gzip {
			t.Errorf("damage at %d: got a record that nobody wrote: %+v", at, r)
		}
	}
}

// FuzzSegment gives a spool arbitrary files. It must count what it hands out,
// and hand out nothing that fails its checksum.
func FuzzSegment(f *testing.F) {
	whole := bytes.Join(segment(), nil)
	f.Add(whole)
	f.Add(whole[:len(whole)-3])
	f.Add([]byte("LSR1LSR1LSR1"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		got, _ := reopen(t, data)
		for _, r := range got {
			if !bytes.Contains(data, r.Payload) {
				t.Errorf("payload %q is not in the file", r.Payload)
			}
		}
	})
}
