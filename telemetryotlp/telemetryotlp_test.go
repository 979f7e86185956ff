package telemetryotlp_test

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryotlp"
)

func TestMain(m *testing.M) {
	for _, kv := range os.Environ() {
		if name, _, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "OTEL_") || strings.HasPrefix(name, "HONEYCOMB_") {
			_ = os.Unsetenv(name)
		}
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) {})) // failures are what is tested
	goleak.VerifyTestMain(m)
}

// start returns a handle that delivers through the stock exporters.
func start(t testing.TB, opts ...telemetry.Option) *telemetry.Telemetry {
	t.Helper()
	opts = append([]telemetry.Option{
		telemetryotlp.WithExporters(), telemetry.WithoutSelfMetrics(), telemetry.WithLogger(slog.New(slog.DiscardHandler)),
	}, opts...)
	tel, err := telemetry.New(t.Context(), opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tel.Shutdown(context.WithoutCancel(t.Context())) })
	return tel
}

func record(tel *telemetry.Telemetry, name string, kv ...attribute.KeyValue) {
	_, span := tel.TracerProvider().Tracer("test").Start(context.Background(), name, trace.WithAttributes(kv...))
	span.End()
}

func count(t testing.TB, tel *telemetry.Telemetry) {
	t.Helper()
	c, err := tel.MeterProvider().Meter("test").Int64Counter("tests")
	if err != nil {
		t.Fatal(err)
	}
	c.Add(t.Context(), 1)
}

func TestWithExporters(t *testing.T) {
	b := newBackend(t, http.StatusOK)
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=env,x-both=env")
	tel := start(t, telemetry.WithEndpoint(b.URL), telemetry.WithHeaders(map[string]string{"X-Both": "program"}))
	record(tel, "work", attribute.String("broken", "caf\xc3"), attribute.String("password", "hunter2"), attribute.String("name", "Ada"))
	count(t, tel)
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Errorf("Shutdown: %v", err)
	}

	spans, headers := b.received()
	if len(spans) != 1 || b.points != 1 || len(headers) != 2 {
		t.Fatalf("%d spans and %d points in %d requests, want one each in two", len(spans), b.points, len(headers))
	}
	for _, h := range headers {
		got := [4]string{h.Get("X-Tenant"), h.Get("X-Both"), h.Get("Content-Encoding"), h.Get("Content-Type")}
		if want := [4]string{"env", "program", "gzip", "application/x-protobuf"}; got != want {
			t.Errorf("headers %q, want %q", got, want)
		}
		if !strings.HasPrefix(h.Get("User-Agent"), "OTel ") {
			t.Errorf("sent by %q, not by a stock exporter", h.Get("User-Agent"))
		}
	}
	got := map[string]string{}
	for _, kv := range spans[0].GetAttributes() {
		got[kv.GetKey()] = kv.GetValue().GetStringValue()
	}
	if strings.Contains(got["password"], "hunter2") || got["password"] == "" {
		t.Errorf("password %q on the wire", got["password"])
	}
	delete(got, "password")
	delete(got, "request.id")
	if diff := cmp.Diff(map[string]string{"broken": "caf\ufffd", "app.name": "Ada"}, got); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}

	one := telemetry.Tally{Ended: 1, Exported: 1}
	s := tel.Stats()
	if s.Spans != one || s.Weight != one || s.Points != one {
		t.Errorf("books %+v %+v %+v, want one of each exported", s.Spans, s.Weight, s.Points)
	}
}

func TestSampledSpanCarriesItsWeight(t *testing.T) {
	b := newBackend(t, http.StatusOK)
	tel := start(t, telemetry.WithEndpoint(b.URL), telemetry.WithSampleRatio(0.25))
	for range 200 {
		record(tel, "x")
	}
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
	spans, _ := b.received()
	if len(spans) == 0 {
		t.Fatal("of 200 traces none was kept at a ratio of 0.25")
	}
	for _, s := range spans {
		var rate int64
		for _, kv := range s.GetAttributes() {
			if kv.GetKey() == "SampleRate" {
				rate = kv.GetValue().GetIntValue()
			}
		}
		if rate != 4 {
			t.Errorf("SampleRate %d, want 4", rate)
		}
	}
	n := uint64(len(spans))
	s := tel.Stats()
	if s.Spans != (telemetry.Tally{Ended: n, Exported: n}) || s.Weight != (telemetry.Tally{Ended: 4 * n, Exported: 4 * n}) {
		t.Errorf("books %+v, weight %+v, want %d spans that stand for four each", s.Spans, s.Weight, n)
	}
}

