package main

import (
	"bufio"
	"errors"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

// program runs the test binary as the program, in an environment of its own, and
// returns its exit status and what it wrote.
func program(t *testing.T, env []string, args ...string) (int, string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append([]string{asProgram + "=1", "HOME=" + t.TempDir()}, env...)
	out, err := cmd.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), string(out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return 0, string(out)
}

// TestCtrlC sends the program a signal while it applies.
func TestCtrlC(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot be sent an interrupt there")
	}
	api := fakehoneycomb.New(fakehoneycomb.WithLatency(5*time.Millisecond), // under the rate limit it takes a minute
		fakehoneycomb.WithKey(fakehoneycomb.Key{Value: testKey, Team: "acme", Environment: "test"}))
	server := httptest.NewServer(api)
	defer server.Close()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "apply")
	cmd.Env = []string{
		asProgram + "=1", "HOME=" + t.TempDir(), configurationKey + "=" + testKey, apiEndpoint + "=" + server.URL,
		datasetVariable + "=" + fakehoneycomb.DefaultDataset, "PAGERDUTY_INTEGRATION_KEY=" + pagerSecret,
	}
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines, sent := bufio.NewScanner(out), false
	for lines.Scan() {
		if !sent && strings.HasPrefix(lines.Text(), "[1/") {
			sent = true
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Error(err)
			}
		}
	}
	if exit, ok := errors.AsType[*exec.ExitError](cmd.Wait()); !ok || exit.ExitCode() != exitInterrupted {
		t.Errorf("ended with %v, want status %d", exit, exitInterrupted)
	}
	if want := "telemetryctl: interrupted; run apply again to continue\n"; stderr.String() != want {
		t.Errorf("stderr %q, want %q", stderr.String(), want)
	}
}

// TestNullDeviceIsNobody: a script's destroy </dev/null has nobody to ask.
func TestNullDeviceIsNobody(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if isTerminal(null) {
		t.Errorf("%s is taken for a terminal", os.DevNull)
	}
}
