package sql

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/query"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// Database is what queries run on.
type Database interface {
	// Query answers a statement with its rows, of nil, bool, int64, float64 and
	// string.
	Query(ctx context.Context, statement string) ([][]any, error)
	// Columns returns the kinds of the columns that have no type of their own.
	Columns() map[string]table.Kind
}

// Request is a query, where it looks and when.
type Request struct {
	Query  honeycomb.Query
	Fields []honeycomb.CalculatedField
	// Dataset to look at. Empty means all, but those of metrics only where the query
	// names a metric, so that a count is one of spans.
	Dataset  string
	From, To time.Time
}

// maxPoints bounds the points of a group: Honeycomb's finest granularity. Ranges
// of years have coarser points than a day.
const maxPoints = 1000

// maxValues bounds the values of all points of a result, which take a hundred bytes
// each until they are answered.
const maxValues = 2_000_000

// Run computes a query, and returns how many rows it is about. What Honeycomb
// would reject is a [*honeycomb.RuleError] or several, among them a column that
// no row has and that is not in the registry.
func Run(ctx context.Context, db Database, r Request) (query.Result, int64, error) {
	p, err := newPlan(db.Columns(), r)
	if err != nil {
		return query.Result{}, 0, err
	}
	e := run{plan: p, db: db, ctx: ctx}
	for _, step := range []func() error{e.groups, e.series, e.concurrency, e.heatmap} {
		if err == nil {
			err = step()
		}
	}
	if err != nil {
		return query.Result{}, 0, err
	}
	e.rates()
	return e.result, e.read, nil
}

// Validate checks a query as [Run] does.
func Validate(extra map[string]table.Kind, q honeycomb.Query, fields []honeycomb.CalculatedField) error {
	types := make(map[honeycomb.Column]honeycomb.ColumnType)
	for name, kind := range extra {
		types[honeycomb.Column(name)] = honeycomb.ColumnType(kind.String())
	}
	for _, d := range attr.All() { // may be asked for before the first row has it
		for _, c := range table.Of(d) {
			types[honeycomb.Column(c.Name)] = honeycomb.ColumnType(c.Kind.String())
		}
	}
	err := q.Validate(types, fields...)
	if err != nil && len(extra) >= table.MaxColumns && strings.Contains(err.Error(), "is not in the dataset") {
		err = fmt.Errorf("%w (lens knows %d columns by name and takes no more until rows with others are deleted)", err, len(extra))
	}
	return err
}

// run is a query under way.
type run struct {
	plan
	db     Database
	ctx    context.Context //nolint:containedctx // a run is one call
	how    method
	result query.Result
	read   int64
}

// groups finds the groups and their values.
func (e *run) groups() error {
	e.result = query.Result{From: e.from.UTC(), To: e.to.UTC(), Granularity: e.step}
	for _, b := range e.query.Breakdowns {
		e.result.Breakdowns = append(e.result.Breakdowns, string(b))
	}
	for _, c := range e.query.Calculations {
		e.result.Calculations = append(e.result.Calculations, c.String())
	}
	rows, err := e.values(e.totals)
	if err != nil {
		return err
	}
	if len(rows) > e.limit {
		rows, e.result.Truncated = rows[:e.limit], true
	}
	if n := int64(len(rows)) * e.length() * int64(len(e.calcs)); n > maxValues {
		return &honeycomb.RuleError{
			Thing: "query", Rule: fmt.Sprintf("%d groups with %d points and %d calculations are %d values, more than %d", len(rows), e.length(), len(e.calcs), n, maxValues),
			Fix: "lower its limit, calculate less, or choose a coarser granularity",
		}
	}
	for _, row := range rows {
		g := query.Group{Series: e.points()}
		for i := range e.keys {
			g.Key = append(g.Key, keyValue(row[i]))
		}
		g.Values = row[len(e.keys) : len(e.keys)+len(e.calcs)]
		e.result.Groups = append(e.result.Groups, g)
		e.read = cell[int64](row[len(row)-3])
	}
	return nil
}

// values runs a statement whose last columns are the numbers of rows and groups,
// and whether percentiles of rows with different weights are among its values.
// Then it has to be run another, slower way.
func (e *run) values(statement func(method) string) ([][]any, error) {
	how := e.how
	rows, err := e.db.Query(e.ctx, statement(how))
	if err != nil {
		return nil, err
	}
	if how != unweighted || !slices.ContainsFunc(rows, func(row []any) bool { return row[len(row)-1] == true }) {
		return rows, nil
	}
	last := rows[0][len(rows[0])-3:]
	e.how = bucketed
	if cell[int64](last[0]) < fewRows*cell[int64](last[1]) {
		e.how = sorted
	}
	return e.db.Query(e.ctx, statement(e.how))
}

