package sql

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/query"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// plan is a query with everything resolved that its statements need.
type plan struct {
	query    honeycomb.Query // with at least one calculation
	from, to time.Time
	step     time.Duration
	start    int64 // of the first point, Unix nanoseconds
	limit    int

	keys     []expr // of the breakdowns
	calcs    []expr // of the calculations' columns
	where    string
	duration expr
}

func newPlan(extra map[string]table.Kind, r Request) (plan, error) {
	p := plan{query: r.Query, from: r.From, to: r.To, step: r.Query.Granularity}
	if err := checkRange(p.from, p.to); err != nil {
		return p, err
	}
	if err := Validate(extra, r.Query, r.Fields); err != nil {
		return p, err
	}
	c, err := newCompiler(extra, r.Fields)
	if err != nil {
		return p, err
	}
	if len(p.query.Calculations) == 0 {
		p.query.Calculations = []honeycomb.Calculation{{Op: honeycomb.Count}}
	}
	if back := p.to.Sub(p.from); p.step == 0 || back/p.step > maxPoints {
		p.step = max(query.Granularity(back), (back/maxPoints).Truncate(time.Second)+time.Second)
	}
	p.start = p.from.UnixNano()
	p.start -= (p.start%int64(p.step) + int64(p.step)) % int64(p.step)
	p.limit = cmp.Or(p.query.Limit, query.DefaultLimit)
	for _, b := range p.query.Breakdowns {
		e, err := c.resolve(b)
		if err != nil {
			return p, err
		}
		if e.null {
			e = expr{sql: "NULL::VARCHAR", kind: table.String}
		}
		p.keys = append(p.keys, e)
	}
	for _, calc := range p.query.Calculations {
		e := none
		if calc.Column != "" {
			if e, err = c.resolve(calc.Column); err != nil {
				return p, err
			}
		}
		if calc.Op != honeycomb.CountDistinct && !e.isNumber() || e.null {
			e = expr{sql: "NULL::DOUBLE", kind: table.Float}
		}
		p.calcs = append(p.calcs, e)
	}
	p.duration = c.column(attr.ColumnDurationMS)
	filters, err := c.filters(p.query)
	if err != nil {
		return p, err
	}
	dataset := "TRUE"
	switch {
	case r.Dataset != "":
		dataset = table.Dataset + " = " + literal(r.Dataset)
	case !c.namesMetric(p.query):
		dataset = ident(attr.ColumnMetaSignalType) + " IS DISTINCT FROM 'metric'"
	}
	p.where = fmt.Sprintf("%s >= %d AND %s < %d AND %s AND %s", table.Time, p.from.UnixNano(), table.Time, p.to.UnixNano(), dataset, filters)
	return p, nil
}

// percentiles are the operators' shares, written so that DuckDB computes with
// them in decimal.
var percentiles = map[honeycomb.CalculationOp]struct {
	share    string
	permille int
}{
	honeycomb.P001: {"0.001", 1}, honeycomb.P01: {"0.01", 10}, honeycomb.P05: {"0.05", 50}, honeycomb.P10: {"0.1", 100},
	honeycomb.P20: {"0.2", 200}, honeycomb.P25: {"0.25", 250}, honeycomb.P50: {"0.5", 500}, honeycomb.P75: {"0.75", 750},
	honeycomb.P80: {"0.8", 800}, honeycomb.P90: {"0.9", 900}, honeycomb.P95: {"0.95", 950}, honeycomb.P99: {"0.99", 990},
	honeycomb.P999: {"0.999", 999},
}

// rates are the operators that rates are differences of.
var rates = map[honeycomb.CalculationOp]honeycomb.CalculationOp{
	honeycomb.RateAvg: honeycomb.Avg, honeycomb.RateSum: honeycomb.Sum, honeycomb.RateMax: honeycomb.Max,
}

// value returns the name of a calculation's column in the rows: one for each
// column, not for each calculation.
func (p *plan) value(i int) string {
	column := p.query.Calculations[i].Column
	first := slices.IndexFunc(p.query.Calculations, func(c honeycomb.Calculation) bool { return c.Column == column })
	if p.calcs[first].sql != p.calcs[i].sql { // the same column, but no number for this operator
		first = i
	}
	return fmt.Sprintf("v%d", first)
}

// aggregate returns what a calculation computes of a group's rows.
func (p *plan) aggregate(i int, op honeycomb.CalculationOp) string {
	v := p.value(i)
	number := expr{sql: v, kind: p.calcs[i].kind}.double()
	switch op {
	case honeycomb.Count:
		return "coalesce(sum(w), 0)::DOUBLE"
	case honeycomb.CountDistinct:
		return fmt.Sprintf("count(DISTINCT %s)::DOUBLE", v)
	case honeycomb.Sum:
		return fmt.Sprintf("sum(%s * w)", number)
	case honeycomb.Avg:
		return fmt.Sprintf("sum(%s * w) / sum(w) FILTER (WHERE %s IS NOT NULL)", number, v)
	case honeycomb.Min:
		return fmt.Sprintf("min(%s)::DOUBLE", v)
	case honeycomb.Max:
		return fmt.Sprintf("max(%s)::DOUBLE", v)
	case honeycomb.Concurrency:
		from, to := p.from.UnixNano(), p.to.UnixNano()
		return fmt.Sprintf("coalesce(sum(greatest(0, least((t - %[1]d)::DOUBLE + d, %[2]d) - (t - %[1]d)) * w), 0)::DOUBLE / %[2]d", from, to-from)
	}
	if q, ok := percentiles[op]; ok {
		return fmt.Sprintf("quantile_disc(%s, %s)::DOUBLE", v, q.share)
	}
	return "NULL::DOUBLE"
}
