package otlp

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/lift-sys/telemetry/internal/sanitize"
)

// Fields of ResourceMetrics, ScopeMetrics, Metric and the kinds of data.
const (
	scopeMetricsMetrics protowire.Number = 2

	metricName        protowire.Number = 1
	metricDescription protowire.Number = 2
	metricUnit        protowire.Number = 3
	metricGauge       protowire.Number = 5
	metricSum         protowire.Number = 7
	metricHistogram   protowire.Number = 9
	metricExponential protowire.Number = 10
	metricSummary     protowire.Number = 11

	dataPoints      protowire.Number = 1
	dataTemporality protowire.Number = 2
	dataMonotonic   protowire.Number = 3
)

// AppendMetrics appends rm, cleaned by san, as a whole
// ExportMetricsServiceRequest, and returns how many data points that is. It
// does not change rm. Data points whose value or sum is not a number are left
// out, and so are metrics of an unknown kind or temporality, as in the stock
// exporter. A nil rm appends nothing.
func AppendMetrics(b []byte, rm *metricdata.ResourceMetrics, san *sanitize.Sanitizer) (out []byte, points int) {
	if rm == nil {
		return b, 0
	}
	e := metricEncoder{b: b, san: san, limit: san.Limits().Attributes}
	request := e.open(requestResources)

	body := e.open(resourceSpansResource)
	e.b = AppendResource(e.b, rm.Resource, san)
	e.close(body)
	for i := range rm.ScopeMetrics {
		e.scopeMetrics(&rm.ScopeMetrics[i])
	}
	e.b = appendString(e.b, resourceSpansSchemaURL, san.String(rm.Resource.SchemaURL()))
	e.close(request)
	return e.b, e.points
}

type metricEncoder struct {
	b      []byte
	san    *sanitize.Sanitizer
	limit  int // attributes of a data point
	points int
}

func (e *metricEncoder) open(num protowire.Number) (start int) {
	e.b, start = openMessage(e.b, num)
	return start
}

func (e *metricEncoder) close(start int) { e.b = closeMessage(e.b, start) }

func (e *metricEncoder) scopeMetrics(sm *metricdata.ScopeMetrics) {
	group := e.open(resourceSpansScopes)
	scope := e.open(scopeSpansScope)
	e.b = AppendScope(e.b, sm.Scope, e.san)
	e.close(scope)
	for i := range sm.Metrics {
		e.metric(&sm.Metrics[i])
	}
	e.b = appendString(e.b, scopeSpansSchemaURL, e.san.String(sm.Scope.SchemaURL))
	e.close(group)
}

func (e *metricEncoder) metric(m *metricdata.Metrics) {
	before := len(e.b)
	start := e.open(scopeMetricsMetrics)
	e.b = appendString(e.b, metricName, e.san.String(m.Name))
	e.b = appendString(e.b, metricDescription, e.san.String(m.Description))
	e.b = appendString(e.b, metricUnit, e.san.String(m.Unit))
	if !e.data(m.Data) {
		e.b = e.b[:before]
		return
	}
	e.close(start)
}

// data appends what a metric holds and reports whether it is of a known kind.
func (e *metricEncoder) data(data metricdata.Aggregation) bool {
	switch d := data.(type) {
	case metricdata.Gauge[int64]:
		start := e.open(metricGauge)
		numberPoints(e, d.DataPoints)
		e.close(start)
	case metricdata.Gauge[float64]:
		start := e.open(metricGauge)
		numberPoints(e, d.DataPoints)
		e.close(start)
	case metricdata.Sum[int64]:
		return e.sum(d.Temporality, d.IsMonotonic, func() { numberPoints(e, d.DataPoints) })
	case metricdata.Sum[float64]:
		return e.sum(d.Temporality, d.IsMonotonic, func() { numberPoints(e, d.DataPoints) })
	case metricdata.Histogram[int64]:
		return e.histogram(metricHistogram, d.Temporality, func() { histogramPoints(e, d.DataPoints) })
	case metricdata.Histogram[float64]:
		return e.histogram(metricHistogram, d.Temporality, func() { histogramPoints(e, d.DataPoints) })
	case metricdata.ExponentialHistogram[int64]:
		return e.histogram(metricExponential, d.Temporality, func() { exponentialPoints(e, d.DataPoints) })
	case metricdata.ExponentialHistogram[float64]:
		return e.histogram(metricExponential, d.Temporality, func() { exponentialPoints(e, d.DataPoints) })
	case metricdata.Summary:
		start := e.open(metricSummary)
		e.summaryPoints(d.DataPoints)
		e.close(start)
	default:
		return false
	}
	return true
}

func (e *metricEncoder) sum(t metricdata.Temporality, monotonic bool, points func()) bool {
	n, ok := temporalityNumber(t)
	if !ok {
		return false
	}
	start := e.open(metricSum)
	points()
	e.b = appendUint(e.b, dataTemporality, n)
	e.b = appendUint(e.b, dataMonotonic, protowire.EncodeBool(monotonic))
	e.close(start)
	return true
}

func (e *metricEncoder) histogram(num protowire.Number, t metricdata.Temporality, points func()) bool {
	n, ok := temporalityNumber(t)
	if !ok {
		return false
	}
	start := e.open(num)
	points()
	e.b = appendUint(e.b, dataTemporality, n)
	e.close(start)
	return true
}

func temporalityNumber(t metricdata.Temporality) (uint64, bool) {
	switch t {
	case metricdata.DeltaTemporality:
		return 1, true
	case metricdata.CumulativeTemporality:
		return 2, true
	default:
		return 0, false
	}
}

// set appends the attributes of a data point.
func (e *metricEncoder) set(num protowire.Number, set *attribute.Set) {
	dropped := 0
	for it := set.Iter(); it.Next(); {
		i, kv := it.IndexedAttribute()
		if !e.attr(num, &kv, i-dropped) {
			dropped++
		}
	}
	e.san.Dropped(dropped, 0, 0)
}

func (e *metricEncoder) attr(num protowire.Number, kv *attribute.KeyValue, i int) (ok bool) {
	if i >= e.limit {
		return false
	}
	e.b, ok = appendMetricAttr(e.b, num, kv, e.san)
	return ok
}
