package alerttest

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// Span returns a span that took so long, and that succeeded, for [Every]. Its
// fields can be changed.
func Span(name string, kind trace.SpanKind, took time.Duration, attributes ...attribute.KeyValue) telemetrytest.Span {
	return telemetrytest.Span{
		Name: name, Kind: kind, Start: epoch, End: epoch.Add(took),
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{1}, Attributes: asMap(attributes),
	}
}

// resource returns the resource of a service, which has a name.
func resource(attributes []attribute.KeyValue) *resourcepb.Resource {
	all := telemetrytest.Attributes{attr.ServiceName: "unknown_service"}
	maps.Copy(all, asMap(attributes))
	return &resourcepb.Resource{Attributes: keyValues(all)}
}

func asMap(attributes []attribute.KeyValue) telemetrytest.Attributes {
	m := make(telemetrytest.Attributes, len(attributes))
	for _, kv := range attributes {
		m[kv.Key] = kv.Value.AsInterface()
	}
	return m
}

// rows returns the rows of a service's spans by time.
func rows(spans []telemetrytest.Span, of []attribute.KeyValue) []event.Event {
	list := make([]*tracepb.ScopeSpans, 0, len(spans))
	for _, s := range spans {
		list = append(list, &tracepb.ScopeSpans{Scope: &commonpb.InstrumentationScope{Name: s.Scope}, Spans: []*tracepb.Span{span(s)}})
	}
	events := event.FromTraces([]*tracepb.ResourceSpans{{Resource: resource(of), ScopeSpans: list}})
	slices.SortStableFunc(events, func(a, b event.Event) int { return a.Time.Compare(b.Time) })
	return events
}

// points returns the row of a service's metric.
func points(metric string, value float64, attributes, of []attribute.KeyValue) []event.Event {
	point := &metricspb.NumberDataPoint{
		TimeUnixNano: nanos(epoch), Attributes: keyValues(asMap(attributes)), Value: &metricspb.NumberDataPoint_AsDouble{AsDouble: value},
	}
	return event.FromMetrics([]*metricspb.ResourceMetrics{{Resource: resource(of), ScopeMetrics: []*metricspb.ScopeMetrics{{Metrics: []*metricspb.Metric{{
		Name: metric, Data: &metricspb.Metric_Gauge{Gauge: &metricspb.Gauge{DataPoints: []*metricspb.NumberDataPoint{point}}},
	}}}}}})
}

func nanos(t time.Time) uint64 { return uint64(max(0, t.UnixNano())) }

// statuses are OTLP's numbers, which differ from OpenTelemetry's in Go.
var statuses = map[codes.Code]tracepb.Status_StatusCode{
	codes.Unset: tracepb.Status_STATUS_CODE_UNSET, codes.Ok: tracepb.Status_STATUS_CODE_OK, codes.Error: tracepb.Status_STATUS_CODE_ERROR,
}

// span returns a span as it would be sent. The kinds have the same numbers.
func span(s telemetrytest.Span) *tracepb.Span {
	p := &tracepb.Span{
		Name: s.Name, Kind: tracepb.Span_SpanKind(s.Kind), TraceId: s.TraceID[:], SpanId: s.SpanID[:], ParentSpanId: s.Parent[:],
		StartTimeUnixNano: nanos(s.Start), EndTimeUnixNano: nanos(s.End), Attributes: keyValues(s.Attributes),
		Status: &tracepb.Status{Code: statuses[s.Status], Message: s.Message},
	}
	for _, e := range s.Events {
		p.Events = append(p.Events, &tracepb.Span_Event{Name: e.Name, TimeUnixNano: nanos(e.Time), Attributes: keyValues(e.Attributes)})
	}
	for _, l := range s.Links {
		p.Links = append(p.Links, &tracepb.Span_Link{TraceId: l.TraceID[:], SpanId: l.SpanID[:], Attributes: keyValues(l.Attributes)})
	}
	return p
}

func keyValues(attributes telemetrytest.Attributes) []*commonpb.KeyValue {
	list := make([]*commonpb.KeyValue, 0, len(attributes))
	for k, v := range attributes {
		list = append(list, &commonpb.KeyValue{Key: string(k), Value: anyValue(v)})
	}
	return list
}

// anyValue returns what an attribute would be sent as.
func anyValue(v any) *commonpb.AnyValue {
	switch v := v.(type) {
	case string:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: v}}
	case bool:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_BoolValue{BoolValue: v}}
	case int:
		return anyValue(int64(v))
	case int64:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_IntValue{IntValue: v}}
	case float64:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_DoubleValue{DoubleValue: v}}
	case []string:
		return list(v)
	case []int64:
		return list(v)
	case []float64:
		return list(v)
	case []bool:
		return list(v)
	}
	return anyValue(fmt.Sprint(v))
}

func list[T any](values []T) *commonpb.AnyValue {
	a := &commonpb.ArrayValue{}
	for _, v := range values {
		a.Values = append(a.Values, anyValue(v))
	}
	return &commonpb.AnyValue{Value: &commonpb.AnyValue_ArrayValue{ArrayValue: a}}
}
