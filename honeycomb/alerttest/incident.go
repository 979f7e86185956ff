package alerttest

import (
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// epoch is when an incident begins that records nothing of its own. It is a
// multiple of every frequency.
var epoch = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// Incident is what happened, from the first to the last of its phases. The zero
// value lasts no time. Methods return a new value and leave the old one alone, so
// that incidents can share their first phases.
type Incident struct {
	recorded []telemetrytest.Span
	resource []attribute.KeyValue // of what was recorded
	events   []event.Event        // of streams, in no order
	streams  int                  // that flowed so far
	start    time.Time            // zero: epoch
	duration time.Duration
	history  time.Duration
}

// Recorded returns the incident of spans at the times they were recorded at, from
// the first start to the last end, or until just after what happened then. In a
// bubble of testing/synctest those times are exact, and an hour may lie between two
// of them.
func Recorded(spans ...telemetrytest.Span) Incident {
	if len(spans) == 0 {
		return Incident{}
	}
	in := Incident{recorded: slices.Clone(spans), start: spans[0].Start}
	var end time.Time
	for _, s := range spans {
		if s.Start.Before(in.start) {
			in.start = s.Start
		}
		if s.End.After(end) {
			end = s.End
		}
	}
	for _, e := range rows(spans, nil) {
		if !e.Time.Before(end) { // a run at the end does not see it
			end = e.Time.Add(1)
		}
	}
	in.duration = end.Sub(in.start)
	return in
}

// Resource returns the incident with recorded spans that come from a service with
// these attributes of its resource. Without service.name it is unknown_service, as
// SDKs have it. Streams have resources of their own: see [Stream.Resource].
func (in Incident) Resource(attributes ...attribute.KeyValue) Incident {
	in.resource = slices.Clone(attributes)
	return in
}

// all returns all that happened, by time.
func (in Incident) all() []event.Event {
	events := slices.Concat(in.events, rows(in.recorded, in.resource))
	slices.SortStableFunc(events, func(a, b event.Event) int { return a.Time.Compare(b.Time) })
	return events
}

// For returns the incident with one more phase at its end, in which all streams
// flow at once. Without streams nothing happens in it.
func (in Incident) For(d time.Duration, streams ...Stream) Incident {
	in = in.flow(in.begin().Add(in.duration), d, streams)
	in.duration += d
	return in
}

// Before returns the incident with what happened before it, right before what did
// so far. Alerts look back on it, but do not run in it.
func (in Incident) Before(d time.Duration, streams ...Stream) Incident {
	in.history += d
	return in.flow(in.begin().Add(-in.history), d, streams)
}

func (in Incident) begin() time.Time {
	if in.start.IsZero() {
		return epoch
	}
	return in.start
}

// flow returns the incident with what streams make happen from a time on.
func (in Incident) flow(from time.Time, d time.Duration, streams []Stream) Incident {
	in.events = slices.Clone(in.events)
	for _, s := range streams {
		in.streams++
		in.events = s.flow(in.events, in.streams, from, d)
	}
	return in
}
