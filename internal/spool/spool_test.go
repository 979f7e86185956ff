package spool_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lift-sys/telemetry/internal/spool"
)

// open returns a spool of its own directory, or of dir.
func open(t *testing.T, c spool.Config) *spool.Spool {
	t.Helper()
	if c.Dir == "" {
		c.Dir = filepath.Join(t.TempDir(), "spool")
	}
	s, err := spool.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// batch is the i-th record: i items of weight 3 each.
func batch(i, size int) spool.Record {
	payload := []byte(fmt.Sprintf("batch %d ", i))
	payload = append(payload, bytes.Repeat([]byte{'x'}, max(0, size-len(payload)))...)
	return spool.Record{Kind: spool.Traces, Gzip: i%2 == 0, Items: uint64(i), Weight: uint64(3 * i), Payload: payload}
}

func appendAll(t *testing.T, s *spool.Spool, records ...spool.Record) (loss spool.Loss) {
	t.Helper()
	for _, r := range records {
		l, err := s.Append(r)
		if err != nil {
			t.Fatal(err)
		}
		loss.Add(l)
	}
	return loss
}

// take settles the records of a kind and returns them.
func take(t *testing.T, s *spool.Spool, kind spool.Kind) (all []spool.Record, loss spool.Loss) {
	t.Helper()
	for {
		r, found, l, err := s.Next(kind, nil)
		if err != nil {
			t.Fatal(err)
		}
		loss.Add(l)
		if !found {
			return all, loss
		}
		all = append(all, r)
		if err := s.Settle(r); err != nil {
			t.Fatal(err)
		}
	}
}

func claim(t *testing.T, s *spool.Spool) (spool.Counts, int, spool.Loss) {
	t.Helper()
	found, damaged, loss, err := s.Claim()
	if err != nil {
		t.Fatal(err)
	}
	return found, damaged, loss
}

// files lists the names in dir.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// same compares records by what the writer gave.
var same = cmp.Options{cmpopts.IgnoreUnexported(spool.Record{}), cmpopts.IgnoreFields(spool.Record{}, "Time"), cmpopts.EquateEmpty()}

func TestRecordsComeBackInOrder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "spool")
	s := open(t, spool.Config{Dir: dir, Sync: true})
	point := spool.Record{Kind: spool.Metrics, Items: 7, Weight: 7, Payload: []byte("points")}
	empty := spool.Record{Kind: spool.Traces, Items: 1, Weight: 1, Payload: []byte{}}
	appendAll(t, s, batch(1, 0), point, batch(2, 5000), empty)

	r, found, _, err := s.Next(spool.Metrics, nil)
	if err != nil || !found {
		t.Fatalf("no metrics: %v", err)
	}
	s.Release(r)
	metrics, _ := take(t, s, spool.Metrics)
	if diff := cmp.Diff([]spool.Record{point}, metrics, same); diff != "" {
		t.Errorf("a released record comes again (-want +got):\n%s", diff)
	}
	traces, loss := take(t, s, spool.Traces)
	if diff := cmp.Diff([]spool.Record{batch(1, 0), batch(2, 5000), empty}, traces, same); diff != "" {
		t.Errorf("traces (-want +got):\n%s", diff)
	}
	if loss != (spool.Loss{}) || s.Bytes() != 0 || len(files(t, dir)) != 0 {
		t.Errorf("after delivery: loss %+v, %d bytes, files %q; want nothing", loss, s.Bytes(), files(t, dir))
	}
}

