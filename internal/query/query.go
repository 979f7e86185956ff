// Package query computes queries of package honeycomb over events in memory. It
// is the reference that other implementations are held against, and what alerts
// are tested with; it is written to be right and read, not to be fast.
//
// # Rows and values
//
// A query looks at the events with from ≤ time < to. A value is a string, an
// int64, a float64 or a bool; numbers compare as numbers, whatever their type, and
// values of different kinds are never equal. A column that an event lacks has no
// value, and a calculated field has none where its formula says null.
//
// A filter on a row without a value: does-not-exist is true, and so are the
// negations (!=, not-in, does-not-contain, does-not-start-with,
// does-not-end-with); everything else is false. < <= > >= compare numbers with
// numbers and strings with strings; a pair of other kinds is false. contains and
// its like are about strings; on other values they are false and their negations
// true.
//
// # Weights
//
// COUNT, SUM, AVG, HEATMAP, CONCURRENCY and the percentiles count a row as many
// times as its weight says. COUNT_DISTINCT, MIN and MAX do not, and RATE_AVG,
// RATE_SUM and RATE_MAX follow the operator that they are made of.
//
//   - Only rows with a number count for a calculation over numbers. Without any,
//     there is no value, not zero. COUNT and COUNT_DISTINCT are 0 then, and
//     CONCURRENCY is.
//   - A percentile p is the least value for which the weights of the values up to
//     it make at least p of all weights. It is always a value that occurred.
//   - CONCURRENCY is how many spans ran at a time on average: the time that the
//     spans that began in the query's time range spent in the interval, divided by
//     its length.
//   - RATE_x of a point is x of the point less x of the last point before it that
//     has one. The first has none. RATE_x of a group is the sum over its points.
//   - HEATMAP is in the points alone, in buckets of one [BucketWidth] for all
//     groups of the result. A bucket holds low ≤ value < high.
//
// # Groups
//
// Without breakdowns there is one group, even over no rows. With breakdowns there
// is one for each combination of values that occurs; no value is a value of its
// own. Whole numbers are int64 in keys, others float64.
//
// Havings that compare no value are false. Groups are in the query's orders, or
// else with the greatest first calculation first, and by their keys where that is
// equal: bools, numbers, strings. No value comes last in either direction. Then
// the limit cuts, which is [DefaultLimit] unless the query has one.
//
// # Points
//
// Every group has a point for each step of the granularity that overlaps the time
// range, beginning at a multiple of the granularity since 1970. Points at the ends
// look only at events in the time range.
//
// Where Honeycomb's documentation, as of November 2026, says how something is
// computed, it is computed that way here. It does not say what a group's value of
// CONCURRENCY and RATE_x is, which buckets a heatmap has, and how a percentile
// falls between two values; the rules above are this package's own there.
package query

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/event"
)

// DefaultLimit is the most groups of a query without a limit. Honeycomb's query
// specification has the same.
const DefaultLimit = 100

// Result is what a query found.
type Result struct {
	From, To     time.Time
	Granularity  time.Duration // between points
	Breakdowns   []string      // columns of the keys
	Calculations []string      // of the values, as honeycomb writes them: P95(duration_ms)
	Groups       []Group
	Truncated    bool // there were more groups than the limit
}

// Group is one combination of values of the breakdowns.
type Group struct {
	Key    []any // string, int64, float64, bool or nil, one for each breakdown
	Values []any // float64 or nil, one for each calculation; nil for HEATMAP
	Series []Point
}

// ID tells the group apart from others of the same breakdowns, also from those
// whose values are written alike: no value, and the text "(none)".
func (g Group) ID() string { return keyID(g.Key) }

// Point is a group's values over one step of the granularity.
type Point struct {
	Time    time.Time // its start
	Values  []any     // as those of the group
	Heatmap []Bucket  // of the first HEATMAP; without those that are empty
}

// Bucket is a part of a heatmap's column.
type Bucket struct {
	Low, High float64
	Count     int64 // weighted
}

// Prepared is a query that is ready to run, any number of times and at once.
type Prepared struct {
	query   honeycomb.Query
	columns map[honeycomb.Column]formulaFunc
	keep    func(row) bool
}

// Prepare reads a query and the calculated fields that it may name. What Honeycomb
// would reject is an error, and so is a formula that cannot be computed.
func Prepare(q honeycomb.Query, fields []honeycomb.CalculatedField) (*Prepared, error) {
	if err := q.Validate(nil, fields...); err != nil {
		return nil, err
	}
	columns, err := compileFields(fields)
	if err != nil {
		return nil, err
	}
	if len(q.Calculations) == 0 {
		q.Calculations = []honeycomb.Calculation{{Op: honeycomb.Count}}
	}
	return &Prepared{q, columns, compileFilters(q)}, nil
}

