package receive_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	collectormetrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	"google.golang.org/protobuf/proto"

	"github.com/lift-sys/telemetry/lens/internal/receive"
)

func attributes(n int) []*commonpb.KeyValue {
	var list []*commonpb.KeyValue
	for i := range n {
		list = append(list, &commonpb.KeyValue{Key: fmt.Sprint("k", i), Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_IntValue{IntValue: int64(i)}}})
	}
	return list
}

// gauges returns a request of points, each with a time of its own.
func gauges(t *testing.T, inResource, inScope, points, inPoint, exemplars int) []byte {
	t.Helper()
	var list []*metricspb.NumberDataPoint
	for i := range points {
		list = append(list, &metricspb.NumberDataPoint{TimeUnixNano: uint64(i), Attributes: attributes(inPoint), Exemplars: make([]*metricspb.Exemplar, exemplars)})
	}
	body, err := proto.Marshal(&collectormetrics.ExportMetricsServiceRequest{ResourceMetrics: []*metricspb.ResourceMetrics{{
		Resource: &resourcepb.Resource{Attributes: attributes(inResource)},
		ScopeMetrics: []*metricspb.ScopeMetrics{{
			Scope:   &commonpb.InstrumentationScope{Attributes: attributes(inScope)},
			Metrics: []*metricspb.Metric{{Name: "m", Data: &metricspb.Metric_Gauge{Gauge: &metricspb.Gauge{DataPoints: list}}}},
		}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// A body of a few kilobytes or megabytes does not take hundreds of megabytes, and is
// refused before it does.
func TestUnfolded(t *testing.T) {
	deep := attributes(1)[0]
	for range 5000 {
		deep = &commonpb.KeyValue{Key: "d", Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_KvlistValue{
			KvlistValue: &commonpb.KeyValueList{Values: []*commonpb.KeyValue{deep}},
		}}}
	}
	nested, err := proto.Marshal(&collectormetrics.ExportMetricsServiceRequest{ResourceMetrics: []*metricspb.ResourceMetrics{{
		ScopeMetrics: []*metricspb.ScopeMetrics{{Scope: &commonpb.InstrumentationScope{Attributes: []*commonpb.KeyValue{deep}}}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	const many = 4 << 20
	tests := []struct {
		name   string
		body   []byte
		json   bool
		status int
		reason string
	}{
		{"a large collection", gauges(t, 20, 2, 5000, 8, 1), false, http.StatusOK, "a service with thousands of series"},
		{"attributes of the resource", gauges(t, 1000, 0, 5000, 0, 0), false, http.StatusRequestEntityTooLarge, "each point has them all"},
		{"attributes of the scope", gauges(t, 0, 1000, 5000, 0, 0), false, http.StatusRequestEntityTooLarge, "the same"},
		{"empty points", gauges(t, 0, 0, 1_000_000, 0, 0), false, http.StatusRequestEntityTooLarge, "each takes bytes, and a row a kilobyte"},
		{"empty exemplars", gauges(t, 0, 0, 1, 0, many), false, http.StatusRequestEntityTooLarge, "nobody reads them, but they are decoded"},
		{"empty resources", bytes.Repeat([]byte{0x0a, 0x02, 0x12, 0x00}, many), false, http.StatusRequestEntityTooLarge, "the same"},
		{"deep nesting", nested, false, http.StatusBadRequest, "as package proto has it"},
		{"JSON of many values", []byte(`{"resourceMetrics":[` + strings.Repeat("0,", many) + "0]}"), true, http.StatusRequestEntityTooLarge, "JSON takes a hundred bytes for each"},
	}
	for _, tt := range tests {
		h := receive.Handler(failing{})
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/metrics", bytes.NewReader(tt.body))
		r.Header.Set("Content-Type", "application/x-protobuf")
		if tt.json {
			r.Header.Set("Content-Type", "application/json")
		}
		w := httptest.NewRecorder()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		h.ServeHTTP(w, r)
		runtime.ReadMemStats(&after)
		if w.Code != tt.status {
			t.Errorf("%s: status %d, want %d: %s: %.200s", tt.name, w.Code, tt.status, tt.reason, w.Body)
		}
		if took := after.TotalAlloc - before.TotalAlloc; tt.status != http.StatusOK && took > 3*uint64(len(tt.body))+1<<20 {
			t.Errorf("%s: %d kB were allocated to refuse %d kB", tt.name, took>>10, len(tt.body)>>10)
		}
	}
}