// keyValue returns a value as a key holds it: whole numbers are int64.
func keyValue(v any) any {
	const exact = 1 << 53
	if f, ok := v.(float64); ok && f <= exact && f >= -exact && f == float64(int64(f)) {
		return int64(f)
	}
	return v
}

// length returns how many points a group has.
func (e *run) length() int64 {
	return (e.to.UnixNano() - e.start + int64(e.step) - 1) / int64(e.step)
}

// points returns a group's points without values.
func (e *run) points() []query.Point {
	var list []query.Point
	for i := range e.length() {
		p := query.Point{Time: time.Unix(0, e.start+i*int64(e.step)).UTC(), Values: make([]any, len(e.calcs))}
		for i, c := range e.query.Calculations {
			switch c.Op {
			case honeycomb.Count, honeycomb.CountDistinct, honeycomb.Concurrency:
				p.Values[i] = 0.0
			}
		}
		list = append(list, p)
	}
	return list
}

// point returns the point of a row that begins with its group and its time.
func (e *run) point(row []any) *query.Point {
	g, okG := row[0].(int64)
	t, okT := row[1].(int64)
	if !okG || !okT || g < 0 || int(g) >= len(e.result.Groups) {
		return nil
	}
	series := e.result.Groups[g].Series
	i := (t - e.start) / int64(e.step)
	if i < 0 || int(i) >= len(series) {
		return nil
	}
	return &series[i]
}

// series fills in the points.
func (e *run) series() error {
	if len(e.result.Groups) == 0 {
		return nil
	}
	rows, err := e.values(func(how method) string { return e.steps(how, e.result.Groups) })
	if err != nil {
		return err
	}
	for _, row := range rows {
		p := e.point(row)
		if p == nil {
			continue
		}
		for i, c := range e.query.Calculations {
			if c.Op != honeycomb.Concurrency {
				p.Values[i] = row[2+i]
			}
		}
	}
	return nil
}

// concurrency fills in the points of CONCURRENCY, whose spans may reach over
// several.
func (e *run) concurrency() error {
	i := slices.Index(e.query.Calculations, honeycomb.Calculation{Op: honeycomb.Concurrency})
	if i < 0 || len(e.result.Groups) == 0 {
		return nil
	}
	rows, err := e.db.Query(e.ctx, e.overlaps(e.result.Groups))
	if err != nil {
		return err
	}
	for _, row := range rows {
		if p := e.point(row); p != nil {
			p.Values[i] = row[2]
		}
	}
	return nil
}

// heatmap fills in the buckets of the first HEATMAP.
func (e *run) heatmap() error {
	i := slices.IndexFunc(e.query.Calculations, func(c honeycomb.Calculation) bool { return c.Op == honeycomb.Heatmap })
	if i < 0 || len(e.result.Groups) == 0 {
		return nil
	}
	rows, err := e.db.Query(e.ctx, e.bounds(i))
	if err != nil {
		return err
	}
	least, okLeast := rows[0][0].(float64)
	most, okMost := rows[0][1].(float64)
	if !okLeast || !okMost {
		return nil
	}
	width := query.BucketWidth(least, most)
	rows, err = e.db.Query(e.ctx, e.buckets(i, width, e.result.Groups))
	if err != nil {
		return err
	}
	for _, row := range rows {
		at, okAt := row[2].(float64)
		n, okN := row[3].(int64)
		if p := e.point(row); p != nil && okAt && okN {
			p.Heatmap = append(p.Heatmap, query.Bucket{Low: at * width, High: (at + 1) * width, Count: n})
		}
	}
	return nil
}

// rates makes differences of the points of RATE_…, which hold what they are
// differences of.
func (e *run) rates() {
	for i, c := range e.query.Calculations {
		if _, ok := rates[c.Op]; !ok {
			continue
		}
		for _, g := range e.result.Groups {
			var last any
			for j := range g.Series {
				v := g.Series[j].Values[i]
				g.Series[j].Values[i] = nil
				x, okX := v.(float64)
				y, okY := last.(float64)
				if okX && okY {
					g.Series[j].Values[i] = x - y
				}
				if okX {
					last = v
				}
			}
		}
	}
}

// checkRange says what is wrong with a range of time.
func checkRange(from, to time.Time) error {
	if !from.Before(to) {
		return fmt.Errorf("query from %s to %s: the end has to be after the start", from.Format(time.RFC3339Nano), to.Format(time.RFC3339Nano))
	}
	return nil
}
