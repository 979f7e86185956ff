package event_test

import (
	"maps"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/lift-sys/telemetry/internal/event"
)

const second = uint64(time.Second)

func kv(key string, value any) *commonpb.KeyValue {
	return &commonpb.KeyValue{Key: key, Value: anyValue(value)}
}

func anyValue(value any) *commonpb.AnyValue {
	switch v := value.(type) {
	case string:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: v}}
	case bool:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_BoolValue{BoolValue: v}}
	case int:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_IntValue{IntValue: int64(v)}}
	case float64:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_DoubleValue{DoubleValue: v}}
	case []byte:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_BytesValue{BytesValue: v}}
	case []any:
		list := &commonpb.ArrayValue{}
		for _, e := range v {
			list.Values = append(list.Values, anyValue(e))
		}
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_ArrayValue{ArrayValue: list}}
	case []*commonpb.KeyValue:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_KvlistValue{KvlistValue: &commonpb.KeyValueList{Values: v}}}
	}
	return &commonpb.AnyValue{}
}

func one(s *tracepb.Span, resource ...*commonpb.KeyValue) []*tracepb.ResourceSpans {
	return []*tracepb.ResourceSpans{{
		Resource:   &resourcepb.Resource{Attributes: resource},
		ScopeSpans: []*tracepb.ScopeSpans{{Spans: []*tracepb.Span{s}}},
	}}
}

