package conformance_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/exemplar"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/trace"
	metricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	pb "go.opentelemetry.io/proto/otlp/metrics/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/lift-sys/telemetry/internal/delivery"
	"github.com/lift-sys/telemetry/internal/export"
	"github.com/lift-sys/telemetry/internal/sanitize"
)

// A metricOracle sends what was collected twice: through our encoder and
// sender, and through the stock exporter. It stands below the public API, where
// both can be given the very same collection, times included.
type metricOracle struct {
	ours, stock *backend
	out         *delivery.Pipeline
	encoder     *export.MetricEncoder
	exporter    *otlpmetrichttp.Exporter
	repair      *sanitize.Sanitizer
}

func newMetricOracle(t testing.TB) *metricOracle {
	t.Helper()
	o := &metricOracle{ours: newBackend(t, nil), stock: newBackend(t, nil), repair: sanitize.New(sanitize.Limits{})}
	o.out = delivery.New(delivery.Config{Metrics: &delivery.Target{URL: o.ours.URL + "/v1/metrics", Gzip: true}})
	o.encoder = export.NewMetricEncoder(o.out, o.repair, sdkmetric.CumulativeTemporalitySelector, func() bool { return true })
	var err error
	if o.exporter, err = otlpmetrichttp.New(t.Context(), otlpmetrichttp.WithEndpointURL(o.stock.URL+"/v1/metrics")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = o.out.Shutdown(context.WithoutCancel(t.Context()))
		_ = o.exporter.Shutdown(context.WithoutCancel(t.Context()))
	})
	return o
}

// request returns the only request since the last call.
func (b *backend) request(t testing.TB) *metricspb.ExportMetricsServiceRequest {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.arrivals) != 1 {
		t.Fatalf("%d requests, want 1", len(b.arrivals))
	}
	r := b.arrivals[0].metrics
	b.arrivals = nil
	return r
}

// compare sends rm both ways and returns what arrived.
func (o *metricOracle) compare(t *testing.T, rm *metricdata.ResourceMetrics) *metricspb.ExportMetricsServiceRequest {
	t.Helper()
	if err := o.encoder.Export(t.Context(), rm); err != nil {
		t.Fatal(err)
	}
	if err := o.out.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	// Our encoder repairs as it writes; the stock one is given what is clean.
	o.repair.Metrics(rm)
	if err := o.exporter.Export(t.Context(), rm); err != nil {
		t.Fatal(err)
	}
	stock, ours := o.stock.request(t), o.ours.request(t)
	if !proto.Equal(stock, ours) {
		t.Errorf("metrics (-stock +ours):\n%s", cmp.Diff(stock, ours, protocmp.Transform()))
	}
	return ours
}

func TestOracleMetrics(t *testing.T) {
	o := newMetricOracle(t)
	seen := map[string]bool{}
	for name, temporality := range map[string]sdkmetric.TemporalitySelector{
		"cumulative": sdkmetric.CumulativeTemporalitySelector,
		"delta":      sdkmetric.DeltaTemporalitySelector,
		"lowmemory":  sdkmetric.LowMemoryTemporalitySelector,
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(30) {
				m := newMaker(seed)
				reader, mp := m.provider(temporality)
				instruments := m.instruments(t, mp)
				for range 3 { // collections
					for range 60 {
						instruments[m.IntN(len(instruments))](m)
					}
					var rm metricdata.ResourceMetrics
					if err := reader.Collect(t.Context(), &rm); err != nil {
						t.Fatal(err)
					}
					features(o.compare(t, &rm), seen)
				}
				if err := mp.Shutdown(t.Context()); err != nil {
					t.Error(err)
				}
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
		})
	}
	for _, want := range []string{
		"gauge", "sum", "sum of doubles", "histogram", "exponential histogram", "delta", "cumulative", "not monotonic",
		"exemplar", "exemplar of a span", "filtered attribute", "negative buckets", "schema", "scope attributes",
	} {
		if !seen[want] {
			t.Errorf("no %s was compared", want)
		}
	}
}

