package otlp_test

import (
	"errors"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	metricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/lift-sys/telemetry/internal/otlp"
	"github.com/lift-sys/telemetry/internal/sanitize"
)

// stock holds the stock exporters and what they sent last.
type stock struct {
	body    []byte
	traces  *otlptrace.Exporter
	metrics *otlpmetrichttp.Exporter
}

func newStock(t testing.TB) *stock {
	t.Helper()
	s := new(stock)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var err error
		if s.body, err = io.ReadAll(r.Body); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(srv.Close)
	// The metric exporter reports metrics it cannot encode, which is part of
	// the test.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) {}))

	var err error
	if s.traces, err = otlptracehttp.New(t.Context(), otlptracehttp.WithEndpointURL(srv.URL+"/v1/traces")); err != nil {
		t.Fatal(err)
	}
	if s.metrics, err = otlpmetrichttp.New(t.Context(), otlpmetrichttp.WithEndpointURL(srv.URL+"/v1/metrics")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.traces.Shutdown(t.Context()), s.metrics.Shutdown(t.Context())); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	return s
}

// request encodes spans of one resource.
func request(spans []sdktrace.ReadOnlySpan, san *sanitize.Sanitizer) []byte {
	var groups []group
	index := map[instrumentation.Scope]int{}
	for _, s := range spans {
		scope := s.InstrumentationScope()
		i, ok := index[scope]
		if !ok {
			i = len(groups)
			index[scope] = i
			groups = append(groups, group{scope: otlp.AppendScope(nil, scope, san), schemaURL: san.String(scope.SchemaURL)})
		}
		groups[i].spans = otlp.AppendSpan(groups[i].spans, s, san)
	}
	r := spans[0].Resource()
	return traces(otlp.AppendResource(nil, r, san), san.String(r.SchemaURL()), groups...)
}

func decode[M proto.Message](t testing.TB, b []byte, m M) M {
	t.Helper()
	if err := proto.Unmarshal(b, m); err != nil {
		t.Fatalf("official decoder: %v", err)
	}
	return m
}

func compareTraces(t *testing.T, st *stock, spans, cleaned []sdktrace.ReadOnlySpan, san *sanitize.Sanitizer) {
	t.Helper()
	if err := st.traces.ExportSpans(t.Context(), cleaned); err != nil {
		t.Fatal(err)
	}
	want := decode(t, st.body, new(collectorpb.ExportTraceServiceRequest))
	got := decode(t, request(spans, san), new(collectorpb.ExportTraceServiceRequest))
	if !proto.Equal(want, got) {
		t.Errorf("spans (-stock +ours):\n%s", cmp.Diff(want, got, protocmp.Transform()))
	}
}

func TestSpansEqualStock(t *testing.T) {
	st := newStock(t)
	san := sanitize.New(sanitize.Limits{ValueBytes: 1 << 20})
	for seed := range uint64(300) {
		m := newMaker(seed)
		r, scopes := m.resource(), list(3, m.scope)
		if seed == 0 {
			scopes = append(scopes, instrumentation.Scope{})
		}
		spans := list(1+m.IntN(8), func() sdktrace.ReadOnlySpan { return m.span(r, scopes) })
		compareTraces(t, st, spans, spans, san)
	}
	c := san.Counts()
	c.AttributesDropped, c.EventsDropped, c.LinksDropped = 0, 0, 0 // random, and lost before they came here
	if c != (sanitize.Counts{}) {
		t.Errorf("random spans are meant to be clean: %+v", c)
	}
}

func FuzzSpan(f *testing.F) {
	f.Add(uint64(1), "name", "value", []byte("seed"))
	f.Add(uint64(2), "\xff", "Bearer abcdefgh12345", []byte{0x80})
	f.Add(uint64(3), "type", "https://u:p@host", []byte{})
	st := newStock(f)
	f.Fuzz(func(t *testing.T, seed uint64, key, value string, raw []byte) {
		m := newMaker(seed)
		scopes := list(2, m.scope)
		scopes[0].Name, scopes[1].Version = value, key
		s := poisoned(m.span(m.resource(), scopes), key, value, raw)
		// Both ways out have to repair alike.
		view := sanitize.New(sanitize.Limits{}).Span(s)
		compareTraces(t, st, []sdktrace.ReadOnlySpan{s}, []sdktrace.ReadOnlySpan{view}, sanitize.New(sanitize.Limits{}))
	})
}

func compareMetrics(t *testing.T, st *stock, rm, cleaned *metricdata.ResourceMetrics, san *sanitize.Sanitizer) {
	t.Helper()
	b, points := otlp.AppendMetrics(nil, rm, san)
	got := decode(t, b, new(metricspb.ExportMetricsServiceRequest))

	st.body = nil
	_ = st.metrics.Export(t.Context(), cleaned) // tells of metrics it had to leave out
	want := decode(t, st.body, new(metricspb.ExportMetricsServiceRequest))
	if !proto.Equal(want, got) {
		t.Errorf("metrics (-stock +ours):\n%s", cmp.Diff(want, got, protocmp.Transform()))
	}
	if n := countPoints(got); n != points {
		t.Errorf("AppendMetrics said %d points, wrote %d", points, n)
	}
}

func countPoints(req *metricspb.ExportMetricsServiceRequest) (n int) {
	for _, rm := range req.GetResourceMetrics() {
		for _, sm := range rm.GetScopeMetrics() {
			for _, m := range sm.GetMetrics() {
				n += len(m.GetGauge().GetDataPoints()) + len(m.GetSum().GetDataPoints()) + len(m.GetHistogram().GetDataPoints()) +
					len(m.GetExponentialHistogram().GetDataPoints()) + len(m.GetSummary().GetDataPoints())
			}
		}
	}
	return n
}

func TestMetricsEqualStock(t *testing.T) {
	st := newStock(t)
	san := sanitize.New(sanitize.Limits{ValueBytes: 1 << 20})
	for seed := range uint64(300) {
		rm := newMaker(seed).metrics()
		compareMetrics(t, st, rm, rm, san)
	}
	if c := san.Counts(); c != (sanitize.Counts{}) {
		t.Errorf("random metrics are meant to be clean: %+v", c)
	}
}

func FuzzMetrics(f *testing.F) {
	f.Add(uint64(1), "value", 1.5)
	f.Add(uint64(2), "bad \xff", 0.0)
	f.Add(uint64(3), "Bearer abcdefgh12345", -1e300)
	f.Add(uint64(4), "not a number", math.NaN())
	f.Add(uint64(5), "infinite", math.Inf(1))
	st := newStock(f)
	f.Fuzz(func(t *testing.T, seed uint64, text string, num float64) {
		rm, same := newMaker(seed).metrics(), newMaker(seed).metrics()
		poisonMetrics(rm, text, num)
		poisonMetrics(same, text, num)
		sanitize.New(sanitize.Limits{}).Metrics(same)
		compareMetrics(t, st, rm, same, sanitize.New(sanitize.Limits{}))
	})
}

func TestStockSpan(t *testing.T) {
	st := newStock(t)
	s := llmSpan()
	if err := st.traces.ExportSpans(t.Context(), []sdktrace.ReadOnlySpan{s}); err != nil {
		t.Fatal(err)
	}
	want := decode(t, st.body, new(collectorpb.ExportTraceServiceRequest)).ResourceSpans[0].ScopeSpans[0].Spans[0]
	if diff := cmp.Diff(want, stockSpan(s), protocmp.Transform()); diff != "" {
		t.Errorf("the benchmark's base is not what the exporter makes (-exporter +base):\n%s", diff)
	}
}
