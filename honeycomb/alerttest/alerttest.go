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

// Fires fails the test, which then goes on, unless an alert fires in the incident,
// or would right after it: see [Quiet].
//
// The alert is a trigger of the definition by its name, an SLO by its name, which
// stands for all of its burn alerts, or one of those by the name of the SLO and its
// condition, such as
//
//	Requests succeed: 2 % of the budget used within 1h
//
// With breakdowns, one group is enough. Each alert runs at multiples of its own
// frequency, the first time at the start of the incident or right before it.
//
// What proves nothing ends the test: a definition that is not valid, a name that is
// not in it, a disabled trigger, and an incident in which nothing happens.
func Fires(t testing.TB, d honeycomb.Definition, alert string, in Incident) {
	t.Helper()
	r := run(t, d, alert, in)
	if !r.fired {
		t.Errorf("alerttest: %s did not fire\n%s", alert, r)
	}
}

// Quiet fails the test, which then goes on, if an alert fires in the incident. It
// names alerts as [Fires] does.
//
// Alerts run until they have seen all of the incident. One that is then over its
// threshold and not yet for as many runs in a row as its ExceededLimit says runs
// on, while nothing happens any more, until that has let it fire or not.
//
// Where no row matches the filters of an alert's query, it is quiet whatever
// happens: that is logged and does not fail the test, because an incident may be
// none of the alert's business.
func Quiet(t testing.TB, d honeycomb.Definition, alert string, in Incident) {
	t.Helper()
	r := run(t, d, alert, in)
	switch {
	case r.fired:
		t.Errorf("alerttest: %s fired\n%s", alert, r)
	case !r.matched():
		t.Logf("alerttest: %s is quiet, because %s", alert, noRow)
	}
}

// Resolves fails the test, which then goes on, unless an alert fires in the
// incident and all that fired is resolved at its end, with nothing to come. It
// names alerts as [Fires] does.
func Resolves(t testing.TB, d honeycomb.Definition, alert string, in Incident) {
	t.Helper()
	r := run(t, d, alert, in)
	switch {
	case !r.fired:
		t.Errorf("alerttest: %s did not fire\n%s", alert, r)
	case r.open:
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

// matches reports whether any row passes the filters of a query.
func (m memory) matches(q honeycomb.Query) (bool, error) {
	count := honeycomb.Query{Filters: q.Filters, FilterCombination: q.FilterCombination}
	from, to := m.events[0].Time, m.events[len(m.events)-1].Time.Add(1)
	res, err := query.Run(count, m.fields, slices.Values(m.events), from, to)
	if err != nil {
		return false, err
	}
	return res.Groups[0].Values[0] != 0.0, nil
}

// report is what became of all alerts that a name stands for.
type report struct {
	courses []course
	fired   bool
	open    bool // something that fired is not resolved at the end
}

// course is what became of one alert.
type course struct {
	condition string
	runs      []string
	matched   bool // some row passes the filters of its query
}

// matched reports whether some row passes the filters of one of the queries.
func (r *report) matched() bool {
	return slices.ContainsFunc(r.courses, func(c course) bool { return c.matched })
}

func run(t testing.TB, d honeycomb.Definition, name string, in Incident) *report {
	t.Helper()
	alerts, err := pick(d, name)
	if err != nil {
		t.Fatalf("alerttest: %v", err)
		return nil
	}
	m := memory{d.Fields, in.all(), make(map[string]*query.Prepared)}
	if len(m.events) == 0 {
		t.Fatalf("alerttest: nothing happens in the incident, which proves nothing: give a phase of it a stream, or record a span")
		return nil
	}
	r := &report{}
	for _, a := range alerts {
		if err := r.run(t.Context(), a, m, in.begin(), in.begin().Add(in.duration)); err != nil {
			t.Fatalf("alerttest: %v", err)
			return nil
		}
	}
	return r
}

// run runs one alert from the start of an incident on.
func (r *report) run(ctx context.Context, one honeycomb.Definition, m memory, begin, end time.Time) error {
	e, err := alerting.New(one, m, alerting.Options{})
	if err != nil {
		return fmt.Errorf("the definition is not valid:\n%w", err)
	}
	s := e.Status()[0]
	c := course{condition: s.About.Condition}
	if c.matched, err = m.matches(s.Query); err != nil {
		return err
	}
	// A group that is over the threshold when all has been seen fires within so many
	// more runs, or never. One that comes over it later does so because the incident
	// ends, not because of what happened in it, and has too few runs left.
	more := 0
	for _, t := range one.Triggers {
		more = max(0, t.Threshold.ExceededLimit-1)
	}
	for at := begin; ; at = e.Next() {
		said, err := e.Run(ctx, at)
		if err != nil {
			return err
		}
		for _, n := range said {
			r.fired = r.fired || n.State == alerting.Firing
		}
		s = e.Status()[0]
		c.runs = append(c.runs, line(at.Sub(begin), s))
		if s.About.Time.Before(end) {
			continue
		}
		r.open = r.open || has(s, alerting.Firing)
		if more == 0 || !has(s, alerting.Pending) {
			break
		}
		more--
	}
	r.courses = append(r.courses, c)
	return nil
}

// has reports whether a group of an alert is in a state.
func has(s alerting.Status, state alerting.State) bool {
	return slices.ContainsFunc(s.Groups, func(g alerting.GroupStatus) bool { return g.State == state })
}

// pick returns the definition as often as there are alerts that a name stands for,
// each time with nothing in it but one of them.
func pick(d honeycomb.Definition, name string) ([]honeycomb.Definition, error) {
	var (
		names []string
		list  []honeycomb.Definition
	)
	only := honeycomb.Definition{Runbooks: d.Runbooks, Columns: d.Columns, Fields: d.Fields, Recipients: d.Recipients}
	for _, t := range d.Triggers {
		names = append(names, t.Name)
		if t.Name != name {
			continue
		}
		if t.Disabled {
			return nil, fmt.Errorf("trigger %q is disabled and never runs: test it enabled", name)
		}
		one := only
		one.Triggers = []honeycomb.Trigger{t}
		list = append(list, one)
	}
	for _, s := range d.SLOs {
		names = append(names, s.Name)
		for _, b := range s.BurnAlerts {
			full := alerting.BurnAlertName(s, b)
			names = append(names, full)
			if name == s.Name || name == full {
				one, slo := only, s
				slo.BurnAlerts = []honeycomb.BurnAlert{b}
				one.SLOs = []honeycomb.SLO{slo}
				list = append(list, one)
			}
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("no alert %q with something to compare: the definition has\n    %s", name, strings.Join(names, "\n    "))
	}
	return list, nil
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

// noRow says why an alert cannot fire.
const noRow = "no row matches the filters of its query"

// String lists the runs, with when they were and what they saw.
func (r *report) String() string {
	var lines []string
	for _, c := range r.courses {
		runs := c.runs
		if left := len(runs) - maxLines; left > 0 {
			runs = slices.Concat(runs[:maxLines/2], []string{fmt.Sprintf("… %d runs", left)}, runs[len(runs)-maxLines/2:])
		}
		lines = append(append(lines, c.condition), runs...)
		if !c.matched {
			lines = append(lines, noRow)
		}
	}
	return "    " + strings.Join(lines, "\n    ")
}
