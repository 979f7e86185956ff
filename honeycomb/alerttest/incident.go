package alerttest

import (
	"slices"
	"time"

	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// epoch is when an incident begins that records nothing of its own. It is a
// multiple of every frequency.
var epoch = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// Incident is what happened, from the first to the last of its phases. The zero value lasts no time. Methods return a new
// value and leave the old one alone, so that incidents can share their first
// phases.
type Incident struct {
	events   []event.Event // in no order
	start    time.Time     // zero: epoch
	duration time.Duration
	history  time.Duration
}

// Recorded returns the incident of spans at the times they were recorded at, from
// the first start to the last end. In a bubble of testing/synctest those times are
// exact, and an hour may lie between two of them.
func Recorded(spans ...telemetrytest.Span) Incident {
	if len(spans) == 0 {
		return Incident{}
	}
	in := Incident{start: spans[0].Start, events: rows(spans)}
	end := in.start
	for _, s := range spans {
		if s.Start.Before(in.start) {
			in.start = s.Start
		}
		if s.End.After(end) {
			end = s.End
		}
	}
	in.duration = end.Sub(in.start)
	return in
}

// For returns the incident with one more phase at its end, in which all streams
// flow at once. Without streams nothing happens in it.
func (in Incident) For(d time.Duration, streams ...Stream) Incident {
	in.events = flow(in.events, in.begin().Add(in.duration), d, streams)
	in.duration += d
	return in
}

// Before returns the incident with what happened before it, right before what did
// so far. Alerts look back on it, but do not run in it.
func (in Incident) Before(d time.Duration, streams ...Stream) Incident {
	in.history += d
	in.events = flow(in.events, in.begin().Add(-in.history), d, streams)
	return in
}

func (in Incident) begin() time.Time {
	if in.start.IsZero() {
		return epoch
	}
	return in.start
}

// flow returns events with those of streams from a time on.
func flow(events []event.Event, from time.Time, d time.Duration, streams []Stream) []event.Event {
	events = slices.Clone(events)
	for _, s := range streams {
		events = s.flow(events, from, d)
	}
	return events
}
