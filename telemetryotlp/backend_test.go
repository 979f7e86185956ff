package telemetryotlp_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	metricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// A backend is an OTLP/HTTP receiver. It answers with a status and a Location.
type backend struct {
	*httptest.Server
	t        testing.TB
	status   int
	location string
	hang     chan struct{} // not nil: never answer before it is closed

	mu      sync.Mutex
	headers []http.Header
	spans   []*tracepb.Span
	points  int
}

func newBackend(t testing.TB, status int) *backend {
	b := unstarted(t, status)
	b.Start()
	return b
}

func unstarted(t testing.TB, status int) *backend {
	b := &backend{t: t, status: status}
	b.Server = httptest.NewUnstartedServer(b)
	t.Cleanup(b.Close)
	return b
}

func (b *backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			b.t.Error(err)
			return
		}
		body = z
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		return // the client went away
	}
	b.take(r, raw)
	if b.hang != nil {
		select {
		case <-b.hang:
		case <-r.Context().Done():
		}
	}
	if b.location != "" {
		w.Header().Set("Location", b.location)
	}
	w.WriteHeader(b.status)
}

func (b *backend) take(r *http.Request, raw []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.headers = append(b.headers, r.Header.Clone())
	if strings.HasSuffix(r.URL.Path, "/v1/metrics") {
		var m metricspb.ExportMetricsServiceRequest
		if err := proto.Unmarshal(raw, &m); err != nil {
			b.t.Error(err)
		}
		for _, rm := range m.GetResourceMetrics() {
			for _, sm := range rm.GetScopeMetrics() {
				for _, m := range sm.GetMetrics() {
					b.points += len(m.GetSum().GetDataPoints())
				}
			}
		}
		return
	}
	var m collectorpb.ExportTraceServiceRequest
	if err := proto.Unmarshal(raw, &m); err != nil {
		b.t.Error(err)
	}
	for _, rs := range m.GetResourceSpans() {
		for _, ss := range rs.GetScopeSpans() {
			b.spans = append(b.spans, ss.GetSpans()...)
		}
	}
}

// received returns the spans and the headers of each request so far.
func (b *backend) received() (spans []*tracepb.Span, headers []http.Header) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.spans, b.headers
}
