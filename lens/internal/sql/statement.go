package sql

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/query"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// The columns of the rows that a statement looks at: t the time, w the weight, d
// the duration in nanoseconds, b0… the keys, v0… the values; and in those that
// make points, g the group and s the start of the point.

// rows returns the common table expression of the rows.
func (p *plan) rows() string {
	list := []string{table.Time + " AS t", table.Weight + " AS w"}
	for i, k := range p.keys {
		list = append(list, fmt.Sprintf("%s AS b%d", k.sql, i))
	}
	for i, c := range p.query.Calculations {
		if name := fmt.Sprintf("v%d", i); c.Column != "" && p.value(i) == name {
			list = append(list, p.calcs[i].sql+" AS "+name)
		}
	}
	if p.has(honeycomb.Concurrency) {
		list = append(list, "coalesce("+p.duration.sql+", 0) * 1e6 AS d")
	}
	return fmt.Sprintf("rows AS (SELECT %s FROM events WHERE %s)", strings.Join(list, ", "), p.where)
}

func (p *plan) has(op honeycomb.CalculationOp) bool {
	return slices.ContainsFunc(p.query.Calculations, func(c honeycomb.Calculation) bool { return c.Op == op })
}

func (p *plan) keyNames() []string {
	names := make([]string, 0, len(p.keys))
	for i := range p.keys {
		names = append(names, fmt.Sprintf("b%d", i))
	}
	return names
}

// totals returns the statement that finds the groups: their keys and values, how
// many rows and groups there are, and whether a percentile is of different
// weights.
func (p *plan) totals(how method) string {
	names := p.keyNames()
	s := p.grouped("rows", names, how)
	s.rates(p)
	var list, order []string
	for i, k := range p.keys {
		name := expr{sql: names[i], kind: k.kind}.plain().sql
		list = append(list, name)
	}
	for i := range p.calcs {
		list = append(list, fmt.Sprintf("c%d", i))
	}
	orders := p.query.Orders
	if len(orders) == 0 {
		orders = []honeycomb.Order{honeycomb.By(p.query.Calculations[0])}
	}
	for _, o := range orders {
		if name := p.ordered(o); name != "" {
			direction := "ASC"
			if o.Descending {
				direction = "DESC"
			}
			order = append(order, name+" "+direction+" NULLS LAST")
		}
	}
	for _, n := range names {
		order = append(order, n+" ASC NULLS LAST")
	}
	var having []string
	for _, h := range p.query.Havings {
		i := slices.Index(p.query.Calculations, h.Calculation)
		having = append(having, fmt.Sprintf("c%d %s %s", i, h.Op, literal(h.Value)))
	}
	statement := fmt.Sprintf("WITH %s, %s SELECT %s, (SELECT sum(n)::BIGINT FROM vals), (SELECT count(*) FROM vals), (SELECT bool_or(mixed) FROM vals) FROM vals WHERE %s",
		p.rows(), s.tables("vals"), strings.Join(list, ", "), all(having...))
	if len(order) > 0 {
		statement += " ORDER BY " + strings.Join(order, ", ")
	}
	return statement + fmt.Sprintf(" LIMIT %d", p.limit+1)
}

// ordered returns the column that an order looks at.
func (p *plan) ordered(o honeycomb.Order) string {
	if o.Op == "" {
		return fmt.Sprintf("b%d", slices.Index(p.query.Breakdowns, o.Column))
	}
	return fmt.Sprintf("c%d", slices.Index(p.query.Calculations, honeycomb.Calculation{Op: o.Op, Column: o.Column}))
}

