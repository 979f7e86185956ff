//go:build unix

package spool_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/lift-sys/telemetry/internal/spool"
)

// The variables that turn the test binary into a child.
const (
	roleVariable = "SPOOL_TEST_ROLE"
	dirVariable  = "SPOOL_TEST_DIR"
)

func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "writer":
		os.Exit(write(os.Getenv(dirVariable)))
	case "full":
		os.Exit(fill(os.Getenv(dirVariable)))
	default:
		os.Exit(m.Run())
	}
}

// write appends numbered records for ever and says each number when it is in
// the spool.
func write(dir string) int {
	s, err := spool.Open(spool.Config{Dir: dir})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	for i := 1; ; i++ {
		if _, err := s.Append(batch(i, 300)); err != nil {
			fmt.Println(err)
			return 1
		}
		fmt.Println(i)
	}
}

// fill appends to a disk that takes 10 kB per file, and checks that what is
// refused leaves no trace.
func fill(dir string) int {
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 10_000, Max: 10_000}); err != nil {
		fmt.Println("setrlimit:", err)
		return 1
	}
	s, err := spool.Open(spool.Config{Dir: dir})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	kept := 0
	for i := 1; i <= 5; i++ {
		switch _, err := s.Append(batch(i, 3000)); {
		case err == nil:
			kept++
		case !errors.Is(err, syscall.EFBIG):
			fmt.Println("want EFBIG, got", err)
			return 1
		}
	}
	// What is small still fits behind what was refused.
	if _, err := s.Append(batch(6, 100)); err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("kept", kept)
	return 0
}

// child starts the test binary in a role.
func child(t *testing.T, role, dir string) *exec.Cmd {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), roleVariable+"="+role, dirVariable+"="+dir)
	c.Stderr = os.Stderr
	return c
}

// TestKill kills two writers of one directory in the middle of their work,
// again and again: each record that was acknowledged is there, once.
func TestKill(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	s := open(t, spool.Config{Dir: dir})
	for round := range 10 {
		acknowledged := 0
		for range 2 {
			c := child(t, "writer", dir)
			out, err := c.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(out)
			n := 0
			for n < 200+37*round && lines.Scan() {
				n++
			}
			if err := c.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			for lines.Scan() { // what it said before it died
				n++
			}
			_ = c.Wait()
			acknowledged += n
		}
		found, _, _ := claim(t, s)
		got, loss := take(t, s, spool.Traces)
		// Each of the two may have written one more than it could say.
		if len(got) < acknowledged || len(got) > acknowledged+2 || uint64(len(got)) != found[0].Records || loss != (spool.Loss{}) {
			t.Errorf("round %d: %d acknowledged, claimed %+v, got %d, lost %+v", round, acknowledged, found, len(got), loss)
		}
		next := 0
		for _, r := range got {
			if r.Items == 1 {
				next = 0
			}
			if next++; r.Items != uint64(next) {
				t.Fatalf("round %d: record %d where %d was due", round, r.Items, next)
			}
		}
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("left %q", left)
	}
}

func TestFullDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	out, err := child(t, "full", dir).Output()
	if err != nil || string(out) != "kept 3\n" {
		t.Fatalf("child: %v\n%s", err, out)
	}
	s := open(t, spool.Config{Dir: dir})
	_, damaged, _ := claim(t, s)
	got, _ := take(t, s, spool.Traces)
	if len(got) != 4 || damaged != 0 {
		t.Errorf("%d records and %d damaged segments, want the 4 that were acknowledged", len(got), damaged)
	}
}

func TestReadOnlyDirectory(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := filepath.Join(t.TempDir(), "spool")
	s := open(t, spool.Config{Dir: dir})
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
	if _, err := s.Append(batch(1, 0)); err == nil || !strings.Contains(err.Error(), "spool: new file: ") {
		t.Errorf("append to a read-only directory: %v", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	appendAll(t, s, batch(1, 0))
}

// TestDirectoryGone serves where the tests run as root, who may write to a
// read-only directory.
func TestDirectoryGone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	s := open(t, spool.Config{Dir: dir})
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Append(batch(1, 0)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("append to a directory that is gone: %v", err)
	}
}
