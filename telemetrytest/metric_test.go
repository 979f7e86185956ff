package telemetrytest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// record uses every kind of instrument.
func record(ctx context.Context, t *testing.T, m metric.Meter) {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	a, b := metric.WithAttributes(attribute.String("k", "a")), metric.WithAttributes(attribute.String("k", "b"), attribute.Bool("x", true))
	jobs, err := m.Int64Counter("jobs", metric.WithUnit("{job}"), metric.WithDescription("Jobs done."))
	must(err)
	jobs.Add(ctx, 2, b)
	jobs.Add(ctx, 1, a)
	open, err := m.Float64UpDownCounter("open")
	must(err)
	open.Add(ctx, 3.5)
	open.Add(ctx, -1)
	level, err := m.Float64Gauge("level")
	must(err)
	level.Record(ctx, 7)
	level.Record(ctx, 8)
	latency, err := m.Int64Histogram("latency", metric.WithExplicitBucketBoundaries(10, 20))
	must(err)
	latency.Record(ctx, 5, a)
	latency.Record(ctx, 15, a)
	latency.Record(ctx, 25, b)
}

func TestMetrics(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	meter := rec.Telemetry().MeterProvider().Meter("x")
	record(ctx, t, meter)
	rec.Metrics() // reading does not change what is read
	record(ctx, t, meter)
	a, b := telemetrytest.Attributes{"k": "a"}, telemetrytest.Attributes{"k": "b", "x": true}
	bounds := []float64{10, 20}
	want := []telemetrytest.Metric{
		{Name: "jobs", Scope: "x", Kind: "counter", Unit: "{job}", Description: "Jobs done.", Points: []telemetrytest.Point{
			{Attributes: a, Value: 2}, {Attributes: b, Value: 4},
		}},
		{Name: "latency", Scope: "x", Kind: "histogram", Points: []telemetrytest.Point{
			{Attributes: a, Histogram: telemetrytest.Histogram{Count: 4, Sum: 40, Min: 5, Max: 15, Bounds: bounds, Buckets: []uint64{2, 2, 0}}},
			{Attributes: b, Histogram: telemetrytest.Histogram{Count: 2, Sum: 50, Min: 25, Max: 25, Bounds: bounds, Buckets: []uint64{0, 0, 2}}},
		}},
		{Name: "level", Scope: "x", Kind: "gauge", Points: []telemetrytest.Point{{Value: 8}}},
		{Name: "open", Scope: "x", Kind: "updowncounter", Points: []telemetrytest.Point{{Value: 5}}},
	}
	if d := cmp.Diff(want, rec.Metrics()); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(want[1], rec.Metric("latency")); d != "" {
		t.Error(d)
	}
	for _, tt := range []struct {
		name string
		kv   []attribute.KeyValue
		want float64
	}{
		{"jobs", nil, 6},
		{"jobs", []attribute.KeyValue{attribute.String("k", "b")}, 4},
		{"jobs", []attribute.KeyValue{attribute.String("k", "b"), attribute.Bool("x", true)}, 4},
		{"jobs", []attribute.KeyValue{attribute.String("k", "a"), attribute.Bool("x", true)}, 0},
		{"level", nil, 8},
		{"open", nil, 5},
		{attr.MetricSessions, nil, 0}, // registered, and nothing recorded
	} {
		if got := rec.Counter(tt.name, tt.kv...); got != tt.want {
			t.Errorf("%s %v is %v, want %v", tt.name, tt.kv, got, tt.want)
		}
	}
	all := telemetrytest.Histogram{Count: 6, Sum: 90, Min: 5, Max: 25, Bounds: bounds, Buckets: []uint64{2, 2, 2}}
	if d := cmp.Diff(all, rec.Histogram("latency")); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(want[1].Points[1].Histogram, rec.Histogram("latency", attribute.Bool("x", true))); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(telemetrytest.Histogram{}, rec.Histogram(attr.MetricGenAIClientTokenUsage)); d != "" {
		t.Error(d)
	}
}

