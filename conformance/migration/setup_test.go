package migration_test

import (
	"context"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/otel"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	tracenoop "go.opentelemetry.io/otel/trace/noop"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/conformance/internal/excerpt"
)

var update = flag.Bool("update", false, "write the document again")

func TestMain(m *testing.M) {
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		for _, prefix := range []string{"OTEL_", "HONEYCOMB_", "LIFT_"} {
			if strings.HasPrefix(name, prefix) {
				_ = os.Unsetenv(name)
			}
		}
	}
	goleak.VerifyTestMain(m)
}

// pieces run what the document shows under their name, before and after, and
// return what is then on the wire.
var pieces = map[string]func(t *testing.T) (before, after []string){
	"setup":    setupOnWire,
	"resource": resourceOnWire,
	"sampler":  samplerOnWire,
	"span": func(t *testing.T) (before, after []string) {
		return plain(t, spans, spanBefore), ours(t, spans, spanAfter)
	},
	"llm": func(t *testing.T) (before, after []string) {
		return plain(t, spans, llmBefore), ours(t, spans, llmAfter)
	},
	"tokens": func(t *testing.T) (before, after []string) {
		return plain(t, metrics, tokensBefore), ours(t, metrics, llmAfter)
	},
	"server":   serverOnWire,
	"client":   clientOnWire,
	"database": databaseOnWire,
	"queue": func(t *testing.T) (before, after []string) {
		return plain(t, spans, queueBefore), ours(t, spans, queueAfter)
	},
}

func TestDocument(t *testing.T) {
	parts, err := excerpt.Go(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	for name, run := range pieces {
		before, after := run(t)
		if len(before) == 0 || len(after) == 0 {
			t.Errorf("%s: nothing on the wire: before %q, after %q", name, before, after)
		}
		parts[name+"-wire"] = diff(before, after)
	}
	excerpt.Check(t, filepath.FromSlash("../../docs/MIGRATION.md"), parts, *update)
}

// A view is what of a recording is compared.
type view func(*testing.T, *tracetest.SpanRecorder, sdkmetric.Reader) []string

// spans are listed in the order of their starts.
func spans(_ *testing.T, recorder *tracetest.SpanRecorder, _ sdkmetric.Reader) []string {
	var lines []string
	for _, s := range recorder.Started() {
		lines = append(lines, spanLines(s)...)
	}
	return lines
}

func metrics(t *testing.T, _ *tracetest.SpanRecorder, reader sdkmetric.Reader) []string {
	var rm metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &rm); err != nil {
		t.Fatal(err)
	}
	return metricLines(rm)
}

func both(t *testing.T, recorder *tracetest.SpanRecorder, reader sdkmetric.Reader) []string {
	return append(spans(t, recorder, reader), metrics(t, recorder, reader)...)
}

// plain runs f with OpenTelemetry alone.
func plain(t *testing.T, v view, f func(context.Context), opts ...sdktrace.TracerProviderOption) []string {
	t.Helper()
	recorder, reader := tracetest.NewSpanRecorder(), sdkmetric.NewManualReader()
	install(t,
		sdktrace.NewTracerProvider(append(opts, sdktrace.WithSpanProcessor(recorder))...),
		sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader)))
	f(t.Context())
	return v(t, recorder, reader)
}

// install makes providers global until the test ends.
func install(t *testing.T, tracers *sdktrace.TracerProvider, meters *sdkmetric.MeterProvider) {
	otel.SetTracerProvider(tracers)
	otel.SetMeterProvider(meters)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	t.Cleanup(func() {
		_ = tracers.Shutdown(context.WithoutCancel(t.Context()))
		_ = meters.Shutdown(context.WithoutCancel(t.Context()))
		otel.SetTracerProvider(tracenoop.NewTracerProvider())
		otel.SetMeterProvider(metricnoop.NewMeterProvider())
	})
}

// ours runs f with this library.
func ours(t *testing.T, v view, f func(context.Context), opts ...telemetry.Option) []string {
	t.Helper()
	recorder, reader := tracetest.NewSpanRecorder(), sdkmetric.NewManualReader()
	tel, err := telemetry.Init(t.Context(), append(opts, quiet,
		telemetry.WithSpanProcessor(recorder), telemetry.WithMetricReader(reader))...)
	if err != nil {
		t.Fatal(err)
	}
	defer shutDown(t, tel) // the next piece has an Init of its own
	f(t.Context())
	return v(t, recorder, reader)
}

var quiet = telemetry.WithLogger(slog.New(slog.DiscardHandler))

func shutDown(t *testing.T, tel *telemetry.Telemetry) {
	t.Helper()
	if err := tel.Shutdown(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
}

// receiver is an OTLP receiver that notes what it was asked.
type receiver struct {
	*httptest.Server
	mu   sync.Mutex
	seen []string
}

// newReceiver returns a receiver that the environment names.
func newReceiver(t *testing.T) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		_, _ = io.Copy(io.Discard, req.Body)
		line := req.Method + " " + req.URL.Path
		if encoding := req.Header.Get("Content-Encoding"); encoding != "" {
			line += " (" + encoding + ")"
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.seen = append(r.seen, line)
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(r.Close)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", r.URL)
	return r
}

// requests returns the distinct requests, sorted.
func (r *receiver) requests() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	lines := slices.Sorted(slices.Values(r.seen))
	return slices.Compact(lines)
}
