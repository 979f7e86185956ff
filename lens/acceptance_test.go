package main

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// failing is the share of sessions that fail: a sixth of the requests, since one
// asks for code three times, and a good session is more than one request.
const failing = "0.2"

// TestAcceptanceAlertFires is acceptance test 4 for real, with processes and
// minutes: a pipeline whose requests fail fires High error rate within five
// minutes, Slack gets a message with query and runbook, and it resolves when
// requests succeed again. Package watch tests the same on a fake clock.
func TestAcceptanceAlertFires(t *testing.T) {
	if os.Getenv("LIFT_ACCEPTANCE") == "" {
		t.Skip("takes up to six minutes: set LIFT_ACCEPTANCE=1, or run make acceptance")
	}
	folder := t.TempDir()
	lens, pipeline := build(t, ".", folder), build(t, "../examples/pipeline", folder)
	messages := make(chan string, 100)
	slack := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		messages <- string(body)
	}))
	t.Cleanup(slack.Close)

	address := freeAddress(t)
	start(t, t.Output(), []string{"LENS_SLACK_WEBHOOK_URL=" + slack.URL}, lens, "--addr", address, "--db", filepath.Join(folder, "lens.duckdb"))
	service := []string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://" + address}
	waitFor(t, address)

	begun := time.Now()
	bad := start(t, io.Discard, service, pipeline, "-job", "sessions", "-errors", failing, "-for", "10m", "-db", filepath.Join(folder, "bad.db"))
	fired := await(t, messages, "P1 High error rate fired", 5*time.Minute)
	t.Logf("fired after %s: %s", time.Since(begun).Round(time.Second), fired)
	for _, link := range []string{"http://" + address + "/query?", "#high-error-rate|Runbook>"} {
		if !strings.Contains(fired, link) {
			t.Errorf("the message has no link %s: %s", link, fired)
		}
	}
	stop(t, bad)

	begun = time.Now()
	// More of them, so that the failures are soon a small share of five minutes.
	start(t, io.Discard, service, pipeline, "-job", "sessions", "-rps", "15", "-for", "10m", "-db", filepath.Join(folder, "good.db"))
	resolved := await(t, messages, "P1 High error rate resolved", 5*time.Minute)
	t.Logf("resolved after %s: %s", time.Since(begun).Round(time.Second), resolved)
}

// build makes the program in a folder and returns its path.
func build(t *testing.T, from, to string) string {
	t.Helper()
	path, err := filepath.Abs(from)
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(to, "run-"+filepath.Base(path))
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	cmd.Dir, cmd.Env = path, append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", from, err, out)
	}
	return program
}

// start runs a program until the test ends. What it writes goes to out.
func start(t *testing.T, out io.Writer, env []string, program string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, cmd) })
	return cmd
}

// stop ends a program and waits for it. A test in the background of a shell has its
// programs ignore an interrupt.
func stop(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if cmd.ProcessState != nil {
		return
	}
	_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	_ = cmd.Wait()                          // how it ends is its own business
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// waitFor waits until lens answers.
func waitFor(t *testing.T, address string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/api/status", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			resp.Body.Close()
			return
		}
	}
	t.Fatal("lens does not answer")
}

// await returns the first Slack message with a title.
func await(t *testing.T, messages <-chan string, title string, most time.Duration) string {
	t.Helper()
	deadline := time.After(most)
	for {
		select {
		case body := <-messages:
			var m struct {
				Text        string
				Attachments []struct{ Text string }
			}
			if err := json.Unmarshal([]byte(body), &m); err != nil {
				t.Fatal(err)
			}
			if m.Text == title && len(m.Attachments) == 1 {
				return m.Attachments[0].Text
			}
		case <-deadline:
			t.Fatalf("no message %q within %s", title, most)
		}
	}
}
