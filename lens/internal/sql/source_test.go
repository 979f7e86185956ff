package sql_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
	"github.com/lift-sys/telemetry/internal/alerting"
	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/lens/internal/sql"
)

var _ alerting.Source = sql.Source{}

// Alerts see calculated fields and weights, and points of metrics only where they
// ask for one.
func TestSource(t *testing.T) {
	s := filled(t, []event.Event{
		{Time: start, Dataset: "shop", Weight: 3, Fields: map[string]any{"name": "GET /", "error": true}},
		{Time: start, Dataset: "shop", Weight: 1, Fields: map[string]any{"name": "GET /"}},
		{Time: start, Dataset: "shop_metrics", Weight: 1, Fields: map[string]any{"meta.signal_type": "metric", "lift.telemetry.exported": int64(7), "lift.cost": 0.5}},
	})
	source := sql.Source{Database: s, Fields: liftsys.Define(liftsys.Options{}).Fields}
	source.Fields = append(source.Fields, honeycomb.CalculatedField{Alias: "cents", Expression: `MUL($lift.cost, 100)`})
	exported := honeycomb.Column(attr.MetricTelemetryExported)
	for _, tt := range []struct {
		reason string
		query  honeycomb.Query
		want   []any
	}{
		{"rows of metrics are none of requests", honeycomb.Query{
			Calculations: []honeycomb.Calculation{honeycomb.Calculate(honeycomb.Avg, liftsys.ErrorPercent), {Op: honeycomb.Count}},
		}, []any{75.0, 4.0}},
		{"it is asked for", honeycomb.Query{Calculations: []honeycomb.Calculation{honeycomb.Calculate(honeycomb.Sum, exported)}}, []any{7.0}},
		{"it is a condition", honeycomb.Query{
			Calculations: []honeycomb.Calculation{{Op: honeycomb.Count}}, Filters: []honeycomb.Filter{honeycomb.Where(exported, honeycomb.Exists)},
		}, []any{1.0}},
		{"it is part of a field", honeycomb.Query{Calculations: []honeycomb.Calculation{honeycomb.Calculate(honeycomb.Sum, honeycomb.Column("cents"))}}, []any{50.0}},
		{"nobody has sent it yet", honeycomb.Query{
			Calculations: []honeycomb.Calculation{honeycomb.Calculate(honeycomb.Sum, honeycomb.Column("gen_ai.client.token.usage.sum"))},
		}, []any{nil}},
	} {
		got, err := source.Query(t.Context(), tt.query, start, start.Add(time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, got.Groups[0].Values); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", tt.query, tt.reason, diff)
		}
	}
}
