package sql_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/event"
)

// maker makes random rows, queries and formulas. Numbers are multiples of a
// quarter, so that sums are exact in whatever order.
type maker struct{ *rand.Rand }

func newMaker(seed uint64) maker { return maker{rand.New(rand.NewPCG(seed, 1))} }

func pick[T any](m maker, list ...T) T { return list[m.IntN(len(list))] }

var start = time.Date(2026, 11, 23, 12, 0, 3, 250_000_000, time.UTC)

const length = 10 * time.Minute

// The columns of the rows by type: of the registry, ids, and others.
var (
	textColumns = []honeycomb.Column{"name", "user.id", "http.route", "llm.model", "trace.trace_id", "trace.parent_id", "team", "it's \"odd\"/~é"}
	intColumns  = []honeycomb.Column{"status_code", "llm.input_tokens", "lines changed"}
	realColumns = []honeycomb.Column{"duration_ms", "llm.cost_usd", "score"}
	boolColumns = []honeycomb.Column{"error", "llm.streaming", "beta"}
)

var texts = []string{"a", "b", "Ünïcode", "true", "12.5", "it's", `say "hi"`, "", "2026-11-23T12:00:00Z", "abcabc", "0123456789abcdef0123456789abcdef", "fedcba9876543210"}

func (m maker) text(c honeycomb.Column) string {
	switch c {
	case "trace.trace_id":
		return fmt.Sprintf("%032x", 1+m.IntN(5))
	case "trace.parent_id":
		return fmt.Sprintf("%016x", 1+m.IntN(5))
	}
	return pick(m, texts...)
}

func (m maker) integer() int64 { return int64(m.IntN(12)) - 3 }
func (m maker) real() float64  { return float64(m.IntN(400)-100) / 4 }

// fields returns a row: each column is there three times out of four.
func (m maker) fields() map[string]any {
	f := make(map[string]any)
	put := func(columns []honeycomb.Column, value func(honeycomb.Column) any) {
		for _, c := range columns {
			if m.IntN(4) > 0 {
				f[string(c)] = value(c)
			}
		}
	}
	put(textColumns, func(c honeycomb.Column) any { return m.text(c) })
	put(intColumns, func(honeycomb.Column) any { return m.integer() })
	put(realColumns, func(honeycomb.Column) any { return m.real() })
	put(boolColumns, func(honeycomb.Column) any { return m.IntN(2) == 0 })
	if d, ok := f["duration_ms"].(float64); ok {
		f["duration_ms"] = max(d, 0) * 1000
	}
	return f
}

// events returns rows, most of them in the time range. Some datasets have rows
// that all stand for as many.
func (m maker) events(n int) []event.Event {
	weights := pick(m, []int64{1}, []int64{4}, []int64{1, 2, 10})
	list := make([]event.Event, 0, n)
	for range n {
		list = append(list, event.Event{
			Time: start.Add(time.Duration(m.Int64N(int64(length)*5/4)) - length/8), Dataset: "shop", Weight: pick(m, weights...), Fields: m.fields(),
		})
	}
	return list
}

func (m maker) column() honeycomb.Column {
	return pick(m, slices.Concat(textColumns, intColumns, realColumns, boolColumns, fieldNames)...)
}

var fieldNames = []honeycomb.Column{"f.text", "f.int", "f.real", "f.bool"}

// calculated returns a field of each type.
func (m maker) calculated() []honeycomb.CalculatedField {
	return []honeycomb.CalculatedField{
		{Alias: "f.text", Expression: m.textFormula(3)},
		{Alias: "f.int", Expression: m.intFormula(3)},
		{Alias: "f.real", Expression: m.realFormula(3)},
		{Alias: "f.bool", Expression: m.boolFormula(3)},
	}
}

func (m maker) numeric() honeycomb.Column {
	return pick(m, append(slices.Concat(intColumns, realColumns), "f.int", "f.real")...)
}

var numericOps = []honeycomb.CalculationOp{
	honeycomb.Sum, honeycomb.Avg, honeycomb.Max, honeycomb.Min, honeycomb.P001, honeycomb.P01, honeycomb.P05, honeycomb.P10, honeycomb.P20,
	honeycomb.P25, honeycomb.P50, honeycomb.P75, honeycomb.P80, honeycomb.P90, honeycomb.P95, honeycomb.P99, honeycomb.P999,
	honeycomb.RateAvg, honeycomb.RateSum, honeycomb.RateMax, honeycomb.Heatmap,
}