// provider makes a pipeline with views that no default has.
func (m *maker) provider(t sdkmetric.TemporalitySelector) (sdkmetric.Reader, *sdkmetric.MeterProvider) {
	reader := sdkmetric.NewManualReader(sdkmetric.WithTemporalitySelector(t))
	keep := func(kv attribute.KeyValue) bool { return kv.Key != "request" }
	return reader, sdkmetric.NewMeterProvider(
		sdkmetric.WithReader(reader),
		sdkmetric.WithResource(resource.NewSchemaless(m.attributes()...)),
		sdkmetric.WithExemplarFilter(exemplar.AlwaysOnFilter),
		sdkmetric.WithView(
			sdkmetric.NewView(sdkmetric.Instrument{Name: "exponential*"}, sdkmetric.Stream{
				Aggregation: sdkmetric.AggregationBase2ExponentialHistogram{MaxSize: 20, MaxScale: 10}, AttributeFilter: keep,
			}),
			sdkmetric.NewView(sdkmetric.Instrument{Name: "filtered*"}, sdkmetric.Stream{AttributeFilter: keep}),
		),
	)
}

// instruments makes one of each kind, and returns what records with them.
func (m *maker) instruments(t *testing.T, mp metric.MeterProvider) []func(*maker) {
	t.Helper()
	meter := mp.Meter("scope/ä", metric.WithInstrumentationVersion("v2"),
		metric.WithSchemaURL("https://opentelemetry.io/schemas/1.37.0"), metric.WithInstrumentationAttributes(attribute.Bool("pooled", true)))
	other := mp.Meter("scope/other")
	// Some are not registered as float and int alike, so that each has a name.
	ints, err1 := meter.Int64Counter("ints", metric.WithUnit("{token}"), metric.WithDescription("tokens, not characters"))
	floats, err2 := other.Float64Counter("filtered.floats", metric.WithUnit("USD"))
	upDown, err3 := meter.Int64UpDownCounter("updown")
	gauge, err4 := other.Float64Gauge("gauge")
	histogram, err5 := meter.Float64Histogram("histogram", metric.WithExplicitBucketBoundaries(-1, 0, 1, 10))
	counts, err6 := other.Int64Histogram("filtered.histogram")
	exponential, err7 := meter.Float64Histogram("exponential")
	whole, err8 := other.Int64Histogram("exponential.whole")
	_, err9 := meter.Int64ObservableUpDownCounter("observed", metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
		o.Observe(-3, metric.WithAttributes(attribute.String("queue", "a")))
		return nil
	}))
	_, err10 := other.Float64ObservableGauge("observed.gauge", metric.WithFloat64Callback(func(_ context.Context, o metric.Float64Observer) error {
		o.Observe(0.5)
		return nil
	}))
	for _, err := range []error{err1, err2, err3, err4, err5, err6, err7, err8, err9, err10} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return []func(*maker){
		func(m *maker) { ints.Add(m.measured(), int64(m.IntN(1e6)), m.series()) },
		func(m *maker) { floats.Add(m.measured(), m.ExpFloat64(), m.series()) },
		func(m *maker) { upDown.Add(m.measured(), int64(m.IntN(100)-50), m.series()) },
		func(m *maker) { gauge.Record(m.measured(), m.NormFloat64(), m.series()) },
		func(m *maker) { histogram.Record(m.measured(), 5*m.NormFloat64(), m.series()) },
		func(m *maker) { counts.Record(m.measured(), int64(m.IntN(1e4)), m.series()) },
		func(m *maker) {
			exponential.Record(m.measured(), m.NormFloat64()*math.Pow(10, float64(m.IntN(6))), m.series())
		},
		func(m *maker) { whole.Record(m.measured(), int64(m.IntN(100)), m.series()) },
	}
}

// measured returns a context with or without a span, for exemplars.
func (m *maker) measured() context.Context {
	if m.bool() {
		return context.Background()
	}
	return trace.ContextWithSpanContext(context.Background(), m.remote())
}

