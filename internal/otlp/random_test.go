package otlp_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

// maker makes random telemetry that needs no repair, the same for the same
// seed.
type maker struct{ *rand.Rand }

func newMaker(seed uint64) maker { return maker{rand.New(rand.NewPCG(seed, 7))} }

func (m maker) text() string {
	if m.IntN(8) == 0 {
		return ""
	}
	const runes = "abcdefghij klmnopqr 0123456789 äöü€日本語🙂"
	all := []rune(runes)
	out := make([]rune, m.IntN(200)>>m.IntN(6))
	for i := range out {
		out[i] = all[m.IntN(len(all))]
	}
	return string(out)
}

func (m maker) int64() int64 {
	n := int64(m.Uint64() >> m.IntN(64))
	if m.IntN(3) == 0 {
		n = -n
	}
	return n
}

func (m maker) float() float64 {
	return []float64{0, 1, -1.5, m.NormFloat64(), m.ExpFloat64() * 1e9}[m.IntN(5)]
}

func list[T any](n int, f func() T) []T {
	out := make([]T, n)
	for i := range out {
		out[i] = f()
	}
	return out
}

func (m maker) value(depth int) attribute.Value {
	kinds := 12
	if depth == 0 {
		kinds = 10
	}
	n := m.IntN(5)
	switch m.IntN(kinds) {
	case 0:
		return attribute.BoolValue(m.IntN(2) == 0)
	case 1:
		return attribute.Int64Value(m.int64())
	case 2:
		return attribute.Float64Value(m.float())
	case 3, 4:
		return attribute.StringValue(m.text())
	case 5:
		return attribute.BoolSliceValue(list(n, func() bool { return m.IntN(2) == 0 }))
	case 6:
		return attribute.Int64SliceValue(list(n, m.int64))
	case 7:
		return attribute.Float64SliceValue(list(n, m.float))
	case 8:
		return attribute.StringSliceValue(list(n, m.text))
	case 9:
		return attribute.ByteSliceValue(list(n, func() byte { return byte(m.Uint32()) }))
	case 10:
		return attribute.SliceValue(list(n, func() attribute.Value { return m.value(depth - 1) })...)
	default:
		return attribute.MapValue(list(n, func() attribute.KeyValue { return m.attr(depth - 1) })...)
	}
}

func (m maker) attr(depth int) attribute.KeyValue {
	return attribute.KeyValue{Key: attribute.Key(fmt.Sprintf("k%d.%d", m.IntN(9), m.IntN(1e6))), Value: m.value(depth)}
}

func (m maker) attrs() []attribute.KeyValue {
	return list(m.IntN(8), func() attribute.KeyValue { return m.attr(3) })
}

func (m maker) time() time.Time {
	if m.IntN(9) == 0 {
		return time.Time{}
	}
	return time.Unix(m.Int64N(4e9), m.Int64N(1e9))
}

func (m maker) spanContext() trace.SpanContext {
	var c trace.SpanContextConfig
	for i := range c.TraceID {
		c.TraceID[i] = byte(m.Uint32())
	}
	for i := range c.SpanID {
		c.SpanID[i] = byte(m.Uint32())
	}
	if m.IntN(4) == 0 {
		c.SpanID = trace.SpanID{}
	}
	c.TraceFlags = trace.TraceFlags(m.IntN(4))
	c.Remote = m.IntN(2) == 0
	for i := range m.IntN(4) {
		c.TraceState, _ = c.TraceState.Insert(fmt.Sprintf("v%d@t", i), fmt.Sprintf("th:%x", m.Uint32()))
	}
	return trace.NewSpanContext(c)
}

func (m maker) span(r *resource.Resource, scopes []instrumentation.Scope) sdktrace.ReadOnlySpan {
	dropped := func() int { return max(0, m.IntN(10)-6) }
	return tracetest.SpanStub{
		Name:        m.text(),
		SpanContext: m.spanContext(),
		Parent:      m.spanContext(),
		SpanKind:    trace.SpanKind(m.IntN(6)),
		StartTime:   m.time(),
		EndTime:     m.time(),
		Attributes:  m.attrs(),
		Events: list(m.IntN(4), func() sdktrace.Event {
			return sdktrace.Event{Name: m.text(), Time: m.time(), Attributes: m.attrs(), DroppedAttributeCount: dropped()}
		}),
		Links: list(m.IntN(4), func() sdktrace.Link {
			return sdktrace.Link{SpanContext: m.spanContext(), Attributes: m.attrs(), DroppedAttributeCount: dropped()}
		}),
		Status:               sdktrace.Status{Code: codes.Code(m.IntN(3)), Description: m.text()},
		DroppedAttributes:    dropped(),
		DroppedEvents:        dropped(),
		DroppedLinks:         dropped(),
		Resource:             r,
		InstrumentationScope: scopes[m.IntN(len(scopes))],
	}.Snapshot()
}

func (m maker) resource() *resource.Resource {
	return resource.NewWithAttributes([]string{"", "https://opentelemetry.io/schemas/1.37.0"}[m.IntN(2)], m.attrs()...)
}

func (m maker) scope() instrumentation.Scope {
	return instrumentation.Scope{
		Name: "scope/" + m.text(), Version: m.text(), SchemaURL: m.text(), Attributes: attribute.NewSet(m.attrs()...),
	}
}