func (m maker) query() honeycomb.Query {
	var q honeycomb.Query
	for range m.IntN(5) {
		c := honeycomb.Calculation{Op: pick(m, append([]honeycomb.CalculationOp{honeycomb.Count, honeycomb.Concurrency, honeycomb.CountDistinct}, numericOps...)...)}
		switch c.Op {
		case honeycomb.Count, honeycomb.Concurrency:
		case honeycomb.CountDistinct:
			c.Column = m.column()
		default:
			c.Column = m.numeric()
		}
		if !slices.Contains(q.Calculations, c) {
			q.Calculations = append(q.Calculations, c)
		}
	}
	for range m.IntN(4) {
		if c := m.column(); !slices.Contains(q.Breakdowns, c) {
			q.Breakdowns = append(q.Breakdowns, c)
		}
	}
	for range m.IntN(4) {
		q.Filters = append(q.Filters, m.filter())
	}
	q.FilterCombination = pick(m, "", honeycomb.And, honeycomb.Or)
	for _, c := range q.Calculations {
		if c.Op != honeycomb.Heatmap && m.IntN(3) == 0 {
			q.Orders = append(q.Orders, honeycomb.Order{Op: c.Op, Column: c.Column, Descending: m.IntN(2) == 0})
		}
		if c.Op != honeycomb.Heatmap && m.IntN(6) == 0 {
			q.Havings = append(q.Havings, honeycomb.Having{Calculation: c, Op: pick(m, compareOps...), Value: m.real()})
		}
	}
	for _, b := range q.Breakdowns {
		if m.IntN(4) == 0 {
			q.Orders = append(q.Orders, honeycomb.Order{Column: b, Descending: m.IntN(2) == 0})
		}
	}
	q.TimeRange = length
	q.Limit = pick(m, 0, 1, 3, 1000)
	q.Granularity = pick(m, 0, time.Second, 7*time.Second, time.Minute)
	return q
}

var compareOps = []honeycomb.FilterOp{
	honeycomb.Equals, honeycomb.NotEquals, honeycomb.Greater, honeycomb.GreaterOrEqual, honeycomb.Less, honeycomb.LessOrEqual,
}

func (m maker) filter() honeycomb.Filter {
	c := m.column()
	value := func() any {
		switch {
		case slices.Contains(textColumns, c) || c == "f.text":
			return m.text(c)
		case slices.Contains(boolColumns, c) || c == "f.bool":
			return m.IntN(2) == 0
		case m.IntN(2) == 0:
			return m.integer()
		}
		return m.real()
	}
	switch op := pick(m, append([]honeycomb.FilterOp{
		honeycomb.Exists, honeycomb.DoesNotExist, honeycomb.In, honeycomb.NotIn, honeycomb.StartsWith, honeycomb.DoesNotStartWith,
		honeycomb.EndsWith, honeycomb.DoesNotEndWith, honeycomb.Contains, honeycomb.DoesNotContain,
	}, compareOps...)...); op {
	case honeycomb.Exists, honeycomb.DoesNotExist:
		return honeycomb.Where(c, op)
	case honeycomb.In, honeycomb.NotIn:
		return honeycomb.Where(c, op, value(), value())
	default:
		return honeycomb.Where(c, op, value())
	}
}

// ref writes a column into a formula.
func ref(c honeycomb.Column) string { return fmt.Sprintf("$%q", string(c)) }

// call writes a function with its arguments.
func call(name string, args ...string) string { return name + "(" + strings.Join(args, ", ") + ")" }

