package telemetry_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/lift-sys/telemetry"
)

// The environment of a child process: what it does, and where it sends.
const (
	childMode = "TELEMETRY_TEST_CHILD"
	childURL  = "TELEMETRY_TEST_URL"
)

// TestSignalChild is the program that TestSignals sends signals to.
func TestSignalChild(t *testing.T) {
	mode := os.Getenv(childMode)
	if mode == "" {
		t.Skip("runs as a child of TestSignals")
	}
	then, within := telemetry.SignalContinue, time.Minute
	switch mode {
	case "exit", "impatient":
		then = telemetry.SignalExit
	case "ignored":
		then = telemetry.SignalExit
		signal.Ignore(syscall.SIGTERM)
	case "bounded":
		then, within = telemetry.SignalExit, 100*time.Millisecond
	}
	// Own handlers come before and after the library's.
	own := make(chan os.Signal, 2)
	if mode == "notify" {
		signal.Notify(own, syscall.SIGTERM)
	}
	tel, err := telemetry.New(t.Context(), telemetry.WithEndpoint(os.Getenv(childURL)), telemetry.WithLogger(quiet),
		telemetry.WithoutSelfMetrics(), telemetry.WithFlushOnSignal(then, within))
	if err != nil {
		t.Fatal(err)
	}
	ctx := telemetry.NewContext(t.Context(), tel)
	stopped, stop := context.WithCancel(ctx)
	if mode == "context" || mode == "insistent" {
		stopped, stop = signal.NotifyContext(ctx, syscall.SIGTERM)
	}
	defer stop()
	_, ended := telemetry.Start(ctx, "ended")
	ended.End(nil)
	_, open := telemetry.Start(ctx, "open")
	fmt.Println("ready")
	switch mode {
	case "notify":
		<-own
	case "context":
		<-stopped.Done()
		stop()
	case "insistent":
		<-stopped.Done()
		stop() // a second signal ends the process now
		fmt.Println("draining")
		time.Sleep(5 * time.Second)
	case "ignored":
		_, _ = io.Copy(io.Discard, os.Stdin) // until the parent has sent the signal
	default:
		time.Sleep(time.Hour)
	}
	open.End(nil) // the work went on to its end
	if err := tel.Shutdown(context.WithoutCancel(ctx)); err != nil {
		t.Error(err)
	}
	if len(own) > 0 {
		t.Error("the program's own handler got the signal twice")
	}
}

func TestSignals(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no process can send another one SIGTERM")
	}
	t.Parallel()
	tests := []struct {
		mode, reason string
		hang         bool
		second       bool // signal, once the first one is being served
		want         string
		spans        []string // and how they ended
	}{
		{"notify", "the program's handler runs to its end", false, false, "exit status 0", []string{"ended ", "open "}},
		{"context", "so does one with NotifyContext, and nothing is raised again", false, false, "exit status 0", []string{"ended ", "open "}},
		{"exit", "without a handler the signal ends the process, after the flush", false, false, "signal: terminated", []string{"ended ", "open unfinished"}},
		{"bounded", "a backend that hangs does not hold the process", true, false, "signal: terminated", nil},
		{"insistent", "a program that has given the signal back ends at the next one, whatever the flush does", true, false, "signal: terminated", nil},
		{"ignored", "nohup and signal.Ignore stay in effect", false, false, "exit status 0", []string{"ended ", "open "}},
		{"impatient", "a second signal ends the process at once", true, true, "signal: terminated", nil},
	}
	for _, tt := range tests {
		t.Run(tt.mode, func(t *testing.T) {
			t.Parallel()
			b := newBackend(t)
			url, asked := b.URL, make(chan struct{}, 100)
			if tt.hang {
				release := make(chan struct{})
				hung := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
					asked <- struct{}{}
					<-release
				}))
				t.Cleanup(hung.Close)
				t.Cleanup(func() { close(release) })
				url = hung.URL
			}
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second) // for a child that hangs
			defer cancel()
			child := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestSignalChild$") //nolint:gosec // the test itself
			child.Env = append(os.Environ(), childMode+"="+tt.mode, childURL+"="+url)
			out, err := child.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			in, err := child.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(out)
			for lines.Scan() && lines.Text() != "ready" {
			}
			send(t, child)
			if tt.mode == "insistent" {
				for lines.Scan() && lines.Text() != "draining" {
				}
				go func() { // until it is the second one for the library too
					for ctx.Err() == nil {
						_ = child.Process.Signal(syscall.SIGTERM)
						time.Sleep(20 * time.Millisecond)
					}
				}()
			}
			if tt.second {
				<-asked
				send(t, child)
			}
			_ = in.Close()
			var said []string
			for lines.Scan() {
				said = append(said, lines.Text())
			}
			_ = child.Wait()
			diff(t, child.ProcessState.String(), tt.want, fmt.Sprint(tt.reason, said))
			diff(t, b.ends(), tt.spans, tt.reason)
		})
	}
}

func send(t *testing.T, child *exec.Cmd) {
	t.Helper()
	if err := child.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
}

// ends returns the names of all spans, each with its error.type.
func (b *backend) ends() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []string
	for _, rs := range b.traces {
		for _, ss := range rs.ScopeSpans {
			for _, s := range ss.Spans {
				line := s.Name + " "
				for _, kv := range s.Attributes {
					if kv.Key == "error.type" {
						line += kv.Value.GetStringValue()
					}
				}
				all = append(all, line)
			}
		}
	}
	slices.Sort(all)
	return all
}
