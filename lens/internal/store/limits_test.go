package store_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/lift-sys/telemetry/lens/internal/store"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

func count(t *testing.T, s *store.Store) int64 {
	t.Helper()
	st, err := s.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return st.Events
}

func TestRetentionByAge(t *testing.T) {
	s := open(t, store.Options{MaxAge: time.Hour})
	now := time.Now()
	b := new(table.Batch)
	for _, age := range []time.Duration{0, 59 * time.Minute, 61 * time.Minute, 48 * time.Hour} {
		b.SetString("name", age.String())
		b.Add(now.Add(-age).UnixNano(), 1, "d")
	}
	if err := s.Append(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	if err := s.Retain(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	got, err := s.Query(t.Context(), "SELECT name FROM events ORDER BY _time")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]any{{"59m0s"}, {"0s"}}, got); diff != "" {
		t.Errorf("rows within an hour (-want +got):\n%s", diff)
	}
}

// The oldest rows go until the rest fits. DuckDB frees a hundred thousand rows at
// a time, so that it may take more than one minute.
func TestRetentionBySize(t *testing.T) {
	const limit, rows = 10 << 20, 600_000
	s := open(t, store.Options{MaxBytes: limit})
	for _, stmt := range []string{
		fmt.Sprintf(`INSERT INTO events BY NAME SELECT i AS _time, 1 AS _weight, 'd' AS _dataset, md5(i::VARCHAR) AS "error.message" FROM range(%d) t(i)`, rows),
		"CHECKPOINT", // until then rows are in the log, which has its own limit
	} {
		if _, err := s.Query(t.Context(), stmt); err != nil {
			t.Fatal(err)
		}
	}
	st, err := s.Status(t.Context())
	if err != nil || st.Bytes <= limit {
		t.Fatalf("%d bytes are no test of a limit of %d (%v)", st.Bytes, limit, err)
	}
	for range 4 {
		if err := s.Retain(t.Context(), time.Now()); err != nil {
			t.Fatal(err)
		}
		if st, err = s.Status(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if st.Bytes > limit || st.Events < rows/5 || st.Newest.UnixNano() != rows-1 {
		t.Errorf("%d bytes and %d rows until %d are left, want the newest within %d bytes", st.Bytes, st.Events, st.Newest.UnixNano(), limit)
	}
}

// A disk without room refuses rows and nothing else, and takes them again when
// there is room.
func TestDiskFull(t *testing.T) {
	folder := t.TempDir()
	var disk unix.Statfs_t
	if err := unix.Statfs(folder, &disk); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "lens.duckdb")
	s := open(t, store.Options{Path: path})
	if err := s.Append(t.Context(), numbered(1, 10)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{Path: path, MinFree: math.MaxInt64 / 2})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Append(t.Context(), numbered(2, 10)); !errors.Is(err, store.ErrFull) {
		t.Errorf("appending to a full disk is %v, want ErrFull", err)
	}
	st, err := s.Status(t.Context())
	if err != nil || !st.DiskFull || st.Refused != 10 {
		t.Errorf("status %+v, %v: want a full disk and 10 refused rows", st, err)
	}
	if n := count(t, s); n != 10 {
		t.Errorf("%d rows can be read, want 10", n)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// When more rows wait than may, the sender is told to come back, and nothing is
// lost of what was acknowledged.
func TestQueueIsBounded(t *testing.T) {
	s := open(t, store.Options{MaxWaiting: 1000})
	var mu sync.Mutex
	var stored, busy int
	var senders sync.WaitGroup
	for range 32 {
		senders.Go(func() {
			for i := range 5 {
				err := s.Append(t.Context(), numbered(i, 400))
				mu.Lock()
				switch {
				case err == nil:
					stored += 400
				case errors.Is(err, store.ErrBusy):
					busy++
				default:
					t.Error(err)
				}
				mu.Unlock()
			}
		})
	}
	senders.Wait()
	if busy == 0 {
		t.Error("nobody was told to come back")
	}
	if n := count(t, s); n != int64(stored) {
		t.Errorf("%d rows are there, %d were acknowledged", n, stored)
	}
	if err := s.Append(t.Context(), numbered(0, 5000)); err != nil {
		t.Errorf("a batch larger than the queue: %v", err)
	}
}

func TestAppendAfterClose(t *testing.T) {
	s := open(t, store.Options{})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Append(t.Context(), numbered(1, 1)); !errors.Is(err, store.ErrClosed) {
		t.Errorf("appending to a closed store is %v, want ErrClosed", err)
	}
}

// A database of another version of lens gets the columns of this one.
func TestMigration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lens.duckdb")
	s := open(t, store.Options{Path: path})
	if err := s.Append(t.Context(), numbered(3, 2)); err != nil {
		t.Fatal(err)
	}
	for _, stmt := range []string{
		`ALTER TABLE events DROP COLUMN "user.id"`, `ALTER TABLE events ADD COLUMN "gone" VARCHAR`, `ALTER TABLE events ALTER "duration_ms" TYPE BIGINT`,
		`ALTER TABLE columns DROP COLUMN until`,
	} {
		if _, err := s.Query(t.Context(), stmt); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, store.Options{Path: path})
	if diff := cmp.Diff(map[string]table.Kind{"team 3": table.String}, s.Columns()); diff != "" {
		t.Errorf("known columns (-want +got):\n%s", diff)
	}
	b := new(table.Batch)
	b.SetString("user.id", "u")
	b.SetFloat("duration_ms", 0.5)
	b.Add(7, 1, "d")
	if err := s.Append(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	got, err := s.Query(t.Context(), `SELECT "llm.input_tokens", "user.id", duration_ms FROM events ORDER BY _time`)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]any{{int64(3), nil, nil}, {int64(3), nil, nil}, {nil, "u", 0.5}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}
