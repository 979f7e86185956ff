package telemetry_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	metricpb "go.opentelemetry.io/proto/otlp/metrics/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// backend is an OTLP/HTTP receiver that decodes with the official protos.
type backend struct {
	*httptest.Server

	mu      sync.Mutex
	paths   []string
	headers []http.Header
	traces  []*tracepb.ResourceSpans
	metrics []*metricpb.ResourceMetrics
}

func newBackend(t testing.TB) *backend {
	b := &backend{}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		var body io.Reader = req.Body
		if req.Header.Get("Content-Encoding") == "gzip" {
			z, err := gzip.NewReader(req.Body)
			if err != nil {
				t.Error(err)
				return
			}
			body = z
		}
		data, err := io.ReadAll(body)
		if err != nil {
			t.Error(err)
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		b.paths, b.headers = append(b.paths, req.URL.Path), append(b.headers, req.Header)
		// The requests have the same fields as these, without linking gRPC.
		switch {
		case strings.HasSuffix(req.URL.Path, "traces"):
			var m tracepb.TracesData
			if err := proto.Unmarshal(data, &m); err != nil {
				t.Error(err)
			}
			b.traces = append(b.traces, m.ResourceSpans...)
		case strings.HasSuffix(req.URL.Path, "metrics"):
			var m metricpb.MetricsData
			if err := proto.Unmarshal(data, &m); err != nil {
				t.Error(err)
			}
			b.metrics = append(b.metrics, m.ResourceMetrics...)
		}
	}))
	t.Cleanup(b.Close)
	return b
}

// seen is what arrived, in few words and in order.
type seen struct {
	Paths, Spans, Metrics []string
	Service               string
}

func (b *backend) seen() seen {
	b.mu.Lock()
	defer b.mu.Unlock()
	var s seen
	s.Paths = slices.Compact(slices.Sorted(slices.Values(b.paths)))
	for _, rs := range b.traces {
		for _, kv := range rs.Resource.Attributes {
			if kv.Key == "service.name" {
				s.Service = kv.Value.GetStringValue()
			}
		}
		for _, ss := range rs.ScopeSpans {
			for _, span := range ss.Spans {
				s.Spans = append(s.Spans, span.Name)
			}
		}
	}
	for _, rm := range b.metrics {
		for _, sm := range rm.ScopeMetrics {
			for _, m := range sm.Metrics {
				s.Metrics = append(s.Metrics, m.Name)
			}
		}
	}
	slices.Sort(s.Metrics)
	return s
}
