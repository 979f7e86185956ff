package telemetrytest

import (
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Attributes are attributes by name. A value is a bool, int64, float64 or
// string, or a slice of one of these; an absent attribute is nil. So a whole
// value can be compared:
//
//	span.Attributes[attr.LLMInputTokens] == int64(1200)
type Attributes map[attribute.Key]any

// Span is a span that has ended, as it was recorded: repair and redaction,
// which happen on the way out, are not applied. It is a copy that its owner
// may change.
type Span struct {
	Name         string
	Kind         trace.SpanKind
	Scope        string // instrumentation scope: who started it
	TraceID      trace.TraceID
	SpanID       trace.SpanID
	Parent       trace.SpanID // invalid for the root of a trace
	RemoteParent bool         // the parent is in another process
	Status       codes.Code
	Message      string // of the status
	Attributes   Attributes
	Events       []Event
	Links        []Link
	Start, End   time.Time
}

// Duration is the time from start to end.
func (s Span) Duration() time.Duration { return s.End.Sub(s.Start) }

// Event is an event on a span.
type Event struct {
	Name       string
	Time       time.Time
	Attributes Attributes
}

// Link is a link to another span.
type Link struct {
	TraceID    trace.TraceID
	SpanID     trace.SpanID
	Attributes Attributes
}

// Event returns the span's first event of the given name, and whether there is
// one.
func (s Span) Event(name string) (Event, bool) {
	for _, e := range s.Events {
		if e.Name == name {
			return e, true
		}
	}
	return Event{}, false
}

func newSpan(s sdktrace.ReadOnlySpan) Span {
	span := Span{
		Name: s.Name(), Kind: s.SpanKind(), Scope: s.InstrumentationScope().Name,
		TraceID: s.SpanContext().TraceID(), SpanID: s.SpanContext().SpanID(),
		Parent: s.Parent().SpanID(), RemoteParent: s.Parent().IsRemote(),
		Status: s.Status().Code, Message: s.Status().Description,
		Attributes: newAttributes(s.Attributes()),
		Start:      s.StartTime(), End: s.EndTime(),
	}
	for _, e := range s.Events() {
		span.Events = append(span.Events, Event{e.Name, e.Time, newAttributes(e.Attributes)})
	}
	for _, l := range s.Links() {
		span.Links = append(span.Links, Link{l.SpanContext.TraceID(), l.SpanContext.SpanID(), newAttributes(l.Attributes)})
	}
	return span
}

// newAttributes returns nil for none; reading a nil map is fine.
func newAttributes(kv []attribute.KeyValue) Attributes {
	if len(kv) == 0 {
		return nil
	}
	a := make(Attributes, len(kv))
	for _, kv := range kv {
		a[kv.Key] = kv.Value.AsInterface()
	}
	return a
}
