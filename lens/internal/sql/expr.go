package sql

import (
	"fmt"
	"strings"

	"github.com/lift-sys/telemetry/lens/internal/table"
)

// expr is a typed piece of a statement. Null is a NULL of no type.
type expr struct {
	sql  string
	kind table.Kind
	null bool
}

var (
	none  = expr{sql: "NULL", null: true}
	never = expr{sql: "FALSE", kind: table.Bool}
)

func (e expr) is(k table.Kind) bool { return !e.null && e.kind == k }
func (e expr) isText() bool         { return !e.null && !e.kind.Numeric() && e.kind != table.Bool }
func (e expr) isNumber() bool       { return !e.null && e.kind.Numeric() }

// boolean is a condition that is never NULL.
func boolean(format string, args ...any) expr {
	return expr{sql: "coalesce(" + fmt.Sprintf(format, args...) + ", FALSE)", kind: table.Bool}
}

// constant returns a Go value as an expression.
func constant(v any) expr {
	switch v.(type) {
	case string:
		return expr{sql: literal(v), kind: table.String}
	case int64:
		return expr{sql: literal(v), kind: table.Int}
	case float64:
		return expr{sql: literal(v), kind: table.Float}
	case bool:
		return expr{sql: literal(v), kind: table.Bool}
	}
	return none
}

// plain returns ids as the text that they are to everyone outside.
func (e expr) plain() expr {
	switch {
	case e.is(table.TraceID):
		return expr{sql: "replace(" + e.sql + "::VARCHAR, '-', '')", kind: table.String}
	case e.is(table.SpanID):
		return expr{sql: "lpad(lower(hex(" + e.sql + ")), 16, '0')", kind: table.String}
	}
	return e
}

// double returns a number as DOUBLE.
func (e expr) double() string {
	if e.is(table.Float) {
		return e.sql
	}
	return "(" + e.sql + ")::DOUBLE"
}

// as returns the value as a kind that unify has found.
func (e expr) as(k table.Kind) string {
	if k == table.Float && !e.null {
		return e.double()
	}
	return e.sql
}

// alike reports whether two values can be equal, or one less than the other.
func alike(a, b expr) bool {
	return a.isNumber() && b.isNumber() || a.isText() && b.isText() || a.is(table.Bool) && b.is(table.Bool)
}

// compare returns a op b, false where one is missing or their kinds differ.
func compare(a expr, op string, b expr) expr {
	a, b = a.plain(), b.plain()
	switch {
	case !alike(a, b):
		return never
	case a.isNumber() && a.kind != b.kind:
		return boolean("%s %s %s", a.double(), op, b.double())
	}
	return boolean("%s %s %s", a.sql, op, b.sql)
}

// truthy is how conditions see a value.
func (e expr) truthy() expr {
	switch {
	case e.is(table.Bool):
		return boolean("%s", e.sql)
	case e.isNumber():
		return boolean("%s <> 0", e.sql)
	case e.is(table.String):
		return boolean("%s = 'true'", e.sql)
	}
	return never
}

// number returns the value as DOUBLE, NULL where it is none.
func (e expr) number() string {
	switch {
	case e.isNumber():
		return e.double()
	case e.isText():
		return fmt.Sprintf("(CASE WHEN isfinite(TRY_CAST(trim(%[1]s) AS DOUBLE)) THEN TRY_CAST(trim(%[1]s) AS DOUBLE) END)", e.plain().sql)
	}
	return "NULL::DOUBLE"
}

// text returns the value as VARCHAR, empty where there is none.
func (e expr) text() string {
	e = e.plain()
	switch {
	case e.null:
		return "''"
	case e.kind == table.String:
		return "coalesce(" + e.sql + ", '')"
	case e.kind == table.Float:
		return "coalesce(" + floatText(e.sql) + ", '')"
	}
	return "coalesce((" + e.sql + ")::VARCHAR, '')"
}

// floatText writes a DOUBLE without the .0 of whole numbers.
func floatText(x string) string {
	return fmt.Sprintf("(CASE WHEN trunc(%[1]s) = %[1]s AND abs(%[1]s) < 1e15 THEN (%[1]s)::BIGINT::VARCHAR ELSE (%[1]s)::VARCHAR END)", x)
}

// unify returns the values that are not NULL as the kind that they have in
// common.
func unify(values []expr) (list []string, kind table.Kind, err error) {
	first := true
	for _, v := range values {
		switch {
		case v.null:
		case first:
			kind, first = v.kind, false
		case kind == v.kind:
		case kind.Numeric() && v.kind.Numeric():
			kind = table.Float
		default:
			return nil, kind, fmt.Errorf("values of the types %s and %s: convert them with STRING, FLOAT, INT or BOOL", kind, v.kind)
		}
	}
	for _, v := range values {
		if !v.null {
			list = append(list, v.as(kind))
		}
	}
	return list, kind, nil
}

// all returns the conjunction of conditions.
func all(conditions ...string) string {
	if len(conditions) == 0 {
		return "TRUE"
	}
	return strings.Join(conditions, " AND ")
}

// joined returns a list of expressions in one.
func joined(list []expr, sep string) string {
	parts := make([]string, 0, len(list))
	for _, e := range list {
		parts = append(parts, e.sql)
	}
	return "(" + strings.Join(parts, sep) + ")"
}
