package postgres_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/conformance/internal/postgres"
)

// child makes this test binary a process that starts a server and hangs.
const child = "LIFT_POSTGRES_CHILD"

// A process that is killed leaves neither server nor folder behind.
func TestKilled(t *testing.T) {
	if os.Getenv(child) != "" {
		s, err := postgres.Start(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("\n%s%s\n", child, s.Dir())
		select {}
	}
	if err := start(t).Stop(); err != nil { // skips where there is no server
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilled$")
	c.Env = append(os.Environ(), child+"=1")
	output, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var dir string
	for lines := bufio.NewScanner(output); dir == "" && lines.Scan(); {
		dir, _ = strings.CutPrefix(lines.Text(), child)
		if dir == lines.Text() {
			dir = ""
		}
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait() // it was killed
	if dir == "" {
		t.Fatal("the child started no server")
	}
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	late := time.After(time.Minute) // decides only whether a server that stays is reported
	for {
		if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("the server still lives in %q", dir)
		}
	}
}
