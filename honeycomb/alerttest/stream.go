package alerttest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// Stream is a thing that happens again and again. Make one with [Every] or
// [Measured]. Methods return a new value and leave the old one alone.
type Stream struct {
	interval time.Duration
	weight   int64
	resource []attribute.KeyValue
	usual    source
	instead  []variant
	spans    []telemetrytest.Span
}

// source makes the rows of what happens to a service with a resource.
type source func(of []attribute.KeyValue) []event.Event

func fromSpans(spans []telemetrytest.Span) source {
	spans = slices.Clone(spans)
	return func(of []attribute.KeyValue) []event.Event { return rows(spans, of) }
}

// variant is what happens in a share of the times.
type variant struct {
	share float64
	rows  source
}

// Every returns the stream of spans that are there once in an interval, each time
// in a trace of their own. The spans keep their distances from the first of them:
// they are made by [Span], or are those of a whole trace that a recorder has.
// Intervals below a millisecond are one.
func Every(interval time.Duration, spans ...telemetrytest.Span) Stream {
	return Stream{interval: max(interval, time.Millisecond), weight: 1, usual: fromSpans(spans), spans: spans}
}

// Measured returns the stream of a metric that is reported once in an interval
// with the same value: what a counter added since the last time, or what a gauge
// stands at.
func Measured(interval time.Duration, metric string, value float64, attributes ...attribute.KeyValue) Stream {
	attributes = slices.Clone(attributes)
	return Stream{interval: max(interval, time.Millisecond), weight: 1, usual: func(of []attribute.KeyValue) []event.Event {
		return points(metric, value, attributes, of)
	}}
}

// Resource returns the stream from a service with these attributes of its resource,
// instead of those that it had. Without service.name it is unknown_service, as SDKs
// have it.
func (s Stream) Resource(attributes ...attribute.KeyValue) Stream {
	s.resource = slices.Clone(attributes)
	return s
}

// Instead returns the stream with other spans in a share of the times, from 0 to 1,
// evenly spread: with 0.2 in every fifth. A later call goes before an earlier one
// where both would.
func (s Stream) Instead(share float64, spans ...telemetrytest.Span) Stream {
	s.instead = append(slices.Clone(s.instead), variant{share, fromSpans(spans)})
	return s
}

// Errors returns the stream with all of its spans failed in a share of the times,
// from 0 to 1, evenly spread. Spans that fail with attributes of their own are for
// [Stream.Instead].
func (s Stream) Errors(share float64) Stream {
	failed := slices.Clone(s.spans)
	for i := range failed {
		failed[i].Status = codes.Error
	}
	return s.Instead(share, failed...)
}

// Weight returns the stream with each of its spans standing for n, as sampled ones
// do. It multiplies the spans' own sample rate. Below 1 it is 1.
func (s Stream) Weight(n int) Stream {
	s.weight = int64(max(n, 1))
	return s
}

// flow appends what happens from a time on. No two streams of an incident have the
// same number.
func (s Stream) flow(events []event.Event, number int, from time.Time, d time.Duration) []event.Event {
	if s.interval <= 0 {
		return events
	}
	usual := s.usual(s.resource)
	instead := make([][]event.Event, 0, len(s.instead))
	for _, v := range s.instead {
		instead = append(instead, v.rows(s.resource))
	}
	for tick := 0; time.Duration(tick)*s.interval < d; tick++ {
		happens := usual
		for i, v := range s.instead {
			if due(tick, v.share) {
				happens = instead[i]
			}
		}
		at := from.Add(time.Duration(tick) * s.interval)
		for _, e := range happens {
			e.Time = at.Add(e.Time.Sub(happens[0].Time))
			e.Weight *= s.weight
			e.Fields = retrace(e.Fields, number, at)
			events = append(events, e)
		}
	}
	return events
}

// due reports whether a share of all ticks has this one among it. The first of
// them is as late as can be, so that a share is never exceeded.
func due(tick int, share float64) bool {
	const slack = 1e-9 // 0.1 is no float: the tenth tick is due all the same
	upTo := func(n int) float64 { return math.Floor(float64(n)*share + slack) }
	return upTo(tick+1) > upTo(tick)
}

// retrace gives a row the trace and the spans of a stream at a time.
func retrace(fields map[string]any, stream int, at time.Time) map[string]any {
	fields = maps.Clone(fields)
	for _, column := range []string{attr.ColumnTraceTraceID, attr.ColumnTraceSpanID, attr.ColumnTraceParentID} {
		if id, ok := fields[column].(string); ok {
			sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %d", id, stream, at.UnixNano()))
			fields[column] = hex.EncodeToString(sum[:])[:len(id)]
		}
	}
	return fields
}
