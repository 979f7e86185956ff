package otlp_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/lift-sys/telemetry/internal/otlp"
	"github.com/lift-sys/telemetry/internal/sanitize"
	"github.com/lift-sys/telemetry/internal/sanitize/secrettest"
)

// poisoned returns s with key, value and raw in every place that takes them.
func poisoned(s sdktrace.ReadOnlySpan, key, value string, raw []byte) sdktrace.ReadOnlySpan {
	stub := tracetest.SpanStubFromReadOnlySpan(s)
	kvs := []attribute.KeyValue{
		attribute.String(key, value),
		attribute.StringSlice("list", []string{value, key}),
		attribute.ByteSlice("raw", raw),
		attribute.Map("map", attribute.String(key, value)),
		attribute.Float64("nan", math.NaN()),
	}
	stub.Name, stub.Status.Description = value, value
	stub.Attributes = append(stub.Attributes, kvs...)
	stub.Events = append(stub.Events, sdktrace.Event{Name: value, Attributes: kvs})
	stub.Links = append(stub.Links, sdktrace.Link{Attributes: kvs})
	stub.Resource = resource.NewWithAttributes(value, attribute.String(key, value))
	return stub.Snapshot()
}

// poisonMetrics puts text and num into every place of rm that takes them.
func poisonMetrics(rm *metricdata.ResourceMetrics, text string, num float64) {
	rm.Resource = resource.NewSchemaless(attribute.String("password", text), attribute.String("r", text))
	set := attribute.NewSet(attribute.String("a", text), attribute.Float64("f", num))
	exemplars := []metricdata.Exemplar[float64]{{Value: num, FilteredAttributes: []attribute.KeyValue{attribute.String(text, text)}}, {Value: 1}}
	rm.ScopeMetrics = append(rm.ScopeMetrics, metricdata.ScopeMetrics{
		Scope: instrumentation.Scope{Name: text, Version: text},
		Metrics: []metricdata.Metrics{
			{Name: text, Description: text, Unit: text, Data: metricdata.Gauge[float64]{DataPoints: []metricdata.DataPoint[float64]{
				{Value: num, Attributes: set, Exemplars: exemplars}, {Value: 1, Exemplars: slices.Clone(exemplars)},
			}}},
			{Name: "h", Data: metricdata.Histogram[float64]{Temporality: metricdata.DeltaTemporality, DataPoints: []metricdata.HistogramDataPoint[float64]{
				{Sum: num, Attributes: set}, {Sum: 1, Min: metricdata.NewExtrema(num), Max: metricdata.NewExtrema(num)},
			}}},
			{Name: "s", Data: metricdata.Summary{DataPoints: []metricdata.SummaryDataPoint{
				{Sum: num}, {QuantileValues: []metricdata.QuantileValue{{Quantile: 0.5, Value: num}, {Quantile: 0.9, Value: 1}}},
			}}},
		},
	})
}

// places lists where a span takes a string, each with a way to put one there.
var places = []struct {
	name string
	put  func(*tracetest.SpanStub, string)
}{
	{"span name", func(s *tracetest.SpanStub, v string) { s.Name = v }},
	{"status", func(s *tracetest.SpanStub, v string) { s.Status.Description = v }},
	{"attribute", func(s *tracetest.SpanStub, v string) { s.Attributes = append(s.Attributes, attribute.String("x", v)) }},
	{"attribute key", func(s *tracetest.SpanStub, v string) { s.Attributes = append(s.Attributes, attribute.Int(v, 1)) }},
	{"string list", func(s *tracetest.SpanStub, v string) {
		s.Attributes = append(s.Attributes, attribute.StringSlice("x", []string{"a", v}))
	}},
	{"nested value", func(s *tracetest.SpanStub, v string) {
		s.Attributes = append(s.Attributes, attribute.Map("x", attribute.Slice("y", attribute.StringValue(v))))
	}},
	{"bytes", func(s *tracetest.SpanStub, v string) {
		s.Attributes = append(s.Attributes, attribute.ByteSlice("x", []byte(v)))
	}},
	{"event name", func(s *tracetest.SpanStub, v string) { s.Events[0].Name = v }},
	{"event attribute", func(s *tracetest.SpanStub, v string) {
		s.Events[0].Attributes = append(s.Events[0].Attributes, attribute.String("exception.message", v))
	}},
	{"link attribute", func(s *tracetest.SpanStub, v string) {
		s.Links[0].Attributes = append(s.Links[0].Attributes, attribute.String("x", v))
	}},
	{"resource", func(s *tracetest.SpanStub, v string) { s.Resource = resource.NewSchemaless(attribute.String("x", v)) }},
	{"schema", func(s *tracetest.SpanStub, v string) { s.Resource = resource.NewWithAttributes(v) }},
	{"scope name", func(s *tracetest.SpanStub, v string) { s.InstrumentationScope.Name = v }},
	{"scope attribute", func(s *tracetest.SpanStub, v string) {
		s.InstrumentationScope.Attributes = attribute.NewSet(attribute.String("x", v))
	}},
}

