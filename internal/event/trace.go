package event

import (
	"cmp"
	"encoding/hex"
	"slices"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/lift-sys/telemetry/attr"
)

// What Honeycomb calls a span of a kind that OTLP has no number for.
const kindUnspecified = "unspecified"

var kinds = map[tracepb.Span_SpanKind]string{
	tracepb.Span_SPAN_KIND_INTERNAL: "internal",
	tracepb.Span_SPAN_KIND_SERVER:   "server",
	tracepb.Span_SPAN_KIND_CLIENT:   "client",
	tracepb.Span_SPAN_KIND_PRODUCER: "producer",
	tracepb.Span_SPAN_KIND_CONSUMER: "consumer",
}

const (
	exceptionEvent = "exception"
	signalTrace    = "trace"
)

// exceptionKeys are what an exception's event lends to its span.
var exceptionKeys = []string{"exception.type", "exception.message", "exception.stacktrace", "exception.escaped"}

// FromTraces returns the rows of spans in the order of the spans, those of a
// span's events and links behind its own. It keeps nothing of its argument.
func FromTraces(traces []*tracepb.ResourceSpans) []Event {
	var events []Event
	for _, rs := range traces {
		for _, ss := range rs.GetScopeSpans() {
			o := newOrigin(rs.GetResource(), ss.GetScope())
			for _, s := range ss.GetSpans() {
				events = o.appendSpan(events, s)
			}
		}
	}
	return events
}

// origin is what all rows of one scope of one resource have in common.
type origin struct {
	dataset  string
	resource []*commonpb.KeyValue
	scope    *commonpb.InstrumentationScope
}

func newOrigin(resource *resourcepb.Resource, scope *commonpb.InstrumentationScope) origin {
	name := ""
	for _, kv := range resource.GetAttributes() {
		if kv.GetKey() == string(attr.ServiceName) {
			name = kv.GetValue().GetStringValue()
		}
	}
	return origin{dataset: Dataset(name), resource: resource.GetAttributes(), scope: scope}
}

// put adds the attributes of the resource, of the scope and of the item itself.
func (o origin) put(f fields, attributes []*commonpb.KeyValue) {
	f.add(o.resource)
	f.text(attr.ColumnLibraryName, o.scope.GetName())
	f.text(attr.ColumnLibraryVersion, o.scope.GetVersion())
	f.add(o.scope.GetAttributes())
	f.add(attributes)
}

// text sets a column unless the text is empty.
func (f fields) text(column, s string) {
	if s != "" {
		f[column] = s
	}
}

// id sets a column unless the id is empty or all zero.
func (f fields) id(column string, id []byte) {
	if slices.ContainsFunc(id, func(b byte) bool { return b != 0 }) {
		f[column] = hex.EncodeToString(id)
	}
}

func (o origin) appendSpan(events []Event, s *tracepb.Span) []Event {
	kind := cmp.Or(kinds[s.GetKind()], kindUnspecified)
	failed := s.GetStatus().GetCode() == tracepb.Status_STATUS_CODE_ERROR
	f := fields{
		attr.ColumnName: s.GetName(), attr.ColumnType: kind, attr.ColumnSpanKind: kind,
		attr.ColumnStatusCode: int64(s.GetStatus().GetCode()), attr.ColumnMetaSignalType: signalTrace,
		attr.ColumnSpanNumEvents: int64(len(s.GetEvents())), attr.ColumnSpanNumLinks: int64(len(s.GetLinks())),
		attr.ColumnDurationMS: 0.0,
	}
	f.id(attr.ColumnTraceTraceID, s.GetTraceId())
	f.id(attr.ColumnTraceSpanID, s.GetSpanId())
	f.id(attr.ColumnTraceParentID, s.GetParentSpanId())
	f.text(attr.ColumnStatusMessage, s.GetStatus().GetMessage())
	f.text("trace.trace_state", s.GetTraceState())
	if failed {
		f[attr.ColumnError] = true
	}
	if start, end := s.GetStartTimeUnixNano(), s.GetEndTimeUnixNano(); end >= start {
		f[attr.ColumnDurationMS] = milliseconds(end - start)
	} else {
		f["meta.invalid_duration"] = true
	}
	f.exception(s.GetEvents())
	o.put(f, s.GetAttributes())
	span := Event{Time: moment(s.GetStartTimeUnixNano()), Dataset: o.dataset, Weight: o.weight(s), Fields: f}
	events = append(events, span)

	row := func(annotation string) Event {
		f := fields{
			attr.ColumnParentName: s.GetName(), attr.ColumnMetaAnnotationType: annotation, attr.ColumnMetaSignalType: signalTrace,
		}
		f.id(attr.ColumnTraceTraceID, s.GetTraceId())
		f.id(attr.ColumnTraceParentID, s.GetSpanId())
		if failed {
			f[attr.ColumnError] = true
		}
		return Event{Time: span.Time, Dataset: o.dataset, Weight: span.Weight, Fields: f}
	}
	for _, e := range s.GetEvents() {
		r := row(attr.AnnotationSpanEvent)
		o.event(&r, s, e)
		events = append(events, r)
	}
	for _, l := range s.GetLinks() {
		r := row(attr.AnnotationLink)
		f := fields(r.Fields)
		f.id(attr.ColumnTraceLinkTraceID, l.GetTraceId())
		f.id(attr.ColumnTraceLinkSpanID, l.GetSpanId())
		o.put(f, l.GetAttributes())
		events = append(events, r)
	}
	return events
}

// event completes the row of an event on a span.
func (o origin) event(r *Event, s *tracepb.Span, e *tracepb.Span_Event) {
	f := fields(r.Fields)
	f[attr.ColumnName] = e.GetName()
	if at, start := e.GetTimeUnixNano(), s.GetStartTimeUnixNano(); at > 0 {
		r.Time = moment(at)
		since := "meta.time_since_span_start_ms"
		switch {
		case start == 0:
		case at >= start:
			f[since] = milliseconds(at - start)
		default:
			f[since] = 0.0
			f["meta.invalid_time_since_span_start"] = true
		}
	}
	o.put(f, e.GetAttributes())
}

// exception sets what the first exception among the events says.
func (f fields) exception(events []*tracepb.Span_Event) {
	for _, e := range events {
		if e.GetName() != exceptionEvent {
			continue
		}
		for _, kv := range e.GetAttributes() {
			if slices.Contains(exceptionKeys, kv.GetKey()) {
				f.set(kv.GetKey(), kv.GetValue(), maxNesting)
			}
		}
		return
	}
}