// What is returned is a copy.
func TestMetricsCopy(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	record(ctx, t, rec.Telemetry().MeterProvider().Meter("x"))
	h := rec.Histogram("latency")
	h.Buckets[0], h.Bounds[0] = 99, 99
	m := rec.Metric("latency")
	m.Points[0].Histogram.Buckets[0], m.Points[0].Attributes["k"] = 99, "z"
	want := telemetrytest.Histogram{Count: 2, Sum: 20, Min: 5, Max: 15, Bounds: []float64{10, 20}, Buckets: []uint64{1, 1, 0}}
	if d := cmp.Diff(want, rec.Histogram("latency", attribute.String("k", "a"))); d != "" {
		t.Error(d)
	}
}

func TestExponentialHistogram(t *testing.T) {
	// A view of the recorder's own provider is out of reach, so another
	// provider's reader stands for it.
	ctx, rec := telemetrytest.Context(t)
	mp := sdkmetric.NewMeterProvider(sdkmetric.WithReader(telemetrytest.Reader(rec)),
		sdkmetric.WithView(sdkmetric.NewView(sdkmetric.Instrument{Name: "*"},
			sdkmetric.Stream{Aggregation: sdkmetric.AggregationBase2ExponentialHistogram{MaxSize: 10, MaxScale: 5}})))
	for _, v := range []float64{1, 4} {
		h, err := mp.Meter("x").Float64Histogram("latency")
		if err != nil {
			t.Fatal(err)
		}
		h.Record(ctx, v)
		if got := rec.Histogram("latency").Max; got != v {
			t.Errorf("max %v, want %v", got, v)
		}
	}
	want := telemetrytest.Histogram{Count: 2, Sum: 5, Min: 1, Max: 4}
	if d := cmp.Diff(want, rec.Histogram("latency")); d != "" {
		t.Error(d)
	}
}

// What a callback observes is there as long as it does: a pool that is closed
// has no connections. What was counted or recorded stays.
func TestObservedPointsEnd(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	meter := rec.Telemetry().MeterProvider().Meter("x")
	record(ctx, t, meter)
	size, err := meter.Int64ObservableGauge("size")
	if err != nil {
		t.Fatal(err)
	}
	used, err := meter.Int64ObservableUpDownCounter("used")
	if err != nil {
		t.Fatal(err)
	}
	done, err := meter.Int64ObservableCounter("done")
	if err != nil {
		t.Fatal(err)
	}
	observe := func(pool string) metric.Registration {
		of := metric.WithAttributes(attribute.String("pool", pool))
		reg, err := meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
			o.ObserveInt64(size, 10, of)
			o.ObserveInt64(used, 3, of)
			o.ObserveInt64(done, 7, of)
			return nil
		}, size, used, done)
		if err != nil {
			t.Fatal(err)
		}
		return reg
	}
	counts := func() map[string]float64 {
		got := make(map[string]float64)
		for _, m := range rec.Metrics() {
			for _, p := range m.Points {
				got[m.Name+" "+fmt.Sprint(p.Attributes["pool"])] += p.Value
			}
		}
		return got
	}
	first, second := observe("a"), observe("b")
	both := map[string]float64{
		"jobs <nil>": 3, "latency <nil>": 0, "level <nil>": 8, "open <nil>": 2.5,
		"size a": 10, "used a": 3, "done a": 7, "size b": 10, "used b": 3, "done b": 7,
	}
	for range 2 {
		if d := cmp.Diff(both, counts()); d != "" {
			t.Error("both are open: " + d)
		}
	}
	unregister := func(reg metric.Registration) {
		if err := reg.Unregister(); err != nil {
			t.Fatal(err)
		}
	}
	unregister(first)
	delete(both, "size a")
	delete(both, "used a")
	if d := cmp.Diff(both, counts()); d != "" {
		t.Error("one is closed: " + d)
	}
	unregister(second)
	if got := rec.Counter("size"); got != 0 {
		t.Errorf("size is %v, want 0: both are closed", got)
	}
	delete(both, "size b")
	delete(both, "used b")
	if d := cmp.Diff(both, counts()); d != "" {
		t.Error("both are closed: " + d)
	}
}

