// Package alerting decides when the triggers and burn alerts of a
// honeycomb.Definition fire and resolve, as Honeycomb does, over any source of
// query results and at any time: nothing in it looks at the clock, waits or
// sends.
//
// An [Evaluator] runs each alert at whole multiples of its frequency since 1970,
// and looks back from there. Every group of a trigger's breakdowns is on its own:
// it is pending while it has crossed the threshold for fewer runs in a row than
// ExceededLimit, firing from then on, and resolved by the first run that does not
// find it over the threshold or does not find it at all. An alert that is on change
// notifies when it fires; one that is on true notifies at each run while it does.
// Both notify once when it resolves. A run that fails changes nothing but the
// alert's error.
package alerting

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/query"
)

// Source computes queries over what was received: events with from ≤ time < to. It
// knows the definition's calculated fields. See package query for what results
// are.
type Source interface {
	Query(ctx context.Context, q honeycomb.Query, from, to time.Time) (query.Result, error)
}

// State is what an alert, or a group of it, is in.
type State string

// The states.
const (
	OK      State = "ok"
	Pending State = "pending" // over the threshold, and not yet often enough
	Firing  State = "firing"
	Failed  State = "error" // the last run failed; of an alert only
)

// Notification says that an alert fired or resolved.
type Notification struct {
	// Alert is the name of the trigger, or that of a burn alert as [BurnAlertName]
	// has it.
	Alert    string
	SLO      string // of a burn alert, empty for a trigger
	Severity honeycomb.Severity
	// State is Firing, or OK where the alert resolved.
	State State
	// Group says which one, as llm.provider = openai; empty without breakdowns.
	Group string
	// GroupID tells groups apart that may be written alike.
	GroupID string
	// Value that was compared, in the unit of the query, or as [Evaluator.Status]
	// says for burn alerts. Nil where nothing was found.
	Value *float64
	// Threshold that it was compared with, and how.
	Op        honeycomb.FilterOp
	Threshold float64
	// Unit of both: %, $, ms, s, h, or a plural such as events. Empty where there is
	// none, and for a count of rows.
	Unit string
	// Condition as a person writes it down.
	Condition   string
	Description string
	Runbook     string // address of the section, empty for none
	Link        string // to the query, empty for none
	// Recipients are names of the definition's recipients.
	Recipients []string
	Time       time.Time // that the run looked back from
}

// BurnAlertName is what a burn alert is called: its SLO and its condition.
func BurnAlertName(s honeycomb.SLO, b honeycomb.BurnAlert) string { return s.Name + ": " + b.String() }

// String returns the notification in one line:
//
//	P1 High error rate fired at 2026-11-23T12:04:00Z: 20 % > 10 %
func (n Notification) String() string {
	var b strings.Builder
	verb := "fired"
	if n.State == OK {
		verb = "resolved"
	}
	fmt.Fprintf(&b, "%s %s", n.Severity, n.Alert)
	if n.Group != "" {
		fmt.Fprintf(&b, " for %s", n.Group)
	}
	fmt.Fprintf(&b, " %s at %s", verb, n.Time.UTC().Format(time.RFC3339))
	b.WriteString(": " + n.Finding())
	return b.String()
}

// alert is one trigger or burn alert under evaluation.
type alert struct {
	about     Notification // what all of its notifications have in common
	query     honeycomb.Query
	frequency time.Duration
	limit     int  // runs in a row until it fires
	repeat    bool // notifies at each run
	// measure returns what there is to compare at a time.
	measure func(context.Context, time.Time) ([]measurement, error)

	// What has happened so far.
	next   time.Time
	last   time.Time // run, zero before the first
	err    error     // of the last run
	value  *float64  // worst of the last run
	since  time.Time // when its state changed
	state  State
	groups map[string]*group // those that are over the threshold, by id
}

// group is one that is over the threshold.
type group struct {
	id    string
	name  string
	runs  int // in a row
	since time.Time
	value float64
}

func (g *group) state(limit int) State {
	if g.runs < limit {
		return Pending
	}
	return Firing
}

// measurement is the value of one group. Without a value it is not compared.
type measurement struct {
	id    string // see [query.Group.ID]
	group string
	value *float64
}

// crossed reports whether a value is over the threshold.
func (a *alert) crossed(v *float64) bool {
	if v == nil {
		return false
	}
	switch a.about.Op {
	case honeycomb.Greater:
		return *v > a.about.Threshold
	case honeycomb.GreaterOrEqual:
		return *v >= a.about.Threshold
	case honeycomb.Less:
		return *v < a.about.Threshold
	case honeycomb.LessOrEqual:
		return *v <= a.about.Threshold
	}
	return false
}

// worse reports whether a is further over the threshold, or nearer to it.
func (a *alert) worse(v, than *float64) bool {
	switch {
	case v == nil:
		return false
	case than == nil:
		return true
	case a.about.Op == honeycomb.Less || a.about.Op == honeycomb.LessOrEqual:
		return *v < *than
	}
	return *v > *than
}

// take moves the state on by one run, and returns what there is to say.
func (a *alert) take(at time.Time, measured []measurement, err error) []Notification {
	a.last, a.err = at, err
	if err != nil {
		a.settle(at)
		return nil
	}
	var list []Notification
	say := func(s State, g *group, v *float64) {
		n := a.about
		n.State, n.Group, n.GroupID, n.Value, n.Time = s, g.name, g.id, v, at
		list = append(list, n)
	}
	a.value = nil
	seen := make(map[string]*float64, len(measured))
	for _, m := range measured {
		if a.worse(m.value, a.value) {
			a.value = m.value
		}
		seen[m.id] = m.value
		if !a.crossed(m.value) {
			continue
		}
		g, ok := a.groups[m.id]
		if !ok {
			g = &group{id: m.id, name: m.group, since: at}
			a.groups[m.id] = g
		}
		was := g.state(a.limit)
		first := g.runs == 0
		g.runs++
		g.value = *m.value
		now := g.state(a.limit)
		if now != was && !first {
			g.since = at
		}
		if now == Firing && (first || was != Firing || a.repeat) {
			say(Firing, g, m.value)
		}
	}
	for _, g := range sorted(a.groups) {
		if v := seen[g.id]; !a.crossed(v) {
			if g.state(a.limit) == Firing {
				say(OK, g, v)
			}
			delete(a.groups, g.id)
		}
	}
	a.settle(at)
	return list
}

// settle works out the alert's own state.
func (a *alert) settle(at time.Time) {
	state := OK
	for _, g := range a.groups {
		if g.state(a.limit) == Firing {
			state = Firing
			break
		}
		state = Pending
	}
	if a.err != nil {
		state = Failed
	}
	if state != a.state {
		a.state, a.since = state, at
	}
}
