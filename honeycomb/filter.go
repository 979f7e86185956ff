package honeycomb

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// FilterOp compares a column with a value.
type FilterOp string

// The operators. Exists and DoesNotExist take no value, In and NotIn a list, all
// others one value.
const (
	Equals           FilterOp = "="
	NotEquals        FilterOp = "!="
	Greater          FilterOp = ">"
	GreaterOrEqual   FilterOp = ">="
	Less             FilterOp = "<"
	LessOrEqual      FilterOp = "<="
	StartsWith       FilterOp = "starts-with"
	DoesNotStartWith FilterOp = "does-not-start-with"
	EndsWith         FilterOp = "ends-with"
	DoesNotEndWith   FilterOp = "does-not-end-with"
	Exists           FilterOp = "exists"
	DoesNotExist     FilterOp = "does-not-exist"
	Contains         FilterOp = "contains"
	DoesNotContain   FilterOp = "does-not-contain"
	In               FilterOp = "in"
	NotIn            FilterOp = "not-in"
)

var (
	filterOps = []FilterOp{
		Equals, NotEquals, Greater, GreaterOrEqual, Less, LessOrEqual,
		StartsWith, DoesNotStartWith, EndsWith, DoesNotEndWith, Exists, DoesNotExist,
		Contains, DoesNotContain, In, NotIn,
	}
	havingOps    = []FilterOp{Equals, NotEquals, Greater, GreaterOrEqual, Less, LessOrEqual}
	thresholdOps = []FilterOp{Greater, GreaterOrEqual, Less, LessOrEqual}
)

// bare reports whether the operator takes no value, and listed whether it takes
// a list of them.
func (op FilterOp) bare() bool   { return op == Exists || op == DoesNotExist }
func (op FilterOp) listed() bool { return op == In || op == NotIn }

// Filter is a condition on one column. The zero value is invalid.
type Filter struct {
	Column Column
	Op     FilterOp
	// Value is a string, bool, integer or float, a []any of those for In and
	// NotIn, and nil for Exists and DoesNotExist.
	Value any
}

// Where returns the condition that column stands in relation op to the values:
// none for Exists and DoesNotExist, any number for In and NotIn, one otherwise.
func Where[C ~string](column C, op FilterOp, values ...any) Filter {
	f := Filter{Column: Column(column), Op: op}
	switch {
	case op.listed():
		f.Value = values
	case len(values) == 1:
		f.Value = values[0]
	case len(values) > 1:
		f.Value = values // Validate says that it is too many
	}
	return f
}

// canonical returns the filter with its value as JSON would give it back:
// numbers are float64, and the values of a list, whose order means nothing, are
// sorted. Anything that is no value of a filter stays as it is.
func (f Filter) canonical() Filter {
	values, ok := f.Value.([]any)
	if !ok {
		f.Value = scalar(f.Value)
		return f
	}
	sorted := make([]any, 0, len(values))
	for _, v := range values {
		sorted = append(sorted, scalar(v))
	}
	slices.SortFunc(sorted, func(a, b any) int { return cmp.Compare(quoted(a), quoted(b)) })
	f.Value = slices.CompactFunc(sorted, func(a, b any) bool { return quoted(a) == quoted(b) })
	return f
}

// scalar returns v as the JSON types string, bool and float64, or as it is.
func scalar(v any) any {
	if n, ok := v.(json.Number); ok {
		f, err := n.Float64()
		if err != nil {
			return n.String()
		}
		return f
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.String:
		return r.String()
	case reflect.Bool:
		return r.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return float64(r.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return float64(r.Uint())
	case reflect.Float32, reflect.Float64:
		return r.Float()
	}
	return v
}

// String returns the condition as [Query.String] shows it, with strings quoted.
func (f Filter) String() string {
	s := string(f.Column) + " " + string(f.Op)
	switch v := f.Value.(type) {
	case nil:
		return s
	case []any:
		out := make([]string, 0, len(v))
		for _, e := range v {
			out = append(out, quoted(e))
		}
		return s + " [" + strings.Join(out, ", ") + "]"
	}
	return s + " " + quoted(f.Value)
}

func quoted(v any) string {
	switch v := scalar(v).(type) {
	case string:
		return strconv.Quote(v)
	case float64:
		return number(v)
	default:
		return fmt.Sprint(v)
	}
}

// number writes a float without an exponent, as people write thresholds.
func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
