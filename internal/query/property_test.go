package query_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/internal/query"
)

// randomEvents are of one minute, with every kind of value and with none.
func randomEvents(r *rand.Rand) []event.Event {
	events := make([]event.Event, r.IntN(60))
	for i := range events {
		fields := f{"k": []any{"a", "b", int64(1), 1.0, 2.5, true}[r.IntN(6)], "duration_ms": r.Float64() * 30_000}
		switch r.IntN(5) {
		case 0:
			fields["v"] = int64(r.IntN(20) - 10)
		case 1, 2:
			fields["v"] = float64(r.IntN(80)) / 4 // sums of quarters are exact
		case 3:
			fields["v"] = "text"
		}
		if r.IntN(4) == 0 {
			delete(fields, "k")
		}
		events[i] = at(float64(r.IntN(60)), int64(1+r.IntN(5)), fields)
	}
	return events
}

var everything = []honeycomb.CalculationOp{
	honeycomb.Sum, honeycomb.Avg, honeycomb.Min, honeycomb.Max, honeycomb.Heatmap, honeycomb.CountDistinct,
	honeycomb.P001, honeycomb.P05, honeycomb.P25, honeycomb.P50, honeycomb.P75, honeycomb.P90, honeycomb.P95, honeycomb.P99, honeycomb.P999,
	honeycomb.RateSum, honeycomb.RateAvg, honeycomb.RateMax,
}

// What a weight means: the row were there as many times.
func TestAWeightIsAsManyCopies(t *testing.T) {
	q := honeycomb.Query{
		Calculations: []honeycomb.Calculation{{Op: honeycomb.Count}, {Op: honeycomb.Concurrency}},
		Breakdowns:   honeycomb.Columns("k"), TimeRange: time.Minute, Granularity: 6 * time.Second,
	}
	for _, op := range everything {
		q.Calculations = append(q.Calculations, calc(op, "v"))
	}
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		weighted := randomEvents(r)
		var copies []event.Event
		for _, e := range weighted {
			for n := e.Weight; n > 0; n-- {
				e.Weight = 1
				copies = append(copies, e)
			}
		}
		r.Shuffle(len(copies), func(i, j int) { copies[i], copies[j] = copies[j], copies[i] })
		if diff := cmp.Diff(run(t, q, copies), run(t, q, weighted), cmpopts.EquateApprox(1e-12, 0)); diff != "" {
			t.Fatalf("seed %d (-copies +weighted):\n%s", seed, diff)
		}
	}
}

// Every row is in one group and in one point, and passes a filter or its negation.
func TestRowsAreCountedOnce(t *testing.T) {
	count := func(events []event.Event, filters ...honeycomb.Filter) (groups, points float64) {
		q := honeycomb.Query{Breakdowns: honeycomb.Columns("k"), Filters: filters, TimeRange: time.Minute, Granularity: 6 * time.Second}
		for _, g := range run(t, q, events).Groups {
			n, _ := g.Values[0].(float64)
			groups += n
			for _, p := range g.Series {
				n, _ := p.Values[0].(float64)
				points += n
			}
		}
		return groups, points
	}
	opposites := [][2]honeycomb.Filter{
		{honeycomb.Where("v", honeycomb.Equals, 5), honeycomb.Where("v", honeycomb.NotEquals, 5)},
		{honeycomb.Where("v", honeycomb.Exists), honeycomb.Where("v", honeycomb.DoesNotExist)},
		{honeycomb.Where("v", honeycomb.Contains, "ex"), honeycomb.Where("v", honeycomb.DoesNotContain, "ex")},
		{honeycomb.Where("k", honeycomb.In, "a", 1), honeycomb.Where("k", honeycomb.NotIn, "a", 1)},
		{honeycomb.Where("k", honeycomb.StartsWith, "a"), honeycomb.Where("k", honeycomb.DoesNotStartWith, "a")},
		{honeycomb.Where("k", honeycomb.EndsWith, "b"), honeycomb.Where("k", honeycomb.DoesNotEndWith, "b")},
	}
	for seed := range uint64(100) {
		events := randomEvents(rand.New(rand.NewPCG(seed, 2)))
		want := 0.0
		for _, e := range events {
			want += float64(e.Weight)
		}
		if groups, points := count(events); groups != want || points != want {
			t.Fatalf("seed %d: %v in groups, %v in points, want %v", seed, groups, points, want)
		}
		for _, o := range opposites {
			a, _ := count(events, o[0])
			b, _ := count(events, o[1])
			if a+b != want {
				t.Fatalf("seed %d: %v %s, %v %s, want %v", seed, a, o[0], b, o[1], want)
			}
		}
	}
}

func BenchmarkRun(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	var events []event.Event
	for len(events) < 10_000 {
		events = append(events, randomEvents(r)...)
	}
	p, err := query.Prepare(honeycomb.Query{Calculations: []honeycomb.Calculation{calc(honeycomb.P95, "v")}, Breakdowns: honeycomb.Columns("k")}, nil)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := p.Run(slices.Values(events), start, start.Add(time.Minute)); err != nil {
			b.Fatal(err)
		}
	}
}
