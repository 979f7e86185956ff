package spool_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/spool"
)

// The bound of files must not bite before that of bytes.
func TestALargeSpoolHoldsWhatItSays(t *testing.T) {
	const n = 100
	s := open(t, spool.Config{MaxBytes: (n + 1) * spool.SegmentBytes})
	for i := range n {
		r := batch(1, spool.SegmentBytes)
		r.Items = uint64(i)
		if loss := appendAll(t, s, r); loss != (spool.Loss{}) {
			t.Fatalf("record %d of 1 MiB displaced %+v of a spool of %d MiB", i, loss, n+1)
		}
	}
	for i := range n {
		r, found, _, err := s.Next(spool.Traces, nil)
		if !found || r.Items != uint64(i) {
			t.Fatalf("record %d: got %d, found %v: %v", i, r.Items, found, err)
		}
		if err := s.Settle(r); err != nil {
			t.Fatal(err)
		}
	}
}

func TestManyShortLivedProcesses(t *testing.T) {
	const n = 100
	for _, tt := range []struct {
		name, reason string
		claims       bool // each process, of what the others left
		last         bool // before the others begin
	}{
		{name: "one after the other", reason: "each takes over what there is", claims: true},
		{name: "all dead", reason: "none came to look"},
		{name: "beside a long-lived one", reason: "which looks every now and then", last: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "spool")
			last := open(t, spool.Config{Dir: dir})
			found := uint64(0)
			look := func(s *spool.Spool) uint64 {
				counts, damaged, loss := claim(t, s)
				if damaged != 0 || loss != (spool.Loss{}) {
					t.Fatalf("%d damaged, %+v lost: %s", damaged, loss, tt.reason)
				}
				return counts[spool.Traces].Records
			}
			var want []spool.Record
			for i := range n {
				s := open(t, spool.Config{Dir: dir})
				if tt.claims {
					look(s)
				}
				appendAll(t, s, batch(i, 0))
				want = append(want, batch(i, 0))
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				if tt.last {
					found += look(last)
				}
			}
			if found += look(last); found != n {
				t.Errorf("found %d, want %d: %s", found, n, tt.reason)
			}
			if names := files(t, dir); len(names) != 1 {
				t.Errorf("%d files, want one: %s", len(names), tt.reason)
			}
			got, loss := take(t, last, spool.Traces)
			if diff := cmp.Diff(want, got, same); diff != "" || loss != (spool.Loss{}) {
				t.Errorf("lost %+v: %s (-want +got):\n%s", loss, tt.reason, diff)
			}
			if last.Bytes() != 0 {
				t.Errorf("%d bytes after delivery", last.Bytes())
			}
		})
	}
}

// What is merged keeps its age, and what was delivered does not come back.
func TestMergedRecordsKeepTheirAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "spool")
		keeper := open(t, spool.Config{Dir: dir, MaxAge: time.Hour, Sync: true})
		for i := range 3 {
			s := open(t, spool.Config{Dir: dir, MaxAge: time.Hour})
			appendAll(t, s, batch(100, 0), batch(i, 0))
			r, _, _, err := s.Next(spool.Traces, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Settle(r); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(25 * time.Minute)
			claim(t, keeper)
		}
		// They are 75, 50 and 25 minutes old.
		got, loss := take(t, keeper, spool.Traces)
		if diff := cmp.Diff([]spool.Record{batch(1, 0), batch(2, 0)}, got, same); diff != "" {
			t.Errorf("left (-want +got):\n%s", diff)
		}
		if want := (spool.Loss{Expired: spool.Counts{{Records: 1}}}); loss != want {
			t.Errorf("lost %+v, want %+v", loss, want)
		}
	})
}
