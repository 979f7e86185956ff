package telemetrytest

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/lift-sys/telemetry/attr"
)

// metrics add up what was collected.
type metrics map[metricID]*metric

type metricID struct{ scope, name string }

type metric struct {
	id                      metricID
	kind, unit, description string
	number                  attr.Type // what is recorded: TypeInt or TypeFloat
	current                 bool      // each collection has all points there are
	points                  map[attribute.Distinct]*point
}

type point struct {
	set       attribute.Set
	collected uint64 // by which collection, the last time
	value     float64
	histogram Histogram
}

// newReader returns a reader of deltas, so that Reset can forget what was
// counted before. Of gauges, and of counters that go down, it has what they
// stand at.
func newReader() *sdkmetric.ManualReader {
	return sdkmetric.NewManualReader(sdkmetric.WithTemporalitySelector(sdkmetric.DeltaTemporalitySelector))
}

// collect adds what was recorded since the last collection. r.collecting must
// be held.
func (r *Recorder) collect() {
	r.settle()
	var rm metricdata.ResourceMetrics
	err := r.reader.Collect(context.WithoutCancel(r.t.Context()), &rm)
	switch {
	case errors.Is(err, sdkmetric.ErrReaderShutdown):
		return
	case err != nil:
		r.note(err)
	}
	r.collections++
	for _, scope := range rm.ScopeMetrics {
		for _, m := range scope.Metrics {
			source{r, metricID{scope.Scope.Name, m.Name}, m}.add()
		}
	}
	r.metrics.sweep(r.collections)
}

// sweep drops the points that nobody observes any more, such as those of a
// database that was closed.
func (all metrics) sweep(collection uint64) {
	for _, m := range all {
		maps.DeleteFunc(m.points, func(_ attribute.Distinct, p *point) bool {
			return m.current && p.collected != collection
		})
	}
}

// source is one metric as it was collected, on its way into a recorder.
type source struct {
	r    *Recorder
	id   metricID
	from metricdata.Metrics
}

func (s source) add() {
	switch d := s.from.Data.(type) {
	case metricdata.Sum[int64]:
		addSum(s, d)
	case metricdata.Sum[float64]:
		addSum(s, d)
	case metricdata.Gauge[int64]:
		addGauge(s, d)
	case metricdata.Gauge[float64]:
		addGauge(s, d)
	case metricdata.Histogram[int64]:
		addHistogram(s, d)
	case metricdata.Histogram[float64]:
		addHistogram(s, d)
	case metricdata.ExponentialHistogram[int64]:
		addExponential(s, d)
	case metricdata.ExponentialHistogram[float64]:
		addExponential(s, d)
	}
}

type number interface{ int64 | float64 }

func addSum[N number](s source, d metricdata.Sum[N]) {
	kind := "counter"
	if !d.IsMonotonic {
		kind = "updowncounter"
	}
	for _, dp := range d.DataPoints {
		p := s.point(kind, numberType[N](), dp.Attributes)
		if d.Temporality == metricdata.CumulativeTemporality {
			s.r.metrics[s.id].current = true
			p.value = 0
		}
		p.value += float64(dp.Value)
	}
}

func addGauge[N number](s source, d metricdata.Gauge[N]) {
	for _, dp := range d.DataPoints {
		s.point("gauge", numberType[N](), dp.Attributes).value = float64(dp.Value)
		s.r.metrics[s.id].current = true
	}
}

func addHistogram[N number](s source, d metricdata.Histogram[N]) {
	for _, dp := range d.DataPoints {
		least, _ := dp.Min.Value()
		most, _ := dp.Max.Value()
		s.point("histogram", numberType[N](), dp.Attributes).histogram.add(Histogram{
			Count: dp.Count, Sum: float64(dp.Sum), Min: float64(least), Max: float64(most),
			Bounds: dp.Bounds, Buckets: dp.BucketCounts,
		})
	}
}

func addExponential[N number](s source, d metricdata.ExponentialHistogram[N]) {
	for _, dp := range d.DataPoints {
		least, _ := dp.Min.Value()
		most, _ := dp.Max.Value()
		s.point("histogram", numberType[N](), dp.Attributes).histogram.add(Histogram{
			Count: dp.Count, Sum: float64(dp.Sum), Min: float64(least), Max: float64(most),
		})
	}
}

func numberType[N number]() attr.Type {
	var zero N
	if _, ok := any(zero).(int64); ok {
		return attr.TypeInt
	}
	return attr.TypeFloat
}

// point returns the recorder's point for a set of attributes. A new one is
// checked.
func (s source) point(kind string, number attr.Type, set attribute.Set) *point {
	m, ok := s.r.metrics[s.id]
	if !ok {
		m = &metric{
			id: s.id, kind: kind, unit: s.from.Unit, description: s.from.Description,
			number: number, points: make(map[attribute.Distinct]*point),
		}
		if s.r.metrics == nil {
			s.r.metrics = make(metrics)
		}
		s.r.metrics[s.id] = m
	}
	p, ok := m.points[set.Equivalent()]
	if !ok {
		p = &point{set: set}
		m.points[set.Equivalent()] = p
		s.r.mu.Lock()
		s.r.problems.checkMetric(s.r.config.rules, m, set)
		s.r.mu.Unlock()
	}
	p.collected = s.r.collections
	return p
}

// copy returns a point that shares nothing with p.
func (p *point) copy() point {
	c := point{set: p.set, value: p.value}
	c.histogram.add(p.histogram)
	return c
}

func (m *metric) export() Metric {
	out := Metric{Name: m.id.name, Scope: m.id.scope, Kind: m.kind, Unit: m.unit, Description: m.description}
	sorted := slices.SortedFunc(maps.Values(m.points), func(a, b *point) int {
		return cmp.Compare(a.set.Encoded(attribute.DefaultEncoder()), b.set.Encoded(attribute.DefaultEncoder()))
	})
	for _, p := range sorted {
		c := p.copy()
		out.Points = append(out.Points, Point{newAttributes(p.set.ToSlice()), c.value, c.histogram})
	}
	return out
}
