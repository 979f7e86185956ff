package query

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/formula"
)

// formulaFunc computes a formula over a row. It returns nil for null.
type formulaFunc func(row) any

// compileFields returns the calculated fields by alias.
func compileFields(fields []honeycomb.CalculatedField) (map[honeycomb.Column]formulaFunc, error) {
	m := make(map[honeycomb.Column]formulaFunc, len(fields))
	for _, f := range fields {
		e, err := formula.Parse(f.Expression)
		if err == nil {
			m[f.Alias], err = compile(e)
		}
		if err != nil {
			return nil, fmt.Errorf("calculated field %q: %w", f.Alias, err)
		}
	}
	return m, nil
}

// compile returns what computes an expression. Formulas see columns, not other
// calculated fields.
func compile(e formula.Expr) (formulaFunc, error) {
	switch {
	case e.Column != "":
		return func(r row) any { return r.event.Fields[e.Column] }, nil
	case e.Kind != formula.NoLiteral:
		v, err := e.Value()
		return func(row) any { return v }, err
	}
	args := make([]formulaFunc, 0, len(e.Args))
	for _, a := range e.Args {
		f, err := compile(a)
		if err != nil {
			return nil, err
		}
		args = append(args, f)
	}
	if strings.HasPrefix(e.Function, "REG_") {
		return compileRegexp(e, args[0])
	}
	if e.Function == "BUCKET" {
		return compileBucket(e, args[0])
	}
	if f, ok := lazy[e.Function]; ok {
		return func(r row) any { return f(r, args) }, nil
	}
	if f, ok := strict[e.Function]; ok {
		return func(r row) any {
			values := make([]any, 0, len(args))
			for _, a := range args {
				values = append(values, a(r))
			}
			return f(values)
		}, nil
	}
	return nil, fmt.Errorf("function %s cannot be computed", e.Function)
}

// lazy are the functions that look at the row or compute only some arguments.
var lazy = map[string]func(row, []formulaFunc) any{
	"IF": func(r row, args []formulaFunc) any {
		return choose(r, args, truthy)
	},
	"SWITCH": func(r row, args []formulaFunc) any {
		v := args[0](r)
		return choose(r, args[1:], func(c any) bool { return equal(v, c) })
	},
	"COALESCE": func(r row, args []formulaFunc) any {
		for _, a := range args {
			if v := a(r); v != nil {
				return v
			}
		}
		return nil
	},
	"EVENT_TIMESTAMP":  func(r row, _ []formulaFunc) any { return seconds(r.event.Time) },
	"INGEST_TIMESTAMP": func(r row, _ []formulaFunc) any { return seconds(r.event.Time) }, // nobody kept it
}

// choose returns the value behind the first condition that is met, or the last of
// an odd number.
func choose(r row, args []formulaFunc, met func(any) bool) any {
	for ; len(args) > 1; args = args[2:] {
		if met(args[0](r)) {
			return args[1](r)
		}
	}
	if len(args) == 1 {
		return args[0](r)
	}
	return nil
}

func seconds(t time.Time) float64 { return float64(t.UnixNano()) / 1e9 }

// strict are the functions of their arguments' values.
var strict = map[string]func([]any) any{
	"LT":     func(v []any) any { return less(v, honeycomb.Less) },
	"LTE":    func(v []any) any { return less(v, honeycomb.LessOrEqual) },
	"GT":     func(v []any) any { return less(v, honeycomb.Greater) },
	"GTE":    func(v []any) any { return less(v, honeycomb.GreaterOrEqual) },
	"EQUALS": func(v []any) any { return equal(v[0], v[1]) },
	"IN":     func(v []any) any { return slices.ContainsFunc(v[1:], func(w any) bool { return equal(v[0], w) }) },
	"EXISTS": func(v []any) any { return v[0] != nil },
	"NOT":    func(v []any) any { return !truthy(v[0]) },
	"AND":    func(v []any) any { return !slices.ContainsFunc(v, func(w any) bool { return !truthy(w) }) },
	"OR":     func(v []any) any { return slices.ContainsFunc(v, truthy) },
	"MIN":    func(v []any) any { return extreme(v, -1) },
	"MAX":    func(v []any) any { return extreme(v, 1) },
	"SUM":    func(v []any) any { return fold(v, func(a, b float64) float64 { return a + b }) },
	"SUB":    func(v []any) any { return fold(v, func(a, b float64) float64 { return a - b }) },
	"MUL":    func(v []any) any { return fold(v, func(a, b float64) float64 { return a * b }) },
	"DIV":    func(v []any) any { return divide(v, func(a, b float64) float64 { return a / b }) },
	"MOD":    func(v []any) any { return divide(v, math.Mod) },
	"LOG10": func(v []any) any {
		f, ok := numeric(v[0])
		if !ok || f <= 0 {
			return nil
		}
		return math.Log10(f)
	},
	"INT": func(v []any) any {
		if n, ok := v[0].(int64); ok {
			return n
		}
		f, _ := numeric(v[0])
		if f >= math.MaxInt64 { // the conversion would overflow
			return int64(math.MaxInt64)
		}
		return int64(max(f, math.MinInt64))
	},
	"FLOAT":  func(v []any) any { f, _ := numeric(v[0]); return f },
	"BOOL":   func(v []any) any { return truthy(v[0]) },
	"STRING": func(v []any) any { return text(v[0]) },
	"CONCAT": func(v []any) any {
		var b strings.Builder
		for _, w := range v {
			b.WriteString(text(w))
		}
		return b.String()
	},
	"STARTS_WITH": func(v []any) any { return texts(v[1], strings.HasPrefix)(v[0]) },
	"ENDS_WITH":   func(v []any) any { return texts(v[1], strings.HasSuffix)(v[0]) },
	"CONTAINS":    func(v []any) any { return texts(v[1], strings.Contains)(v[0]) },
	"TO_LOWER": func(v []any) any {
		if s, ok := v[0].(string); ok {
			return strings.ToLower(s)
		}
		return nil
	},
	"LENGTH": func(v []any) any {
		s, ok := v[0].(string)
		switch {
		case !ok:
			return nil
		case len(v) == 2 && equal(v[1], "bytes"):
			return int64(len(s))
		}
		return int64(utf8.RuneCountInString(s))
	},
	"UNIX_TIMESTAMP": func(v []any) any {
		s, _ := v[0].(string)
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			return nil
		}
		return seconds(t)
	},
	"FORMAT_TIME": func(v []any) any {
		layout, ok := v[0].(string)
		at, isNumber := number(v[1])
		if !ok || !isNumber {
			return nil
		}
		return strftime(layout, at)
	},
}