func TestBooksOfAFailure(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + l.Addr().String()
	_ = l.Close()
	for _, tt := range []struct{ name, endpoint, told string }{
		{"400", newBackend(t, http.StatusBadRequest).URL, "400"},
		{"500", newBackend(t, http.StatusInternalServerError).URL, "500"},
		{"refused", closed, "refused"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tel := start(t, telemetry.WithEndpoint(tt.endpoint))
			record(tel, "a")
			record(tel, "b")
			count(t, tel)
			if err := tel.Flush(t.Context()); err == nil || !strings.Contains(err.Error(), "2 spans lost") || !strings.Contains(err.Error(), tt.told) {
				t.Errorf("Flush: %v", err)
			}
			record(tel, "c")
			if err := tel.Shutdown(t.Context()); err == nil || !strings.Contains(err.Error(), "3 spans lost") || !strings.Contains(err.Error(), tt.told) {
				t.Errorf("Shutdown: %v", err)
			}
			record(tel, "after Shutdown")
			s := tel.Stats()
			if want := (telemetry.Tally{Ended: 3, Rejected: 3}); s.Spans != want || s.Weight != want {
				t.Errorf("spans %+v, weight %+v, want %+v", s.Spans, s.Weight, want)
			}
			// The counter is cumulative: each of the two collections has it.
			if want := (telemetry.Tally{Ended: 2, Rejected: 2}); s.Points != want {
				t.Errorf("points %+v, want %+v", s.Points, want)
			}
			if !strings.Contains(s.LastError, tt.told) {
				t.Errorf("last error %q", s.LastError)
			}
		})
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	elsewhere, b := newBackend(t, http.StatusOK), newBackend(t, http.StatusTemporaryRedirect)
	b.location = elsewhere.URL + "/v1/traces"
	const key = "hcaik_not_a_real_key"
	tel := start(t, telemetry.WithHoneycomb(key), telemetry.WithHoneycombEndpoint(b.URL))
	record(tel, "x")
	if err := tel.Shutdown(t.Context()); err == nil || !strings.Contains(err.Error(), "307") || strings.Contains(err.Error(), key) {
		t.Errorf("Shutdown: %v", err)
	}
	if _, h := b.received(); len(h) != 1 || h[0].Get("X-Honeycomb-Team") != key {
		t.Errorf("%d requests, want one with the key", len(h))
	}
	if _, h := elsewhere.received(); len(h) != 0 {
		t.Errorf("%d requests followed the redirect", len(h))
	}
}

