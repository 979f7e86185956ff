package alerting

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lift-sys/telemetry/honeycomb"
)

// Options are what an [Evaluator] may have besides. The zero value has nothing.
type Options struct {
	// Link returns the address of a page that shows a query over a time range.
	Link func(q honeycomb.Query, from, to time.Time) string
}

// Evaluator holds the state of all alerts of a definition. Its methods are safe
// for concurrent use; one run is at work at a time.
type Evaluator struct {
	source   Source
	options  Options
	runbooks string

	running sync.Mutex // held during a run

	mu     sync.Mutex // of the alerts' state
	alerts []*alert
}

// New returns an evaluator of the triggers and burn alerts of a definition, which
// has to be valid for the enterprise plan. Disabled triggers are left out.
func New(d honeycomb.Definition, source Source, options Options) (*Evaluator, error) {
	if err := d.Validate(honeycomb.Enterprise); err != nil {
		return nil, err
	}
	e := &Evaluator{source: source, options: options, runbooks: d.Runbooks}
	for _, t := range d.Triggers {
		if !t.Disabled {
			e.alerts = append(e.alerts, e.trigger(t))
		}
	}
	for _, s := range d.SLOs {
		for _, b := range s.BurnAlerts {
			e.alerts = append(e.alerts, e.burnAlert(s, b))
		}
	}
	for _, a := range e.alerts {
		a.state = OK
	}
	return e, nil
}

func (e *Evaluator) runbook(anchor string) string {
	if anchor == "" {
		return ""
	}
	return e.runbooks + "#" + anchor
}

// Run runs the alerts that are due at now, those of the definition's order first,
// and returns what to notify of. An alert that is late runs once, as of the last
// multiple of its frequency; before the first run each is due. The error is that
// of all runs that failed, joined; what the others found counts.
func (e *Evaluator) Run(ctx context.Context, now time.Time) ([]Notification, error) {
	e.running.Lock()
	defer e.running.Unlock()
	var (
		list []Notification
		errs []error
	)
	for _, a := range e.alerts {
		if now.Before(a.next) { // only runs write it
			continue
		}
		at := align(now, a.frequency)
		measured, err := a.measure(ctx, at)
		if err != nil {
			if ctx.Err() != nil {
				return list, ctx.Err()
			}
			err = &RunError{a.about.Alert, at, err}
			errs = append(errs, err)
		}
		e.mu.Lock()
		a.next = at.Add(a.frequency)
		said := a.take(at, measured, err)
		e.mu.Unlock()
		for i := range said {
			if e.options.Link != nil {
				said[i].Link = e.options.Link(a.query, at.Add(-lookBack(a.query)), at)
			}
		}
		list = append(list, said...)
	}
	return list, errors.Join(errs...)
}

// RunError is a run that failed.
type RunError struct {
	Alert string
	At    time.Time
	Err   error
}

// Error names the alert.
func (e *RunError) Error() string { return "alert " + e.Alert + ": " + e.Err.Error() }

// Unwrap returns what went wrong.
func (e *RunError) Unwrap() error { return e.Err }

// align returns the last multiple of the frequency since 1970.
func align(t time.Time, frequency time.Duration) time.Time {
	return t.Add(-time.Duration(t.UnixNano() % int64(frequency))).UTC()
}

// Next returns when the next alert is due: the zero time before the first run, and
// without any alert the far future.
func (e *Evaluator) Next() time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	next := time.Unix(1<<40, 0)
	for _, a := range e.alerts {
		if a.next.Before(next) {
			next = a.next
		}
	}
	return next
}

// Status is how an alert stands.
type Status struct {
	// About has what every notification of the alert has; its State, Group, Value
	// and Time are those of the alert as a whole. Value is the worst of all groups in
	// the last run. For burn alerts it is the share of the budget that went within
	// the window, in percent, or the hours until the budget is gone.
	About     Notification
	Query     honeycomb.Query
	Frequency time.Duration
	Since     time.Time // the state changed; zero before it first did
	Next      time.Time // run
	Err       error     // of the last run
	Groups    []GroupStatus
}

// GroupStatus is how a group stands that is over the threshold.
type GroupStatus struct {
	Group string
	State State
	Value float64
	Since time.Time
}

// Status returns how all alerts stand, in the order of the definition.
func (e *Evaluator) Status() []Status {
	e.mu.Lock()
	defer e.mu.Unlock()
	list := make([]Status, 0, len(e.alerts))
	for _, a := range e.alerts {
		s := Status{About: a.about, Query: a.query, Frequency: a.frequency, Since: a.since, Next: a.next, Err: a.err}
		s.About.State, s.About.Value, s.About.Time = a.state, a.value, a.last
		for _, g := range sorted(a.groups) {
			s.Groups = append(s.Groups, GroupStatus{g.name, g.state(a.limit), g.value, g.since})
		}
		list = append(list, s)
	}
	return list
}

// sorted returns groups as people look for them, by their names.
func sorted(groups map[string]*group) []*group {
	return slices.SortedFunc(maps.Values(groups), func(a, b *group) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.id, b.id))
	})
}
