package telemetrypgx

import (
	"context"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
)

// systemName is the value of db.system.name.
const systemName = "postgresql"

type durationKey struct{}

// durationOf returns the histogram of p.
func durationOf(p *core.Pipeline) metric.Float64Histogram {
	h, _ := p.Attach(durationKey{}, newDuration).(metric.Float64Histogram)
	return h
}

func newDuration(p *core.Pipeline) any {
	def, _ := attr.LookupMetric(attr.MetricDBClientOperationDuration)
	h, err := p.MeterProvider().Meter(core.ScopeName).Float64Histogram(def.Name,
		metric.WithUnit(def.Unit), metric.WithDescription(def.Brief), metric.WithExplicitBucketBoundaries(def.Buckets...))
	if err != nil {
		otel.Handle(err)
	}
	return h
}

// measure records how long w took. Next to a round trip to a server it costs
// little to make the attributes each time.
func (w *work) measure(ctx context.Context, p *core.Pipeline, d time.Duration, errorType string) {
	a := make([]attribute.KeyValue, 0, 5)
	for _, kv := range [...]attribute.KeyValue{
		attr.DBSystemName.String(systemName), attr.DBNamespace.String(w.database),
		attr.DBOperationName.String(w.Verb), attr.DBCollectionName.String(w.Table), attr.ErrorType.String(errorType),
	} {
		if kv.Value.AsString() != "" {
			a = append(a, kv)
		}
	}
	durationOf(p).Record(ctx, d.Seconds(), metric.WithAttributeSet(attribute.NewSet(a...)))
}
