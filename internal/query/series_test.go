package query_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/internal/query"
)

func TestSeries(t *testing.T) {
	events := []event.Event{
		at(10, 2, f{"v": 1.0, "duration_ms": 20_000.0}),
		at(15, 1, f{"v": 4.0}),
		at(19.999, 1, f{"v": 7.0}),
		at(65, 1, f{"v": 10.0, "duration_ms": 100_000.0}),
	}
	q := honeycomb.Query{Calculations: []honeycomb.Calculation{
		{Op: honeycomb.Count}, calc(honeycomb.Max, "v"), calc(honeycomb.RateMax, "v"), calc(honeycomb.RateSum, "v"), {Op: honeycomb.Concurrency},
	}, TimeRange: 10 * time.Minute, Granularity: 20 * time.Second}
	from := start.Add(5 * time.Second)
	got, err := query.Run(q, nil, slices.Values(events), from, from.Add(75*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	step := func(seconds int, values ...any) query.Point {
		return query.Point{Time: start.Add(time.Duration(seconds) * time.Second), Values: values}
	}
	want := query.Result{
		From: from, To: from.Add(75 * time.Second), Granularity: 20 * time.Second,
		Calculations: []string{"COUNT", "MAX(v)", "RATE_MAX(v)", "RATE_SUM(v)", "CONCURRENCY"},
		Groups: []query.Group{{
			Values: []any{5.0, 10.0, 3.0, -3.0, 55.0 / 75},
			Series: []query.Point{
				step(0, 4.0, 7.0, nil, nil, 20.0/15), // 15 s of it are in the time range
				step(20, 0.0, nil, nil, nil, 1.0),
				step(40, 0.0, nil, nil, nil, 0.0),
				step(60, 1.0, 10.0, 3.0, -3.0, 15.0/20),
			},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestHeatmap(t *testing.T) {
	events := []event.Event{
		at(1, 3, f{"v": 0.0, "k": "a"}),
		at(2, 1, f{"v": 1.9, "k": "a"}),
		at(2, 1, f{"v": 2.0, "k": "a"}),
		at(2, 1, f{"v": "2", "k": "a"}),
		at(30, 1, f{"v": -0.5, "k": "b"}),
		at(30, 2, f{"v": int64(100), "k": "b"}),
	}
	q := honeycomb.Query{Calculations: []honeycomb.Calculation{{Op: honeycomb.Count}, calc(honeycomb.Heatmap, "v")}, Breakdowns: honeycomb.Columns("k"), TimeRange: 10 * time.Minute, Granularity: 30 * time.Second}
	res := run(t, q, events)
	got := make(map[string][][]query.Bucket)
	for _, g := range res.Groups {
		for _, p := range g.Series {
			got[fmt.Sprint(g.Key[0])] = append(got[fmt.Sprint(g.Key[0])], p.Heatmap)
		}
	}
	want := map[string][][]query.Bucket{
		"a": {{{Low: 0, High: 5, Count: 5}}, nil},
		"b": {nil, {{Low: -5, High: 0, Count: 1}, {Low: 100, High: 105, Count: 2}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBucketWidth(t *testing.T) {
	tests := []struct{ least, most, want float64 }{
		{0, 50, 1},
		{0, 50.1, 2},
		{0, 100, 2},
		{0, 101, 5},
		{-100, 150, 5},
		{0, 251, 10},
		{0, 5000, 100},
		{0, 0.05, 0.001},
		{5, 5, 1},
		{0, -1, 1},
	}
	for _, tt := range tests {
		if got := query.BucketWidth(tt.least, tt.most); got != tt.want {
			t.Errorf("BucketWidth(%v, %v) = %v, want %v", tt.least, tt.most, got, tt.want)
		}
	}
}

func TestGranularity(t *testing.T) {
	for back, want := range map[time.Duration]time.Duration{
		time.Second: time.Second, 2 * time.Minute: time.Second, 121 * time.Second: 5 * time.Second, 10 * time.Minute: 5 * time.Second,
		2 * time.Hour: time.Minute, 24 * time.Hour: 15 * time.Minute, 30 * 24 * time.Hour: 6 * time.Hour, 10_000 * time.Hour: 24 * time.Hour,
	} {
		if got := query.Granularity(back); got != want {
			t.Errorf("Granularity(%s) = %s, want %s", back, got, want)
		}
	}
}
