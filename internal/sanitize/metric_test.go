package sanitize_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/lift-sys/telemetry/internal/sanitize"
)

func metrics(data ...metricdata.Aggregation) metricdata.ResourceMetrics {
	rm := metricdata.ResourceMetrics{
		Resource:     resource.NewSchemaless(attribute.String("service.name", "lift-sys")),
		ScopeMetrics: []metricdata.ScopeMetrics{{Scope: instrumentation.Scope{Name: "scope"}}},
	}
	for _, d := range data {
		rm.ScopeMetrics[0].Metrics = append(rm.ScopeMetrics[0].Metrics, metricdata.Metrics{Name: "lift.llm.cost", Unit: "USD", Data: d})
	}
	return rm
}

func TestMetrics(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	bad := attribute.NewSet(attribute.String("type", "bad \xff"), attribute.String("token", "x"))
	good := attribute.NewSet(attribute.String("type", "bad \uFFFD"), attribute.String("token", "[redacted]"))
	const delta = metricdata.DeltaTemporality
	in := metrics(
		metricdata.Gauge[int64]{DataPoints: []metricdata.DataPoint[int64]{{Attributes: bad, Value: 1}}},
		metricdata.Sum[float64]{Temporality: delta, DataPoints: []metricdata.DataPoint[float64]{
			{Value: nan}, {Value: 1, Attributes: bad, Exemplars: []metricdata.Exemplar[float64]{
				{Value: inf}, {Value: 2, FilteredAttributes: []attribute.KeyValue{attribute.String("a", "\xff")}},
			}}, {Value: inf},
		}},
		metricdata.Gauge[float64]{DataPoints: []metricdata.DataPoint[float64]{{Value: nan}}},
		metricdata.Histogram[float64]{Temporality: delta, DataPoints: []metricdata.HistogramDataPoint[float64]{
			{Sum: nan}, {Sum: 1, Min: metricdata.NewExtrema(nan), Max: metricdata.NewExtrema(2.0)},
		}},
		metricdata.ExponentialHistogram[float64]{Temporality: delta, DataPoints: []metricdata.ExponentialHistogramDataPoint[float64]{
			{Sum: 1, Min: metricdata.NewExtrema(0.5), Max: metricdata.NewExtrema(inf)}, {Sum: nan},
		}},
		metricdata.Summary{DataPoints: []metricdata.SummaryDataPoint{
			{Sum: 1, QuantileValues: []metricdata.QuantileValue{{Quantile: 0.5, Value: nan}, {Quantile: 0.9, Value: 1}}}, {Sum: nan},
		}},
	)
	in.ScopeMetrics[0].Scope.Name = "scope \xff"
	in.ScopeMetrics[0].Metrics[0].Name = "bad \xff"
	want := metrics(
		metricdata.Gauge[int64]{DataPoints: []metricdata.DataPoint[int64]{{Attributes: good, Value: 1}}},
		metricdata.Sum[float64]{Temporality: delta, DataPoints: []metricdata.DataPoint[float64]{
			{Value: 1, Attributes: good, Exemplars: []metricdata.Exemplar[float64]{
				{Value: 2, FilteredAttributes: []attribute.KeyValue{attribute.String("a", "\uFFFD")}},
			}},
		}},
		metricdata.Gauge[float64]{DataPoints: []metricdata.DataPoint[float64]{}},
		metricdata.Histogram[float64]{Temporality: delta, DataPoints: []metricdata.HistogramDataPoint[float64]{{Sum: 1, Max: metricdata.NewExtrema(2.0)}}},
		metricdata.ExponentialHistogram[float64]{Temporality: delta, DataPoints: []metricdata.ExponentialHistogramDataPoint[float64]{
			{Sum: 1, Min: metricdata.NewExtrema(0.5)},
		}},
		metricdata.Summary{DataPoints: []metricdata.SummaryDataPoint{{Sum: 1, QuantileValues: []metricdata.QuantileValue{{Quantile: 0.9, Value: 1}}}}},
	)
	want.ScopeMetrics[0].Scope.Name = "scope \uFFFD"
	want.ScopeMetrics[0].Metrics[0].Name = "bad \uFFFD"

	s := sanitize.New(sanitize.Limits{})
	s.Metrics(&in)
	metricdatatest.AssertEqual(t, want, in)
	wantCounts := sanitize.Counts{Repaired: 5, Redacted: 2, NonFinite: 10}
	if diff := cmp.Diff(wantCounts, s.Counts()); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

func TestMetricsKeepTheReservoirsSlices(t *testing.T) {
	held := []attribute.KeyValue{attribute.String("a", "bad \xff")}
	rm := metrics(metricdata.Gauge[int64]{DataPoints: []metricdata.DataPoint[int64]{{
		Exemplars: []metricdata.Exemplar[int64]{{FilteredAttributes: held}},
	}}})
	sanitize.New(sanitize.Limits{}).Metrics(&rm)
	if held[0].Value.AsString() != "bad \xff" {
		t.Error("a slice that the SDK still holds has changed")
	}
}

func TestMetricsNeverShareASlice(t *testing.T) {
	dps := []metricdata.DataPoint[float64]{
		{Value: math.NaN(), Exemplars: make([]metricdata.Exemplar[float64], 1)},
		{Value: 1, Exemplars: make([]metricdata.Exemplar[float64], 1)},
	}
	rm := metrics(metricdata.Gauge[float64]{DataPoints: dps})
	sanitize.New(sanitize.Limits{}).Metrics(&rm)
	// The SDK fills both again at the next collection.
	if &dps[0].Exemplars[0] == &dps[1].Exemplars[0] {
		t.Error("two data points share their exemplars")
	}
}

func TestCleanMetricsDoNotAllocate(t *testing.T) {
	rm := metrics(metricdata.Sum[float64]{DataPoints: []metricdata.DataPoint[float64]{{
		Attributes: attribute.NewSet(attribute.String("llm.model", "claude-sonnet-4-5"), attribute.String("gen_ai.token.type", "input")), Value: 1,
	}}})
	s := sanitize.New(sanitize.Limits{})
	s.Metrics(&rm)
	if n := testing.AllocsPerRun(100, func() { s.Metrics(&rm) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
	s.Metrics(nil)
}