func TestCustomCA(t *testing.T) {
	b := unstarted(t, http.StatusOK)
	b.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0) // of the handshake that fails
	b.StartTLS()
	file := filepath.Join(t.TempDir(), "ca.pem")
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: b.Certificate().Raw})
	if err := os.WriteFile(file, ca, 0o600); err != nil {
		t.Fatal(err)
	}
	send := func(t *testing.T) error {
		tel := start(t, telemetry.WithEndpoint(b.URL))
		record(tel, "x")
		return tel.Shutdown(t.Context())
	}
	t.Run("unknown", func(t *testing.T) {
		if err := send(t); err == nil || !strings.Contains(err.Error(), "certificate") {
			t.Errorf("Shutdown: %v, want a refused certificate", err)
		}
	})
	t.Run("named", func(t *testing.T) {
		t.Setenv("OTEL_EXPORTER_OTLP_CERTIFICATE", file)
		if err := send(t); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if spans, _ := b.received(); len(spans) != 1 {
			t.Errorf("%d spans arrived", len(spans))
		}
	})
	t.Run("named but not needed", func(t *testing.T) {
		t.Setenv("OTEL_EXPORTER_OTLP_CERTIFICATE", file)
		open := newBackend(t, http.StatusOK)
		tel := start(t, telemetry.WithEndpoint(open.URL))
		record(tel, "x")
		if err := tel.Shutdown(t.Context()); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if spans, _ := open.received(); len(spans) != 1 {
			t.Errorf("%d spans arrived", len(spans))
		}
	})
	t.Run("missing", func(t *testing.T) {
		t.Setenv("OTEL_EXPORTER_OTLP_CERTIFICATE", file+".not")
		tel, err := telemetry.New(t.Context(), telemetryotlp.WithExporters(), telemetry.WithEndpoint(b.URL))
		if err == nil || !strings.Contains(err.Error(), "OTEL_EXPORTER_OTLP_CERTIFICATE") {
			t.Errorf("error %v", err)
		}
		if tel.Config().Enabled {
			t.Error("enabled in spite of an error")
		}
	})
}

func TestShutdownIsBounded(t *testing.T) {
	b := newBackend(t, http.StatusOK)
	b.hang = make(chan struct{})
	defer close(b.hang)
	tel := start(t, telemetry.WithEndpoint(b.URL))
	record(tel, "a")
	record(tel, "b")
	// Long enough that even a busy machine counts what is cancelled at its end.
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	// The error below shows that it was ctx that ended the wait, not the
	// exporter's own timeout of 10 s.
	if err := tel.Shutdown(ctx); err == nil || !strings.Contains(err.Error(), "2 spans lost") || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Shutdown: %v", err)
	}
	s := tel.Stats().Spans
	if s.Ended != 2 || s.Ended != s.Exported+s.Rejected+s.Queued+s.Dropped.Total() {
		t.Errorf("books %+v", s)
	}
}

func TestHangingMetricsCostNoSpans(t *testing.T) {
	b, hanging := newBackend(t, http.StatusOK), newBackend(t, http.StatusOK)
	hanging.hang = make(chan struct{})
	defer close(hanging.hang)
	t.Setenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", hanging.URL+"/v1/metrics")
	t.Setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", b.URL+"/v1/traces")
	tel := start(t)
	record(tel, "kept")
	count(t, tel)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := tel.Shutdown(ctx); err == nil {
		t.Error("Shutdown hides that metrics were lost")
	}
	if spans, _ := b.received(); len(spans) != 1 {
		t.Errorf("%d spans arrived", len(spans))
	}
	s := tel.Stats()
	if s.Spans != (telemetry.Tally{Ended: 1, Exported: 1}) || s.Points != (telemetry.Tally{Ended: 1, Rejected: 1}) {
		t.Errorf("spans %+v, points %+v", s.Spans, s.Points)
	}
}

func TestShutdownAfterItsContext(t *testing.T) {
	b := newBackend(t, http.StatusOK)
	tel := start(t, telemetry.WithEndpoint(b.URL))
	record(tel, "kept")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := tel.Shutdown(ctx); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
	if spans, _ := b.received(); len(spans) != 1 {
		t.Errorf("%d spans arrived", len(spans))
	}
}

func TestOneSignalOff(t *testing.T) {
	for _, off := range []string{"TRACES", "METRICS"} {
		t.Run(off, func(t *testing.T) {
			b := newBackend(t, http.StatusOK)
			t.Setenv("OTEL_"+off+"_EXPORTER", "none")
			tel := start(t, telemetry.WithEndpoint(b.URL))
			record(tel, "x")
			count(t, tel)
			if err := tel.Shutdown(t.Context()); err != nil {
				t.Errorf("Shutdown: %v", err)
			}
			spans, headers := b.received()
			if got, want := fmt.Sprint(len(spans), b.points, len(headers)), map[string]string{"TRACES": "0 1 1", "METRICS": "1 0 1"}[off]; got != want {
				t.Errorf("spans, points, requests: %s, want %s", got, want)
			}
		})
	}
}
