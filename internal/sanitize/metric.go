package sanitize

import (
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// Metrics cleans rm for exporters that encode metrics themselves. It works in
// place: rm has to belong to the caller, as it does in an exporter between
// Export and its return. Sample values that are not numbers go, and with them
// data points whose value or sum they are. Slices that the SDK's reservoirs may
// still hold are copied before they change.
func (s *Sanitizer) Metrics(rm *metricdata.ResourceMetrics) {
	if rm == nil {
		return
	}
	s = s.or()
	rm.Resource = s.Resource(rm.Resource)
	for i := range rm.ScopeMetrics {
		sm := &rm.ScopeMetrics[i]
		sm.Scope = s.Scope(sm.Scope)
		for j := range sm.Metrics {
			m := &sm.Metrics[j]
			m.Name, m.Description, m.Unit = s.String(m.Name), s.String(m.Description), s.String(m.Unit)
			s.metric(m)
		}
	}
}

func (s *Sanitizer) metric(m *metricdata.Metrics) {
	switch d := m.Data.(type) {
	case metricdata.Gauge[int64]:
		points(s, d.DataPoints)
	case metricdata.Gauge[float64]:
		if n := points(s, d.DataPoints); n < len(d.DataPoints) {
			d.DataPoints = d.DataPoints[:n]
			m.Data = d
		}
	case metricdata.Sum[int64]:
		points(s, d.DataPoints)
	case metricdata.Sum[float64]:
		if n := points(s, d.DataPoints); n < len(d.DataPoints) {
			d.DataPoints = d.DataPoints[:n]
			m.Data = d
		}
	case metricdata.Histogram[int64]:
		histogramPoints(s, d.DataPoints)
	case metricdata.Histogram[float64]:
		if n := histogramPoints(s, d.DataPoints); n < len(d.DataPoints) {
			d.DataPoints = d.DataPoints[:n]
			m.Data = d
		}
	case metricdata.ExponentialHistogram[int64]:
		exponentialPoints(s, d.DataPoints)
	case metricdata.ExponentialHistogram[float64]:
		if n := exponentialPoints(s, d.DataPoints); n < len(d.DataPoints) {
			d.DataPoints = d.DataPoints[:n]
			m.Data = d
		}
	case metricdata.Summary:
		if n := s.summaryPoints(d.DataPoints); n < len(d.DataPoints) {
			d.DataPoints = d.DataPoints[:n]
			m.Data = d
		}
	}
}

// keepFront moves the elements that keep accepts to the front and returns their
// number. It swaps: the SDK uses the elements again, and two of them must never
// share a slice.
func keepFront[T any](s []T, keep func(*T) bool) int {
	n := 0
	for i := range s {
		if keep(&s[i]) {
			s[n], s[i] = s[i], s[n]
			n++
		}
	}
	return n
}

func points[N int64 | float64](s *Sanitizer, dps []metricdata.DataPoint[N]) int {
	return keepFront(dps, func(dp *metricdata.DataPoint[N]) bool {
		s.set(&dp.Attributes)
		dp.Exemplars = exemplars(s, dp.Exemplars)
		return s.Finite(float64(dp.Value))
	})
}

func histogramPoints[N int64 | float64](s *Sanitizer, dps []metricdata.HistogramDataPoint[N]) int {
	return keepFront(dps, func(dp *metricdata.HistogramDataPoint[N]) bool {
		s.set(&dp.Attributes)
		dp.Exemplars = exemplars(s, dp.Exemplars)
		dp.Min, dp.Max = extrema(s, dp.Min), extrema(s, dp.Max)
		return s.Finite(float64(dp.Sum))
	})
}

func exponentialPoints[N int64 | float64](s *Sanitizer, dps []metricdata.ExponentialHistogramDataPoint[N]) int {
	return keepFront(dps, func(dp *metricdata.ExponentialHistogramDataPoint[N]) bool {
		s.set(&dp.Attributes)
		dp.Exemplars = exemplars(s, dp.Exemplars)
		dp.Min, dp.Max = extrema(s, dp.Min), extrema(s, dp.Max)
		return s.Finite(float64(dp.Sum))
	})
}

func (s *Sanitizer) summaryPoints(dps []metricdata.SummaryDataPoint) int {
	return keepFront(dps, func(dp *metricdata.SummaryDataPoint) bool {
		s.set(&dp.Attributes)
		if slices.ContainsFunc(dp.QuantileValues, nonFiniteQuantile) {
			dp.QuantileValues = slices.DeleteFunc(slices.Clone(dp.QuantileValues), func(q metricdata.QuantileValue) bool {
				return !s.Finite(q.Value) || !s.Finite(q.Quantile)
			})
		}
		return s.Finite(dp.Sum)
	})
}

func nonFiniteQuantile(q metricdata.QuantileValue) bool {
	return !finite(q.Value) || !finite(q.Quantile)
}

func extrema[N int64 | float64](s *Sanitizer, e metricdata.Extrema[N]) metricdata.Extrema[N] {
	if v, ok := e.Value(); ok && !s.Finite(float64(v)) {
		return metricdata.Extrema[N]{}
	}
	return e
}

func exemplars[N int64 | float64](s *Sanitizer, es []metricdata.Exemplar[N]) []metricdata.Exemplar[N] {
	n := keepFront(es, func(e *metricdata.Exemplar[N]) bool {
		if kvs, changed := s.metricAttrs(e.FilteredAttributes); changed {
			e.FilteredAttributes = kvs
		}
		return s.Finite(float64(e.Value))
	})
	return es[:n]
}

// set cleans the attributes of a data point.
func (s *Sanitizer) set(set *attribute.Set) {
	dirty := false
	for it := set.Iter(); !dirty && it.Next(); {
		kv := it.Attribute()
		dirty = !s.Clean(&kv)
	}
	if !dirty && set.Len() <= s.limits.Attributes {
		return
	}
	if kvs, changed := s.metricAttrs(set.ToSlice()); changed {
		*set = attribute.NewSet(kvs...)
	}
}

// metricAttrs returns kvs cleaned in a slice of its own, or kvs itself and
// false if there is nothing to change.
func (s *Sanitizer) metricAttrs(kvs []attribute.KeyValue) ([]attribute.KeyValue, bool) {
	var out []attribute.KeyValue
	for i, kv := range kvs {
		if i >= s.limits.Attributes {
			s.Dropped(len(kvs)-i, 0, 0)
			if out == nil {
				out = slices.Clone(kvs[:i])
			}
			return out, true
		}
		c, keep := s.MetricAttr(kv)
		if !keep {
			s.Dropped(1, 0, 0)
		}
		if out == nil && (!keep || c != kv) {
			out = append(make([]attribute.KeyValue, 0, len(kvs)), kvs[:i]...)
		}
		if out != nil && keep {
			out = append(out, c)
		}
	}
	if out == nil {
		return kvs, false
	}
	return out, true
}
