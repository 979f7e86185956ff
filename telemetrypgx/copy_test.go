package telemetrypgx_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.opentelemetry.io/otel/codes"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetrypgx"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// copied is what the span of a COPY says, beside its table and its text.
func copied(table, text string, more telemetrytest.Attributes) telemetrytest.Attributes {
	return and(telemetrytest.Attributes{
		attr.DBSystemName: "postgresql", attr.DBOperation: "copy", attr.DBOperationName: "COPY",
		attr.DBTable: table, attr.DBCollectionName: table, attr.DBStatement: text, attr.DBQueryText: text,
	}, more)
}

// COPY is one span, named like any other that is neither a query nor a change
// of rows by a statement; the table is an attribute.
func TestCopy(t *testing.T) {
	refused := errors.New("no such table")
	failed := telemetrytest.Attributes{
		attr.ErrorType: "*errors.errorString", attr.ErrorMessage: "no such table",
		attr.ExceptionType: "*errors.errorString", attr.ExceptionMessage: "no such table",
	}
	tests := []struct {
		name, reason string
		data         pgx.TraceCopyFromStartData
		prepare, err error
		status       codes.Code
		want         telemetrytest.Attributes
	}{
		{
			"rows", "as many as the server took",
			pgx.TraceCopyFromStartData{TableName: pgx.Identifier{"notes"}, ColumnNames: []string{"id", "title"}},
			nil, nil, codes.Unset,
			copied("notes", `COPY "notes" ("id", "title") FROM STDIN BINARY`, telemetrytest.Attributes{attr.DBRowsAffected: int64(3)}),
		},
		{
			"schema", "is part of the table's name",
			pgx.TraceCopyFromStartData{TableName: pgx.Identifier{"public", "notes"}, ColumnNames: []string{"id"}},
			nil, nil, codes.Unset,
			copied("public.notes", `COPY "public"."notes" ("id") FROM STDIN BINARY`, telemetrytest.Attributes{attr.DBRowsAffected: int64(3)}),
		},
		{
			"quotes", "a name that needs its quotes is one name",
			pgx.TraceCopyFromStartData{TableName: pgx.Identifier{`my "notes"`}, ColumnNames: []string{`a "b"`}},
			nil, nil, codes.Unset,
			copied(`my "notes"`, `COPY "my ""notes""" ("a ""b""") FROM STDIN BINARY`, telemetrytest.Attributes{attr.DBRowsAffected: int64(3)}),
		},
		{
			"no columns", "pgx lets the server say what is wrong",
			pgx.TraceCopyFromStartData{TableName: pgx.Identifier{"notes"}},
			nil, nil, codes.Unset,
			copied("notes", `COPY "notes" FROM STDIN BINARY`, telemetrytest.Attributes{attr.DBRowsAffected: int64(3)}),
		},
		{
			"fails", "nothing was copied",
			pgx.TraceCopyFromStartData{TableName: pgx.Identifier{"notes"}, ColumnNames: []string{"id"}},
			nil, refused, codes.Error,
			copied("notes", `COPY "notes" ("id") FROM STDIN BINARY`, failed),
		},
		{
			"fails before", "pgx asks for the columns first, and does not tell of the end where that fails",
			pgx.TraceCopyFromStartData{TableName: pgx.Identifier{"notes"}, ColumnNames: []string{"id"}},
			refused, nil, codes.Error,
			copied("notes", `COPY "notes" ("id") FROM STDIN BINARY`, failed),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t, telemetrytest.Strict())
			copyFrom(ctx, telemetrypgx.NewTracer(), tt.data, tt.prepare, tt.err)
			got := rec.Span(attr.SpanDBQuery)
			if d := cmp.Diff(tt.want, got.Attributes); d != "" || got.Status != tt.status {
				t.Errorf("%s: status %s (-want +got):\n%s", tt.reason, got.Status, d)
			}
			if h := rec.Histogram(attr.MetricDBClientOperationDuration, attr.DBOperationName.String("copy")); h.Count != 1 {
				t.Errorf("%d measured", h.Count)
			}
		})
	}
}

// copyFrom does with tr what pgx's CopyFrom does.
func copyFrom(ctx context.Context, tr *telemetrypgx.Tracer, data pgx.TraceCopyFromStartData, prepare, err error) {
	ctx = tr.TraceCopyFromStart(ctx, nil, data)
	preparing := tr.TracePrepareStart(ctx, nil, pgx.TracePrepareStartData{SQL: "select …"})
	tr.TracePrepareEnd(preparing, nil, pgx.TracePrepareEndData{Err: prepare})
	if prepare != nil {
		return
	}
	tag := pgconn.NewCommandTag("COPY 3")
	if err != nil {
		tag = pgconn.CommandTag{}
	}
	tr.TraceCopyFromEnd(ctx, nil, pgx.TraceCopyFromEndData{CommandTag: tag, Err: err})
}
