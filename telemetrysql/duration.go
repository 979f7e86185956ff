package telemetrysql

import (
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
)

// durations measures the calls that report to one pipeline.
type durations struct {
	histogram metric.Float64Histogram
	mu        sync.RWMutex
	series    map[durationKey][]metric.RecordOption
}

// durationKey is what tells one series from another. The operation is in lower
// case, so that the spelling of statements makes no series.
type durationKey struct{ system, namespace, operation, table, errorType string }

// maxSeries bounds the series that are remembered. Beyond it tables, which a
// service may name by the thousand, are left out.
const maxSeries = 1000

type durationsKey struct{}

func newDurations(p *core.Pipeline) any {
	def, _ := attr.LookupMetric(attr.MetricDBClientOperationDuration)
	h, err := p.MeterProvider().Meter(core.ScopeName).Float64Histogram(attr.MetricDBClientOperationDuration,
		metric.WithUnit(def.Unit), metric.WithDescription(def.Brief), metric.WithExplicitBucketBoundaries(def.Buckets...))
	if err != nil {
		otel.Handle(err)
	}
	return &durations{histogram: h, series: make(map[durationKey][]metric.RecordOption)}
}

// measure records how long the call took.
func (c *call) measure(o core.Outcome) {
	d, ok := c.Pipeline().Attach(durationsKey{}, newDurations).(*durations)
	if !ok || d.histogram == nil {
		return
	}
	took := o.Duration
	if !c.since.IsZero() {
		took = time.Since(c.since)
	}
	k := durationKey{c.config.system, c.config.namespace, c.statement.Operation, c.statement.Table, o.Failure.Type}
	d.histogram.Record(c.Own(), took.Seconds(), d.options(k)...)
}

func (d *durations) options(k durationKey) []metric.RecordOption {
	d.mu.RLock()
	opts, full := d.series[k], len(d.series) >= maxSeries
	d.mu.RUnlock()
	if opts != nil {
		return opts
	}
	if full {
		k.table = ""
	}
	opts = k.build()
	if !full {
		d.mu.Lock()
		d.series[k] = opts
		d.mu.Unlock()
	}
	return opts
}

func (k durationKey) build() []metric.RecordOption {
	var kv []attribute.KeyValue
	for _, a := range [...]attribute.KeyValue{
		attr.DBSystemName.String(k.system), attr.DBNamespace.String(k.namespace), attr.DBOperationName.String(k.operation),
		attr.DBCollectionName.String(k.table), attr.ErrorType.String(k.errorType),
	} {
		if a.Value.AsString() != "" {
			kv = append(kv, a)
		}
	}
	return []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(kv...))}
}
