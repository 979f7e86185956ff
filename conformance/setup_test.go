package conformance_test

import (
	"context"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry"
)

func TestMain(m *testing.M) {
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		for _, prefix := range []string{"OTEL_", "HONEYCOMB_", "LIFT_"} {
			if strings.HasPrefix(name, prefix) {
				_ = os.Unsetenv(name)
			}
		}
	}
	// What plain OpenTelemetry says of the faults shown here is no news.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) {}))
	goleak.VerifyTestMain(m)
}

// patience bounds what a test waits for that should come at once. It decides
// only whether a broken library hangs or fails.
const patience = 20 * time.Second

var quiet = telemetry.WithLogger(slog.New(slog.DiscardHandler))

// start returns a handle of the library that lives as long as the test.
func start(t testing.TB, opts ...telemetry.Option) *telemetry.Telemetry {
	t.Helper()
	tel, err := telemetry.New(t.Context(), append([]telemetry.Option{quiet, telemetry.WithoutSelfMetrics()}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 100*time.Millisecond)
		defer cancel()
		_ = tel.Shutdown(ctx) // tests that care have done so before
	})
	return tel
}

// record makes one finished span.
func record(tp trace.TracerProvider, name string, kv ...attribute.KeyValue) {
	_, span := tp.Tracer("test").Start(context.Background(), name, trace.WithAttributes(kv...))
	span.End()
}

// plain returns the usual pipeline of plain OpenTelemetry, which lives as long
// as the test.
func plain(t testing.TB, exporter sdktrace.SpanExporter, opts ...sdktrace.BatchSpanProcessorOption) *sdktrace.TracerProvider {
	tp := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter, opts...))
	t.Cleanup(func() { _ = tp.Shutdown(context.WithoutCancel(t.Context())) })
	return tp
}

// stockExporter returns the stock exporter.
func stockExporter(t testing.TB, opts ...otlptracehttp.Option) sdktrace.SpanExporter {
	t.Helper()
	e, err := otlptracehttp.New(t.Context(), opts...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// to sends to a backend.
func to(b *backend) otlptracehttp.Option { return otlptracehttp.WithEndpointURL(b.URL + "/v1/traces") }

// gone fails a test whose trap plain OpenTelemetry no longer has.
func gone(t *testing.T, what string) {
	t.Helper()
	t.Errorf("this trap is gone from plain OpenTelemetry (%s): see whether our way around it can be simpler", what)
}

// shutdown shuts tel down and fails the test if anything was lost.
func shutdown(t testing.TB, tel *telemetry.Telemetry) {
	t.Helper()
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
}

// within runs f and fails the test if f hangs.
func within(t testing.TB, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatal("it does not return")
	}
}

// logTo makes tel's logger write to w.
func logTo(w io.Writer) telemetry.Option {
	return telemetry.WithLogger(slog.New(slog.NewTextHandler(w, nil)))
}

// balanced checks the law of the books.
func balanced(t testing.TB, s telemetry.Stats) {
	t.Helper()
	for name, b := range map[string]telemetry.Tally{"spans": s.Spans, "weight": s.Weight, "points": s.Points} {
		if b.Ended != b.Exported+b.Rejected+b.Queued+b.Dropped.Total() {
			t.Errorf("%s do not add up: %+v", name, b)
		}
	}
}

// An exporter is a stand-in inside a synctest bubble, where no network is.
type exporter func(context.Context) error

func (f exporter) ExportSpans(ctx context.Context, _ []sdktrace.ReadOnlySpan) error { return f(ctx) }
func (exporter) Shutdown(context.Context) error                                     { return nil }
