package sql_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
	"github.com/lift-sys/telemetry/internal/alerting"
	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/lens/internal/sql"
)

var _ alerting.Source = sql.Source{}

// Alerts see calculated fields and weights, and no points of metrics.
func TestSource(t *testing.T) {
	s := filled(t, []event.Event{
		{Time: start, Dataset: "shop", Weight: 3, Fields: map[string]any{"name": "GET /", "error": true}},
		{Time: start, Dataset: "shop", Weight: 1, Fields: map[string]any{"name": "GET /"}},
		{Time: start, Dataset: "shop_metrics", Weight: 1, Fields: map[string]any{"meta.signal_type": "metric"}},
	})
	source := sql.Source{Database: s, Fields: liftsys.Define(liftsys.Options{}).Fields}
	got, err := source.Query(t.Context(), honeycomb.Query{
		Calculations: []honeycomb.Calculation{honeycomb.Calculate(honeycomb.Avg, liftsys.ErrorPercent), {Op: honeycomb.Count}},
	}, start, start.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]any{75.0, 4.0}, got.Groups[0].Values); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
