package query

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/lift-sys/telemetry/attr"
)

// kind orders values of different types. The zero value is that of no value.
type kind int

const (
	kindNone kind = iota
	kindBool
	kindNumber
	kindString
)

func kindOf(v any) kind {
	switch v.(type) {
	case bool:
		return kindBool
	case int64, float64:
		return kindNumber
	case string:
		return kindString
	}
	return kindNone
}

// number returns a number as a float64 and whether it is one.
func number(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, !math.IsNaN(v)
	}
	return 0, false
}

// equal reports whether two values are there and the same.
func equal(a, b any) bool {
	c, ok := order(a, b)
	return ok && c == 0
}

// order compares two values of one kind. It is not ok for others, and for no
// value.
func order(a, b any) (c int, ok bool) {
	k := kindOf(a)
	if k == kindNone || k != kindOf(b) {
		return 0, false
	}
	switch a := a.(type) {
	case string:
		return strings.Compare(a, b.(string)), true //nolint:forcetypeassert // the kinds are equal
	case bool:
		return cmp.Compare(truth(a), truth(b.(bool))), true //nolint:forcetypeassert // the kinds are equal
	case int64:
		if b, ok := b.(int64); ok {
			return cmp.Compare(a, b), true // exact beyond 2⁵³
		}
	}
	x, okX := number(a)
	y, okY := number(b)
	return cmp.Compare(x, y), okX && okY
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// compareKeys orders values of any kind, no value last.
func compareKeys(a, b any) int {
	if c, ok := order(a, b); ok {
		return c
	}
	ka, kb := kindOf(a), kindOf(b)
	if ka == kindNone || kb == kindNone {
		return cmp.Compare(kb, ka)
	}
	return cmp.Compare(ka, kb)
}

// keyValue returns a value as a key holds it, so that equal numbers are equal
// keys.
func keyValue(v any) any {
	const exact = 1 << 53
	if f, ok := v.(float64); ok {
		if math.IsNaN(f) {
			return nil
		}
		if f == math.Trunc(f) && math.Abs(f) <= exact {
			return int64(f)
		}
	}
	return v
}

// keyID is equal for equal keys, and only for those.
func keyID(key []any) string {
	var b strings.Builder
	for _, v := range key {
		fmt.Fprintf(&b, "%T:%q,", v, text(v))
	}
	return b.String()
}

// text returns a value as a string, "" for none.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// duration returns how long a span took in nanoseconds, 0 for what is no span.
func duration(r row) float64 {
	ms, _ := number(r.event.Fields[attr.ColumnDurationMS])
	return ms * 1e6
}