// points returns the common table expressions of the rows of groups, with their
// points.
func (p *plan) points(groups []query.Group) string {
	step := int64(p.step)
	from := "rows"
	tables := p.rows()
	g := "0::BIGINT"
	if len(p.keys) > 0 {
		var tuples, same []string
		for i, group := range groups {
			tuple := []string{fmt.Sprintf("%d::BIGINT", i)}
			for j, k := range p.keys {
				tuple = append(tuple, k.key(group.Key[j]))
			}
			tuples = append(tuples, "("+strings.Join(tuple, ", ")+")")
		}
		names := p.keyNames()
		for _, n := range names {
			same = append(same, fmt.Sprintf("rows.%[1]s IS NOT DISTINCT FROM keys.%[1]s", n))
		}
		tables += fmt.Sprintf(", keys(g, %s) AS (VALUES %s)", strings.Join(names, ", "), strings.Join(tuples, ", "))
		from = "rows JOIN keys ON " + all(same...)
		g = "keys.g"
	}
	return fmt.Sprintf("%s, points AS (SELECT rows.*, %s AS g, t - ((t - %d) %% %d) AS s FROM %s)", tables, g, p.start, step, from)
}

// key writes a value of a group's key as the column has it.
func (e expr) key(v any) string {
	cast := map[table.Kind]string{table.Int: "BIGINT", table.Float: "DOUBLE", table.Bool: "BOOLEAN", table.TraceID: "UUID", table.SpanID: "UBIGINT"}[e.kind]
	if cast == "" {
		cast = "VARCHAR"
	}
	if s, ok := v.(string); ok && (e.kind == table.TraceID || e.kind == table.SpanID) {
		id, err := hex.DecodeString(s)
		switch {
		case err == nil && len(id) == 16:
			return literal(fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])) + "::UUID"
		case err == nil && len(id) == 8:
			return fmt.Sprintf("%d::UBIGINT", binary.BigEndian.Uint64(id))
		}
	}
	return literal(v) + "::" + cast
}

// steps returns the statement that computes the groups' points: group, start, the
// values, how many rows and points there are, and whether a percentile is of
// different weights.
func (p *plan) steps(how method, groups []query.Group) string {
	s := p.grouped("points", []string{"g", "s"}, how)
	list := []string{"g", "s"}
	for i := range p.calcs {
		list = append(list, fmt.Sprintf("c%d", i))
	}
	return fmt.Sprintf("WITH %s, %s SELECT %s, (SELECT sum(n)::BIGINT FROM vals), (SELECT count(*) FROM vals), mixed FROM vals", p.points(groups), s.tables("vals"), strings.Join(list, ", "))
}

// overlaps returns the statement that computes the points of CONCURRENCY.
func (p *plan) overlaps(groups []query.Group) string {
	// Relative to the first point, so that a DOUBLE holds nanoseconds.
	from, to := p.from.UnixNano()-p.start, p.to.UnixNano()-p.start
	return fmt.Sprintf(`WITH %[1]s, spans AS (SELECT g, t - %[2]d AS t, least((t - %[2]d)::DOUBLE + d, %[4]d) AS e, w FROM points),
starts AS (SELECT p, greatest(p, %[3]d) AS f, least(p::HUGEINT + %[5]d, %[4]d)::BIGINT AS u FROM (SELECT unnest(range(0, %[4]d, %[5]d)) AS p))
SELECT g, p + %[2]d, sum(greatest(0, least(e, u) - greatest(t, f)) * w)::DOUBLE / any_value(u - f) FROM spans JOIN starts ON t < u AND e > f GROUP BY g, p`,
		p.points(groups), p.start, from, to, int64(p.step))
}

// bounds returns the statement that finds the least and greatest value of a
// calculation.
func (p *plan) bounds(i int) string {
	return fmt.Sprintf("WITH %s SELECT min(%[2]s)::DOUBLE, max(%[2]s)::DOUBLE FROM rows", p.rows(), p.value(i))
}

// buckets returns the statement that counts the buckets of a heatmap: group,
// start, number of the bucket, count.
func (p *plan) buckets(i int, width float64, groups []query.Group) string {
	v := expr{sql: p.value(i), kind: p.calcs[i].kind}.double()
	return fmt.Sprintf("WITH %s SELECT g, s, floor(%s / %s) AS i, sum(w)::BIGINT FROM points WHERE %s IS NOT NULL GROUP BY g, s, i ORDER BY g, s, i",
		p.points(groups), v, literal(width), p.value(i))
}
