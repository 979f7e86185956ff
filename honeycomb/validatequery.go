package honeycomb

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Validate checks a query on its own against every rule that Honeycomb enforces.
// columns are those that the dataset has; with nil it may name any, and those of
// package attr are of the type that they have there. fields are the calculated
// fields that the query may name. It returns nil, or all violations joined, each
// of them a [*RuleError].
func (q Query) Validate(columns map[Column]ColumnType, fields ...CalculatedField) error {
	c := checker{def: Definition{Fields: fields}, types: maps.Clone(columns), others: columns == nil, dataset: columns != nil}
	if columns == nil {
		c.types = make(map[Column]ColumnType)
		c.columns()
	}
	c.fields()
	c.query("query", q)
	return errors.Join(c.errs...)
}

// savedQueries checks those on boards too: Honeycomb keeps them in one list.
func (c *checker) savedQueries() {
	names := make([]string, 0, len(c.def.Queries))
	for _, s := range c.def.Queries {
		names = append(names, s.Name)
	}
	c.names("saved query", names)
	first := make(map[string]SavedQuery)
	all := slices.Clone(c.def.Queries)
	for _, b := range c.def.Boards {
		all = append(all, b.queries()...)
	}
	for _, s := range all {
		have, ok := first[s.Name]
		switch {
		case !ok:
			first[s.Name] = s
			c.savedQuery(s)
		case !have.Query.Equal(s.Query) || have.Description != s.Description:
			c.fail(named("saved query", s.Name), "stands for two different queries or descriptions", "give each a name of its own, or use one value in both places")
		}
	}
}

func (c *checker) savedQuery(s SavedQuery) {
	thing := named("saved query", s.Name)
	c.length(thing, "name", s.Name, maxQueryName)
	c.length(thing, "description", s.Description, maxDescription)
	c.query(thing, s.Query)
}

// query checks everything that a query on its own can be wrong about.
func (c *checker) query(thing string, q Query) {
	for _, part := range []struct {
		name string
		n    int
	}{
		{"calculations", len(q.Calculations)},
		{"breakdowns", len(q.Breakdowns)},
		{"filters", len(q.Filters)},
		{"orders", len(q.Orders)},
		{"havings", len(q.Havings)},
	} {
		if part.n > maxParts {
			c.fail(thing, fmt.Sprintf("has %d %s, more than %d", part.n, part.name, maxParts), "remove some or split the query")
		}
	}
	for i, calc := range q.Calculations {
		c.calculation(thing, calc)
		if slices.Contains(q.Calculations[:i], calc) {
			c.fail(thing, fmt.Sprintf("calculates %s twice", calc), "remove one")
		}
	}
	for i, b := range q.Breakdowns {
		c.column(thing, b)
		if slices.Contains(q.Breakdowns[:i], b) {
			c.fail(thing, fmt.Sprintf("breaks down by %q twice", b), "remove one")
		}
	}
	for _, f := range q.Filters {
		c.filter(thing, f)
	}
	if k := q.FilterCombination; k != "" && k != And && k != Or {
		c.fail(thing, fmt.Sprintf("filter combination %q is unknown", k), "use And or Or")
	}
	for _, o := range q.Orders {
		c.order(thing, q, o)
	}
	for _, h := range q.Havings {
		c.having(thing, q, h)
	}
	if q.Limit < 0 || q.Limit > maxLimit {
		c.fail(thing, fmt.Sprintf("limit %d is out of range", q.Limit), fmt.Sprintf("use 1 to %d, or 0 for Honeycomb's own", maxLimit))
	}
	c.times(thing, q)
}

func (c *checker) calculation(thing string, calc Calculation) {
	switch {
	case !calc.Op.valid():
		c.fail(thing, fmt.Sprintf("calculation %q is unknown", calc.Op), "use one of "+list(calculationOps))
	case calc.Op.alone() && calc.Column != "":
		c.fail(thing, fmt.Sprintf("%s takes no column", calc), fmt.Sprintf("write %s alone, or COUNT_DISTINCT for the different values of a column", calc.Op))
	case !calc.Op.alone() && calc.Column == "":
		c.fail(thing, fmt.Sprintf("%s needs a column", calc.Op), "name one")
	case calc.Column != "":
		t := c.column(thing, calc.Column)
		if calc.Op.numeric() && (t == ColumnString || t == ColumnBoolean) {
			c.fail(thing, fmt.Sprintf("%s needs numbers, and %q is a %s", calc, calc.Column, t),
				"define a calculated field such as IF(EQUALS($"+string(calc.Column)+", …), 100, 0) and calculate over that")
		}
	}
}

