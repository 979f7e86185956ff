package sql

import (
	"fmt"
	"strings"
)

// method is how percentiles are computed.
type method uint8

const (
	// unweighted is right where all rows of a group have the same weight, and
	// says where they have not.
	unweighted method = iota
	// sorted sorts the rows of each group: for many small groups.
	sorted
	// bucketed finds the bucket of each percentile first, and sorts only the
	// rows in those: for few large groups.
	bucketed
)

// fewRows is how many rows a group has on average where sorting all is as fast.
const fewRows = 200

// weighted computes all percentiles of a column exactly, whatever the weights:
// the least value up to which there is the share of all weights.
func (p *plan) weighted(from string, keys []string, v string, how method) string {
	q := quantiles{from: from, v: v, keys: keys}
	for i, c := range p.query.Calculations {
		if share, ok := percentiles[c.Op]; ok && p.value(i) == v {
			q.shares = append(q.shares, share.permille)
			q.names = append(q.names, fmt.Sprintf("c%d", i))
		}
	}
	if how == bucketed {
		return q.bucketed()
	}
	return q.sorted()
}

type quantiles struct {
	from, v string
	keys    []string
	shares  []int // in thousandths
	names   []string
}

// list returns the keys, with a prefix before each, and more columns.
func (q quantiles) list(prefix string, more ...string) string {
	var list []string
	for _, k := range q.keys {
		list = append(list, prefix+k)
	}
	return strings.Join(append(list, more...), ", ")
}

// over is the window of a group, or of a group and something more.
func (q quantiles) over(more ...string) string {
	if by := q.list("", more...); by != "" {
		return "PARTITION BY " + by + " "
	}
	return ""
}

func (q quantiles) groupBy() string {
	if len(q.keys) == 0 {
		return ""
	}
	return " GROUP BY " + q.list("")
}

// sorted looks only at the groups whose weights differ, and knows them by their
// numbers: text is slow to sort by.
func (q quantiles) sorted() string {
	values, same := []string{"id"}, []string{"agg.m" + q.v}
	for i, share := range q.shares {
		values = append(values, fmt.Sprintf("(min(v) FILTER (WHERE upto * 1000 >= total * %d))::DOUBLE AS %s", share, q.names[i]))
	}
	for _, k := range q.keys {
		same = append(same, fmt.Sprintf("r.%[1]s IS NOT DISTINCT FROM agg.%[1]s", k))
	}
	return fmt.Sprintf(`SELECT %[1]s FROM (
SELECT id, r.%[2]s AS v, t%[2]s AS total, sum(r.w::DOUBLE) OVER (PARTITION BY id ORDER BY r.%[2]s ROWS UNBOUNDED PRECEDING) AS upto
FROM %[3]s r JOIN agg ON %[4]s WHERE r.%[2]s IS NOT NULL) GROUP BY id`, strings.Join(values, ", "), q.v, q.from, all(same...))
}

func (q quantiles) bucketed() string {
	var values, shares []string
	same := []string{"x.h = t.h"}
	for i, share := range q.shares {
		values = append(values, fmt.Sprintf("max(q) FILTER (WHERE p = %d) AS %s", share, q.names[i]))
		shares = append(shares, fmt.Sprintf("(%d)", share))
	}
	for _, k := range q.keys {
		same = append(same, fmt.Sprintf("x.%[1]s IS NOT DISTINCT FROM t.%[1]s", k))
	}
	// Buckets grow with the values, as do the logarithms that number them.
	rows := fmt.Sprintf("SELECT %s, floor(sign(%[2]s) * ln(1 + abs(%[2]s)) * 64) AS h FROM %[3]s WHERE %[2]s IS NOT NULL", q.list("", q.v, "w"), q.v, q.from)
	return fmt.Sprintf(`WITH x AS (%[1]s),
h AS (SELECT %[2]s, sum(w) AS hw FROM x GROUP BY %[2]s),
c AS (SELECT *, sum(hw) OVER (%[3]sORDER BY h ROWS UNBOUNDED PRECEDING) AS upto, sum(hw) OVER (%[3]s) AS total FROM h),
t AS (SELECT %[4]s, min(h) AS h, arg_min(upto - hw, h) AS before, any_value(total) AS total FROM c, (VALUES %[5]s) shares(p) WHERE upto * 1000 >= total * p GROUP BY %[4]s),
s AS (SELECT %[6]s, x.%[7]s AS v, before + sum(w) OVER (PARTITION BY %[6]s ORDER BY x.%[7]s ROWS UNBOUNDED PRECEDING) AS upto, total FROM x JOIN t ON %[8]s),
q AS (SELECT %[4]s, (min(v) FILTER (WHERE upto * 1000 >= total * p))::DOUBLE AS q FROM s GROUP BY %[4]s)
SELECT %[9]s FROM q%[10]s`,
		rows, q.list("", "h"), q.over(), q.list("", "p"), strings.Join(shares, ", "), q.list("t.", "t.p"), q.v, all(same...), q.list("", values...), q.groupBy())
}
