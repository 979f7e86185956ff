package telemetryhttp_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fixture is a telemetry that keeps what it gets.
type fixture struct {
	*telemetry.Telemetry
	spans  *tracetest.SpanRecorder
	reader *sdkmetric.ManualReader
}

func newFixture(t testing.TB, opts ...telemetry.Option) *fixture {
	t.Helper()
	f := &fixture{spans: tracetest.NewSpanRecorder(), reader: sdkmetric.NewManualReader()}
	tel, err := telemetry.New(t.Context(), append([]telemetry.Option{
		telemetry.WithSpanProcessor(f.spans), telemetry.WithMetricReader(f.reader),
		telemetry.WithLogger(slog.New(slog.DiscardHandler)),
	}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	f.Telemetry = tel
	t.Cleanup(func() { tel.Shutdown(context.WithoutCancel(t.Context())) })
	return f
}

// context returns the context of a test whose helpers report to f.
func (f *fixture) context(t testing.TB) context.Context {
	return telemetry.NewContext(t.Context(), f.Telemetry)
}

// do serves a request in memory and returns the response.
func (f *fixture) do(t testing.TB, h http.Handler, method, target string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(f.context(t), method, target, http.NoBody)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

// span is what a test looks at, in a form that cmp can compare.
type span struct {
	Name   string
	Kind   string
	Status sdktrace.Status
	Attrs  map[string]any
	Events []string
}

func view(s sdktrace.ReadOnlySpan) span {
	v := span{Name: s.Name(), Kind: s.SpanKind().String(), Status: s.Status(), Attrs: values(s.Attributes())}
	for _, e := range s.Events() {
		v.Events = append(v.Events, e.Name)
	}
	return v
}

func values(kv []attribute.KeyValue) map[string]any {
	m := make(map[string]any, len(kv))
	for _, a := range kv {
		m[string(a.Key)] = a.Value.AsInterface()
	}
	return m
}

// ended returns the only span that has ended.
func (f *fixture) ended(t testing.TB) sdktrace.ReadOnlySpan {
	t.Helper()
	spans := f.spans.Ended()
	if len(spans) != 1 {
		t.Fatalf("%d spans ended, want 1: %v", len(spans), names(spans))
	}
	return spans[0]
}

func names(spans []sdktrace.ReadOnlySpan) []string {
	var n []string
	for _, s := range spans {
		n = append(n, s.Name())
	}
	return n
}

// durations returns the attributes of each series of a duration histogram, as
// far as keys names them, and how often each was recorded.
func (f *fixture) durations(t testing.TB, name string, keys ...string) map[string]uint64 {
	t.Helper()
	var rm metricdata.ResourceMetrics
	if err := f.reader.Collect(t.Context(), &rm); err != nil {
		t.Fatal(err)
	}
	got := make(map[string]uint64)
	for _, sm := range rm.ScopeMetrics {
		for _, m := range sm.Metrics {
			if m.Name != name {
				continue
			}
			for _, p := range m.Data.(metricdata.Histogram[float64]).DataPoints {
				kept, _ := attribute.NewSetWithFiltered(p.Attributes.ToSlice(), func(kv attribute.KeyValue) bool {
					return slices.Contains(keys, string(kv.Key))
				})
				got[kept.Encoded(attribute.DefaultEncoder())] += p.Count
			}
		}
	}
	return got
}

const (
	serverDuration = "http.server.request.duration"
	clientDuration = "http.client.request.duration"
)

func diff(t testing.TB, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// layer is middleware that hands on a copy of its request.
func layer(next http.Handler) http.Handler {
	type key struct{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, 1)))
	})
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// newBenchmark returns a telemetry whose spans go nowhere.
func newBenchmark(b *testing.B, opts ...telemetry.Option) *telemetry.Telemetry {
	b.Helper()
	tel, err := telemetry.New(b.Context(), append([]telemetry.Option{
		telemetry.WithSpanProcessor(nop{}), telemetry.WithMetricReader(sdkmetric.NewManualReader()),
		telemetry.WithLogger(slog.New(slog.DiscardHandler)),
	}, opts...)...)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { tel.Shutdown(context.WithoutCancel(b.Context())) })
	return tel
}

var _ sdktrace.SpanProcessor = (*nop)(nil)

// nop is a span processor that does nothing.
type nop struct{}

func (nop) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (nop) OnEnd(sdktrace.ReadOnlySpan)                     {}
func (nop) Shutdown(context.Context) error                  { return nil }
func (nop) ForceFlush(context.Context) error                { return nil }
