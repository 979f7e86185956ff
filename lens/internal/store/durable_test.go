package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/lens/internal/store"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// childPath names the database of the child process that is to be killed.
const childPath = "LENS_TEST_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childPath); path != "" {
		child(path)
		return
	}
	os.Exit(m.Run())
}

// numbered returns a batch of rows of one batch number.
func numbered(batch, rows int) *table.Batch {
	b := new(table.Batch)
	for i := range rows {
		b.SetInt("llm.input_tokens", int64(batch))
		b.SetString("team "+strconv.Itoa(batch%7), "other columns come with it")
		b.Add(int64(i), 1, "d")
	}
	return b
}

// child stores batches for ever and says each that has been acknowledged.
func child(path string) {
	s, err := store.Open(context.Background(), store.Options{Path: path, MinFree: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := 0; ; i++ {
		if err := s.Append(context.Background(), numbered(i, 100)); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("stored", i)
	}
}

// What was acknowledged is there after kill -9, whole batches, and each once.
func TestKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lens.duckdb")
	for round := range 3 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childPath+"="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines, n := bufio.NewScanner(out), 0
		for lines.Scan() {
			if _, err := fmt.Sscanf(lines.Text(), "stored %d", &n); err != nil {
				t.Fatalf("the child says %q", lines.Text())
			}
			if n == 5+7*round {
				// It has been writing the next one since it said so.
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		cmd.Wait() //nolint:errcheck // it was killed
		checkBatches(t, path, n)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		os.Remove(path + ".wal") //nolint:errcheck // opening has emptied it
	}
}

func checkBatches(t *testing.T, path string, acknowledged int) {
	t.Helper()
	s := open(t, store.Options{Path: path})
	rows, err := s.Query(t.Context(), `SELECT "llm.input_tokens", count(*) FROM events GROUP BY 1 ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) <= acknowledged {
		t.Errorf("%d batches are there, %d were acknowledged", len(rows), acknowledged+1)
	}
	for i, row := range rows {
		if row[0] != int64(i) || row[1] != int64(100) {
			t.Errorf("batch %v has %v rows, want batch %d with 100", row[0], row[1], i)
		}
	}
	if names := s.Columns(); len(names) < min(acknowledged, 7) {
		t.Errorf("columns %v are known, fewer than were stored", names)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// A file that is no database has nobody who could be stopped.
func TestOpenNoDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(path, []byte(strings.Repeat("no database\n", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{Path: path})
	if err == nil {
		t.Fatal(s.Close())
	}
	if said := err.Error(); !strings.Contains(said, "--db") || strings.Contains(said, "stop the lens") {
		t.Errorf("error %q: want another file named, and no lens to stop", said)
	}
}

// What is in the log and not yet in the file counts.
func TestBytesHaveTheLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lens.duckdb")
	s := open(t, store.Options{Path: path})
	b := new(table.Batch)
	for i := range 10_000 {
		b.SetString("name", fmt.Sprint("a span of some name ", i))
		b.Add(time.Now().UnixNano(), 1, "d")
	}
	if err := s.Append(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	log, err := os.Stat(path + ".wal")
	if err != nil {
		t.Fatal(err)
	}
	st, err := s.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if st.Bytes < log.Size() || log.Size() == 0 {
		t.Errorf("%d bytes are said, and the log alone has %d", st.Bytes, log.Size())
	}
}

// A second process cannot open the database, and is told what to do.
func TestOpenTwice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lens.duckdb")
	open(t, store.Options{Path: path})
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childPath+"="+path)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(out), "stop the lens that has it open") {
		t.Errorf("the second process says %q", out)
	}
}
