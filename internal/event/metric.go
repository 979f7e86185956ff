package event

import (
	"slices"
	"strconv"
	"strings"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"

	"github.com/lift-sys/telemetry/attr"
)

// metricsSuffix makes a service's dataset of metrics, so that a count of spans
// does not count points.
const metricsSuffix = "_metrics"

// FromMetrics returns the rows of metric points. Points of one scope that have
// the same time and attributes share a row, in which each metric is a column of
// its name: the value of a counter or gauge, and of a histogram or summary
// name.count, name.sum, name.avg, and where they are known name.min and name.max.
// Rows are in the order of their first points. It keeps nothing of its argument.
func FromMetrics(metrics []*metricspb.ResourceMetrics) []Event {
	var events []Event
	for _, rm := range metrics {
		for _, sm := range rm.GetScopeMetrics() {
			rows := rows{origin: newOrigin(rm.GetResource(), sm.GetScope()), index: make(map[string]int)}
			for _, m := range sm.GetMetrics() {
				rows.metric(m)
			}
			events = append(events, rows.events...)
		}
	}
	return events
}

// rows are those of one scope.
type rows struct {
	origin
	events []Event
	index  map[string]int // of the row by time and attributes
}

// at returns the fields of the row for a time and attributes.
func (r *rows) at(nanos uint64, attributes []*commonpb.KeyValue) fields {
	key := identity(nanos, attributes)
	i, ok := r.index[key]
	if !ok {
		f := fields{attr.ColumnMetaSignalType: "metric"}
		r.put(f, attributes)
		i = len(r.events)
		r.index[key] = i
		r.events = append(r.events, Event{Time: moment(nanos), Dataset: r.dataset + metricsSuffix, Weight: 1, Fields: f})
	}
	return r.events[i].Fields
}

// identity is equal for points that share a row.
func identity(nanos uint64, attributes []*commonpb.KeyValue) string {
	parts := make([]string, 0, len(attributes))
	for _, kv := range attributes {
		parts = append(parts, strconv.Quote(kv.GetKey())+"="+text(kv.GetValue()))
	}
	slices.Sort(parts)
	return strconv.FormatUint(nanos, 10) + " " + strings.Join(parts, ",")
}

func (r *rows) metric(m *metricspb.Metric) {
	name := m.GetName()
	switch d := m.GetData().(type) {
	case *metricspb.Metric_Gauge:
		r.numbers(name, d.Gauge.GetDataPoints())
	case *metricspb.Metric_Sum:
		r.numbers(name, d.Sum.GetDataPoints())
	case *metricspb.Metric_Histogram:
		for _, p := range d.Histogram.GetDataPoints() {
			f := r.at(p.GetTimeUnixNano(), p.GetAttributes())
			f.distribution(name, p.GetCount(), p.Sum, p.Min, p.Max)
		}
	case *metricspb.Metric_ExponentialHistogram:
		for _, p := range d.ExponentialHistogram.GetDataPoints() {
			f := r.at(p.GetTimeUnixNano(), p.GetAttributes())
			f.distribution(name, p.GetCount(), p.Sum, p.Min, p.Max)
		}
	case *metricspb.Metric_Summary:
		for _, p := range d.Summary.GetDataPoints() {
			f := r.at(p.GetTimeUnixNano(), p.GetAttributes())
			f.distribution(name, p.GetCount(), new(p.GetSum()), nil, nil)
		}
	}
}

func (r *rows) numbers(name string, points []*metricspb.NumberDataPoint) {
	for _, p := range points {
		f := r.at(p.GetTimeUnixNano(), p.GetAttributes())
		switch v := p.GetValue().(type) {
		case *metricspb.NumberDataPoint_AsInt:
			f[name] = v.AsInt
		case *metricspb.NumberDataPoint_AsDouble:
			f.number(name, &v.AsDouble)
		}
	}
}

func (f fields) distribution(name string, count uint64, sum, least, most *float64) {
	f[name+".count"] = int64(min(count, 1<<63-1))
	f.number(name+".sum", sum)
	if sum != nil && count > 0 {
		f.number(name+".avg", new(*sum/float64(count)))
	}
	f.number(name+".min", least)
	f.number(name+".max", most)
}

// number sets a column unless there is no value or it is not finite.
func (f fields) number(column string, v *float64) {
	if v != nil && finite(*v) {
		f[column] = *v
	}
}
