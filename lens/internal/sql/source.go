package sql

import (
	"context"
	"time"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/query"
)

// Source answers queries over all datasets, as package alerting asks them; see
// [Request] for those of metrics.
type Source struct {
	Database Database
	Fields   []honeycomb.CalculatedField
}

// Query computes a query over a range of time; see [Run].
func (s Source) Query(ctx context.Context, q honeycomb.Query, from, to time.Time) (query.Result, error) {
	result, _, err := Run(ctx, s.Database, Request{Query: q, Fields: s.Fields, From: from, To: to})
	return result, err
}
