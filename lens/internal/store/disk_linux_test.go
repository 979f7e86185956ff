package store_test

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/lift-sys/telemetry/lens/internal/store"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// smallDisk is a folder on a disk of its own, in memory.
type smallDisk struct {
	t      *testing.T
	folder string
}

func newSmallDisk(t *testing.T, size string) smallDisk {
	t.Helper()
	d := smallDisk{t, t.TempDir()}
	if err := unix.Mount("tmpfs", d.folder, "tmpfs", 0, "size="+size); err != nil {
		if os.Getenv("LIFT_REQUIRE_MOUNT") != "" {
			t.Fatal(err)
		}
		t.Skipf("NOT TESTED: a full disk. Mounting a small one takes root: %v", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(d.folder, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d smallDisk) path() string { return filepath.Join(d.folder, "lens.duckdb") }

func (d smallDisk) free() int64 {
	var s unix.Statfs_t
	if err := unix.Statfs(d.folder, &s); err != nil {
		d.t.Fatal(err)
	}
	return int64(s.Bavail) * s.Bsize
}

// others fill the disk but for some bytes.
func (d smallDisk) others(leave int64) {
	d.t.Helper()
	f, err := os.Create(filepath.Join(d.folder, "others"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	if err := unix.Fallocate(int(f.Fd()), 0, 0, d.free()-leave); err != nil {
		d.t.Fatal(err)
	}
}

// cleared removes what others have filled the disk with.
func (d smallDisk) cleared() {
	d.t.Helper()
	if err := os.Remove(filepath.Join(d.folder, "others")); err != nil {
		d.t.Fatal(err)
	}
}

func (d smallDisk) open(t *testing.T, o store.Options) *store.Store {
	t.Helper()
	o.Path, o.MinFree = d.path(), 1
	o.Log = func(msg string, err error) { t.Logf("log: %s: %v", msg, err) }
	return open(t, o)
}

// megabytes returns batches that each take about two megabytes of the log and
// hardly shrink in the file, of rows an hour old.
func megabytes(n int) []*table.Batch {
	var batches []*table.Batch
	secret := make([]byte, 500)
	for range n / 2 {
		b := new(table.Batch)
		for range 2000 {
			rand.Read(secret)
			b.SetString("error.message", hex.EncodeToString(secret))
			b.Add(time.Now().Add(-time.Hour).UnixNano(), 1, "d")
		}
		batches = append(batches, b)
	}
	return batches
}

func appendAll(t *testing.T, s *store.Store, batches []*table.Batch) {
	t.Helper()
	for _, b := range batches {
		if err := s.Append(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
}

// wantRows checks that all rows can be read that were acknowledged.
func wantRows(t *testing.T, s *store.Store, want int64) {
	t.Helper()
	if got := count(t, s); got != want {
		t.Errorf("%d rows can be read, %d were acknowledged", got, want)
	}
}

// A database that fills its disk by itself refuses rows in time: it still has room
// to write its log into the file and to delete.
func TestSmallDiskFillsUp(t *testing.T) {
	disk := newSmallDisk(t, "160m")
	s := disk.open(t, store.Options{MaxAge: 24 * time.Hour})
	batches := megabytes(40)
	rows := int64(0)
	for i := 0; ; i++ {
		b := batches[i%len(batches)]
		err := s.Append(t.Context(), b)
		if errors.Is(err, store.ErrFull) {
			break
		}
		if err != nil || rows > 2_000_000 {
			t.Fatal(err, rows)
		}
		rows += int64(len(b.Rows))
	}
	wantRows(t, s, rows)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = disk.open(t, store.Options{MaxAge: 24 * time.Hour})
	wantRows(t, s, rows)
	if err := s.Append(t.Context(), batches[0]); !errors.Is(err, store.ErrFull) {
		t.Errorf("appending to the same disk after a start: %v, want ErrFull", err)
	}
}

// What other programs leave of the disk is not enough to write the log into the
// file: nothing is tried that would fail, and all goes on when there is room.
func TestSmallDiskIsFull(t *testing.T) {
	disk := newSmallDisk(t, "320m")
	s := disk.open(t, store.Options{MaxAge: 24 * time.Hour})
	batches := megabytes(60)
	appendAll(t, s, batches)
	rows := int64(len(batches) * 2000)
	disk.others(1 << 20)
	later := time.Now().Add(48 * time.Hour)
	for range 2 {
		if err := s.Append(t.Context(), batches[0]); !errors.Is(err, store.ErrFull) {
			t.Errorf("appending without room: %v, want ErrFull", err)
		}
		if err := s.Retain(t.Context(), later); !errors.Is(err, store.ErrFull) {
			t.Errorf("deleting without room: %v, want ErrFull", err)
		}
		wantRows(t, s, rows)
	}
	disk.cleared()
	appendAll(t, s, batches[:1])
	wantRows(t, s, rows+2000)
	if err := s.Retain(t.Context(), later); err != nil {
		t.Error(err)
	}
	wantRows(t, s, 0)
}

// A database that DuckDB has given up is opened again, while many read and write,
// and has all that was acknowledged.
func TestSmallDiskLosesTheDatabase(t *testing.T) {
	disk := newSmallDisk(t, "320m")
	s := disk.open(t, store.Options{})
	batches := megabytes(60)
	appendAll(t, s, batches)
	rows := int64(len(batches) * 2000)
	disk.others(1 << 20)
	// As if the room had gone while the log was written into the file.
	if _, err := s.Query(t.Context(), "CHECKPOINT"); err == nil {
		t.Fatal("the log was written into the file without room: this is no test")
	}
	var users sync.WaitGroup
	for range 8 {
		users.Go(func() { wantRows(t, s, rows) })
		users.Go(func() {
			if err := s.Append(t.Context(), batches[0]); !errors.Is(err, store.ErrFull) {
				t.Errorf("appending without room: %v, want ErrFull", err)
			}
		})
	}
	users.Wait()
	if _, err := s.Query(t.Context(), "CHECKPOINT"); err == nil {
		t.Fatal("the log was written into the file without room: this is no test")
	}
	disk.cleared()
	appendAll(t, s, batches[:1]) // the writer is the first to see it
	wantRows(t, s, rows+2000)
	if _, err := s.Query(t.Context(), "CHECKPOINT"); err != nil {
		t.Error(err)
	}
	wantRows(t, s, rows+2000)
}