func TestSpan(t *testing.T) {
	traceID, spanID, parentID := []byte("0123456789abcdef"), []byte("01234567"), []byte("76543210")
	got := event.FromTraces([]*tracepb.ResourceSpans{{
		Resource: &resourcepb.Resource{Attributes: []*commonpb.KeyValue{kv("service.name", "shop"), kv("who", "resource"), kv("name", "a resource's name")}},
		ScopeSpans: []*tracepb.ScopeSpans{{
			Scope: &commonpb.InstrumentationScope{Name: "lib", Version: "v1", Attributes: []*commonpb.KeyValue{kv("who", "scope"), kv("where", "scope")}},
			Spans: []*tracepb.Span{{
				TraceId: traceID, SpanId: spanID, ParentSpanId: parentID, TraceState: "ot=th:8",
				Name: "GET /", Kind: tracepb.Span_SPAN_KIND_SERVER,
				StartTimeUnixNano: 10 * second, EndTimeUnixNano: 10*second + 1_500_000,
				Status:     &tracepb.Status{Code: tracepb.Status_STATUS_CODE_ERROR, Message: "broken"},
				Attributes: []*commonpb.KeyValue{kv("who", "span"), kv("SampleRate", 4), kv("tools", []any{"a", "<b>", 3})},
				Events: []*tracepb.Span_Event{
					{Name: "tick", TimeUnixNano: 9 * second, Attributes: []*commonpb.KeyValue{kv("exception.type", "no exception")}},
					{Name: "exception", TimeUnixNano: 10*second + 500_000, Attributes: []*commonpb.KeyValue{kv("exception.type", "E"), kv("exception.message", "m"), kv("other", 1)}},
					{Name: "exception", Attributes: []*commonpb.KeyValue{kv("exception.type", "second")}},
				},
				Links: []*tracepb.Span_Link{{TraceId: []byte("fedcba9876543210"), SpanId: spanID, Attributes: []*commonpb.KeyValue{kv("why", "batch")}}},
			}},
		}},
	}})
	const (
		trace = "30313233343536373839616263646566"
		span  = "3031323334353637"
	)
	at := time.Unix(10, 0).UTC()
	row := func(at time.Time, f map[string]any) event.Event {
		maps.Copy(f, map[string]any{
			"trace.trace_id": trace, "trace.parent_id": span, "parent_name": "GET /", "error": true,
			"meta.signal_type": "trace", "service.name": "shop", "library.name": "lib", "library.version": "v1", "who": "scope", "where": "scope",
		})
		if f["name"] == nil {
			f["name"] = "a resource's name"
		}
		return event.Event{Time: at, Dataset: "shop", Weight: 4, Fields: f}
	}
	want := []event.Event{
		{Time: at, Dataset: "shop", Weight: 4, Fields: map[string]any{
			"trace.trace_id": trace, "trace.span_id": span, "trace.parent_id": "3736353433323130", "trace.trace_state": "ot=th:8",
			"name": "a resource's name", "type": "server", "span.kind": "server", "duration_ms": 1.5, "status_code": int64(2), "status_message": "broken",
			"error": true, "span.num_events": int64(3), "span.num_links": int64(1), "meta.signal_type": "trace", "service.name": "shop",
			"library.name": "lib", "library.version": "v1", "who": "span", "where": "scope", "tools": `["a","<b>",3]`,
			"exception.type": "E", "exception.message": "m",
		}},
		row(time.Unix(9, 0).UTC(), map[string]any{
			"meta.annotation_type": "span_event", "exception.type": "no exception",
			"meta.time_since_span_start_ms": 0.0, "meta.invalid_time_since_span_start": true,
		}),
		row(at.Add(500*time.Microsecond), map[string]any{
			"meta.annotation_type": "span_event", "exception.type": "E", "exception.message": "m", "other": int64(1),
			"meta.time_since_span_start_ms": 0.5,
		}),
		row(at, map[string]any{"meta.annotation_type": "span_event", "exception.type": "second"}),
		row(at, map[string]any{
			"meta.annotation_type": "link", "trace.link.trace_id": "66656463626139383736353433323130", "trace.link.span_id": span, "why": "batch",
		}),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFields(t *testing.T) {
	deep := []*commonpb.KeyValue{kv("f", "deep")}
	for _, key := range []string{"e", "d", "c", "b"} {
		deep = []*commonpb.KeyValue{kv(key, deep)}
	}
	tests := []struct {
		name, reason string
		span         *tracepb.Span
		want         map[string]any // nil: absent
	}{
		{"a success", "error is only ever true", &tracepb.Span{Status: &tracepb.Status{Code: tracepb.Status_STATUS_CODE_OK}}, map[string]any{"error": nil, "status_code": int64(1)}},
		{"a root", "does-not-exist selects it", &tracepb.Span{ParentSpanId: make([]byte, 8)}, map[string]any{"trace.parent_id": nil}},
		{"a kind that nobody knows", "OTLP may grow", &tracepb.Span{Kind: 99}, map[string]any{"span.kind": "unspecified", "type": "unspecified"}},
		{"an end before the start", "clocks jump", &tracepb.Span{StartTimeUnixNano: 2, EndTimeUnixNano: 1}, map[string]any{"duration_ms": 0.0, "meta.invalid_duration": true}},
		{"numbers that are none", "no aggregate survives them", &tracepb.Span{Attributes: []*commonpb.KeyValue{kv("x", math.NaN()), kv("y", math.Inf(1))}}, map[string]any{"x": nil, "y": nil}},
		{"nothing", "an empty value is no value", &tracepb.Span{Attributes: []*commonpb.KeyValue{kv("x", nil), kv("", "y"), {Key: "z"}}}, map[string]any{"x": nil, "": nil, "z": nil}},
		{"an empty string", "it is a value", &tracepb.Span{Attributes: []*commonpb.KeyValue{kv("x", "")}}, map[string]any{"x": ""}},
		{"bytes", "they are base64", &tracepb.Span{Attributes: []*commonpb.KeyValue{kv("x", []byte{0, 255})}}, map[string]any{"x": "AP8="}},
		{"a list of everything", "a list is JSON", &tracepb.Span{Attributes: []*commonpb.KeyValue{kv("x", []any{1.5, true, nil, math.NaN(), []any{}, []byte{1}, []*commonpb.KeyValue{kv("k", "v")}})}}, map[string]any{"x": `[1.5,true,null,"NaN",[],"AQ==",{"k":"v"}]`}},
		{"a map", "its keys become columns", &tracepb.Span{Attributes: []*commonpb.KeyValue{kv("x", []*commonpb.KeyValue{kv("a", 1), kv("", 2), kv("b", []*commonpb.KeyValue{kv("c", "d")})})}}, map[string]any{"x": nil, "x.a": int64(1), "x.b.c": "d"}},
		{"a deep map", "columns have an end", &tracepb.Span{Attributes: []*commonpb.KeyValue{kv("a", deep)}}, map[string]any{"a.b.c.d.e": `{"f":"deep"}`}},
		{"the same attribute twice", "the last one counts", &tracepb.Span{Attributes: []*commonpb.KeyValue{kv("x", 1), kv("x", 2)}}, map[string]any{"x": int64(2)}},
		{"an attribute named error", "it wins over the column", &tracepb.Span{Attributes: []*commonpb.KeyValue{kv("error", false)}, Status: &tracepb.Status{Code: tracepb.Status_STATUS_CODE_ERROR}}, map[string]any{"error": false}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := event.FromTraces(one(tt.span))[0].Fields
			for column, want := range tt.want {
				if diff := cmp.Diff(want, got[column]); diff != "" {
					t.Errorf("%s: %s (-want +got):\n%s", column, tt.reason, diff)
				}
			}
		})
	}
}

func TestDataset(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"", "unknown_service"},
		{" shop ", "shop"},
		{"unknown_service:app", "unknown_service"},
		{"unknown_service", "unknown_service"},
	} {
		if got := event.Dataset(tt.in); got != tt.want {
			t.Errorf("Dataset(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func FuzzFromTraces(f *testing.F) {
	seed, err := proto.Marshal(&tracepb.TracesData{ResourceSpans: one(&tracepb.Span{
		TraceId: []byte{1}, Name: "n", Attributes: []*commonpb.KeyValue{kv("a", []any{1, "x"}), kv("m", []*commonpb.KeyValue{kv("k", 1.5)}), kv("SampleRate", 3)},
		Events: []*tracepb.Span_Event{{Name: "exception", Attributes: []*commonpb.KeyValue{kv("exception.type", "E")}}}, Links: []*tracepb.Span_Link{{}},
	}, kv("service.name", "s"))})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		var traces tracepb.TracesData
		if proto.Unmarshal(data, &traces) != nil {
			return
		}
		for _, e := range event.FromTraces(traces.GetResourceSpans()) {
			checkEvent(t, e)
		}
	})
}

// checkEvent checks what the type promises.
func checkEvent(t *testing.T, e event.Event) {
	t.Helper()
	if e.Weight < 1 || e.Dataset == "" {
		t.Errorf("weight %d, dataset %q", e.Weight, e.Dataset)
	}
	for k, v := range e.Fields {
		switch v := v.(type) {
		case string, int64, bool:
		case float64:
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("field %q is %v", k, v)
			}
		default:
			t.Errorf("field %q is a %T", k, v)
		}
	}
}
