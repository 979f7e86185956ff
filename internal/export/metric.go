package export

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/lift-sys/telemetry/internal/env"
	"github.com/lift-sys/telemetry/internal/sanitize"
)

// Temporality returns the SDK's selector for a configured preference.
func Temporality(t env.Temporality) sdkmetric.TemporalitySelector {
	switch t {
	case env.Delta:
		return sdkmetric.DeltaTemporalitySelector
	case env.LowMemory:
		return sdkmetric.LowMemoryTemporalitySelector
	case env.Cumulative:
	}
	return sdkmetric.CumulativeTemporalitySelector
}

// Repairer is a metric exporter that repairs and redacts what it passes on,
// and keeps books. The SDK never calls it concurrently.
type Repairer struct {
	sdkmetric.Exporter

	repair  *sanitize.Sanitizer
	enabled func() bool
	mu      sync.Mutex
	books   Books
}

// NewRepairer returns a repairer in front of e. While enabled returns false,
// what is collected is thrown away.
func NewRepairer(e sdkmetric.Exporter, repair *sanitize.Sanitizer, enabled func() bool) *Repairer {
	return &Repairer{Exporter: e, repair: repair, enabled: enabled}
}

// Export repairs the metrics and exports them.
func (r *Repairer) Export(ctx context.Context, rm *metricdata.ResourceMetrics) error {
	if !r.enabled() {
		return nil
	}
	r.repair.Metrics(rm)
	points := countPoints(rm)
	if points == 0 {
		return nil // an exporter would send an empty request
	}
	err, failure := r.export(ctx, rm), ""
	if err != nil {
		failure = r.repair.Failure(cmp.Or(err.Error(), "an error without a message"))
		if failure != err.Error() {
			err = errors.New(failure)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.books.count(points, points, appended)
	r.books.close(points, points, failure)
	return err
}

// export keeps a panic of the exporter away from the service.
func (r *Repairer) export(ctx context.Context, rm *metricdata.ResourceMetrics) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("telemetry: the metric exporter panicked: %v", v)
		}
	}()
	return r.Exporter.Export(ctx, rm)
}

// Books returns the books, in metric points.
func (r *Repairer) Books() Books {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.books
}

func countPoints(rm *metricdata.ResourceMetrics) (n int) {
	for _, scope := range rm.ScopeMetrics {
		for _, m := range scope.Metrics {
			switch d := m.Data.(type) {
			case metricdata.Sum[int64]:
				n += len(d.DataPoints)
			case metricdata.Sum[float64]:
				n += len(d.DataPoints)
			case metricdata.Gauge[int64]:
				n += len(d.DataPoints)
			case metricdata.Gauge[float64]:
				n += len(d.DataPoints)
			case metricdata.Histogram[int64]:
				n += len(d.DataPoints)
			case metricdata.Histogram[float64]:
				n += len(d.DataPoints)
			case metricdata.ExponentialHistogram[int64]:
				n += len(d.DataPoints)
			case metricdata.ExponentialHistogram[float64]:
				n += len(d.DataPoints)
			case metricdata.Summary:
				n += len(d.DataPoints)
			}
		}
	}
	return n
}
