package query_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/internal/query"
)

var start = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

type f = map[string]any

// at returns an event so many seconds after start.
func at(seconds float64, weight int64, fields f) event.Event {
	return event.Event{Time: start.Add(time.Duration(seconds * 1e9)), Dataset: "shop", Weight: weight, Fields: fields}
}

func calc(op honeycomb.CalculationOp, c honeycomb.Column) honeycomb.Calculation {
	return honeycomb.Calculation{Op: op, Column: c}
}

// run runs a query over a minute.
func run(t *testing.T, q honeycomb.Query, events []event.Event, fields ...honeycomb.CalculatedField) query.Result {
	t.Helper()
	res, err := query.Run(q, fields, slices.Values(events), start, start.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestCalculations(t *testing.T) {
	events := []event.Event{
		at(1, 3, f{"v": int64(10), "s": "a", "duration_ms": 1000.0}),
		at(2, 1, f{"v": 20.0, "s": "b", "duration_ms": 60_000.0}),
		at(3, 6, f{"v": int64(30), "s": "a"}),
		at(4, 5, f{"v": "40", "s": int64(1)}),
		at(5, 2, f{"v": true, "s": 1.0}),
		at(-1, 9, f{"v": int64(99), "s": "before"}),
		at(60, 9, f{"v": int64(99), "s": "after"}),
	}
	tests := []struct {
		name, reason string
		calc         honeycomb.Calculation
		want         any
		none         any // over no rows
	}{
		{"COUNT", "every row, weighted", calc(honeycomb.Count, ""), 17.0, 0.0},
		{"SUM", "numbers alone, weighted", calc(honeycomb.Sum, "v"), 230.0, nil},
		{"AVG", "numbers alone, weighted", calc(honeycomb.Avg, "v"), 23.0, nil},
		{"MIN", "numbers alone", calc(honeycomb.Min, "v"), 10.0, nil},
		{"MAX", "numbers alone", calc(honeycomb.Max, "v"), 30.0, nil},
		{"COUNT_DISTINCT", "1 is 1.0, and weights do not count", calc(honeycomb.CountDistinct, "s"), 3.0, 0.0},
		{"COUNT_DISTINCT of what nobody has", "no value is none", calc(honeycomb.CountDistinct, "x"), 0.0, 0.0},
		{"P001", "the least value", calc(honeycomb.P001, "v"), 10.0, nil},
		{"P25", "2.5 of 10", calc(honeycomb.P25, "v"), 10.0, nil},
		{"P50", "5 of 10", calc(honeycomb.P50, "v"), 30.0, nil},
		{"P95", "9.5 of 10", calc(honeycomb.P95, "v"), 30.0, nil},
		{"P999", "the greatest value", calc(honeycomb.P999, "v"), 30.0, nil},
		{"HEATMAP", "it is in the points", calc(honeycomb.Heatmap, "v"), nil, nil},
		{"CONCURRENCY", "3 spans of 1 s and one cut at the end after 58 s", calc(honeycomb.Concurrency, ""), 61.0 / 60, 0.0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := honeycomb.Query{Calculations: []honeycomb.Calculation{tt.calc}}
			if diff := cmp.Diff([]any{tt.want}, run(t, q, events).Groups[0].Values); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			if diff := cmp.Diff([]any{tt.none}, run(t, q, nil).Groups[0].Values); diff != "" {
				t.Errorf("over no rows (-want +got):\n%s", diff)
			}
		})
	}
}

// The border of a percentile is exact: 19 of 20 rows are 95 %.
func TestPercentileBorder(t *testing.T) {
	events := []event.Event{at(1, 19, f{"v": 1.0}), at(2, 1, f{"v": 2.0})}
	q := honeycomb.Query{Calculations: []honeycomb.Calculation{calc(honeycomb.P95, "v")}}
	if got := run(t, q, events).Groups[0].Values[0]; got != 1.0 {
		t.Errorf("P95 is %v, want 1", got)
	}
	events[0].Weight = 18
	if got := run(t, q, events).Groups[0].Values[0]; got != 2.0 {
		t.Errorf("P95 is %v, want 2", got)
	}
}

func TestFilters(t *testing.T) {
	events := []event.Event{
		at(1, 1, f{"id": "int", "v": int64(5)}),
		at(2, 1, f{"id": "float", "v": 7.5}),
		at(3, 1, f{"id": "text", "v": "five"}),
		at(4, 1, f{"id": "digits", "v": "5"}),
		at(5, 1, f{"id": "bool", "v": true}),
		at(6, 1, f{"id": "none"}),
	}
	tests := []struct {
		filter honeycomb.Filter
		want   string
	}{
		{honeycomb.Where("v", honeycomb.Equals, 5), "int"},
		{honeycomb.Where("v", honeycomb.Equals, 5.0), "int"},
		{honeycomb.Where("v", honeycomb.Equals, "5"), "digits"},
		{honeycomb.Where("v", honeycomb.Equals, true), "bool"},
		{honeycomb.Where("v", honeycomb.NotEquals, 5), "bool digits float none text"},
		{honeycomb.Where("v", honeycomb.Greater, 5), "float"},
		{honeycomb.Where("v", honeycomb.GreaterOrEqual, 5), "float int"},
		{honeycomb.Where("v", honeycomb.Less, 7.5), "int"},
		{honeycomb.Where("v", honeycomb.LessOrEqual, 7.5), "float int"},
		{honeycomb.Where("v", honeycomb.Greater, "5"), "text"},
		{honeycomb.Where("v", honeycomb.GreaterOrEqual, false), ""},
		{honeycomb.Where("v", honeycomb.StartsWith, "fi"), "text"},
		{honeycomb.Where("v", honeycomb.DoesNotStartWith, "fi"), "bool digits float int none"},
		{honeycomb.Where("v", honeycomb.EndsWith, "ve"), "text"},
		{honeycomb.Where("v", honeycomb.DoesNotEndWith, "ve"), "bool digits float int none"},
		{honeycomb.Where("v", honeycomb.Contains, "iv"), "text"},
		{honeycomb.Where("v", honeycomb.DoesNotContain, "iv"), "bool digits float int none"},
		{honeycomb.Where("v", honeycomb.Exists), "bool digits float int text"},
		{honeycomb.Where("v", honeycomb.DoesNotExist), "none"},
		{honeycomb.Where("v", honeycomb.In, 5, "five"), "int text"},
		{honeycomb.Where("v", honeycomb.NotIn, 5, "five"), "bool digits float none"},
		{honeycomb.Where("twice", honeycomb.Equals, 10), "digits int"},
		{honeycomb.Where("twice", honeycomb.Equals, 0), "bool none text"},
	}
	for _, tt := range tests {
		t.Run(tt.filter.String(), func(t *testing.T) {
			q := honeycomb.Query{Breakdowns: honeycomb.Columns("id"), Filters: []honeycomb.Filter{tt.filter}}
			if got := keys(run(t, q, events, honeycomb.CalculatedField{Alias: "twice", Expression: "MUL($v, 2)"})); got != tt.want {
				t.Errorf("rows are %q, want %q", got, tt.want)
			}
		})
	}
	two := []honeycomb.Filter{honeycomb.Where("v", honeycomb.Greater, 5), honeycomb.Where("id", honeycomb.Contains, "t")}
	for combination, want := range map[honeycomb.Combination]string{"": "float", honeycomb.And: "float", honeycomb.Or: "digits float int text"} {
		q := honeycomb.Query{Breakdowns: honeycomb.Columns("id"), Filters: two, FilterCombination: combination}
		if got := keys(run(t, q, events)); got != want {
			t.Errorf("combined by %q rows are %q, want %q", combination, got, want)
		}
	}
}

// keys writes the first key of every group.
func keys(res query.Result) string {
	var list []string
	for _, g := range res.Groups {
		s, _ := g.Key[0].(string)
		list = append(list, s)
	}
	return strings.Join(list, " ")
}

func TestGroups(t *testing.T) {
	events := []event.Event{
		at(1, 1, f{"k": "b", "v": 1.0}),
		at(2, 5, f{"k": "a", "v": 3.0}),
		at(3, 1, f{"k": "c"}),
		at(4, 2, f{"v": 9.0}),
		at(5, 1, f{"k": int64(2), "v": 4.0}),
		at(6, 1, f{"k": 2.0, "v": 4.0}),
		at(7, 1, f{"k": 1.5, "v": 4.0}),
		at(8, 1, f{"k": false, "v": 5.0}),
	}
	count, most := calc(honeycomb.Count, ""), calc(honeycomb.Max, "v")
	type group struct {
		Key    any
		Values []any
	}
	tests := []struct {
		name, reason string
		query        honeycomb.Query
		want         []group
		truncated    bool
	}{
		{"without orders", "the most first, then by key, and numbers are equal as numbers", honeycomb.Query{Calculations: []honeycomb.Calculation{count}}, []group{
			{"a", []any{5.0}},
			{int64(2), []any{2.0}},
			{nil, []any{2.0}},
			{false, []any{1.0}},
			{1.5, []any{1.0}},
			{"b", []any{1.0}},
			{"c", []any{1.0}},
		}, false},
		{"descending", "no value comes last", honeycomb.Query{Calculations: []honeycomb.Calculation{most}, Orders: []honeycomb.Order{honeycomb.By(most)}, Limit: 7}, []group{
			{nil, []any{9.0}},
			{false, []any{5.0}},
			{1.5, []any{4.0}},
			{int64(2), []any{4.0}},
			{"a", []any{3.0}},
			{"b", []any{1.0}},
			{"c", []any{nil}},
		}, false},
		{"ascending, cut", "no value comes last here too", honeycomb.Query{Calculations: []honeycomb.Calculation{most}, Orders: []honeycomb.Order{{Op: most.Op, Column: "v"}}, Limit: 2}, []group{
			{"b", []any{1.0}},
			{"a", []any{3.0}},
		}, true},
		{"by a breakdown, descending", "no value still comes last", honeycomb.Query{Calculations: []honeycomb.Calculation{count}, Orders: []honeycomb.Order{{Column: "k", Descending: true}}}, []group{
			{"c", []any{1.0}},
			{"b", []any{1.0}},
			{"a", []any{5.0}},
			{int64(2), []any{2.0}},
			{1.5, []any{1.0}},
			{false, []any{1.0}},
			{nil, []any{2.0}},
		}, false},
		{"having", "no value fulfils nothing, and the limit comes after", honeycomb.Query{Calculations: []honeycomb.Calculation{most, count}, Havings: []honeycomb.Having{{Calculation: most, Op: honeycomb.NotEquals, Value: 4}, {Calculation: count, Op: honeycomb.Less, Value: 5}}, Limit: 3}, []group{
			{nil, []any{9.0, 2.0}},
			{false, []any{5.0, 1.0}},
			{"b", []any{1.0, 1.0}},
		}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.query.Breakdowns = honeycomb.Columns("k")
			res := run(t, tt.query, events)
			var got []group
			for _, g := range res.Groups {
				got = append(got, group{g.Key[0], g.Values})
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || res.Truncated != tt.truncated {
				t.Errorf("%s: truncated is %t (-want +got):\n%s", tt.reason, res.Truncated, diff)
			}
		})
	}
}

func TestNoRows(t *testing.T) {
	if res := run(t, honeycomb.Query{Breakdowns: honeycomb.Columns("k")}, nil); len(res.Groups) != 0 {
		t.Errorf("groups are %v, want none: nothing occurs", res.Groups)
	}
	q := honeycomb.Query{Calculations: []honeycomb.Calculation{{Op: honeycomb.Count}}, Havings: []honeycomb.Having{{Calculation: honeycomb.Calculation{Op: honeycomb.Count}, Op: honeycomb.Equals}}}
	if res := run(t, q, nil); len(res.Groups) != 1 {
		t.Errorf("groups are %v, want one: COUNT is 0", res.Groups)
	}
}

func TestDefaultLimit(t *testing.T) {
	var events []event.Event
	for i := range query.DefaultLimit + 1 {
		events = append(events, at(1, 1, f{"k": int64(i)}))
	}
	q := honeycomb.Query{Breakdowns: honeycomb.Columns("k")}
	if res := run(t, q, events); len(res.Groups) != query.DefaultLimit || !res.Truncated {
		t.Errorf("%d groups, truncated is %t", len(res.Groups), res.Truncated)
	}
	if res := run(t, q, events[1:]); len(res.Groups) != query.DefaultLimit || res.Truncated {
		t.Errorf("%d groups, truncated is %t", len(res.Groups), res.Truncated)
	}
}

func TestRunErrors(t *testing.T) {
	tests := []struct {
		name     string
		query    honeycomb.Query
		from, to time.Duration
		want     string
	}{
		{"what Honeycomb rejects", honeycomb.Query{Limit: -1}, 0, time.Minute, "query: limit -1 is out of range: use 1 to 1000, or 0 for Honeycomb's own"},
		{"no time", honeycomb.Query{}, 0, 0, "query from 2026-11-23T12:00:00Z to 2026-11-23T12:00:00Z: the end has to be after the start"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := query.Run(tt.query, nil, slices.Values([]event.Event{}), start.Add(tt.from), start.Add(tt.to))
			if err == nil || err.Error() != tt.want {
				t.Errorf("error is %v, want %s", err, tt.want)
			}
		})
	}
}
