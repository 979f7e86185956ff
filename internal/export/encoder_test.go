package export_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/delivery"
	"github.com/lift-sys/telemetry/internal/export"
	"github.com/lift-sys/telemetry/internal/sanitize"
)

func TestEncoderCountsWeight(t *testing.T) {
	out := delivery.New(delivery.Config{}) // both signals off: everything is dropped as such
	defer func() { _ = out.Shutdown(t.Context()) }()
	e := export.NewEncoder(out, sanitize.New(sanitize.Limits{}), true)
	e.Take(stub(), 1)
	e.Take(stub(attribute.String("large", strings.Repeat("x", 200_000))), 4)
	if err := e.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	if err := e.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	s := out.Stats()
	if s.Spans.Appended != 2 || s.Weight.Appended != 5 {
		t.Errorf("%d spans of weight %d appended, want 2 of 5", s.Spans.Appended, s.Weight.Appended)
	}
}

func TestMetricEncoder(t *testing.T) {
	out := delivery.New(delivery.Config{})
	defer func() { _ = out.Shutdown(t.Context()) }()
	on := true
	e := export.NewMetricEncoder(out, sanitize.New(sanitize.Limits{}), export.Temporality("delta"), func() bool { return on })
	for range 2 {
		if err := e.Export(t.Context(), everyKind()); err != nil {
			t.Error(err)
		}
		on = false
	}
	if err := e.Export(t.Context(), &metricdata.ResourceMetrics{}); err != nil {
		t.Error(err)
	}
	if n := out.Stats().Points.Appended; n == 0 || n > 18 {
		t.Errorf("%d points appended, want those of one export", n)
	}
	if got := e.Temporality(sdkmetric.InstrumentKindCounter); got != metricdata.DeltaTemporality {
		t.Errorf("temporality %v, want the configured one", got)
	}
}

// One request holds at most MaxMetrics bytes; the SDK hands over everything at
// once.
func TestMetricEncoderSplits(t *testing.T) {
	const metrics, scopes = 120, 3
	rm := new(metricdata.ResourceMetrics)
	for range scopes {
		var sm metricdata.ScopeMetrics
		for i := range metrics {
			sm.Metrics = append(sm.Metrics, metricdata.Metrics{
				Name: fmt.Sprintf("m%d", i), Description: strings.Repeat("x", 7<<10),
				Data: metricdata.Gauge[int64]{DataPoints: []metricdata.DataPoint[int64]{{Value: 1}}},
			})
		}
		rm.ScopeMetrics = append(rm.ScopeMetrics, sm)
	}
	out := delivery.New(delivery.Config{
		Metrics:      &delivery.Target{URL: "http://backend.test/v1/metrics"},
		RoundTripper: backend(func(*http.Request) int { return http.StatusOK }),
	})
	e := export.NewMetricEncoder(out, nil, export.Temporality("delta"), func() bool { return true })
	if err := e.Export(t.Context(), rm); err != nil {
		t.Fatal(err)
	}
	if err := out.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := out.Stats()
	if got.Points.Exported != metrics*scopes || got.Requests < 3 {
		t.Errorf("%d points exported in %d requests, want %d in several: 2.5 MB are more than one may hold", got.Points.Exported, got.Requests, metrics*scopes)
	}
}

// backend answers every request with a status.
type backend func(*http.Request) int

func (b backend) RoundTrip(req *http.Request) (*http.Response, error) {
	_, _ = io.Copy(io.Discard, req.Body)
	_ = req.Body.Close()
	return &http.Response{StatusCode: b(req), Header: http.Header{}, Body: http.NoBody, Request: req}, nil
}

func TestConsole(t *testing.T) {
	t.Setenv("NO_COLOR", "1")
	var out bytes.Buffer
	c := export.NewConsole(&out, sanitize.New(sanitize.Limits{}))
	id := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{1}, TraceFlags: trace.FlagsSampled})
	c.Take(tracetest.SpanStub{
		Name: "work", SpanContext: id, Attributes: []attribute.KeyValue{attribute.String("user.id", "bad \xff")},
	}.Snapshot(), 1)
	if err := c.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	if err := c.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if got := out.String(); !strings.Contains(got, "work") || strings.Contains(got, "\xff") {
		t.Errorf("printed %q, want the span, repaired", got)
	}
}
