package sanitize_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/sanitize"
)

func cleanStub() tracetest.SpanStub {
	ts, _ := trace.ParseTraceState("ot=th:8,x=y")
	return tracetest.SpanStub{
		Name:        "llm.call",
		SpanContext: trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceState: ts}),
		Status:      sdktrace.Status{Code: codes.Error, Description: "timeout"},
		Attributes: []attribute.KeyValue{
			attribute.String("llm.model", "claude-sonnet-4-5"), attribute.Int("llm.input_tokens", 1),
			attribute.StringSlice("llm.tool_calls", []string{"read", "write"}), attribute.Map("m", attribute.Int("n", 1)),
		},
		Events:               []sdktrace.Event{{Name: "first", Attributes: []attribute.KeyValue{attribute.Int("n", 1)}}, {Name: "second"}},
		Links:                []sdktrace.Link{{SpanContext: trace.NewSpanContext(trace.SpanContextConfig{TraceState: ts}), Attributes: []attribute.KeyValue{attribute.Int("n", 1)}}},
		Resource:             resource.NewSchemaless(attribute.String("service.name", "lift-sys")),
		InstrumentationScope: instrumentation.Scope{Name: "scope", Attributes: attribute.NewSet(attribute.Int("n", 1))},
	}
}

func TestSpanReturnsTheOriginal(t *testing.T) {
	s := sanitize.New(sanitize.Limits{})
	ro := &struct{ sdktrace.ReadOnlySpan }{cleanStub().Snapshot()} // comparable
	if got := s.Span(ro); got != sdktrace.ReadOnlySpan(ro) {
		t.Errorf("a clean span became another one")
	}
	if got := s.Span(nil); got != nil {
		t.Errorf("nil became %v", got)
	}
	if c := s.Counts(); c != (sanitize.Counts{}) {
		t.Errorf("counted %+v", c)
	}
}

