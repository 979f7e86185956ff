package sql

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// filters returns the condition of a query's filters. The query is valid.
func (c compiler) filters(q honeycomb.Query) (string, error) {
	var parts []expr
	for _, f := range q.Filters {
		e, err := c.resolve(f.Column)
		if err != nil {
			return "", err
		}
		parts = append(parts, filter(e, f))
	}
	switch {
	case len(parts) == 0:
		return "TRUE", nil
	case q.FilterCombination == honeycomb.Or:
		return joined(parts, " OR "), nil
	}
	return joined(parts, " AND "), nil
}

// negations are the operators that are true exactly where another is false.
var negations = map[honeycomb.FilterOp]honeycomb.FilterOp{
	honeycomb.NotEquals:        honeycomb.Equals,
	honeycomb.DoesNotExist:     honeycomb.Exists,
	honeycomb.DoesNotContain:   honeycomb.Contains,
	honeycomb.DoesNotStartWith: honeycomb.StartsWith,
	honeycomb.DoesNotEndWith:   honeycomb.EndsWith,
	honeycomb.NotIn:            honeycomb.In,
}

func filter(e expr, f honeycomb.Filter) expr {
	if op, ok := negations[f.Op]; ok {
		f.Op = op
		return expr{sql: "(NOT " + filter(e, f).sql + ")", kind: table.Bool}
	}
	if f.Op == honeycomb.Exists {
		return exists(e)
	}
	want := values(f.Value)
	switch f.Op {
	case honeycomb.Contains:
		return textual("contains", e, constant(want[0]))
	case honeycomb.StartsWith:
		return textual("starts_with", e, constant(want[0]))
	case honeycomb.EndsWith:
		return textual("ends_with", e, constant(want[0]))
	case honeycomb.Equals, honeycomb.In:
		var same []expr
		for _, v := range want {
			same = append(same, equals(e, v))
		}
		return expr{sql: joined(same, " OR "), kind: table.Bool}
	}
	if e.is(table.Bool) {
		return never
	}
	return compare(e, string(f.Op), given(e, want[0]))
}

func exists(e expr) expr {
	return expr{sql: "(" + e.sql + " IS NOT NULL)", kind: table.Bool}
}

// textual is a function of two strings, false of anything else.
func textual(name string, a, b expr) expr {
	if !a.isText() || !b.isText() {
		return never
	}
	return boolean("%s(%s, %s)", name, a.plain().sql, b.plain().sql)
}

// equals compares ids as the numbers that they are stored as.
func equals(e expr, v any) expr {
	s, isText := v.(string)
	if !isText || !e.is(table.TraceID) && !e.is(table.SpanID) {
		return compare(e, "=", given(e, v))
	}
	id, err := hex.DecodeString(s)
	switch {
	case err != nil || s != strings.ToLower(s):
		return never
	case e.kind == table.TraceID && len(id) == 16:
		return boolean("%s = %s::UUID", e.sql, literal(fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])))
	case e.kind == table.SpanID && len(id) == 8:
		return boolean("%s = %d::UBIGINT", e.sql, binary.BigEndian.Uint64(id))
	}
	return never
}

// given returns a filter's value for a column. Whole numbers are integers to a
// column of those, so that DuckDB can skip blocks by it.
func given(column expr, v any) expr {
	const exact = 1 << 53
	if f, ok := v.(float64); ok && column.is(table.Int) && f < exact && f > -exact && f == float64(int64(f)) {
		return constant(int64(f))
	}
	return constant(v)
}

// values returns the value or the values of a filter as string, int64, float64
// or bool.
func values(v any) []any {
	if list, ok := v.([]any); ok {
		var out []any
		for _, e := range list {
			out = append(out, values(e)...)
		}
		return out
	}
	if n, ok := v.(json.Number); ok {
		if i, err := n.Int64(); err == nil {
			return []any{i}
		}
		f, err := n.Float64()
		if err != nil {
			return []any{n.String()}
		}
		return []any{f}
	}
	r := reflect.ValueOf(v)
	switch {
	case !r.IsValid():
	case r.Kind() == reflect.String:
		v = r.String()
	case r.Kind() == reflect.Bool:
		v = r.Bool()
	case r.CanInt():
		v = r.Int()
	case r.CanUint():
		v = float64(r.Uint())
	case r.CanFloat():
		v = r.Float()
	}
	return []any{v}
}
