package sql

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ident writes a name as an identifier.
func ident(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// literal writes a string, int64, float64, bool or nil as a constant. DuckDB has
// no escapes in plain strings but the doubled quote, and its parser stops at a
// zero byte.
func literal(v any) string {
	switch v := v.(type) {
	case string:
		if !strings.Contains(v, "\x00") {
			return "'" + strings.ReplaceAll(v, "'", "''") + "'"
		}
		parts := strings.Split(v, "\x00")
		for i, p := range parts {
			parts[i] = literal(p)
		}
		return "(" + strings.Join(parts, " || chr(0) || ") + ")"
	case int64:
		if v == math.MinInt64 {
			return "(-9223372036854775807 - 1)"
		}
		return "(" + strconv.FormatInt(v, 10) + "::BIGINT)"
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Sprintf("'%v'::DOUBLE", v)
		}
		return "(" + strconv.FormatFloat(v, 'e', -1, 64) + "::DOUBLE)"
	case bool:
		return strings.ToUpper(strconv.FormatBool(v))
	}
	return "NULL"
}