func stub() tracetest.SpanStub {
	s := tracetest.SpanStubFromReadOnlySpan(llmSpan())
	s.Events = []sdktrace.Event{{Name: "event"}}
	s.Links = []sdktrace.Link{{}}
	return s
}

func TestPoisonLeavesNeighboursUnharmed(t *testing.T) {
	poisons := []struct{ name, text string }{
		{"bad UTF-8", "bad \xff\xfe\xc3\x28"},
		{"half a rune", "half \xe2\x82"},
		{"NUL", "a\x00b"},
		{"oversize", strings.Repeat("x", 1<<20)},
		{"oversize bad UTF-8", strings.Repeat("\xf0\x9f", 1<<20)},
	}
	san := sanitize.New(sanitize.Limits{})
	neighbour := llmSpan()
	want := decode(t, request([]sdktrace.ReadOnlySpan{neighbour}, san), new(collectorpb.ExportTraceServiceRequest)).ResourceSpans[0].ScopeSpans[0].Spans[0]
	for _, place := range places {
		for _, poison := range poisons {
			t.Run(place.name+"/"+poison.name, func(t *testing.T) {
				s := stub()
				place.put(&s, poison.text)
				bad := s.Snapshot()
				b := request([]sdktrace.ReadOnlySpan{bad, neighbour, bad}, san)
				got := decode(t, b, new(collectorpb.ExportTraceServiceRequest))
				arrived, unharmed := 0, 0
				for _, group := range got.ResourceSpans[0].ScopeSpans {
					for _, span := range group.Spans {
						arrived++
						if proto.Equal(span, want) {
							unharmed++
						}
					}
				}
				if arrived != 3 || unharmed != 1 {
					t.Errorf("%d of 3 spans arrived, %d of 1 neighbour unharmed", arrived, unharmed)
				}
				if len(b) > 64<<10 {
					t.Errorf("%d bytes: not shortened", len(b))
				}
			})
		}
	}
}

func TestNonFiniteNumbers(t *testing.T) {
	san := sanitize.New(sanitize.Limits{})
	for _, f := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		s := stub()
		s.Attributes = []attribute.KeyValue{attribute.Float64("bad", f), attribute.Float64("good", 1)}
		s.DroppedAttributes = 2
		got := decode(t, request([]sdktrace.ReadOnlySpan{s.Snapshot()}, san), new(collectorpb.ExportTraceServiceRequest)).ResourceSpans[0].ScopeSpans[0].Spans[0]
		if len(got.Attributes) != 1 || got.Attributes[0].Key != "good" || got.DroppedAttributesCount != 3 {
			t.Errorf("%v: attributes %v, dropped %d", f, got.Attributes, got.DroppedAttributesCount)
		}
	}
	if c := san.Counts(); c.NonFinite != 3 || c.AttributesDropped != 9 { // with those lost before
		t.Errorf("counted %+v", c)
	}
}

func TestSecretsInEveryPlace(t *testing.T) {
	for _, secret := range secrettest.All() {
		for _, place := range places {
			san := sanitize.New(sanitize.Limits{})
			s := stub()
			place.put(&s, "so: "+secret.Text)
			b := request([]sdktrace.ReadOnlySpan{s.Snapshot()}, san)
			if strings.Contains(string(b), secret.Core) {
				t.Errorf("%s in %s reached the wire", secret.Name, place.name)
			}
			if san.Counts().Redacted == 0 {
				t.Errorf("%s in %s: not counted", secret.Name, place.name)
			}
		}
		san := sanitize.New(sanitize.Limits{})
		rm := new(metricdata.ResourceMetrics)
		poisonMetrics(rm, "so: "+secret.Text, 1)
		if b, _ := otlp.AppendMetrics(nil, rm, san); strings.Contains(string(b), secret.Core) {
			t.Errorf("%s in metrics reached the wire", secret.Name)
		}
	}
}

func TestSecretInTraceState(t *testing.T) {
	ts, err := trace.ParseTraceState("ot=th:8,vendor=sk" + "-a1b2c3d4e5f6a7b8c9d0e1,x=y")
	if err != nil {
		t.Fatal(err)
	}
	s := stub()
	s.SpanContext = s.SpanContext.WithTraceState(ts)
	got := decode(t, request([]sdktrace.ReadOnlySpan{s.Snapshot()}, nil), new(collectorpb.ExportTraceServiceRequest)).ResourceSpans[0].ScopeSpans[0].Spans[0]
	if got.TraceState != "ot=th:8,x=y" {
		t.Errorf("tracestate %q: want the member gone and the others kept", got.TraceState)
	}
}
