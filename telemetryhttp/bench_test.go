package telemetryhttp_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryhttp"
)

func benchMux() *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle("GET /users/{id}", status(204))
	return mux
}

func BenchmarkHandler(b *testing.B) {
	f := newBenchmark(b)
	off := newBenchmark(b)
	off.SetEnabled(false)
	out := newBenchmark(b, telemetry.WithSampleRatio(0))
	for _, bb := range []struct {
		name string
		h    http.Handler
	}{
		{"bare", benchMux()},
		{"otelhttp", otelhttp.NewHandler(benchMux(), "", otelhttp.WithTracerProvider(f.TracerProvider()), otelhttp.WithMeterProvider(f.MeterProvider()))},
		{"ours", telemetryhttp.NewHandler(benchMux(), telemetryhttp.WithTelemetry(f))},
		{"sampled out", telemetryhttp.NewHandler(benchMux(), telemetryhttp.WithTelemetry(out))},
		{"off", telemetryhttp.NewHandler(benchMux(), telemetryhttp.WithTelemetry(off))},
	} {
		b.Run(bb.name, func(b *testing.B) {
			w := &inert{make(http.Header)}
			r := httptest.NewRequest(http.MethodGet, "/users/7", http.NoBody)
			b.ReportAllocs()
			for b.Loop() {
				clear(w.header)
				bb.h.ServeHTTP(w, r)
			}
		})
	}
}

func BenchmarkTransport(b *testing.B) {
	f := newBenchmark(b)
	off := newBenchmark(b)
	off.SetEnabled(false)
	base := roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Proto: "HTTP/1.1", Body: http.NoBody}, nil
	})
	for _, bb := range []struct {
		name string
		rt   http.RoundTripper
	}{
		{"bare", base},
		{"otelhttp", otelhttp.NewTransport(base, otelhttp.WithTracerProvider(f.TracerProvider()), otelhttp.WithMeterProvider(f.MeterProvider()))},
		{"ours", telemetryhttp.NewTransport(base, telemetryhttp.WithTelemetry(f))},
		{"off", telemetryhttp.NewTransport(base, telemetryhttp.WithTelemetry(off))},
	} {
		b.Run(bb.name, func(b *testing.B) {
			r := httptest.NewRequest(http.MethodGet, "http://localhost/users/7", http.NoBody)
			b.ReportAllocs()
			for b.Loop() {
				res, err := bb.rt.RoundTrip(r)
				if err != nil {
					b.Fatal(err)
				}
				res.Body.Close()
			}
		})
	}
}
