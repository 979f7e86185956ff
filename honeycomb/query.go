package honeycomb

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// DefaultTimeRange is what a query looks at when its TimeRange is zero.
const DefaultTimeRange = 2 * time.Hour

// Combination says how a query's filters join. The zero value is And.
type Combination string

// The combinations.
const (
	And Combination = "AND"
	Or  Combination = "OR"
)

// Query is what Honeycomb computes: calculations over the rows that pass the
// filters, one result for each group of the breakdowns. The zero value counts
// every row of the last two hours. Queries are compared by content; see
// [Query.Equal].
type Query struct {
	// Calculations of the query, at most 100. None means COUNT.
	Calculations []Calculation
	// Breakdowns are the columns to group by, at most 100.
	Breakdowns []Column
	// Filters that rows have to pass, at most 100.
	Filters []Filter
	// FilterCombination joins the filters: And unless it says Or.
	FilterCombination Combination
	// Orders sort the groups by something calculated or broken down.
	Orders []Order
	// Havings select groups by something calculated.
	Havings []Having
	// Limit is the most groups to return, up to 1000. Zero leaves it to
	// Honeycomb.
	Limit int
	// TimeRange is how far the query looks back, in whole seconds. Zero means
	// DefaultTimeRange.
	TimeRange time.Duration
	// Granularity is the width of one point of a graph, in whole seconds. Zero
	// leaves it to Honeycomb.
	Granularity time.Duration
}

// SavedQuery is a query with a name that people can find it by: a query
// annotation in Honeycomb's API. The name identifies it.
type SavedQuery struct {
	// Name, at most 320 characters.
	Name string `json:"name"`
	// Description is the question that the query answers, at most 1023
	// characters.
	Description string `json:"description"`
	Query       Query  `json:"query"`
}

// Order sorts a query's groups. Op and Column repeat a calculation, or Column
// alone a breakdown. Ascending unless told otherwise.
type Order struct {
	Op         CalculationOp
	Column     Column
	Descending bool
}

// By returns the order of a calculation, the greatest first.
func By(c Calculation) Order { return Order{Op: c.Op, Column: c.Column, Descending: true} }

// Having selects groups by a value that the query calculates.
type Having struct {
	Calculation Calculation
	// Op compares: = != > >= < <=.
	Op    FilterOp
	Value float64
}

// columns returns what the query names, in its order and with repetitions.
func (q Query) columns() []Column {
	var list []Column
	add := func(c Column) {
		if c != "" {
			list = append(list, c)
		}
	}
	for _, c := range q.Calculations {
		add(c.Column)
	}
	for _, c := range q.Breakdowns {
		add(c)
	}
	for _, f := range q.Filters {
		add(f.Column)
	}
	for _, o := range q.Orders {
		add(o.Column)
	}
	for _, h := range q.Havings {
		add(h.Calculation.Column)
	}
	return list
}

// canonical returns the query with every default written out and whatever has no
// order put into one, so that two queries that mean the same are the same. What
// Honeycomb leaves out of an answer, such as the combination AND, is the default
// here. The order of calculations, breakdowns and orders means something and
// stays. The result shares nothing with q.
func (q Query) canonical() Query {
	c := q
	c.Calculations = slices.Clone(q.Calculations)
	if len(c.Calculations) == 0 {
		c.Calculations = []Calculation{{Op: Count}}
	}
	c.Breakdowns = emptyNil(slices.Clone(q.Breakdowns))
	c.Orders = emptyNil(slices.Clone(q.Orders))
	c.FilterCombination = cmp.Or(q.FilterCombination, And)
	c.TimeRange = cmp.Or(q.TimeRange, DefaultTimeRange)
	c.Filters = make([]Filter, 0, len(q.Filters))
	for _, f := range q.Filters {
		c.Filters = append(c.Filters, f.canonical())
	}
	if len(c.Filters) < 2 {
		c.FilterCombination = And // nothing to combine
	}
	slices.SortFunc(c.Filters, func(a, b Filter) int { return cmp.Compare(a.String(), b.String()) })
	c.Filters = emptyNil(c.Filters)
	c.Havings = slices.Clone(q.Havings)
	slices.SortFunc(c.Havings, func(a, b Having) int { return cmp.Compare(a.String(), b.String()) })
	c.Havings = emptyNil(c.Havings)
	return c
}

func emptyNil[S ~[]E, E any](s S) S {
	if len(s) == 0 {
		return nil
	}
	return s
}

// Equal reports whether two queries mean the same.
func (q Query) Equal(other Query) bool { return q.key() == other.key() }

// key is equal for queries that mean the same, and only for those.
func (q Query) key() string {
	c := q.canonical()
	data, err := marshal(c.body())
	if err != nil {
		return c.String() // a value that cannot be sent; Validate says which
	}
	return string(data)
}

// String returns the query as a person writes it down:
//
//	P95(duration_ms), COUNT by http.route where trace.parent_id does-not-exist order by P95(duration_ms) descending limit 10 over 2h
func (q Query) String() string {
	var b strings.Builder
	b.WriteString(cmp.Or(list(q.Calculations), "COUNT"))
	if len(q.Breakdowns) > 0 {
		b.WriteString(" by " + list(q.Breakdowns))
	}
	if len(q.Filters) > 0 {
		b.WriteString(" where " + joined(q.Filters, " "+strings.ToLower(string(cmp.Or(q.FilterCombination, And)))+" "))
	}
	if len(q.Havings) > 0 {
		b.WriteString(" having " + joined(q.Havings, " and "))
	}
	if len(q.Orders) > 0 {
		b.WriteString(" order by " + list(q.Orders))
	}
	if q.Limit > 0 {
		fmt.Fprintf(&b, " limit %d", q.Limit)
	}
	b.WriteString(" over " + span(cmp.Or(q.TimeRange, DefaultTimeRange)))
	if q.Granularity > 0 {
		b.WriteString(" every " + span(q.Granularity))
	}
	return b.String()
}

// String returns the order as [Query.String] shows it.
func (o Order) String() string {
	s := string(o.Column)
	if o.Op != "" {
		s = Calculation{Op: o.Op, Column: o.Column}.String()
	}
	if o.Descending {
		return s + " descending"
	}
	return s
}

// String returns the condition as [Query.String] shows it.
func (h Having) String() string {
	return fmt.Sprintf("%s %s %s", h.Calculation, h.Op, number(h.Value))
}

func list[S ~[]E, E any](s S) string { return joined(s, ", ") }

func joined[S ~[]E, E any](s S, sep string) string {
	out := make([]string, 0, len(s))
	for _, e := range s {
		out = append(out, fmt.Sprint(e))
	}
	return strings.Join(out, sep)
}

// span writes a duration without the units that are zero: 2h, not 2h0m0s.
func span(d time.Duration) string {
	if d > 0 && d%(24*time.Hour) == 0 && d > 24*time.Hour {
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
