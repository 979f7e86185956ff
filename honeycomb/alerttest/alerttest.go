package alerttest

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/alerting"
	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/internal/query"
)

// Fires fails the test, which then goes on, unless an alert fires in the incident.
//
// The alert is a trigger of the definition by its name, an SLO by its name, which
// stands for all of its burn alerts, or one of those by the name of the SLO and its
// condition, such as
//
//	Requests succeed: 2 % of the budget used within 1h
//
// A definition that is not valid, and a name that is not in it, end the test.
// With breakdowns, one group is enough. Each alert runs at multiples of its own
// frequency, the last time at the end of the incident or right after it.
func Fires(t testing.TB, d honeycomb.Definition, alert string, in Incident) {
	t.Helper()
	r := run(t, d, alert, in)
	if len(r.fired) == 0 {
		t.Errorf("alerttest: %s did not fire\n%s", alert, r)
	}
}

// Quiet fails the test, which then goes on, if an alert fires in the incident. It
// names alerts as [Fires] does.
func Quiet(t testing.TB, d honeycomb.Definition, alert string, in Incident) {
	t.Helper()
	r := run(t, d, alert, in)
	if len(r.fired) > 0 {
		t.Errorf("alerttest: %s fired\n%s", alert, r)
	}
}

// Resolves fails the test, which then goes on, unless an alert fires in the
// incident and all that fired is resolved at its end. It names alerts as [Fires]
// does.
func Resolves(t testing.TB, d honeycomb.Definition, alert string, in Incident) {
	t.Helper()
	r := run(t, d, alert, in)
	switch {
	case len(r.fired) == 0:
		t.Errorf("alerttest: %s did not fire\n%s", alert, r)
	case len(r.open) > 0:
		t.Errorf("alerttest: %s did not resolve\n%s", alert, r)
	}
}

// memory answers queries from an incident.
type memory struct {
	fields  []honeycomb.CalculatedField
	events  []event.Event // by time
	queries map[string]*query.Prepared
}

func (m memory) Query(_ context.Context, q honeycomb.Query, from, to time.Time) (query.Result, error) {
	p, ok := m.queries[q.String()]
	if !ok {
		var err error
		if p, err = query.Prepare(q, m.fields); err != nil {
			return query.Result{}, err
		}
		m.queries[q.String()] = p
	}
	first := sort.Search(len(m.events), func(i int) bool { return !m.events[i].Time.Before(from) })
	last := sort.Search(len(m.events), func(i int) bool { return !m.events[i].Time.Before(to) })
	return p.Run(slices.Values(m.events[first:max(first, last)]), from, to)
}

// report is what became of the alerts.
type report struct {
	conditions []string
	fired      []alerting.Notification
	open       map[string]bool // alerts and groups that fired and are not resolved
	runs       []string
}

func run(t testing.TB, d honeycomb.Definition, name string, in Incident) report {
	t.Helper()
	only, err := pick(d, name)
	if err != nil {
		t.Fatalf("alerttest: %v", err)
		return report{}
	}
	m := memory{only.Fields, slices.Clone(in.events), make(map[string]*query.Prepared)}
	slices.SortStableFunc(m.events, func(a, b event.Event) int { return a.Time.Compare(b.Time) })
	e, err := alerting.New(only, m, alerting.Options{})
	if err != nil {
		t.Fatalf("alerttest: the definition is not valid:\n%v", err)
		return report{}
	}
	r := report{open: make(map[string]bool)}
	for _, s := range e.Status() {
		r.conditions = append(r.conditions, s.About.Condition)
	}
	begin := in.begin()
	end := begin.Add(in.duration)
	early := func(s alerting.Status) bool { return s.About.Time.Before(end) }
	for at := begin; ; at = e.Next() {
		said, err := e.Run(t.Context(), at)
		if err != nil {
			t.Fatalf("alerttest: %v", err)
			return report{}
		}
		for _, n := range said {
			if n.State == alerting.Firing {
				r.fired = append(r.fired, n)
				r.open[n.Alert+n.Group] = true
			} else {
				delete(r.open, n.Alert+n.Group)
			}
		}
		status := e.Status()
		for _, s := range status {
			if !s.About.Time.Before(at) {
				r.runs = append(r.runs, line(at.Sub(begin), s))
			}
		}
		if !slices.ContainsFunc(status, early) {
			return r
		}
	}
}

// pick returns the definition with nothing in it but what a name stands for.
func pick(d honeycomb.Definition, name string) (honeycomb.Definition, error) {
	var names []string
	only := honeycomb.Definition{Runbooks: d.Runbooks, Columns: d.Columns, Fields: d.Fields, Recipients: d.Recipients}
	for _, t := range d.Triggers {
		names = append(names, t.Name)
		if t.Name == name {
			only.Triggers = append(only.Triggers, t)
		}
	}
	for _, s := range d.SLOs {
		names = append(names, s.Name)
		all := s.BurnAlerts
		if s.Name != name {
			s.BurnAlerts = nil
		}
		for _, b := range all {
			full := alerting.BurnAlertName(s, b)
			names = append(names, full)
			if full == name {
				s.BurnAlerts = append(s.BurnAlerts, b)
			}
		}
		if len(s.BurnAlerts) > 0 {
			only.SLOs = append(only.SLOs, s)
		}
	}
	if len(only.Triggers)+len(only.SLOs) == 0 {
		return only, fmt.Errorf("no alert %q with something to compare: the definition has\n    %s", name, strings.Join(names, "\n    "))
	}
	return only, nil
}

// line is what one run saw.
func line(at time.Duration, s alerting.Status) string {
	value := "no value"
	if s.About.Value != nil {
		value = fmt.Sprintf("%.6g", *s.About.Value)
	}
	parts := []string{fmt.Sprintf("%-9s %-8s %s", "+"+at.String(), s.About.State, value)}
	for _, g := range s.Groups {
		if g.Group != "" {
			parts = append(parts, fmt.Sprintf("%s: %.6g", g.Group, g.Value))
		}
	}
	return strings.Join(parts, "; ")
}

// maxLines bounds what a failure shows of the runs, half of it at either end.
const maxLines = 40

// String lists the runs, with when they were and what they saw.
func (r report) String() string {
	runs := r.runs
	if left := len(runs) - maxLines; left > 0 {
		runs = slices.Concat(runs[:maxLines/2], []string{fmt.Sprintf("… %d runs", left)}, runs[len(runs)-maxLines/2:])
	}
	return "    " + strings.Join(slices.Concat(r.conditions, runs), "\n    ")
}
