// Package sink is an OTLP receiver for benchmarks and tests.
package sink

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	metricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	tracespb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// Discard reads each request to its end and says that all is well.
var Discard http.Handler = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
})

// Start serves h on a local port until the test ends and returns its URL.
func Start(t testing.TB, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// Recorder keeps what it receives, decoded. The zero value is ready; all
// methods are safe for concurrent use.
type Recorder struct {
	mu      sync.Mutex
	spans   []*traces.Span
	metrics []*metrics.Metric
}

// ServeHTTP receives one request.
func (s *Recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := s.receive(r); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

func (s *Recorder) receive(r *http.Request) error {
	body := io.Reader(r.Body)
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(body)
		if err != nil {
			return err
		}
		body = z
	}
	b, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.URL.Path == "/v1/metrics" {
		return s.addMetrics(b)
	}
	return s.addSpans(b)
}

func (s *Recorder) addSpans(b []byte) error {
	var req tracespb.ExportTraceServiceRequest
	if err := proto.Unmarshal(b, &req); err != nil {
		return err
	}
	for _, resource := range req.ResourceSpans {
		for _, scope := range resource.ScopeSpans {
			s.spans = append(s.spans, scope.Spans...)
		}
	}
	return nil
}

func (s *Recorder) addMetrics(b []byte) error {
	var req metricspb.ExportMetricsServiceRequest
	if err := proto.Unmarshal(b, &req); err != nil {
		return err
	}
	for _, resource := range req.ResourceMetrics {
		for _, scope := range resource.ScopeMetrics {
			s.metrics = append(s.metrics, scope.Metrics...)
		}
	}
	return nil
}

// Spans returns the spans received so far, in order.
func (s *Recorder) Spans() []*traces.Span {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*traces.Span(nil), s.spans...)
}

// Metrics returns the metrics received so far, in order.
func (s *Recorder) Metrics() []*metrics.Metric {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*metrics.Metric(nil), s.metrics...)
}
