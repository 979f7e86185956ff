package event_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	"google.golang.org/protobuf/proto"

	"github.com/lift-sys/telemetry/internal/event"
)

func metrics() []*metricspb.ResourceMetrics {
	route := []*commonpb.KeyValue{kv("route", "/"), kv("ok", true)}
	reversed := []*commonpb.KeyValue{route[1], route[0]}
	point := func(at uint64, v float64, attributes ...*commonpb.KeyValue) []*metricspb.NumberDataPoint {
		return []*metricspb.NumberDataPoint{{TimeUnixNano: at, Attributes: attributes, Value: &metricspb.NumberDataPoint_AsDouble{AsDouble: v}}}
	}
	return []*metricspb.ResourceMetrics{{
		Resource: &resourcepb.Resource{Attributes: []*commonpb.KeyValue{kv("service.name", "shop")}},
		ScopeMetrics: []*metricspb.ScopeMetrics{{
			Scope: &commonpb.InstrumentationScope{Name: "lib"},
			Metrics: []*metricspb.Metric{
				{Name: "calls", Data: &metricspb.Metric_Sum{Sum: &metricspb.Sum{DataPoints: []*metricspb.NumberDataPoint{
					{TimeUnixNano: second, Attributes: route, Value: &metricspb.NumberDataPoint_AsInt{AsInt: 7}},
				}}}},
				{Name: "load", Data: &metricspb.Metric_Gauge{Gauge: &metricspb.Gauge{DataPoints: point(second, 0.5, reversed...)}}},
				{Name: "load", Data: &metricspb.Metric_Gauge{Gauge: &metricspb.Gauge{DataPoints: point(2*second, 0.25, route...)}}},
				{Name: "time", Data: &metricspb.Metric_Histogram{Histogram: &metricspb.Histogram{DataPoints: []*metricspb.HistogramDataPoint{
					{TimeUnixNano: second, Attributes: route, Count: 4, Sum: new(10.0), Min: new(1.0), Max: new(5.0)},
				}}}},
				{Name: "size", Data: &metricspb.Metric_ExponentialHistogram{ExponentialHistogram: &metricspb.ExponentialHistogram{DataPoints: []*metricspb.ExponentialHistogramDataPoint{
					{TimeUnixNano: second},
				}}}},
				{Name: "old", Data: &metricspb.Metric_Summary{Summary: &metricspb.Summary{DataPoints: []*metricspb.SummaryDataPoint{
					{TimeUnixNano: second, Count: 2, Sum: 3},
				}}}},
			},
		}},
	}}
}

func TestMetrics(t *testing.T) {
	row := func(at int64, f map[string]any) event.Event {
		f["service.name"], f["library.name"], f["meta.signal_type"] = "shop", "lib", "metric"
		return event.Event{Time: time.Unix(at, 0).UTC(), Dataset: "shop_metrics", Weight: 1, Fields: f}
	}
	want := []event.Event{
		row(1, map[string]any{
			"route": "/", "ok": true, "calls": int64(7), "load": 0.5,
			"time.count": int64(4), "time.sum": 10.0, "time.avg": 2.5, "time.min": 1.0, "time.max": 5.0,
		}),
		row(2, map[string]any{"route": "/", "ok": true, "load": 0.25}),
		row(1, map[string]any{"size.count": int64(0), "old.count": int64(2), "old.sum": 3.0, "old.avg": 1.5}),
	}
	if diff := cmp.Diff(want, event.FromMetrics(metrics())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzFromMetrics(f *testing.F) {
	seed, err := proto.Marshal(&metricspb.MetricsData{ResourceMetrics: metrics()})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, data []byte) {
		var m metricspb.MetricsData
		if proto.Unmarshal(data, &m) != nil {
			return
		}
		for _, e := range event.FromMetrics(m.GetResourceMetrics()) {
			checkEvent(t, e)
		}
	})
}
