package telemetryhttp_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryhttp"
)

// stuck is an exporter that waits for its context.
type stuck struct{}

func (stuck) ExportSpans(ctx context.Context, _ []sdktrace.ReadOnlySpan) error {
	<-ctx.Done()
	return ctx.Err()
}
func (stuck) Shutdown(context.Context) error { return nil }

func TestFlushOnReturn(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, reason string
		handle       http.HandlerFunc
		panics       bool
	}{
		{"return", "the request's own span is out before the response ends", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, false},
		{"panic", "the crash is what one wants to see", func(http.ResponseWriter, *http.Request) { panic("boom") }, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			exported := tracetest.NewInMemoryExporter()
			f := newFixture(t, telemetry.WithSpanExporter(exported))
			h := telemetryhttp.FlushOnReturn(f.Telemetry, time.Minute,
				telemetryhttp.NewHandler(tt.handle, telemetryhttp.WithTelemetry(f.Telemetry)))
			defer func() {
				if v := recover(); (v != nil) != tt.panics {
					t.Errorf("panic %v: %s", v, tt.reason)
				}
				if n := len(exported.GetSpans()); n != 1 {
					t.Errorf("%d spans, want 1: %s", n, tt.reason)
				}
			}()
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), "GET", "/", http.NoBody))
		})
	}
}

// counting is an exporter of metrics that counts its calls.
type counting struct{ calls atomic.Int64 }

func (*counting) Temporality(k sdkmetric.InstrumentKind) metricdata.Temporality {
	return sdkmetric.DefaultTemporalitySelector(k)
}

func (*counting) Aggregation(k sdkmetric.InstrumentKind) sdkmetric.Aggregation {
	return sdkmetric.DefaultAggregationSelector(k)
}
func (*counting) ForceFlush(context.Context) error { return nil }
func (*counting) Shutdown(context.Context) error   { return nil }

func (c *counting) Export(context.Context, *metricdata.ResourceMetrics) error {
	c.calls.Add(1)
	return nil
}

// Each point is billed: a request must not send all series there are.
func TestFlushOnReturnSparesMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		spans, metrics := tracetest.NewInMemoryExporter(), new(counting)
		f := newFixture(t, telemetry.WithSpanExporter(spans), telemetry.WithMetricInterval(time.Minute),
			telemetry.WithMetricReader(sdkmetric.NewPeriodicReader(metrics, sdkmetric.WithInterval(time.Hour))))
		h := telemetryhttp.FlushOnReturn(f.Telemetry, time.Second,
			telemetryhttp.NewHandler(http.NotFoundHandler(), telemetryhttp.WithTelemetry(f.Telemetry)))
		for i := range 180 {
			f.do(t, h, "GET", "/")
			if n := len(spans.GetSpans()); n != i+1 {
				t.Fatalf("%d spans after %d requests", n, i+1)
			}
			time.Sleep(time.Second)
		}
		if n := metrics.calls.Load(); n != 3 {
			t.Errorf("metrics went %d times in 180 requests of 3 minutes, want 3", n)
		}
		if err := f.Flush(t.Context()); err != nil || metrics.calls.Load() != 4 {
			t.Errorf("Flush itself: %v, %d times; want it to send them", err, metrics.calls.Load())
		}
	})
}

func TestFlushOnReturnIsBounded(t *testing.T) {
	t.Parallel()
	f := newFixture(t, telemetry.WithSpanExporter(stuck{}))
	h := telemetryhttp.FlushOnReturn(f.Telemetry, time.Millisecond, telemetryhttp.NewHandler(http.NotFoundHandler(), telemetryhttp.WithTelemetry(f.Telemetry)))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range 2 { // the second finds the first one's span still there
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(gone, "GET", "/", http.NoBody))
	}
	if got := f.Stats().Spans; got.Ended != 2 || got.Ended != got.Queued+got.Exported+got.Rejected+got.Dropped.Total() {
		t.Errorf("books %+v", got)
	}
	stop, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_ = f.Shutdown(stop) // the fixture's own would wait for 5 s
	telemetryhttp.FlushOnReturn(nil, 0, http.NotFoundHandler()).
		ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), "GET", "/", http.NoBody))
}