func (m *maker) series() metric.MeasurementOption {
	return metric.WithAttributes(attribute.Int("model", m.IntN(3)), attribute.String("request", fmt.Sprint(m.IntN(50))))
}

// features notes what a request had in it.
func features(r *metricspb.ExportMetricsServiceRequest, seen map[string]bool) {
	note := func(what string, there bool) { seen[what] = seen[what] || there }
	for _, sm := range r.GetResourceMetrics()[0].GetScopeMetrics() {
		note("schema", sm.GetSchemaUrl() != "")
		note("scope attributes", len(sm.GetScope().GetAttributes()) > 0)
		for _, metric := range sm.GetMetrics() {
			var exemplars []*pb.Exemplar
			temporality := pb.AggregationTemporality_AGGREGATION_TEMPORALITY_UNSPECIFIED
			switch d := metric.GetData().(type) {
			case *pb.Metric_Gauge:
				note("gauge", true)
			case *pb.Metric_Sum:
				temporality = d.Sum.GetAggregationTemporality()
				note("not monotonic", !d.Sum.GetIsMonotonic())
				for _, p := range d.Sum.GetDataPoints() {
					_, double := p.GetValue().(*pb.NumberDataPoint_AsDouble)
					note("sum of doubles", double)
					note("sum", !double)
					exemplars = append(exemplars, p.GetExemplars()...)
				}
			case *pb.Metric_Histogram:
				temporality = d.Histogram.GetAggregationTemporality()
				note("histogram", true)
				for _, p := range d.Histogram.GetDataPoints() {
					exemplars = append(exemplars, p.GetExemplars()...)
				}
			case *pb.Metric_ExponentialHistogram:
				temporality = d.ExponentialHistogram.GetAggregationTemporality()
				note("exponential histogram", true)
				for _, p := range d.ExponentialHistogram.GetDataPoints() {
					note("negative buckets", len(p.GetNegative().GetBucketCounts()) > 0)
					exemplars = append(exemplars, p.GetExemplars()...)
				}
			}
			note("delta", temporality == pb.AggregationTemporality_AGGREGATION_TEMPORALITY_DELTA)
			note("cumulative", temporality == pb.AggregationTemporality_AGGREGATION_TEMPORALITY_CUMULATIVE)
			note("exemplar", len(exemplars) > 0)
			note("exemplar of a span", slices.ContainsFunc(exemplars, func(e *pb.Exemplar) bool { return len(e.GetSpanId()) > 0 }))
			note("filtered attribute", slices.ContainsFunc(exemplars, func(e *pb.Exemplar) bool { return len(e.GetFilteredAttributes()) > 0 }))
		}
	}
}

func FuzzOracleMetrics(f *testing.F) {
	f.Add("tokens", "{token}", "value", 1.5)
	f.Add("half \xc3", "\xff", "Bearer abcdefghijklmnopqrstuvwxyz", 0.0)
	f.Add("", "", "", math.Inf(1))
	f.Add("type", "USD", "password=hunter2", math.NaN())
	o := newMetricOracle(f)
	f.Fuzz(func(t *testing.T, description, unit, text string, value float64) {
		reader, mp := newMaker(1).provider(sdkmetric.DeltaTemporalitySelector)
		counter, err := mp.Meter(text).Float64Counter("fuzzed", metric.WithDescription(description))
		if err != nil {
			t.Skip(err)
		}
		histogram, err := mp.Meter("other").Float64Histogram("fuzzed.histogram", metric.WithUnit(unit))
		if err != nil {
			t.Skip(err)
		}
		always, err := mp.Meter("other").Int64Counter("always") // so that there is something to send
		if err != nil {
			t.Fatal(err)
		}
		series := metric.WithAttributes(attribute.String("text", text), attribute.Float64("value", value))
		counter.Add(t.Context(), value, series)
		histogram.Record(t.Context(), value, series)
		always.Add(t.Context(), 1)
		var rm metricdata.ResourceMetrics
		if err := reader.Collect(t.Context(), &rm); err != nil {
			t.Fatal(err)
		}
		o.compare(t, &rm)
	})
}
