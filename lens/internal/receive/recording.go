package receive

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/lift-sys/telemetry/lens/internal/delta"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// Recording makes rows of requests that were recorded, in their order. Counters
// are those since its first point; see package delta. Make one with [NewRecording].
type Recording struct{ counters counters }

// NewRecording returns a recording of which nothing has been read.
func NewRecording() *Recording { return &Recording{counters{delta.New(time.Time{})}} }

// Metrics makes rows of an ExportMetricsServiceRequest in protobuf. Points without
// a time get now.
func (r *Recording) Metrics(body []byte, now time.Time) (*table.Batch, error) {
	b, _, err := r.counters.rows(body, false, now)
	return b, err
}

// JSON makes rows of a request in JSON that says by its fields whether it holds
// spans or metrics.
func (r *Recording) JSON(body []byte, now time.Time) (*table.Batch, error) {
	var kind struct {
		Spans   json.RawMessage `json:"resourceSpans"`
		Metrics json.RawMessage `json:"resourceMetrics"`
	}
	if err := json.Unmarshal(body, &kind); err != nil {
		return nil, fmt.Errorf("record is no JSON: %w", err)
	}
	decode := traces
	switch {
	case kind.Spans != nil:
	case kind.Metrics != nil:
		decode = r.counters.rows
	default:
		return nil, errors.New("record has neither resourceSpans nor resourceMetrics: lens stores traces and metrics")
	}
	b, _, err := decode(body, true, now)
	return b, err
}