// Run computes a query over events, in any order, in a time range. It is [Prepare]
// and [Prepared.Run] in one.
func Run(q honeycomb.Query, fields []honeycomb.CalculatedField, events iter.Seq[event.Event], from, to time.Time) (Result, error) {
	p, err := Prepare(q, fields)
	if err != nil {
		return Result{}, err
	}
	return p.Run(events, from, to)
}

// Run computes the query over events, in any order, in a time range, of which the
// end has to be after the start. The query's own TimeRange plays no part but for
// the rules about it. A column that no event has is no error.
func (p *Prepared) Run(events iter.Seq[event.Event], from, to time.Time) (Result, error) {
	if !from.Before(to) {
		return Result{}, fmt.Errorf("query from %s to %s: the end has to be after the start", from.Format(time.RFC3339Nano), to.Format(time.RFC3339Nano))
	}
	r := run{query: p.query, from: from.UTC(), to: to.UTC(), step: p.query.Granularity, groups: make(map[string]*group)}
	if r.step == 0 {
		r.step = Granularity(to.Sub(from))
	}
	if len(r.query.Breakdowns) == 0 {
		r.group(nil)
	}
	for e := range events {
		if e.Time.Before(from) || !e.Time.Before(to) {
			continue
		}
		row := row{&e, p.columns}
		if p.keep(row) {
			r.add(row)
		}
	}
	return r.result(), nil
}

// steps are the granularities that Granularity chooses from.
var steps = []time.Duration{
	time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// maxSteps is about how many points a graph has room for.
const maxSteps = 120

// Granularity returns the step of a graph over a time range: a round one with
// which it has at most 120 points, or a day.
func Granularity(back time.Duration) time.Duration {
	for _, s := range steps {
		if back <= maxSteps*s {
			return s
		}
	}
	return steps[len(steps)-1]
}

// row is an event with its calculated fields.
type row struct {
	event  *event.Event
	fields map[honeycomb.Column]formulaFunc
}

// value returns what a column holds, or nil.
func (r row) value(c honeycomb.Column) any {
	if f, ok := r.fields[c]; ok {
		return f(r)
	}
	return r.event.Fields[string(c)]
}

// run is a query under way.
type run struct {
	query    honeycomb.Query
	from, to time.Time
	step     time.Duration
	groups   map[string]*group
}

// group collects the rows of one key, as a whole and by step.
type group struct {
	key    []any
	whole  []cell
	points map[int64][]cell // by start in Unix nanoseconds
}

func (r *run) group(key []any) *group {
	id := keyID(key)
	g, ok := r.groups[id]
	if !ok {
		g = &group{key: key, whole: make([]cell, len(r.query.Calculations)), points: make(map[int64][]cell)}
		r.groups[id] = g
	}
	return g
}

func (r *run) add(row row) {
	key := make([]any, 0, len(r.query.Breakdowns))
	for _, b := range r.query.Breakdowns {
		key = append(key, keyValue(row.value(b)))
	}
	g := r.group(key)
	start := row.event.Time.UnixNano()
	start -= mod(start, int64(r.step))
	cells, ok := g.points[start]
	if !ok {
		cells = make([]cell, len(r.query.Calculations))
		g.points[start] = cells
	}
	for i, c := range r.query.Calculations {
		var v any
		if c.Column != "" {
			v = row.value(c.Column)
		}
		s := sample{value: v, weight: row.event.Weight, start: row.event.Time.UnixNano(), duration: duration(row)}
		g.whole[i].add(s)
		cells[i].add(s)
	}
}

// mod is the remainder that is never negative.
func mod(a, b int64) int64 { return (a%b + b) % b }

// starts returns the starts of all points in Unix nanoseconds.
func (r *run) starts() []int64 {
	first := r.from.UnixNano()
	first -= mod(first, int64(r.step))
	var list []int64
	for t := first; t < r.to.UnixNano(); t += int64(r.step) {
		list = append(list, t)
	}
	return list
}

func (r *run) result() Result {
	res := Result{From: r.from, To: r.to, Granularity: r.step}
	for _, b := range r.query.Breakdowns {
		res.Breakdowns = append(res.Breakdowns, string(b))
	}
	for _, c := range r.query.Calculations {
		res.Calculations = append(res.Calculations, c.String())
	}
	starts, width := r.starts(), r.bucketWidth()
	for _, g := range r.groups {
		res.Groups = append(res.Groups, r.finish(g, starts, width))
	}
	res.Groups = slices.DeleteFunc(res.Groups, func(g Group) bool { return !r.has(g) })
	slices.SortFunc(res.Groups, r.compare)
	limit := r.query.Limit
	if limit == 0 {
		limit = DefaultLimit
	}
	if len(res.Groups) > limit {
		res.Groups, res.Truncated = res.Groups[:limit], true
	}
	return res
}
