package sql

import (
	"cmp"
	"fmt"
	"strings"
)

// grouped computes the calculations of groups of rows: a table with the names of
// the keys, the values c0…, the number of rows n, and mixed, which says that a
// percentile is of rows with different weights and not exact.
type grouped struct {
	from  string   // the table of the rows
	keys  []string // columns of it
	parts []part   // one for each calculation
	mixed []string // conditions over a group's rows
	joins []join
	also  []string // aggregates that joins need
}

// part is one calculation: an aggregate of a group's rows, or an expression over
// those and the tables that are joined.
type part struct {
	aggregate string
	column    string
}

// join is a table with the same keys, or with the number of a group.
type join struct {
	name, body string
	byID       bool
}

func (p *plan) grouped(from string, keys []string, how method) *grouped {
	s := &grouped{from: from, keys: keys}
	seen := make(map[string]bool)
	for i, c := range p.query.Calculations {
		op := c.Op
		if base, ok := rates[op]; ok {
			op = base
		}
		if _, ok := percentiles[op]; !ok {
			s.parts = append(s.parts, part{aggregate: p.aggregate(i, op)})
			continue
		}
		v := p.value(i)
		if how == unweighted {
			s.parts = append(s.parts, part{aggregate: p.aggregate(i, op)})
			if !seen[v] {
				s.mixed = append(s.mixed, mixed(v))
			}
			seen[v] = true
			continue
		}
		part := part{column: fmt.Sprintf("x%s.c%d", v, i)}
		if how == sorted {
			part.aggregate = p.aggregate(i, op)
			part.column = fmt.Sprintf("CASE WHEN agg.m%[1]s THEN x%[1]s.c%[2]d ELSE agg.c%[2]d END", v, i)
		}
		s.parts = append(s.parts, part)
		if !seen[v] {
			s.joins = append(s.joins, join{"x" + v, p.weighted(from, keys, v, how), how == sorted})
			if how == sorted {
				s.also = append(s.also, mixed(v)+" AS m"+v, fmt.Sprintf("sum(w::DOUBLE) FILTER (WHERE %[1]s IS NOT NULL) AS t%[1]s", v))
			}
		}
		seen[v] = true
	}
	return s
}

// mixed is the condition that a group's rows with a value have different weights.
func mixed(v string) string {
	return fmt.Sprintf("coalesce(min(w) FILTER (WHERE %[1]s IS NOT NULL) <> max(w) FILTER (WHERE %[1]s IS NOT NULL), FALSE)", v)
}

// rates makes the values of RATE_… those of the whole group: the last point that
// has a value less the first, which is the sum of the differences.
func (s *grouped) rates(p *plan) {
	for i, c := range p.query.Calculations {
		base, ok := rates[c.Op]
		if !ok {
			continue
		}
		keys := ""
		if len(s.keys) > 0 {
			keys = strings.Join(s.keys, ", ") + ", "
		}
		name := fmt.Sprintf("r%d", i)
		body := fmt.Sprintf("SELECT %[1]sCASE WHEN count(x) >= 2 THEN arg_max(x, s) - arg_min(x, s) END AS c%[2]d FROM (SELECT %[1]st - ((t - %[3]d) %% %[4]d) AS s, %[5]s AS x FROM %[6]s GROUP BY %[1]ss) WHERE x IS NOT NULL",
			keys, i, p.start, int64(p.step), p.aggregate(i, base), s.from)
		if keys != "" {
			body += " GROUP BY " + strings.TrimSuffix(keys, ", ")
		}
		s.parts[i] = part{column: fmt.Sprintf("%s.c%d", name, i)}
		s.joins = append(s.joins, join{name: name, body: body})
	}
}

// tables returns the common table expressions, the last of which has the name.
func (s *grouped) tables(name string) string {
	var inner, outer []string
	for _, k := range s.keys {
		inner = append(inner, k)
		outer = append(outer, "agg."+k+" AS "+k)
	}
	for i, part := range s.parts {
		if part.aggregate != "" {
			inner = append(inner, fmt.Sprintf("%s AS c%d", part.aggregate, i))
		}
		outer = append(outer, fmt.Sprintf("%s AS c%d", cmp.Or(part.column, fmt.Sprintf("agg.c%d", i)), i))
	}
	mixed := "FALSE"
	if len(s.mixed) > 0 {
		mixed = strings.Join(s.mixed, " OR ")
	}
	inner = append(append(inner, "count(*) AS n", mixed+" AS mixed"), s.also...)
	outer = append(outer, "agg.n AS n", "agg.mixed AS mixed")
	body := fmt.Sprintf("SELECT %s FROM %s", strings.Join(inner, ", "), s.from)
	if len(s.keys) > 0 {
		body += " GROUP BY " + strings.Join(s.keys, ", ")
	}
	tables := []string{"agg AS (" + body + ")"}
	if len(s.also) > 0 { // groups have numbers, which have to stay
		tables[0] = "agg AS MATERIALIZED (SELECT *, row_number() OVER () AS id FROM (" + body + "))"
	}
	from := []string{"agg"}
	for _, j := range s.joins {
		tables = append(tables, j.name+" AS ("+j.body+")")
		var on []string
		if j.byID {
			on = append(on, fmt.Sprintf("agg.id = %s.id", j.name))
		}
		for _, k := range s.keys {
			if j.byID {
				break
			}
			on = append(on, fmt.Sprintf("agg.%s IS NOT DISTINCT FROM %s.%s", k, j.name, k))
		}
		from = append(from, j.name+" ON "+all(on...))
	}
	return fmt.Sprintf("%s, %s AS MATERIALIZED (SELECT %s FROM %s)", strings.Join(tables, ", "), name, strings.Join(outer, ", "), strings.Join(from, " LEFT JOIN "))
}
