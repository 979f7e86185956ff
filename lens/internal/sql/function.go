package sql

import (
	"fmt"
	"strings"

	"github.com/lift-sys/telemetry/lens/internal/table"
)

// functions are those whose arguments are any expressions.
var functions = map[string]func([]expr) (expr, error){
	"IF": func(a []expr) (expr, error) { return choose(a, expr.truthy) },
	"SWITCH": func(a []expr) (expr, error) {
		return choose(a[1:], func(c expr) expr { return compare(a[0], "=", c) })
	},
	"COALESCE": listed("coalesce"), "MIN": listed("least"), "MAX": listed("greatest"),
	"EVENT_TIMESTAMP":  moment,
	"INGEST_TIMESTAMP": moment, // nobody kept it
	"LT":               ordering("<"), "LTE": ordering("<="), "GT": ordering(">"), "GTE": ordering(">="),
	"EQUALS": func(a []expr) (expr, error) { return compare(a[0], "=", a[1]), nil },
	"IN": func(a []expr) (expr, error) {
		var same []expr
		for _, w := range a[1:] {
			same = append(same, compare(a[0], "=", w))
		}
		return expr{sql: joined(same, " OR "), kind: table.Bool}, nil
	},
	"EXISTS": func(a []expr) (expr, error) { return exists(a[0]), nil },
	"NOT": func(a []expr) (expr, error) {
		return expr{sql: "(NOT " + a[0].truthy().sql + ")", kind: table.Bool}, nil
	},
	"AND": logic(" AND "), "OR": logic(" OR "),
	"SUM": fold("+"), "SUB": fold("-"), "MUL": fold("*"),
	"DIV": divide("/"), "MOD": divide("%"),
	"LOG10": func(a []expr) (expr, error) {
		return expr{sql: fmt.Sprintf("(CASE WHEN %[1]s > 0 THEN log10(%[1]s) END)", a[0].number()), kind: table.Float}, nil
	},
	"INT":    integer,
	"FLOAT":  func(a []expr) (expr, error) { return expr{sql: orZero(a[0]), kind: table.Float}, nil },
	"BOOL":   func(a []expr) (expr, error) { return a[0].truthy(), nil },
	"STRING": func(a []expr) (expr, error) { return expr{sql: a[0].text(), kind: table.String}, nil },
	"CONCAT": func(a []expr) (expr, error) {
		var parts []expr
		for _, e := range a {
			parts = append(parts, expr{sql: e.text()})
		}
		return expr{sql: joined(parts, " || "), kind: table.String}, nil
	},
	"STARTS_WITH": func(a []expr) (expr, error) { return textual("starts_with", a[0], a[1]), nil },
	"ENDS_WITH":   func(a []expr) (expr, error) { return textual("ends_with", a[0], a[1]), nil },
	"CONTAINS":    func(a []expr) (expr, error) { return textual("contains", a[0], a[1]), nil },
	"TO_LOWER": func(a []expr) (expr, error) {
		if !a[0].isText() {
			return none, nil
		}
		return expr{sql: "lower(" + a[0].sql + ")", kind: table.String}, nil
	},
	"LENGTH":         length,
	"UNIX_TIMESTAMP": unixTimestamp,
}

func moment([]expr) (expr, error) {
	return expr{sql: "(" + table.Time + "::DOUBLE / 1e9)", kind: table.Float}, nil
}

// choose returns the value behind the first condition that is met, or the last
// of an odd number.
func choose(args []expr, met func(expr) expr) (expr, error) {
	var branches []expr
	for i := 1; i < len(args); i += 2 {
		branches = append(branches, args[i])
	}
	if len(args)%2 == 1 {
		branches = append(branches, args[len(args)-1])
	}
	known, kind, err := unify(branches)
	if err != nil || len(known) == 0 {
		return none, err
	}
	var b strings.Builder
	b.WriteString("(CASE")
	for ; len(args) > 1; args = args[2:] {
		fmt.Fprintf(&b, " WHEN %s THEN %s", met(args[0]).sql, args[1].as(kind))
	}
	if len(args) == 1 {
		fmt.Fprintf(&b, " ELSE %s", args[0].as(kind))
	}
	b.WriteString(" END)")
	return expr{sql: b.String(), kind: kind}, nil
}

// listed is a function of DuckDB that skips NULLs.
func listed(name string) func([]expr) (expr, error) {
	return func(a []expr) (expr, error) {
		list, kind, err := unify(a)
		if err != nil || len(list) == 0 {
			return none, err
		}
		return expr{sql: name + "(" + strings.Join(list, ", ") + ")", kind: kind}, nil
	}
}

func ordering(op string) func([]expr) (expr, error) {
	return func(a []expr) (expr, error) {
		if a[0].is(table.Bool) {
			return never, nil
		}
		return compare(a[0], op, a[1]), nil
	}
}

func logic(op string) func([]expr) (expr, error) {
	return func(a []expr) (expr, error) {
		var parts []expr
		for _, e := range a {
			parts = append(parts, e.truthy())
		}
		return expr{sql: joined(parts, op), kind: table.Bool}, nil
	}
}

// orZero returns a number, 0 where there is none.
func orZero(e expr) string { return "coalesce(" + e.number() + ", 0)" }

// finite returns a number, or NULL where it is none that can be stored.
func finite(x string) expr {
	return expr{sql: fmt.Sprintf("(CASE WHEN isfinite(%[1]s) THEN %[1]s END)", x), kind: table.Float}
}

// fold computes from the left. What is no number counts as 0.
func fold(op string) func([]expr) (expr, error) {
	return func(a []expr) (expr, error) {
		var parts []expr
		for _, e := range a {
			parts = append(parts, expr{sql: orZero(e)})
		}
		return finite(joined(parts, " "+op+" ")), nil
	}
}

// divide computes unless the divisor is 0.
func divide(op string) func([]expr) (expr, error) {
	return func(a []expr) (expr, error) {
		return finite(fmt.Sprintf("(CASE WHEN %[3]s <> 0 THEN %[1]s %[2]s %[3]s END)", orZero(a[0]), op, orZero(a[1]))), nil
	}
}

// integer cuts off fractions, and what is beyond 64 bits.
func integer(a []expr) (expr, error) {
	if a[0].is(table.Int) {
		return expr{sql: "coalesce(" + a[0].sql + ", 0)", kind: table.Int}, nil
	}
	return expr{
		sql: fmt.Sprintf("(CASE WHEN %[1]s >= 9223372036854775807 THEN 9223372036854775807 WHEN %[1]s <= -9223372036854775808 THEN %[2]s ELSE trunc(%[1]s)::BIGINT END)",
			orZero(a[0]), literal(int64(-1<<63))),
		kind: table.Int,
	}, nil
}

func length(a []expr) (expr, error) {
	if !a[0].isText() {
		return none, nil
	}
	n := "length(" + a[0].sql + ")"
	if len(a) == 2 {
		n = fmt.Sprintf("CASE WHEN %s THEN strlen(%s) ELSE %s END", compare(a[1], "=", constant("bytes")).sql, a[0].sql, n)
	}
	return expr{sql: "(" + n + ")", kind: table.Int}, nil
}

func unixTimestamp(a []expr) (expr, error) {
	if !a[0].isText() {
		return none, nil
	}
	const rfc3339 = `'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)'`
	return expr{
		sql:  fmt.Sprintf("(CASE WHEN regexp_full_match(%[1]s, %[2]s) THEN epoch(TRY_CAST(%[1]s AS TIMESTAMPTZ)) END)", a[0].sql, rfc3339),
		kind: table.Float,
	}, nil
}