func (m maker) textFormula(depth int) string {
	if depth == 0 {
		return pick(m, fmt.Sprintf("%q", pick(m, texts...)), ref(pick(m, textColumns[:4]...)), ref(pick(m, textColumns[4:7]...)))
	}
	t, n, b := func() string { return m.textFormula(depth - 1) }, func() string { return m.realFormula(depth - 1) }, func() string { return m.boolFormula(depth - 1) }
	return pick(m, func() string { return call("IF", b(), t(), b(), t(), t()) }, func() string { return call("IF", b(), t()) },
		func() string { return call("SWITCH", t(), t(), t(), t(), "null", t()) }, func() string { return call("COALESCE", t(), "null", t()) },
		func() string { return call("STRING", n()) }, func() string { return call("STRING", b()) }, func() string { return call("CONCAT", t(), n(), b()) },
		func() string { return call("TO_LOWER", t()) }, func() string { return call("REG_VALUE", t(), "`([a-c]+)(.)`") },
		func() string { return call("REG_VALUE", t(), "`b.`") }, func() string { return call("BUCKET", n(), "2.5") },
		func() string { return call("BUCKET", n(), "5", "-10", "20") },
		func() string {
			return call("FORMAT_TIME", `"%Y-%m-%d %H:%M:%S %F %T %R %D %e %I %p %a %A %b %B %j %Z %z %c %x %X %r %s %C %u %w %G %V %g %U %W %y %h %n %t %% %q %Y年%m月 %é %"`, "EVENT_TIMESTAMP()")
		})()
}

func (m maker) intFormula(depth int) string {
	if depth == 0 {
		return pick(m, fmt.Sprint(m.integer()), ref(pick(m, intColumns...)))
	}
	i, t := func() string { return m.intFormula(depth - 1) }, func() string { return m.textFormula(depth - 1) }
	return pick(m, func() string { return call("IF", m.boolFormula(depth-1), i(), i()) }, func() string { return call("INT", m.realFormula(depth-1)) },
		func() string { return call("INT", t()) }, func() string { return call("LENGTH", t()) }, func() string { return call("LENGTH", t(), `"bytes"`) },
		func() string { return call("REG_COUNT", t(), "`[a-c]`") }, func() string { return call("MIN", i(), i()) }, func() string { return call("MAX", i(), "null", i()) })()
}

func (m maker) realFormula(depth int) string {
	if depth == 0 {
		return pick(m, fmt.Sprint(m.real()), ref(pick(m, realColumns...)), ref(pick(m, intColumns...)))
	}
	n := func() string { return m.realFormula(depth - 1) }
	return pick(m, func() string { return call("SUM", n(), n(), n()) }, func() string { return call("SUB", n(), n()) }, func() string { return call("MUL", n(), n()) },
		func() string { return call("DIV", n(), pick(m, "2", "4", "0", "-0.5")) }, func() string { return call("MOD", n(), pick(m, "2", "0", "-3")) },
		func() string { return call("COALESCE", n(), n()) }, func() string { return call("IF", m.boolFormula(depth-1), n(), "null") },
		func() string { return call("FLOAT", m.textFormula(depth-1)) }, func() string { return call("SWITCH", n(), n(), n(), "1", n()) },
		func() string { return call("UNIX_TIMESTAMP", m.textFormula(depth-1)) },
		func() string { return call("LOG10", "100") }, func() string { return call("MIN", n(), n()) })()
}

func (m maker) boolFormula(depth int) string {
	if depth == 0 {
		return pick(m, "true", "false", ref(pick(m, boolColumns...)))
	}
	b, n, t := func() string { return m.boolFormula(depth - 1) }, func() string { return m.realFormula(depth - 1) }, func() string { return m.textFormula(depth - 1) }
	order := pick(m, "LT", "LTE", "GT", "GTE", "EQUALS")
	return pick(m, func() string { return call("AND", b(), b(), b()) }, func() string { return call("OR", b(), b()) }, func() string { return call("NOT", b()) },
		func() string { return call(order, n(), n()) }, func() string { return call(order, t(), t()) }, func() string { return call("EQUALS", b(), b()) },
		func() string { return call("IN", t(), t(), t()) }, func() string { return call("IN", n(), n(), n()) },
		func() string { return call("EXISTS", pick(m, n, t, b)()) }, func() string { return call("BOOL", pick(m, n, t)()) },
		func() string { return call("AND", n(), t()) },
		func() string { return call(pick(m, "STARTS_WITH", "ENDS_WITH", "CONTAINS"), t(), t()) }, func() string { return call("REG_MATCH", t(), "`^a.c`") })()
}
