package delivery_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/delivery"
)

// journal is a slog.Handler that keeps each record as a line of text, headed
// by the time since the journal was made.
type journal struct {
	slog.Handler
	start time.Time
	mu    sync.Mutex
	buf   bytes.Buffer
	lines []string
}

func newJournal() *journal {
	j := &journal{start: time.Now()}
	j.Handler = slog.NewTextHandler(&j.buf, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})
	return j
}

func (j *journal) Handle(ctx context.Context, r slog.Record) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.buf.Reset()
	err := j.Handler.Handle(ctx, r)
	j.lines = append(j.lines, time.Since(j.start).String()+" "+strings.TrimSpace(j.buf.String()))
	return err
}

func (j *journal) all() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]string(nil), j.lines...)
}

func TestLossIsLoggedOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := newJournal()
		p := start(t, newBackend(always(http.StatusNotFound)), func(c *delivery.Config) { c.Logger = slog.New(j) })
		lose := func() {
			p.Append(0, span("a", 0), 1)
			if err := p.Flush(t.Context()); err == nil {
				t.Error("Flush: no error")
			}
		}
		for range 15 { // until 98 s
			lose()
			time.Sleep(7 * time.Second)
		}
		time.Sleep(10 * time.Minute)
		lose()
		synctest.Wait()

		const why = ` last_error="POST ` + tracesURL + `: 404 Not Found"`
		want := []string{
			`0s level=WARN msg="telemetry: data lost" spans=1 points=0 reasons.rejected=1` + why,
			`1m0s level=WARN msg="telemetry: data lost" spans=8 points=0 reasons.rejected=8` + why,
			`2m0s level=WARN msg="telemetry: data lost" spans=6 points=0 reasons.rejected=6` + why,
			`11m45s level=WARN msg="telemetry: data lost" spans=1 points=0 reasons.rejected=1` + why,
		}
		got := j.all()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("log (-want +got):\n%s", diff)
		}
	})
}

func TestRefusedCredentialsAreLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := newJournal()
		b := newBackend(func(*http.Request, *arrival) (*http.Response, error) {
			return answerBody(http.StatusUnauthorized, []byte("unknown key hcaik_secret")), nil
		})
		p := start(t, b, func(c *delivery.Config) { c.Logger = slog.New(j) })
		p.Append(0, span("a", 0), 1)
		time.Sleep(10 * time.Minute)
		want := []string{"1s level=ERROR msg=\"telemetry: the backend refuses the credentials; holding data until it accepts them\"" +
			` last_error="POST ` + tracesURL + `: 401 Unauthorized: unknown key [redacted]"`}
		if diff := cmp.Diff(want, j.all()); diff != "" {
			t.Errorf("log (-want +got):\n%s", diff)
		}
		if n := len(b.all(t)); n != 20 {
			t.Errorf("%d probes in 10 minutes, want 20", n)
		}
	})
}

func TestLossAtShutdownIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := newJournal()
		p := start(t, newBackend(always(http.StatusServiceUnavailable)), func(c *delivery.Config) { c.Logger = slog.New(j) })
		p.Append(0, span("a", 0), 1)
		p.AppendMetrics(payload("m"), 2)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if err := p.Shutdown(ctx); err == nil {
			t.Error("Shutdown: no error")
		}
		got := j.all()
		if len(got) != 1 || !strings.Contains(got[0], "spans=1 points=2 reasons.shutdown=3") {
			t.Errorf("log = %q, want one record of 1 span and 2 points", got)
		}
	})
}

// A process that stops says all that it lost, the minute or not.
func TestLossBeforeShutdownIsLoggedInFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := newJournal()
		p := start(t, newBackend(always(http.StatusNotFound)), func(c *delivery.Config) { c.Logger = slog.New(j) })
		for i := range 5 {
			p.Append(0, span(fmt.Sprint(i), 0), 1)
			time.Sleep(2 * time.Second)
		}
		_ = p.Shutdown(t.Context())
		got := j.all()
		if len(got) != 2 || !strings.Contains(got[0], "spans=1 ") || !strings.Contains(got[1], "spans=4 ") {
			t.Errorf("log = %q, want one record at once and one of the other 4 spans at the end", got)
		}
	})
}

// misbehaving is a handler that does what handlers must not.
type misbehaving struct {
	slog.Handler
	do func()
}

func (misbehaving) Enabled(context.Context, slog.Level) bool { return true }

func (m misbehaving) Handle(context.Context, slog.Record) error { m.do(); return nil }

func TestMisbehavingLogHandler(t *testing.T) {
	tests := []struct {
		name, reason string
		do           func(p *delivery.Pipeline, end <-chan struct{})
	}{
		{"panics", "must not reach the service", func(*delivery.Pipeline, <-chan struct{}) { panic(errors.New("handler")) }},
		{"hangs", "must hold up neither delivery nor Shutdown", func(_ *delivery.Pipeline, end <-chan struct{}) { <-end }},
		{"makes spans", "must not deadlock", func(p *delivery.Pipeline, _ <-chan struct{}) { p.Append(0, span("log", 0), 1); _ = p.Stats() }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				end := make(chan struct{})
				var p *delivery.Pipeline
				b := newBackend(inTurn(http.StatusNotFound))
				p = start(t, b, func(c *delivery.Config) {
					c.Logger = slog.New(misbehaving{slog.DiscardHandler, func() { tt.do(p, end) }})
				})
				p.Append(0, span("lost", 0), 1)
				time.Sleep(2 * time.Second)
				p.Append(0, span("a", 0), 1)
				begin := time.Now()
				if err := p.Shutdown(t.Context()); err != nil {
					t.Errorf("%s: %v", tt.reason, err)
				}
				if took := time.Since(begin); took > time.Second {
					t.Errorf("%s: Shutdown took %v", tt.reason, took)
				}
				if b.accepted(t)["a"] != 1 {
					t.Errorf("%s: a later span did not arrive", tt.reason)
				}
				close(end)
			})
		})
	}
}