func exemplarsOf[N int64 | float64](m maker, value func() N) []metricdata.Exemplar[N] {
	return list(m.IntN(3), func() metricdata.Exemplar[N] {
		e := metricdata.Exemplar[N]{FilteredAttributes: m.attrs(), Time: m.time(), Value: value()}
		if m.IntN(2) == 0 {
			sc := m.spanContext()
			tid, sid := sc.TraceID(), sc.SpanID()
			e.TraceID, e.SpanID = tid[:], sid[:]
		}
		return e
	})
}

func pointsOf[N int64 | float64](m maker, value func() N) []metricdata.DataPoint[N] {
	return list(m.IntN(4), func() metricdata.DataPoint[N] {
		return metricdata.DataPoint[N]{
			Attributes: attribute.NewSet(m.attrs()...), StartTime: m.time(), Time: m.time(), Value: value(), Exemplars: exemplarsOf(m, value),
		}
	})
}

func extremaOf[N int64 | float64](m maker, value func() N) metricdata.Extrema[N] {
	if m.IntN(2) == 0 {
		return metricdata.Extrema[N]{}
	}
	return metricdata.NewExtrema(value())
}

func histogramOf[N int64 | float64](m maker, value func() N) []metricdata.HistogramDataPoint[N] {
	return list(m.IntN(4), func() metricdata.HistogramDataPoint[N] {
		n := m.IntN(20)
		return metricdata.HistogramDataPoint[N]{
			Attributes: attribute.NewSet(m.attrs()...), StartTime: m.time(), Time: m.time(), Count: m.Uint64(),
			Bounds: list(n, m.float), BucketCounts: list(n+1, m.Uint64), Min: extremaOf(m, value), Max: extremaOf(m, value),
			Sum: value(), Exemplars: exemplarsOf(m, value),
		}
	})
}

func exponentialOf[N int64 | float64](m maker, value func() N) []metricdata.ExponentialHistogramDataPoint[N] {
	bucket := func() metricdata.ExponentialBucket {
		return metricdata.ExponentialBucket{Offset: int32(m.Uint32()), Counts: list(m.IntN(50), func() uint64 { return uint64(m.int64()) })}
	}
	return list(m.IntN(4), func() metricdata.ExponentialHistogramDataPoint[N] {
		return metricdata.ExponentialHistogramDataPoint[N]{
			Attributes: attribute.NewSet(m.attrs()...), StartTime: m.time(), Time: m.time(), Count: m.Uint64(),
			Min: extremaOf(m, value), Max: extremaOf(m, value), Sum: value(), Scale: int32(m.IntN(30) - 10), ZeroCount: uint64(m.IntN(3)),
			PositiveBucket: bucket(), NegativeBucket: bucket(), ZeroThreshold: m.float(), Exemplars: exemplarsOf(m, value),
		}
	})
}

func (m maker) data() metricdata.Aggregation {
	// Also one that no exporter knows.
	temporality := metricdata.Temporality(m.IntN(3))
	monotonic := m.IntN(2) == 0
	switch m.IntN(9) {
	case 0:
		return metricdata.Gauge[int64]{DataPoints: pointsOf(m, m.int64)}
	case 1:
		return metricdata.Gauge[float64]{DataPoints: pointsOf(m, m.float)}
	case 2:
		return metricdata.Sum[int64]{DataPoints: pointsOf(m, m.int64), Temporality: temporality, IsMonotonic: monotonic}
	case 3:
		return metricdata.Sum[float64]{DataPoints: pointsOf(m, m.float), Temporality: temporality, IsMonotonic: monotonic}
	case 4:
		return metricdata.Histogram[int64]{DataPoints: histogramOf(m, m.int64), Temporality: temporality}
	case 5:
		return metricdata.Histogram[float64]{DataPoints: histogramOf(m, m.float), Temporality: temporality}
	case 6:
		return metricdata.ExponentialHistogram[int64]{DataPoints: exponentialOf(m, m.int64), Temporality: temporality}
	case 7:
		return metricdata.ExponentialHistogram[float64]{DataPoints: exponentialOf(m, m.float), Temporality: temporality}
	default:
		return metricdata.Summary{DataPoints: list(m.IntN(4), func() metricdata.SummaryDataPoint {
			return metricdata.SummaryDataPoint{
				Attributes: attribute.NewSet(m.attrs()...), StartTime: m.time(), Time: m.time(), Count: m.Uint64(), Sum: m.float(),
				QuantileValues: list(m.IntN(4), func() metricdata.QuantileValue {
					return metricdata.QuantileValue{Quantile: m.Float64(), Value: m.float()}
				}),
			}
		})}
	}
}

func (m maker) metrics() *metricdata.ResourceMetrics {
	return &metricdata.ResourceMetrics{
		Resource: m.resource(),
		ScopeMetrics: list(m.IntN(4), func() metricdata.ScopeMetrics {
			return metricdata.ScopeMetrics{
				Scope: m.scope(),
				Metrics: list(m.IntN(6), func() metricdata.Metrics {
					return metricdata.Metrics{Name: m.text(), Description: m.text(), Unit: m.text(), Data: m.data()}
				}),
			}
		}),
	}
}
