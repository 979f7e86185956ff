package receive

import (
	"fmt"
	"time"

	collectormetrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	"google.golang.org/protobuf/proto"

	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/lens/internal/delta"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// counters makes rows of metrics.
type counters struct{ *delta.Converter }

// rows makes rows of an ExportMetricsServiceRequest. undo is for rows that are not
// stored.
func (c counters) rows(body []byte, isJSON bool, now time.Time) (b *table.Batch, undo func(), err error) {
	m := new(collectormetrics.ExportMetricsServiceRequest)
	if isJSON {
		if body, err = wire(body, m); err != nil {
			return nil, nil, err
		}
	}
	if err := checkUnfolded(body); err != nil {
		return nil, nil, err
	}
	if err := proto.Unmarshal(body, m); err != nil {
		return nil, nil, fmt.Errorf("%w (%w)", errWire, err)
	}
	undo = c.Convert(m.GetResourceMetrics(), now)
	return Rows(event.FromMetrics(m.GetResourceMetrics()), now), undo, nil
}
