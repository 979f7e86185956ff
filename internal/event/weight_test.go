package event_test

import (
	"math"
	"testing"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/lift-sys/telemetry/internal/event"
)

func TestWeight(t *testing.T) {
	rate := func(v any) []*commonpb.KeyValue { return []*commonpb.KeyValue{kv("SampleRate", v)} }
	preferred := func(v any) []*commonpb.KeyValue { return []*commonpb.KeyValue{kv("sampleRate", v)} }
	tests := []struct {
		name, reason          string
		resource, scope, span []*commonpb.KeyValue
		state                 string
		want                  int64
	}{
		{name: "none", reason: "a span stands for itself", span: []*commonpb.KeyValue{kv("x", 5)}, want: 1},
		{name: "an int", reason: "this library sends it", span: rate(5), want: 5},
		{name: "the other spelling", reason: "Honeycomb's distributions send it", span: preferred(5), want: 5},
		{name: "a float", reason: "it is rounded", span: rate(5.4), want: 5},
		{name: "a half", reason: "it is rounded up", span: rate(2.5), want: 3},
		{name: "just below a half", reason: "it is no half", span: rate(math.Nextafter(2.5, 0)), want: 2},
		{name: "a text", reason: "an environment variable makes one", span: rate("5"), want: 5},
		{name: "a text with a fraction", reason: "it is rounded too", span: rate("2.5"), want: 3},
		{name: "no number", reason: "it is no rate", span: rate("often"), want: 1},
		{name: "zero", reason: "no row stands for none", span: rate(0), want: 1},
		{name: "negative", reason: "no row stands for less than none", span: rate(-3), want: 1},
		{name: "not a number", reason: "it is no rate", span: rate(math.NaN()), want: 1},
		{name: "endless", reason: "Honeycomb keeps 32 bits", span: rate(math.Inf(1)), want: math.MaxInt32},
		{name: "a text beyond all numbers", reason: "it does not parse", span: rate("1e999"), want: 1},
		{name: "a list", reason: "it is no rate", span: rate([]any{5}), want: 1},
		{name: "of the resource", reason: "Honeycomb has services that sample at their heads say it there", resource: rate("10"), want: 10},
		{name: "of the scope", reason: "a tracer may sample", scope: rate(7), want: 7},
		{name: "of all three", reason: "the nearest counts", resource: rate(2), scope: rate(3), span: rate(4), want: 4},
		{name: "no value near", reason: "an attribute without a value is none", resource: rate(2), span: rate(nil), want: 2},
		{name: "a map near", reason: "a map becomes other columns", resource: rate(2), span: rate([]*commonpb.KeyValue{kv("of", 3)}), want: 2},
		{name: "both spellings", reason: "sampleRate goes before SampleRate, whichever comes last", span: append(preferred(6), rate(5)...), want: 6},
		{name: "both spellings in two places", reason: "sampleRate goes before SampleRate", resource: preferred(6), span: rate(5), want: 6},
		{name: "a threshold", reason: "LIFT_WEIGHT_ENCODING=collector sends it alone", state: "ot=th:c", want: 4},
		{name: "a threshold among others", reason: "a tracestate has many members", state: "v=1,ot=rv:6e6d1a75832a2f;th:8", want: 2},
		{name: "an attribute and a threshold", reason: "the attribute goes first", state: "ot=th:c", span: rate(10), want: 10},
		{name: "a resource's attribute and a threshold", reason: "the attribute goes first", state: "ot=th:c", resource: rate(10), want: 10},
		{name: "a bad attribute and a threshold", reason: "an attribute that is no number counts as 1", state: "ot=th:c", span: rate("often"), want: 1},
		{name: "two thresholds", reason: "readers would disagree", state: "ot=th:c;th:8", want: 1},
		{name: "no tracestate", reason: "what does not parse says nothing", state: "th:c", want: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &tracepb.Span{
				TraceState: tt.state, Attributes: tt.span,
				Events: []*tracepb.Span_Event{{Name: "e", Attributes: rate(99)}}, Links: []*tracepb.Span_Link{{Attributes: rate(99)}},
			}
			rows := event.FromTraces([]*tracepb.ResourceSpans{{
				Resource:   &resourcepb.Resource{Attributes: tt.resource},
				ScopeSpans: []*tracepb.ScopeSpans{{Scope: &commonpb.InstrumentationScope{Attributes: tt.scope}, Spans: []*tracepb.Span{s}}},
			}})
			if len(rows) != 3 {
				t.Fatalf("%d rows, want a span, an event and a link", len(rows))
			}
			for _, e := range rows {
				if e.Weight != tt.want {
					t.Errorf("weight is %d, want %d: %s", e.Weight, tt.want, tt.reason)
				}
				for _, key := range []string{"SampleRate", "sampleRate"} {
					if v, ok := e.Fields[key]; ok {
						t.Errorf("%s = %v is a field too", key, v)
					}
				}
			}
		})
	}
}
