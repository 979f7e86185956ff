package sql

import (
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
}

// part is one calculation: an aggregate of a group's rows, or a column of a table
// that is joined.
type part struct {
	aggregate string
	column    string
}

// join is a table with the same keys.
type join struct{ name, body string }

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
				s.mixed = append(s.mixed, fmt.Sprintf("coalesce(min(w) FILTER (WHERE %[1]s IS NOT NULL) <> max(w) FILTER (WHERE %[1]s IS NOT NULL), FALSE)", v))
			}
			seen[v] = true
			continue
		}
		s.parts = append(s.parts, part{column: fmt.Sprintf("x%s.c%d", v, i)})
		if !seen[v] {
			s.joins = append(s.joins, join{"x" + v, p.weighted(from, keys, v, how)})
		}
		seen[v] = true
	}
	return s
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
		s.joins = append(s.joins, join{name, body})
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
			outer = append(outer, fmt.Sprintf("agg.c%d AS c%d", i, i))
		} else {
			outer = append(outer, fmt.Sprintf("%s AS c%d", part.column, i))
		}
	}
	mixed := "FALSE"
	if len(s.mixed) > 0 {
		mixed = strings.Join(s.mixed, " OR ")
	}
	inner = append(inner, "count(*) AS n", mixed+" AS mixed")
	outer = append(outer, "agg.n AS n", "agg.mixed AS mixed")
	body := fmt.Sprintf("SELECT %s FROM %s", strings.Join(inner, ", "), s.from)
	if len(s.keys) > 0 {
		body += " GROUP BY " + strings.Join(s.keys, ", ")
	}
	tables := []string{"agg AS (" + body + ")"}
	from := []string{"agg"}
	for _, j := range s.joins {
		tables = append(tables, j.name+" AS ("+j.body+")")
		var on []string
		for _, k := range s.keys {
			on = append(on, fmt.Sprintf("agg.%s IS NOT DISTINCT FROM %s.%s", k, j.name, k))
		}
		from = append(from, j.name+" ON "+all(on...))
	}
	return fmt.Sprintf("%s, %s AS MATERIALIZED (SELECT %s FROM %s)", strings.Join(tables, ", "), name, strings.Join(outer, ", "), strings.Join(from, " LEFT JOIN "))
}