func TestTheNextProcessFindsWhatIsLeft(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	first := open(t, spool.Config{Dir: dir})
	appendAll(t, first, batch(1, 0), batch(2, 0), batch(3, 0))
	r, _, _, _ := first.Next(spool.Traces, nil)
	if err := first.Settle(r); err != nil {
		t.Fatal(err)
	}

	second := open(t, spool.Config{Dir: dir})
	if found, _, _ := claim(t, second); found != (spool.Counts{}) {
		t.Errorf("claimed %+v from a spool that is in use", found)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := first.Append(batch(4, 0)); !errors.Is(err, spool.ErrClosed) {
		t.Errorf("append after Close: %v", err)
	}
	found, damaged, loss := claim(t, second)
	if want := (spool.Counts{{Records: 2, Items: 5, Weight: 15}}); found != want || damaged != 0 || loss != (spool.Loss{}) {
		t.Errorf("claimed %+v, %d damaged, %+v lost; want %+v", found, damaged, loss, want)
	}
	if found, _, _ := claim(t, second); found != (spool.Counts{}) {
		t.Errorf("claimed %+v twice", found)
	}
	got, _ := take(t, second, spool.Traces)
	if diff := cmp.Diff([]spool.Record{batch(2, 0), batch(3, 0)}, got, same); diff != "" {
		t.Errorf("what was not delivered (-want +got):\n%s", diff)
	}
	if len(files(t, dir)) != 0 {
		t.Errorf("left %q", files(t, dir))
	}
}

func TestTheOldestGoFirst(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		config       spool.Config
		want         spool.Loss
	}{
		{
			name: "bytes", reason: "each segment has two of these, so the third segment displaces the first",
			config: spool.Config{MaxBytes: 2 * spool.SegmentBytes},
			want:   spool.Loss{Dropped: spool.Counts{{Records: 2, Items: 3, Weight: 9}}},
		},
		{
			name: "files", reason: "one file: each new one displaces the last",
			config: spool.Config{MaxFiles: 1},
			want:   spool.Loss{Dropped: spool.Counts{{Records: 4, Items: 10, Weight: 30}}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t, tt.config)
			const size = spool.SegmentBytes/2 - 100
			loss := appendAll(t, s, batch(1, size), batch(2, size), batch(3, size), batch(4, size), batch(5, size))
			if loss != tt.want {
				t.Errorf("lost %+v, want %+v: %s", loss, tt.want, tt.reason)
			}
			kept, _ := take(t, s, spool.Traces)
			if n := 5 - int(tt.want.Dropped[0].Records); len(kept) != n || kept[n-1].Items != 5 {
				t.Errorf("kept %d, want the last %d", len(kept), n)
			}
		})
	}
}

func TestARecordInUseStays(t *testing.T) {
	s := open(t, spool.Config{MaxFiles: 1})
	const size = spool.SegmentBytes - 100
	appendAll(t, s, batch(1, size))
	r, _, _, _ := s.Next(spool.Traces, nil)
	if loss := appendAll(t, s, batch(2, size)); loss != (spool.Loss{}) {
		t.Errorf("lost %+v, which is being sent", loss)
	}
	if err := s.Settle(r); err != nil {
		t.Fatal(err)
	}
	if left, _ := take(t, s, spool.Traces); len(left) != 1 || left[0].Items != 2 {
		t.Errorf("left %+v, want the second", left)
	}
}

func TestRecordsExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, spool.Config{MaxAge: time.Hour})
		appendAll(t, s, batch(1, 0))
		time.Sleep(30 * time.Minute)
		appendAll(t, s, batch(2, 0))
		if loss := s.Expire(); loss != (spool.Loss{}) {
			t.Errorf("after 30 minutes, %+v expired", loss)
		}
		time.Sleep(31 * time.Minute)
		if loss, want := s.Expire(), (spool.Loss{Expired: spool.Counts{{Records: 1, Items: 1, Weight: 3}}}); loss != want {
			t.Errorf("after 61 minutes, %+v expired, want %+v", loss, want)
		}
		if left, _ := take(t, s, spool.Traces); len(left) != 1 || left[0].Items != 2 {
			t.Errorf("left %+v, want the second", left)
		}
	})
}

func TestAClockThatWasSetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		if err := os.Chmod(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		r := batch(1, 0)
		r.Time = time.Now().Add(1000 * time.Hour)
		old := batch(2, 0)
		old.Time = time.Now().Add(-61 * time.Minute)
		data := append(spool.Encode(old), spool.Encode(r)...)
		if err := os.WriteFile(filepath.Join(dir, spool.SegmentName(1)), data, 0o600); err != nil {
			t.Fatal(err)
		}
		s := open(t, spool.Config{Dir: dir, MaxAge: time.Hour})
		claim(t, s)
		if loss := s.Expire(); loss.Expired[0].Items != 2 {
			t.Errorf("%+v expired, want the record of 61 minutes", loss)
		}
		time.Sleep(59 * time.Minute)
		if loss := s.Expire(); loss != (spool.Loss{}) {
			t.Errorf("a record from the future expired: %+v", loss)
		}
		time.Sleep(2 * time.Minute)
		if loss := s.Expire(); loss.Expired[0].Items != 1 {
			t.Errorf("a record from the future does not expire an hour after its discovery: %+v", loss)
		}
	})
}

func TestTooLarge(t *testing.T) {
	s := open(t, spool.Config{MaxBytes: 1000})
	_, err := s.Append(batch(1, 1000))
	if err == nil || !strings.Contains(err.Error(), "record of 1044 bytes") {
		t.Errorf("got %v", err)
	}
	appendAll(t, s, batch(1, 900))
}
