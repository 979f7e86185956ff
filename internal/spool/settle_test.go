package spool_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/spool"
)

// A segment that cannot be unlinked must not be found again, and sent again,
// at each look. Here it has got another name.
func TestWhatCannotBeUnlinkedDoesNotComeBack(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(*testing.T, *spool.Spool)
	}{
		{"delivered", func(t *testing.T, s *spool.Spool) {
			r, _, _, err := s.Next(spool.Traces, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Settle(r); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("Settle: %v, want why the file is still there", err)
			}
		}},
		{"expired", func(t *testing.T, s *spool.Spool) {
			time.Sleep(2 * time.Hour)
			if loss := s.Expire(); loss.Expired[spool.Traces].Records != 1 {
				t.Errorf("%+v expired, want one", loss)
			}
		}},
		{"displaced", func(t *testing.T, s *spool.Spool) {
			if loss := appendAll(t, s, batch(2, spool.SegmentBytes)); loss.Dropped[spool.Traces].Records != 1 {
				t.Errorf("dropped %+v, want one", loss)
			}
			take(t, s, spool.Traces)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "spool")
				s := open(t, spool.Config{Dir: dir, MaxBytes: spool.SegmentBytes + 1000, MaxAge: time.Hour})
				appendAll(t, s, batch(1, 2000))
				if err := os.Rename(filepath.Join(dir, files(t, dir)[0]), filepath.Join(dir, spool.SegmentName(1))); err != nil {
					t.Fatal(err)
				}
				tt.end(t, s)
				if found, damaged, _ := claim(t, s); found != (spool.Counts{}) || damaged != 0 {
					t.Errorf("found %+v, %d damaged; want nothing", found, damaged)
				}
			})
		})
	}
}

func TestReplaceIsAllOrNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	s := open(t, spool.Config{Dir: dir, MaxBytes: 10_000})
	appendAll(t, s, batch(5, 0))
	replace := func(parts ...spool.Record) (bool, error) {
		t.Helper()
		r, found, _, err := s.Next(spool.Traces, nil)
		if err != nil || !found {
			t.Fatalf("found %v: %v", found, err)
		}
		_, replaced, err := s.Replace(r, parts...)
		return replaced, err
	}
	if replaced, err := replace(batch(2, 0), batch(3, 20_000)); replaced || err == nil {
		t.Errorf("replaced %v, error %v; want the error of the second part", replaced, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, spool.Config{Dir: dir})
	if found, _, _ := claim(t, s); found[spool.Traces] != (spool.Count{Records: 1, Items: 5, Weight: 15}) {
		t.Errorf("after a failure %+v are left, want the whole", found)
	}
	if replaced, err := replace(batch(2, 0), batch(3, 0)); !replaced || err != nil {
		t.Errorf("replaced %v: %v", replaced, err)
	}
	got, loss := take(t, s, spool.Traces)
	if diff := cmp.Diff([]spool.Record{batch(2, 0), batch(3, 0)}, got, same); diff != "" || loss != (spool.Loss{}) {
		t.Errorf("lost %+v (-want +got):\n%s", loss, diff)
	}
}
