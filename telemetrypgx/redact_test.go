package telemetrypgx_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetrypgx"
	"github.com/lift-sys/telemetry/telemetrytest"
)

func refused(code, message string) error {
	return &pgconn.PgError{Severity: "ERROR", Code: code, Message: message, Detail: "Key (a)=(hunter2) exists"}
}

// What a server quotes in a message shows no literal and no argument.
func TestMessages(t *testing.T) {
	const insert = "INSERT INTO t VALUES ($1)"
	quoted := refused("42601", `near "hunter2" of "t"`)
	batch := func(queries ...string) *pgx.Batch {
		b := new(pgx.Batch)
		for _, q := range queries {
			b.Queue(q, "hunter2")
		}
		return b
	}
	tests := []struct {
		name, reason string
		opts         []telemetrypgx.Option
		query        string
		args         []any
		batch        *pgx.Batch
		err          error
		want         string
	}{
		{"literal", "as in the statement", nil, "INSERT INTO t VALUES ('my hunter2')", nil, nil, quoted, `ERROR: near "?" of "t" (SQLSTATE 42601)`},
		{"unclear", "whatever the statement has", nil, "INSERT INTO t VALUES ('hunter2", nil, nil, quoted, `ERROR: near "?" (SQLSTATE 42601)`},
		{"argument", "a string", nil, insert, []any{"hunter2"}, nil, quoted, `ERROR: near "?" of "t" (SQLSTATE 42601)`},
		{"number", "an argument like any other", nil, insert, []any{4111}, nil, errors.New("bad 4111"), "bad ?"},
		{"named arguments", "all that is quoted", nil, insert, []any{pgx.NamedArgs{"a": "hunter2"}}, nil, quoted, `ERROR: near "?" (SQLSTATE 42601)`},
		{"constraint", "its name is no value", nil, insert, []any{pgx.NamedArgs{"a": "hunter2"}}, nil, refused("23505", `violates "t_pkey"`), `ERROR: violates "t_pkey" (SQLSTATE 23505)`},
		{"data", "a value that the server found", nil, "SELECT a::int FROM t", nil, nil, refused("22P02", `integer: "hunter2"`), `ERROR: integer: "?" (SQLSTATE 22P02)`},
		{"no statement", "nothing of it is shown", []telemetrypgx.Option{telemetrypgx.WithoutStatement()}, "SELECT a FROM t", nil, nil, quoted, `ERROR: near "?" (SQLSTATE 42601)`},
		{"batch", "the same for each", nil, "", nil, batch("INSERT INTO t VALUES ($1)", "DELETE FROM t WHERE a = $1"), quoted, `ERROR: near "?" of "t" (SQLSTATE 42601)`},
		{"batch of literals", "those of each statement", nil, "", nil, batch("SELECT 1", "SELECT 'a hunter2'"), quoted, `ERROR: near "?" of "t" (SQLSTATE 42601)`},
		{"large batch", "all that is quoted", nil, "", nil, batch(strings.Split(strings.Repeat("SELECT 1;", 2000), ";")...), quoted, `ERROR: near "?" (SQLSTATE 42601)`},
		{"begin", "no statement, so nothing to hide", nil, "begin", nil, nil, quoted, `ERROR: near "hunter2" of "t" (SQLSTATE 42601)`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t)
			tr := telemetrypgx.NewTracer(tt.opts...)
			if tt.batch != nil {
				ctx = tr.TraceBatchStart(ctx, nil, pgx.TraceBatchStartData{Batch: tt.batch})
				tr.TraceBatchEnd(ctx, nil, pgx.TraceBatchEndData{Err: tt.err})
			} else {
				ctx = tr.TraceQueryStart(ctx, nil, pgx.TraceQueryStartData{SQL: tt.query, Args: tt.args})
				tr.TraceQueryEnd(ctx, nil, pgx.TraceQueryEndData{Err: tt.err})
			}
			got := rec.Spans()[0]
			if got.Message != tt.want || got.Attributes[attr.ErrorMessage] != tt.want || got.Attributes[attr.ExceptionMessage] != tt.want {
				t.Errorf("%s: %q, want %q", tt.reason, got.Message, tt.want)
			}
			if all := fmt.Sprint(got.Attributes, got.Events, got.Message); tt.name != "begin" && strings.Contains(all, "hunter2") {
				t.Errorf("%s: shown: %s", tt.reason, all)
			}
		})
	}
}

// pgx says which rows of a COPY it cannot encode.
func TestMessagesOfCopy(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	tr := telemetrypgx.NewTracer()
	ctx = tr.TraceCopyFromStart(ctx, nil, pgx.TraceCopyFromStartData{TableName: pgx.Identifier{"t"}})
	tr.TraceCopyFromEnd(ctx, nil, pgx.TraceCopyFromEndData{Err: errors.New(`unable to encode main.T{a:"hunter2"} into text format`)})
	if got, want := rec.Span(attr.SpanDBQuery).Message, "unable to encode ? into text format"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// A statement that cannot be prepared is seen, though preparing has no span.
func TestPrepareFails(t *testing.T) {
	tests := []struct {
		name, reason string
		err          error
		within       bool
		want         string
	}{
		{
			"refused", "by the name of the statement", refused("42P01", "no 'hunter2'"), false,
			`db.insert error="ERROR: no '?' (SQLSTATE 42P01)" db.table=t error.type=42P01`,
		},
		{"well", "no span", nil, false, ""},
		{
			"within a query", "whose failure it is", refused("42P01", "no"), true,
			`db.insert error="ERROR: no (SQLSTATE 42P01)" db.table=t error.type=42P01`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t, telemetrytest.Strict())
			tr := telemetrypgx.NewTracer()
			const insert = "INSERT INTO t VALUES ('hunter2')"
			outer := ctx
			if tt.within {
				outer = tr.TraceQueryStart(ctx, nil, pgx.TraceQueryStartData{SQL: insert})
			}
			inner := tr.TracePrepareStart(outer, nil, pgx.TracePrepareStartData{Name: "add", SQL: insert})
			tr.TracePrepareEnd(inner, nil, pgx.TracePrepareEndData{Err: tt.err})
			if tt.within {
				tr.TraceQueryEnd(outer, nil, pgx.TraceQueryEndData{Err: tt.err})
			}
			rec.AssertTree(t, tt.want, attr.DBTable, attr.ErrorType)
		})
	}
}
