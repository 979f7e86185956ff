package query

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/lift-sys/telemetry/honeycomb"
)

// compileFilters returns what decides on a row. The query is valid.
func compileFilters(q honeycomb.Query) func(row) bool {
	type condition struct {
		column honeycomb.Column
		holds  func(any) bool
	}
	var conditions []condition
	for _, f := range q.Filters {
		conditions = append(conditions, condition{f.Column, compileFilter(f)})
	}
	if len(conditions) == 0 {
		return func(row) bool { return true }
	}
	return func(r row) bool {
		holds := func(c condition) bool { return c.holds(r.value(c.column)) }
		if q.FilterCombination == honeycomb.Or {
			return slices.ContainsFunc(conditions, holds)
		}
		return !slices.ContainsFunc(conditions, func(c condition) bool { return !holds(c) })
	}
}

// negations are the operators that are true exactly where another one is false.
var negations = map[honeycomb.FilterOp]honeycomb.FilterOp{
	honeycomb.NotEquals:        honeycomb.Equals,
	honeycomb.DoesNotExist:     honeycomb.Exists,
	honeycomb.DoesNotContain:   honeycomb.Contains,
	honeycomb.DoesNotStartWith: honeycomb.StartsWith,
	honeycomb.DoesNotEndWith:   honeycomb.EndsWith,
	honeycomb.NotIn:            honeycomb.In,
}

// compileFilter returns what decides on the value of a filter's column.
func compileFilter(f honeycomb.Filter) func(any) bool {
	if op, ok := negations[f.Op]; ok {
		f.Op = op
		holds := compileFilter(f)
		return func(v any) bool { return !holds(v) }
	}
	var want []any
	if list, ok := f.Value.([]any); ok {
		for _, v := range list {
			want = append(want, given(v))
		}
	} else {
		want = []any{given(f.Value)}
	}
	switch f.Op {
	case honeycomb.Exists:
		return func(v any) bool { return kindOf(v) != kindNone }
	case honeycomb.Contains:
		return texts(want[0], strings.Contains)
	case honeycomb.StartsWith:
		return texts(want[0], strings.HasPrefix)
	case honeycomb.EndsWith:
		return texts(want[0], strings.HasSuffix)
	case honeycomb.Equals, honeycomb.In:
		return func(v any) bool { return slices.ContainsFunc(want, func(w any) bool { return equal(v, w) }) }
	}
	return func(v any) bool { return kindOf(v) != kindBool && compares(v, f.Op, want[0]) }
}

// compares reports whether a value stands in a relation to another.
func compares(a any, op honeycomb.FilterOp, b any) bool {
	c, ok := order(a, b)
	if !ok {
		return false
	}
	switch op {
	case honeycomb.Equals:
		return c == 0
	case honeycomb.NotEquals:
		return c != 0
	case honeycomb.Greater:
		return c > 0
	case honeycomb.GreaterOrEqual:
		return c >= 0
	case honeycomb.Less:
		return c < 0
	case honeycomb.LessOrEqual:
		return c <= 0
	}
	return false
}

func texts(want any, holds func(s, part string) bool) func(any) bool {
	part, isText := want.(string)
	return func(v any) bool {
		s, ok := v.(string)
		return ok && isText && holds(s, part)
	}
}

// given returns the value of a filter in the types of fields.
func given(v any) any {
	if n, ok := v.(json.Number); ok {
		if i, err := n.Int64(); err == nil {
			return i
		}
		f, err := n.Float64()
		if err != nil {
			return n.String()
		}
		return f
	}
	r := reflect.ValueOf(v)
	switch {
	case !r.IsValid():
		return nil
	case r.Kind() == reflect.String:
		return r.String()
	case r.Kind() == reflect.Bool:
		return r.Bool()
	case r.CanInt():
		return r.Int()
	case r.CanUint():
		return float64(r.Uint())
	case r.CanFloat():
		return r.Float()
	}
	return nil
}
