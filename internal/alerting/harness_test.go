package alerting_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/alerting"
	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/internal/query"
)

var start = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// source answers from events in memory.
type source struct {
	fields []honeycomb.CalculatedField
	events []event.Event
	err    error
}

func (s *source) Query(_ context.Context, q honeycomb.Query, from, to time.Time) (query.Result, error) {
	if s.err != nil {
		return query.Result{}, s.err
	}
	return query.Run(q, s.fields, slices.Values(s.events), from, to)
}

// minute adds rows in the middle of a minute after start, all equal.
func (s *source) minute(n int, rows int64, fields map[string]any) {
	if rows > 0 {
		at := start.Add(time.Duration(n)*time.Minute + 30*time.Second)
		s.events = append(s.events, event.Event{Time: at, Weight: rows, Fields: fields})
	}
}

func evaluator(t *testing.T, d honeycomb.Definition, s *source, o alerting.Options) *alerting.Evaluator {
	t.Helper()
	s.fields = d.Fields
	e, err := alerting.New(d, s, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// lines runs every minute from start and writes what was notified.
func lines(t *testing.T, e *alerting.Evaluator, minutes int) []string {
	t.Helper()
	var list []string
	for i := range minutes + 1 {
		said, err := e.Run(t.Context(), start.Add(time.Duration(i)*time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range said {
			list = append(list, n.String())
		}
	}
	return list
}

// trigger counts the rows of one minute, every minute.
func trigger(change func(*honeycomb.Trigger)) honeycomb.Definition {
	tr := honeycomb.Trigger{
		Name: "Rows", Query: honeycomb.Query{TimeRange: time.Minute}, Frequency: time.Minute,
		Threshold: honeycomb.Threshold{Op: honeycomb.Greater, Value: 2},
	}
	if change != nil {
		change(&tr)
	}
	return honeycomb.Definition{Triggers: []honeycomb.Trigger{tr}, Columns: []attr.Def{{Name: "k", Type: attr.TypeString}, {Name: "v", Type: attr.TypeFloat}, {Name: "good", Type: attr.TypeBool}}}
}
