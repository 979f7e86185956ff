package migration_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/lift-sys/telemetry"
)

// use makes a span and a metric through what is global.
func use(t *testing.T) {
	t.Helper()
	counter, err := otel.Meter("test").Int64Counter("jobs")
	if err != nil {
		t.Fatal(err)
	}
	counter.Add(t.Context(), 1)
	_, span := otel.Tracer("test").Start(t.Context(), "job")
	span.End()
}

// over is a context that a signal has ended.
func over(t *testing.T) context.Context {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	return ctx
}

// setupOnWire also shows that both ways to shut down deliver, although the
// context is over.
func setupOnWire(t *testing.T) (before, after []string) {
	r := newReceiver(t)
	providers, err := setUp(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	use(t)
	if err := shutdownBefore(over(t), providers); err != nil {
		t.Error(err)
	}
	otel.SetTracerProvider(tracenoop.NewTracerProvider())
	otel.SetMeterProvider(metricnoop.NewMeterProvider())
	before = r.requests()

	r = newReceiver(t)
	tel := setupAfter(t.Context())
	use(t)
	if err := shutdownAfter(over(t), tel); err != nil {
		t.Error(err)
	}
	return before, r.requests()
}

func TestShutdownSaysWhatWasLost(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) }))
	defer srv.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", srv.URL)
	tel, err := telemetry.Init(t.Context(), quiet)
	if err != nil {
		t.Fatal(err)
	}
	use(t)
	if err := shutdownAfter(t.Context(), tel); err == nil || !strings.Contains(err.Error(), "1 span") {
		t.Errorf("error %v, want one that counts the span", err)
	}
}

func TestGRPC(t *testing.T) {
	exporter, err := grpcBefore(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := exporter.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	tel, err := grpcAfter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got := tel.Config().String(); !strings.Contains(got, "http://collector.internal:4318/v1/traces") {
		t.Errorf("the configuration does not name the receiver:\n%s", got)
	}
	// Nobody listens there, so the library's metrics about itself stay here.
	if err := tel.Shutdown(over(t)); err == nil || !strings.Contains(err.Error(), "metric point") || strings.Contains(err.Error(), "span") {
		t.Errorf("error %v; want one of metric points alone", err)
	}
}

func resourceOnWire(t *testing.T) (before, after []string) {
	tracers, err := resourceBefore(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	resource := func(s trace.Span) []string {
		defer s.End()
		return append([]string{"resource"}, names("  ", s.(sdktrace.ReadOnlySpan).Resource().Attributes())...)
	}
	_, span := tracers.Tracer("test").Start(t.Context(), "job")
	before = resource(span)
	ours(t, spans, func(ctx context.Context) {
		_, span := otel.Tracer("test").Start(ctx, "job")
		after = resource(span)
	}, append(resourceAfter(), telemetry.WithGetenv(func(string) string { return "" }))...) // of no platform
	return before, after
}

// samplerOnWire returns the first span that each sampler kept.
func samplerOnWire(t *testing.T) (before, after []string) {
	kept := func(tp trace.TracerProvider, flush func(context.Context) error, exporter *tracetest.InMemoryExporter) []string {
		for len(exporter.GetSpans()) == 0 {
			_, span := tp.Tracer("test").Start(t.Context(), "job")
			span.End()
			if err := flush(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		return spanLines(exporter.GetSpans().Snapshots()[0])
	}
	exporter := tracetest.NewInMemoryExporter()
	tracers := samplerBefore(exporter)
	before = kept(tracers, tracers.ForceFlush, exporter)
	_ = tracers.Shutdown(t.Context())

	exporter = tracetest.NewInMemoryExporter()
	tel, err := telemetry.New(t.Context(), samplerAfter(), telemetry.WithSpanExporter(exporter), quiet)
	if err != nil {
		t.Fatal(err)
	}
	after = kept(tel.TracerProvider(), tel.Flush, exporter)
	shutDown(t, tel)
	return before, after
}

func TestDiff(t *testing.T) {
	got := diff([]string{"a", "b", "c"}, []string{"a", "x", "c", "d"})
	if d := cmp.Diff("  a\n- b\n+ x\n  c\n+ d", got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