func TestMetricFatal(t *testing.T) {
	const recorded = "; recorded:\n    jobs (counter, 2 points)\n    latency (histogram, 2 points)\n    level (gauge, 1 points)\n    open (updowncounter, 1 points)"
	for _, tt := range []struct {
		name, reason string
		read         func(*telemetrytest.Recorder)
		want         string
	}{
		{"metric not recorded", "a typing error must not pass", func(r *telemetrytest.Recorder) { r.Metric("job") }, `0 metrics "job", want 1` + recorded},
		{"counter not known", "0 would look right", func(r *telemetrytest.Recorder) { r.Counter("job") }, `no metric "job" is registered or recorded` + recorded},
		{"name of another kind", "an attribute is no metric", func(r *telemetrytest.Recorder) { r.Counter(string(attr.LLMModel)) }, `no metric "llm.model" is registered or recorded`},
		{"histogram as counter", "it has no value", func(r *telemetrytest.Recorder) { r.Counter("latency") }, `metric "latency" is a histogram, not a counter`},
		{"counter as histogram", "it has no buckets", func(r *telemetrytest.Recorder) { r.Histogram("jobs") }, `metric "jobs" is a counter, not a histogram`},
		{"registered counter as histogram", "recorded or not", func(r *telemetrytest.Recorder) { r.Histogram(attr.MetricSessions) }, `metric "lift.sessions" is a counter, not a histogram`},
		{"right", "none of these", func(r *telemetrytest.Recorder) { r.Metric("jobs"); r.Counter("jobs"); r.Histogram("latency") }, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := judge(t, func(f *fakeT) {
				ctx, rec := telemetrytest.Context(f)
				record(ctx, t, rec.Telemetry().MeterProvider().Meter("x"))
				tt.read(rec)
			})
			if f.fatal != (tt.want != "") || !strings.Contains(f.text(), tt.want) {
				t.Errorf("want %q, because %s; got (fatal %t):\n%s", tt.want, tt.reason, f.fatal, f.text())
			}
		})
	}
}

// Two libraries may use one name; Counter adds them up, Metric cannot choose.
func TestMetricOfTwoScopes(t *testing.T) {
	f := judge(t, func(f *fakeT) {
		ctx, rec := telemetrytest.Context(f)
		record(ctx, t, rec.Telemetry().MeterProvider().Meter("x"))
		record(ctx, t, rec.Telemetry().MeterProvider().Meter("y"))
		if got := rec.Counter("jobs"); got != 6 {
			t.Errorf("jobs is %v, want 6", got)
		}
		rec.Metric("jobs")
	})
	if !f.fatal || !strings.Contains(f.text(), `2 metrics "jobs", want 1`) {
		t.Errorf("got %s", f.text())
	}
}

// The metrics of the helpers are there without a flush.
func TestHelperMetrics(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	for range 2 {
		_, c := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Provider: attr.ProviderAnthropic, Model: "m"})
		c.SetResponse(telemetry.LLMResponse{Usage: telemetry.Usage{InputTokens: 10, OutputTokens: 3}, CostUSD: new(0.25)})
		c.End(nil)
	}
	if got := rec.Counter(attr.MetricLLMCost, attr.LLMProvider.String(attr.ProviderAnthropic)); got != 0.5 {
		t.Errorf("%s is %v, want 0.5", attr.MetricLLMCost, got)
	}
	in := rec.Histogram(attr.MetricGenAIClientTokenUsage, attr.GenAITokenType.String(attr.TokenInput))
	if in.Count != 2 || in.Sum != 20 {
		t.Errorf("input tokens: %+v, want 2 with the sum 20", in)
	}
}
