package tail_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/tail"
)

// line is what was logged, and how long after the start.
type line struct {
	After  time.Duration
	Traces uint64
}

// lines is a log handler that keeps the lines and panics, which nobody may feel.
type lines struct {
	since time.Time
	mu    sync.Mutex
	all   []line
}

func (l *lines) Enabled(context.Context, slog.Level) bool { return true }
func (l *lines) WithAttrs([]slog.Attr) slog.Handler       { return l }
func (l *lines) WithGroup(string) slog.Handler            { return l }

func (l *lines) Handle(_ context.Context, r slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.Attrs(func(a slog.Attr) bool {
		l.all = append(l.all, line{time.Since(l.since).Round(time.Second), a.Value.Uint64()})
		return true
	})
	panic("handler")
}

// TestNotice loses traces that are larger than the budget's allowance, more
// often than anybody wants to read.
func TestNotice(t *testing.T) {
	tests := []struct {
		name   string
		every  time.Duration
		n      int
		want   []line
		reason string
	}{
		{"one", 0, 1, []line{{0, 1}}, "the first is told at once"},
		{"a storm", 7 * time.Second, 20, []line{{0, 1}, {63 * time.Second, 8}, {126 * time.Second, 9}}, "one line a minute, with what has come until then"},
		{"rare", 90 * time.Second, 3, []line{{0, 1}, {90 * time.Second, 1}, {180 * time.Second, 1}}, "a minute is over each time"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log := &lines{since: time.Now()}
				p := newPipe(t, on, tail.Config{Rules: errorsOnly, Budget: budget(0), Logger: slog.New(log)})
				for range tt.n {
					ctx, root := p.start(t.Context(), "root")
					synctest.Wait() // for the loop, which then looks again in 250 ms
					for range 70 {
						_, s := p.start(ctx, strings.Repeat("x", 4000))
						s.End()
					}
					root.End()
					time.Sleep(tt.every)
				}
				p.Shutdown()
				synctest.Wait()
				if got := p.books().Oversize; got != uint64(tt.n) {
					t.Errorf("%d were too large, want %d", got, tt.n)
				}
				if diff := cmp.Diff(tt.want, log.all); diff != "" {
					t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
				}
			})
		})
	}
}

// TestNoticeAtShutdown has a process that ends before its first window does.
func TestNoticeAtShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &lines{since: time.Now()}
		p := newPipe(t, on, tail.Config{Rules: errorsOnly, Budget: budget(1), Logger: slog.New(log)})
		ctx, root := p.start(t.Context(), "root")
		for range 20 {
			_, s := p.start(ctx, "s")
			s.End()
		}
		root.End()
		time.Sleep(5 * time.Second)
		p.Shutdown()
		synctest.Wait()
		if diff := cmp.Diff([]line{{5 * time.Second, 1}}, log.all); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
