// Package watch runs the alerts of a definition as time passes, has notifications
// delivered and keeps what happened.
package watch

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/alerting"
	"github.com/lift-sys/telemetry/lens/internal/notify"
)

// maxHistory bounds what a [Watch] remembers.
const maxHistory = 1000

// DefaultDelay is how long a run waits for late spans.
const DefaultDelay = 5 * time.Second

// Options of a [Watch]. The zero value has the defaults.
type Options struct {
	// Delay is how long after the end of what it looks at a run comes: a batch of
	// spans is on its way for that long. Default: [DefaultDelay].
	Delay time.Duration
	// Logger hears of runs that fail. Default: nobody.
	Logger *slog.Logger
}

// Entry is one notification and what became of it.
type Entry struct {
	alerting.Notification
	// Delivered are the senders that have it, and Errors those that gave up, with
	// the reason. A sender that still tries is in neither.
	Delivered []string
	Errors    map[string]string
}

// Watch is the loop. State and history are in memory: after a restart, what is
// still over its threshold fires again.
type Watch struct {
	evaluator *alerting.Evaluator
	outbox    *notify.Outbox
	options   Options
	slos      []honeycomb.SLO

	mu      sync.Mutex
	history []*Entry // the oldest first

	budgetMu  sync.Mutex // held while budgets are computed, so that one request does it
	standings []standing // of slos
}

// New returns the loop over the alerts of a definition, which hands notifications
// to an outbox that somebody else runs. base is the server's address, for links.
func New(d honeycomb.Definition, source alerting.Source, outbox *notify.Outbox, base string, o Options) (*Watch, error) {
	e, err := alerting.New(d, source, alerting.Options{Link: Link(base)})
	if err != nil {
		return nil, err
	}
	if o.Delay <= 0 {
		o.Delay = DefaultDelay
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Watch{evaluator: e, outbox: outbox, options: o, slos: d.SLOs, standings: make([]standing, len(d.SLOs))}, nil
}

// Run runs alerts when they are due until the context is done. It may be called
// once.
func (w *Watch) Run(ctx context.Context) {
	last := ""
	for {
		said, err := w.evaluator.Run(ctx, time.Now().Add(-w.options.Delay))
		for _, n := range said {
			w.add(n)
		}
		if ctx.Err() != nil {
			return
		}
		// The same error each minute is one error.
		now := ""
		if err != nil {
			now = err.Error()
		}
		if now != last && now != "" {
			w.options.Logger.WarnContext(ctx, "alerts could not be evaluated", "error", err)
		}
		last = now
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Until(w.evaluator.Next().Add(w.options.Delay))):
		}
	}
}

func (w *Watch) add(n alerting.Notification) {
	e := &Entry{Notification: n}
	w.mu.Lock()
	w.history = append(w.history, e)
	if extra := len(w.history) - maxHistory; extra > 0 {
		w.history = slices.Delete(w.history, 0, extra)
	}
	w.mu.Unlock()
	w.outbox.Add(n, func(sender string, err error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		if err == nil {
			e.Delivered = append(e.Delivered, sender)
			return
		}
		if e.Errors == nil {
			e.Errors = make(map[string]string)
		}
		e.Errors[sender] = err.Error()
	})
}

// History returns what happened, the newest first, at most a thousand entries.
func (w *Watch) History() []Entry {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := make([]Entry, 0, len(w.history))
	for _, e := range slices.Backward(w.history) {
		c := *e
		c.Delivered = slices.Clone(e.Delivered)
		c.Errors = maps.Clone(e.Errors)
		list = append(list, c)
	}
	return list
}

// Status returns how all alerts stand.
func (w *Watch) Status() []alerting.Status { return w.evaluator.Status() }