// truthy is how conditions and BOOL see a value.
func truthy(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case int64:
		return v != 0
	case float64:
		return v != 0
	case string:
		return v == "true"
	}
	return false
}

// numeric reads a number, or a string that holds one. Anything else is 0 and not
// ok.
func numeric(v any) (float64, bool) {
	if s, ok := v.(string); ok {
		f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
		if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			return 0, false
		}
		return f, true
	}
	return number(v)
}

// less compares numbers with numbers and strings with strings.
func less(v []any, op honeycomb.FilterOp) bool {
	return kindOf(v[0]) != kindBool && compares(v[0], op, v[1])
}

// extreme returns the least value for a sign of -1 and the greatest for 1, of
// those of the kind of the first one that is there.
func extreme(values []any, sign int) any {
	var found any
	for _, v := range values {
		if found == nil {
			found = v
		} else if c, ok := order(v, found); ok && c*sign > 0 {
			found = v
		}
	}
	return found
}

// fold computes from the left. What is no number counts as 0.
func fold(values []any, f func(a, b float64) float64) any {
	result, _ := numeric(values[0])
	for _, v := range values[1:] {
		n, _ := numeric(v)
		result = f(result, n)
	}
	return finite(result)
}

// divide computes unless the divisor is 0.
func divide(v []any, f func(a, b float64) float64) any {
	if by, _ := numeric(v[1]); by == 0 {
		return nil
	}
	return fold(v, f)
}

// finite returns a number, or nil where it is none that can be stored.
func finite(f float64) any {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	return f
}

// compileRegexp compiles the functions whose second argument is a literal regular
// expression in Go's syntax.
func compileRegexp(e formula.Expr, arg formulaFunc) (formulaFunc, error) {
	if e.Args[1].Kind != formula.String {
		return nil, fmt.Errorf("function %s needs its regular expression as a literal: write it in back quotes", e.Function)
	}
	pattern, err := e.Args[1].Value()
	if err != nil {
		return nil, err
	}
	re, err := regexp.Compile(text(pattern))
	if err != nil {
		return nil, fmt.Errorf("function %s: %w: correct the expression", e.Function, err)
	}
	return func(r row) any {
		s, ok := arg(r).(string)
		switch e.Function {
		case "REG_MATCH":
			return ok && re.MatchString(s)
		case "REG_COUNT":
			if !ok {
				return int64(0)
			}
			return int64(len(re.FindAllStringIndex(s, -1)))
		}
		found := re.FindStringSubmatch(s)
		if !ok || found == nil {
			return nil
		}
		// The first group if there is one, or else all of it.
		return found[min(1, len(found)-1)]
	}, nil
}

// compileBucket compiles BUCKET, whose size and bounds are literals.
func compileBucket(e formula.Expr, arg formulaFunc) (formulaFunc, error) {
	var bounds []float64
	for _, a := range e.Args[1:] {
		v, err := a.Value()
		if err != nil {
			return nil, err
		}
		n, ok := number(v)
		if !ok {
			return nil, fmt.Errorf("function BUCKET needs its size and bounds as literal numbers: write them")
		}
		bounds = append(bounds, n)
	}
	if bounds[0] <= 0 {
		return nil, fmt.Errorf("function BUCKET has the size %v: give it one above 0", bounds[0])
	}
	return func(r row) any {
		v, ok := number(arg(r))
		if !ok {
			return nil
		}
		return bucket(v, bounds)
	}, nil
}

// bucket names the bucket of a value: bounds are the size, and where there are any
// the least and the greatest value. What is on the border of two is in the lower.
func bucket(v float64, bounds []float64) string {
	size, least := bounds[0], 0.0
	if len(bounds) > 1 {
		least = bounds[1]
		if v < least {
			return "< " + text(least)
		}
	}
	if len(bounds) > 2 && v > bounds[2] {
		return "> " + text(bounds[2])
	}
	i := math.Ceil((v-least)/size) - 1
	if v >= least {
		i = max(i, 0) // the first bucket has both its borders
	}
	return text(least+i*size) + " - " + text(least+(i+1)*size)
}
