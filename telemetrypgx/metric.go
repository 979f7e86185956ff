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

// batches has the names of the most frequent ones.
var batches = map[string]string{
	attr.DBInsert: "batch insert", attr.DBSelect: "batch select", attr.DBUpdate: "batch update", attr.DBDelete: "batch delete",
}

// operation is the name of the operation in metrics, where the spelling of
// statements must make no series.
func (w *work) operation() string {
	if w.batch <= 1 || w.Operation == batching.Operation {
		return w.Operation
	}
	if name, ok := batches[w.Operation]; ok {
		return name
	}
	return "batch " + w.Operation
}

// measure records how long w took. Next to a round trip to a server it costs
// little to make the attributes each time.
func (w *work) measure(ctx context.Context, p *core.Pipeline, d time.Duration, errorType string) {
	a := make([]attribute.KeyValue, 0, 5)
	for _, kv := range [...]attribute.KeyValue{
		attr.DBSystemName.String(systemName), attr.DBNamespace.String(w.database),
		attr.DBOperationName.String(w.operation()), attr.DBCollectionName.String(w.Table), attr.ErrorType.String(errorType),
	} {
		if kv.Value.AsString() != "" {
			a = append(a, kv)
		}
	}
	durationOf(p).Record(ctx, d.Seconds(), metric.WithAttributeSet(attribute.NewSet(a...)))
}
