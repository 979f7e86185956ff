package sql

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// TraceSummary is a trace in a list.
type TraceSummary struct {
	ID              string
	Start           time.Time
	Duration        time.Duration
	Name, Service   string // of its root, or else of its first span
	Spans, Errors   int64
	CostUSD         *float64 // nil where nothing has a cost
	Tokens          *int64
	UserID, Session string
}

// TraceOrder is what makes a trace come before others. The zero value is [Newest].
type TraceOrder int

// The orders of traces. Equal ones have the newest first.
const (
	Newest TraceOrder = iota // by their latest row that the query is about
	Slowest
	MostExpensive
	MostErrors
)

// traceOrders are the columns that each order is by.
var traceOrders = map[TraceOrder]string{
	Newest: "last", Slowest: "stop - start", MostExpensive: "cost", MostErrors: "errors",
}

// Traces returns the first traces in an order that have rows which the request's
// query is about. With a key only rows of that group count.
func Traces(ctx context.Context, db Database, r Request, key []any, order TraceOrder, limit int) ([]TraceSummary, error) {
	if len(key) > 0 && len(key) != len(r.Query.Breakdowns) {
		return nil, fmt.Errorf("key has %d values for %d breakdowns: give one for each", len(key), len(r.Query.Breakdowns))
	}
	p, err := newPlan(db.Columns(), r)
	if err != nil {
		return nil, err
	}
	where := []string{p.where}
	for i, v := range key {
		f := honeycomb.Filter{Op: honeycomb.DoesNotExist}
		if v != nil {
			f = honeycomb.Filter{Op: honeycomb.Equals, Value: v}
		}
		where = append(where, filter(p.keys[i], f).sql)
	}
	id := ident(attr.ColumnTraceTraceID)
	isSpan := ident(attr.ColumnTraceSpanID) + " IS NOT NULL"
	of := func(f, column string) string {
		return fmt.Sprintf("%s(%s) FILTER (WHERE %s)", f, ident(column), isSpan)
	}
	// The root has no parent, and comes before all others.
	rank := fmt.Sprintf("(%s IS NOT NULL, %s)", ident(attr.ColumnTraceParentID), table.Time)
	first := func(column string) string {
		return fmt.Sprintf("arg_min(%s, %s) FILTER (WHERE %s)", column, rank, isSpan)
	}
	newest := "" // the only order that is known before the traces are added up
	if order == Newest {
		newest = fmt.Sprintf("ORDER BY 2 DESC, 1 LIMIT %d", limit)
	}
	statement := fmt.Sprintf(`WITH found AS (SELECT %[1]s AS id, max(%[2]s) AS last FROM events WHERE %[3]s AND %[1]s IS NOT NULL GROUP BY 1 %[4]s),
traces AS (SELECT found.id AS id, any_value(found.last) AS last, min(%[2]s) AS start,
	max(least(%[2]s::HUGEINT + greatest(0, least(coalesce(%[5]s, 0) * 1e6, 1e19))::HUGEINT, 9223372036854775807))::BIGINT AS stop,
	%[6]s AS root, %[7]s AS service, count(*) FILTER (WHERE %[8]s) AS spans, count(*) FILTER (WHERE %[8]s AND %[9]s) AS errors,
	%[10]s AS total, CASE WHEN isfinite(total) THEN total END AS cost, %[11]s AS input, %[12]s AS output, %[13]s AS who, %[14]s AS session
	FROM events JOIN found ON %[1]s = found.id GROUP BY found.id)
SELECT %[15]s, start, stop, root, service, spans, errors, cost,
	CASE WHEN input IS NOT NULL OR output IS NOT NULL THEN least(coalesce(input, 0) + coalesce(output, 0), 9223372036854775807)::BIGINT END, who, session
FROM traces ORDER BY %[16]s DESC NULLS LAST, last DESC, id LIMIT %[17]d`,
		id, table.Time, all(where...), newest, ident(attr.ColumnDurationMS),
		first(ident(attr.ColumnName)), first(table.Dataset), isSpan, ident(attr.ColumnError),
		of("sum", string(attr.LLMCostUSD)), of("sum", string(attr.LLMInputTokens)), of("sum", string(attr.LLMOutputTokens)),
		of("any_value", string(attr.UserID)), of("any_value", string(attr.SessionID)),
		expr{sql: "id", kind: table.TraceID}.plain().sql, traceOrders[order], limit)
	rows, err := db.Query(ctx, statement)
	if err != nil {
		return nil, err
	}
	list := make([]TraceSummary, 0, len(rows))
	for _, row := range rows {
		start, end := cell[int64](row[1]), cell[int64](row[2])
		t := TraceSummary{
			ID: cell[string](row[0]), Start: time.Unix(0, start).UTC(), Duration: time.Duration(end - start),
			Name: cell[string](row[3]), Service: cell[string](row[4]), Spans: cell[int64](row[5]), Errors: cell[int64](row[6]),
			UserID: cell[string](row[9]), Session: cell[string](row[10]),
		}
		if cost, ok := row[7].(float64); ok {
			t.CostUSD = &cost
		}
		if tokens, ok := row[8].(int64); ok {
			t.Tokens = &tokens
		}
		list = append(list, t)
	}
	return list, nil
}

// cell returns a value of a row, or the zero value for NULL.
func cell[T any](v any) T {
	t, _ := v.(T)
	return t
}

// TraceRow is a row of a trace with all that is known about it.
type TraceRow struct {
	Time    time.Time
	Weight  int64
	Dataset string
	// Fields by column. Each is a string, int64, float64 or bool.
	Fields map[string]any
	// Extra is a JSON object of further fields, or empty.
	Extra string
}

// Trace returns the rows of a trace by their time, at most so many.
func Trace(ctx context.Context, db Database, id string, limit int) ([]TraceRow, error) {
	list := []string{table.Time, table.Weight, table.Dataset, table.Extra}
	columns := table.Columns()
	for _, c := range columns {
		list = append(list, expr{sql: ident(c.Name), kind: c.Kind}.plain().sql)
	}
	is := equals(expr{sql: ident(attr.ColumnTraceTraceID), kind: table.TraceID}, id)
	rows, err := db.Query(ctx, fmt.Sprintf("SELECT %s FROM events WHERE %s ORDER BY %s LIMIT %d", strings.Join(list, ", "), is.sql, table.Time, limit))
	if err != nil {
		return nil, err
	}
	out := make([]TraceRow, 0, len(rows))
	for _, row := range rows {
		r := TraceRow{
			Time: time.Unix(0, cell[int64](row[0])).UTC(), Weight: cell[int64](row[1]), Dataset: cell[string](row[2]), Extra: cell[string](row[3]),
			Fields: make(map[string]any),
		}
		for i, c := range columns {
			if v := row[4+i]; v != nil {
				r.Fields[c.Name] = v
			}
		}
		out = append(out, r)
	}
	return out, nil
}