func (c *checker) filter(thing string, f Filter) {
	t := c.column(thing, f.Column)
	what := fmt.Sprintf("filter %q", f)
	switch {
	case !slices.Contains(filterOps, f.Op):
		c.fail(thing, fmt.Sprintf("%s: operator %q is unknown", what, f.Op), "use one of "+list(filterOps))
		return
	case f.Op.bare() && f.Value != nil:
		c.fail(thing, what+": "+string(f.Op)+" takes no value", "remove the value")
		return
	case f.Op.bare():
		return
	case f.Value == nil:
		c.fail(thing, what+": "+string(f.Op)+" needs a value", "give one, or use Exists or DoesNotExist")
		return
	}
	values, isList := f.Value.([]any)
	switch {
	case f.Op.listed() && !isList:
		c.fail(thing, what+": "+string(f.Op)+" needs a list", "give a []any, or use Equals")
		return
	case f.Op.listed() && len(values) == 0:
		c.fail(thing, what+": the list is empty", "give at least one value")
		return
	case !f.Op.listed() && isList:
		c.fail(thing, what+": "+string(f.Op)+" takes one value", "give one, or use In or NotIn")
		return
	case !isList:
		values = []any{f.Value}
	}
	for _, v := range values {
		c.value(thing, what, t, f, v)
	}
}

// value checks a filter's value against the type of its column.
func (c *checker) value(thing, what string, t ColumnType, f Filter, v any) {
	var got ColumnType
	switch scalar(v).(type) {
	case string:
		got = ColumnString
	case bool:
		got = ColumnBoolean
	case float64:
		got = ColumnFloat
	default:
		c.fail(thing, fmt.Sprintf("%s: a value of type %T cannot be sent", what, v), "use a string, a bool, an integer or a float")
		return
	}
	if _, err := json.Marshal(v); err != nil {
		c.fail(thing, fmt.Sprintf("%s: %v is no number that can be sent", what, v), "use a finite one")
		return
	}
	if t != "" && !alike(t, got) {
		c.fail(thing, fmt.Sprintf("%s: column %q is of type %s, the value %s", what, f.Column, t, got), "give a value of the column's type")
	}
}

func (c *checker) order(thing string, q Query, o Order) {
	if o.Op == "" {
		if !slices.Contains(q.Breakdowns, o.Column) {
			c.fail(thing, fmt.Sprintf("orders by %q, which it does not break down by", o.Column), "add the breakdown, or order by a calculation")
		}
		return
	}
	if !q.calculates(Calculation{o.Op, o.Column}) {
		c.fail(thing, fmt.Sprintf("orders by %s, which it does not calculate", Calculation{o.Op, o.Column}), "add the calculation")
	}
	if o.Op == Heatmap {
		c.fail(thing, "orders by a heatmap, which is no number", "order by a percentile")
	}
}

func (c *checker) having(thing string, q Query, h Having) {
	if !slices.Contains(havingOps, h.Op) {
		c.fail(thing, fmt.Sprintf("having %q: operator %q is unknown", h, h.Op), "use = != > >= < or <=")
	}
	if !q.calculates(h.Calculation) {
		c.fail(thing, fmt.Sprintf("having %q names what it does not calculate", h), "add the calculation")
	}
	if _, err := json.Marshal(h.Value); err != nil {
		c.fail(thing, fmt.Sprintf("having %q: the value is no number that can be sent", h), "use a finite one")
	}
}

// calculates reports whether the query has the calculation; without any it
// counts.
func (q Query) calculates(c Calculation) bool {
	if len(q.Calculations) == 0 {
		return c == Calculation{Op: Count}
	}
	return slices.Contains(q.Calculations, c)
}

func (c *checker) times(thing string, q Query) {
	switch {
	case q.TimeRange < 0 || q.TimeRange%time.Second != 0:
		c.fail(thing, fmt.Sprintf("time range %s is no whole number of seconds", q.TimeRange), "use seconds, or 0 for two hours")
		return
	case q.Granularity < 0 || q.Granularity%time.Second != 0:
		c.fail(thing, fmt.Sprintf("granularity %s is no whole number of seconds", q.Granularity), "use seconds, or 0 for Honeycomb's own")
		return
	case q.Granularity == 0:
		return
	}
	back := q.canonical().TimeRange
	if q.Granularity > back/10 || q.Granularity < back/1000 {
		c.fail(thing, fmt.Sprintf("granularity %s does not fit the time range %s", span(q.Granularity), span(back)),
			fmt.Sprintf("use %s to %s, or 0 for Honeycomb's own", max(back/1000, time.Second), back/10))
	}
}