func TestSpanView(t *testing.T) {
	const bad, repaired = "bad \xff", "bad \uFFFD"
	secretState, err := trace.ParseTraceState("ot=th:8,vendor=sk" + "-a1b2c3d4e5f6a7b8c9d0e1,x=y")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		limits sanitize.Limits
		put    func(s *tracetest.SpanStub)
		want   func(s *tracetest.SpanStub) // applied to the clean span
	}{
		{"name", sanitize.Limits{}, func(s *tracetest.SpanStub) { s.Name = bad }, func(s *tracetest.SpanStub) { s.Name = repaired }},
		{"status", sanitize.Limits{}, func(s *tracetest.SpanStub) { s.Status.Description = bad }, func(s *tracetest.SpanStub) { s.Status.Description = repaired }},
		{
			"attribute",
			sanitize.Limits{},
			func(s *tracetest.SpanStub) { s.Attributes = append(s.Attributes, attribute.String("name", bad)) },
			func(s *tracetest.SpanStub) {
				s.Attributes = append(s.Attributes, attribute.String("app.name", repaired))
			},
		},
		{
			"attribute limit",
			sanitize.Limits{Attributes: 2},
			func(*tracetest.SpanStub) {},
			func(s *tracetest.SpanStub) { s.Attributes, s.DroppedAttributes = s.Attributes[:2], 2 },
		},
		{
			"event",
			sanitize.Limits{},
			func(s *tracetest.SpanStub) { s.Events[1].Name = bad },
			func(s *tracetest.SpanStub) { s.Events[1].Name = repaired },
		},
		{
			"event attribute",
			sanitize.Limits{},
			func(s *tracetest.SpanStub) { s.Events[0].Attributes[0] = attribute.String("token", "x") },
			func(s *tracetest.SpanStub) { s.Events[0].Attributes[0] = attribute.String("token", "[redacted]") },
		},
		{
			"event limit",
			sanitize.Limits{Events: 1},
			func(*tracetest.SpanStub) {},
			func(s *tracetest.SpanStub) { s.Events, s.DroppedEvents = s.Events[1:], 1 },
		},
		{
			"no links",
			sanitize.Limits{Links: -1},
			func(*tracetest.SpanStub) {},
			func(s *tracetest.SpanStub) { s.Links, s.DroppedLinks = nil, 1 },
		},
		{
			"link attribute",
			sanitize.Limits{},
			func(s *tracetest.SpanStub) { s.Links[0].Attributes[0] = attribute.String("k", bad) },
			func(s *tracetest.SpanStub) { s.Links[0].Attributes[0] = attribute.String("k", repaired) },
		},
		{
			"link tracestate",
			sanitize.Limits{},
			func(s *tracetest.SpanStub) {
				s.Links[0].SpanContext = s.Links[0].SpanContext.WithTraceState(secretState)
			},
			func(*tracetest.SpanStub) {},
		},
		{
			"tracestate",
			sanitize.Limits{},
			func(s *tracetest.SpanStub) { s.SpanContext = s.SpanContext.WithTraceState(secretState) },
			func(*tracetest.SpanStub) {},
		},
		{
			"resource",
			sanitize.Limits{},
			func(s *tracetest.SpanStub) { s.Resource = resource.NewWithAttributes(bad, attribute.String("a", bad)) },
			func(s *tracetest.SpanStub) {
				s.Resource = resource.NewWithAttributes(repaired, attribute.String("a", repaired))
			},
		},
		{
			"scope",
			sanitize.Limits{},
			func(s *tracetest.SpanStub) {
				s.InstrumentationScope = instrumentation.Scope{Name: bad, Version: bad, SchemaURL: bad}
			},
			func(s *tracetest.SpanStub) {
				s.InstrumentationScope = instrumentation.Scope{Name: repaired, Version: repaired, SchemaURL: repaired}
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			san := sanitize.New(tt.limits)
			in, want := cleanStub(), cleanStub()
			tt.put(&in)
			tt.want(&want)
			before := tracetest.SpanStubFromReadOnlySpan(in.Snapshot())
			before.Events, before.Links = slices.Clone(before.Events), slices.Clone(before.Links)
			got := tracetest.SpanStubFromReadOnlySpan(san.Span(in.Snapshot()))
			if diff := cmp.Diff(lines(want), lines(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(lines(before), lines(tracetest.SpanStubFromReadOnlySpan(in.Snapshot()))); diff != "" {
				t.Errorf("the original changed:\n%s", diff)
			}
			if san.Counts() == (sanitize.Counts{}) {
				t.Error("counted nothing")
			}
		})
	}
}

// print writes out all of s, one field a line.
func lines(s tracetest.SpanStub) []string {
	var out []string
	add := func(name string, v ...string) { out = append(out, name+": "+strings.Join(v, " ")) }
	attrs := func(name string, kvs []attribute.KeyValue) {
		for _, kv := range kvs {
			add(name, string(kv.Key), kv.Value.Type().String(), kv.Value.String())
		}
	}
	add("name", s.Name, s.Status.Code.String(), s.Status.Description, s.SpanContext.TraceState().String())
	attrs("attribute", s.Attributes)
	for _, e := range s.Events {
		add("event", e.Name)
		attrs("event attribute", e.Attributes)
	}
	for _, l := range s.Links {
		add("link", l.SpanContext.TraceState().String())
		attrs("link attribute", l.Attributes)
	}
	add("resource", s.Resource.SchemaURL(), s.Resource.String())
	add("scope", s.InstrumentationScope.Name, s.InstrumentationScope.Version, s.InstrumentationScope.SchemaURL)
	attrs("scope attribute", s.InstrumentationScope.Attributes.ToSlice())
	add("dropped", attribute.IntSliceValue([]int{s.DroppedAttributes, s.DroppedEvents, s.DroppedLinks}).String())
	return out
}

func TestSpanExtra(t *testing.T) {
	s := sanitize.New(sanitize.Limits{Attributes: 4})
	stub := cleanStub()
	spare := slices.Concat(stub.Attributes, []attribute.KeyValue{attribute.Int("spare", 1)})
	stub.Attributes = spare[:4]
	ro := stub.Snapshot()
	got := s.Span(ro, attribute.Int("SampleRate", 8)).Attributes()
	if want := slices.Concat(cleanStub().Attributes, []attribute.KeyValue{attribute.Int("SampleRate", 8)}); !slices.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
	if len(ro.Attributes()) != 4 || spare[4].Key != "spare" {
		t.Errorf("the original changed: %v", spare)
	}
}

func TestResourceIsRepairedOnce(t *testing.T) {
	s := sanitize.New(sanitize.Limits{})
	r := resource.NewSchemaless(attribute.String("a", "bad \xff"))
	first := s.Resource(r)
	if first == r || s.Resource(r) != first {
		t.Error("want one repaired resource: exporters group by it")
	}
	if c := s.Counts(); c.Repaired != 1 {
		t.Errorf("counted %+v", c)
	}
}
