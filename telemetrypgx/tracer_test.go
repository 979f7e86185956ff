package telemetrypgx_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/multitracer"
	"github.com/jackc/pgx/v5/pgconn"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetrypgx"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// inserting is what the span of the INSERT below says.
var inserting = telemetrytest.Attributes{
	attr.DBSystemName: "postgresql", attr.DBNamespace: "lift",
	attr.DBOperation: "insert", attr.DBOperationName: "INSERT", attr.DBTable: "notes", attr.DBCollectionName: "notes",
	attr.DBStatement: "INSERT INTO notes VALUES (?)", attr.DBQueryText: "INSERT INTO notes VALUES (?)",
}

// and returns a with more attributes, and without those that are nil.
func and(a, more telemetrytest.Attributes) telemetrytest.Attributes {
	a = maps.Clone(a)
	maps.Copy(a, more)
	maps.DeleteFunc(a, func(_ attribute.Key, v any) bool { return v == nil })
	return a
}

func TestSpans(t *testing.T) {
	const insert = "INSERT INTO notes VALUES ('secret')"
	refused := `ERROR: duplicate key (SQLSTATE 23505)`
	tests := []struct {
		name, reason string
		opts         []telemetrypgx.Option
		do           func(ctx context.Context, c *pgx.Conn) error
		span         string
		status       codes.Code
		want         telemetrytest.Attributes
	}{
		{
			name: "exec", reason: "the statement without its literals, and what it changed",
			do:   func(ctx context.Context, c *pgx.Conn) error { _, err := c.Exec(ctx, insert); return err },
			span: attr.SpanDBInsert, want: and(inserting, telemetrytest.Attributes{attr.DBRowsAffected: int64(1)}),
		},
		{
			name: "query", reason: "the span lasts until the rows are closed; rows read are not rows changed",
			do: func(ctx context.Context, c *pgx.Conn) error {
				rows, err := c.Query(ctx, "SELECT * FROM notes")
				rows.Close()
				return err
			},
			span: attr.SpanDBSelect, want: and(inserting, telemetrytest.Attributes{
				attr.DBOperation: "select", attr.DBOperationName: "SELECT",
				attr.DBStatement: "SELECT * FROM notes", attr.DBQueryText: "SELECT * FROM notes",
			}),
		},
		{
			name: "without statement", reason: "as asked for; operation and table stay", opts: []telemetrypgx.Option{telemetrypgx.WithoutStatement(), nil},
			do:   func(ctx context.Context, c *pgx.Conn) error { _, err := c.Exec(ctx, insert); return err },
			span: attr.SpanDBInsert,
			want: and(inserting, telemetrytest.Attributes{attr.DBRowsAffected: int64(1), attr.DBStatement: nil, attr.DBQueryText: nil}),
		},
		{
			name: "batch", reason: "one span, with all that was changed",
			do: func(ctx context.Context, c *pgx.Conn) error {
				b := new(pgx.Batch)
				b.Queue(insert)
				b.Queue(insert)
				b.Queue("INSERT INTO notes SELECT 1")
				return c.SendBatch(ctx, b).Close()
			},
			span: attr.SpanDBInsert, want: and(inserting, telemetrytest.Attributes{
				attr.DBRowsAffected: int64(3), attr.DBOperationName: "BATCH INSERT", attr.DBOperationBatchSize: int64(3),
				attr.DBStatement: "INSERT INTO notes VALUES (?); INSERT INTO notes SELECT ?",
				attr.DBQueryText: "INSERT INTO notes VALUES (?); INSERT INTO notes SELECT ?",
			}),
		},
		{
			name: "listen", reason: "the channel is a name and no table",
			do:   func(ctx context.Context, c *pgx.Conn) error { _, err := c.Exec(ctx, "LISTEN jobs"); return err },
			span: attr.SpanDBQuery, want: telemetrytest.Attributes{
				attr.DBSystemName: "postgresql", attr.DBNamespace: "lift", attr.DBOperation: "listen", attr.DBOperationName: "LISTEN",
				attr.DBStatement: "LISTEN jobs", attr.DBQueryText: "LISTEN jobs",
			},
		},
		{
			name: "begin", reason: "the name says it all",
			do:   func(ctx context.Context, c *pgx.Conn) error { _, err := c.Begin(ctx); return err },
			span: attr.SpanDBBegin, want: telemetrytest.Attributes{
				attr.DBSystemName: "postgresql", attr.DBNamespace: "lift", attr.DBOperation: "begin", attr.DBOperationName: "begin",
			},
		},
		{
			name: "begin, as in the standard", reason: "another word for the same",
			do:   func(ctx context.Context, c *pgx.Conn) error { _, err := c.Exec(ctx, "START TRANSACTION"); return err },
			span: attr.SpanDBBegin, want: telemetrytest.Attributes{
				attr.DBSystemName: "postgresql", attr.DBNamespace: "lift", attr.DBOperation: "begin", attr.DBOperationName: "begin",
			},
		},
		{
			name: "savepoint", reason: "the transaction goes on",
			do: func(ctx context.Context, c *pgx.Conn) error {
				_, err := c.Exec(ctx, "ROLLBACK TO SAVEPOINT s")
				return err
			},
			span: attr.SpanDBQuery, want: telemetrytest.Attributes{
				attr.DBSystemName: "postgresql", attr.DBNamespace: "lift", attr.DBOperation: "rollback", attr.DBOperationName: "ROLLBACK",
				attr.DBStatement: "ROLLBACK TO SAVEPOINT s", attr.DBQueryText: "ROLLBACK TO SAVEPOINT s",
			},
		},
		{
			name: "refused", reason: "the server's own code",
			do:   func(ctx context.Context, c *pgx.Conn) error { _, err := c.Exec(ctx, "refuse it"); return err },
			span: attr.SpanDBQuery, status: codes.Error, want: telemetrytest.Attributes{
				attr.DBSystemName: "postgresql", attr.DBNamespace: "lift", attr.DBResponseStatusCode: "23505",
				attr.ErrorType: "23505", attr.ErrorMessage: refused, attr.ExceptionType: "*pgconn.PgError", attr.ExceptionMessage: refused,
			},
		},
		{
			name: "lost", reason: "a server that hangs up is a connection that is lost, whatever pgx calls it",
			do:   func(ctx context.Context, c *pgx.Conn) error { _, err := c.Exec(ctx, "LOCK notes"); return err },
			span: attr.SpanDBQuery, status: codes.Error, want: and(inserting, telemetrytest.Attributes{
				attr.DBOperation: "lock", attr.DBOperationName: "LOCK", attr.DBStatement: "LOCK notes", attr.DBQueryText: "LOCK notes",
				attr.ErrorType: attr.ErrorDBConnection, attr.ErrorMessage: "conn closed",
				attr.ExceptionType: "*pgconn.connLockError", attr.ExceptionMessage: "conn closed",
			}),
		},
		{
			name: "closed", reason: "so is one that was lost before",
			do: func(ctx context.Context, c *pgx.Conn) error {
				_ = c.Close(ctx)
				_, err := c.Exec(ctx, insert)
				return err
			},
			span: attr.SpanDBInsert, status: codes.Error, want: and(inserting, telemetrytest.Attributes{
				attr.ErrorType: attr.ErrorDBConnection, attr.ErrorMessage: "conn closed",
				attr.ExceptionType: "*pgconn.connLockError", attr.ExceptionMessage: "conn closed",
			}),
		},
		{
			name: "cancelled", reason: "a caller who gives up is no failure, though the connection is closed",
			do: func(ctx context.Context, c *pgx.Conn) error {
				ctx, cancel := context.WithCancel(ctx)
				cancel()
				_, err := c.Exec(ctx, insert)
				return err
			},
			span: attr.SpanDBInsert, want: and(inserting, telemetrytest.Attributes{attr.ErrorType: attr.ErrorCanceled}),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t, telemetrytest.Strict())
			conn := connect(ctx, t, tt.opts...)
			err := tt.do(ctx, conn)
			if (err == nil) != (tt.want[attr.ErrorType] == nil) {
				t.Fatalf("err: %v", err)
			}
			got := rec.Span(tt.span)
			if d := cmp.Diff(tt.want, got.Attributes); d != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, d)
			}
			if got.Kind != trace.SpanKindClient || got.Status != tt.status {
				t.Errorf("kind %s, status %s", got.Kind, got.Status)
			}
			if n := rec.Histogram(attr.MetricDBClientOperationDuration).Count; n != 2 { // with the connect
				t.Errorf("%d operations measured", n)
			}
		})
	}
}

// A server that cannot be reached is one failed span of a connection.
func TestConnect(t *testing.T) {
	broken := errors.New("broken")
	tests := []struct {
		name, reason string
		cancel       bool
		want         string
	}{
		{"unreachable", "no connection, for whatever reason", false, attr.ErrorDBConnection},
		{"cancelled", "the caller gave up", true, attr.ErrorCanceled},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t, telemetrytest.Strict())
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			c := config().ConnConfig
			c.LookupFunc = func(context.Context, string) ([]string, error) {
				if tt.cancel {
					cancel()
					return nil, ctx.Err()
				}
				return nil, broken
			}
			if _, err := pgx.ConnectConfig(ctx, c); err == nil {
				t.Fatal("it connects")
			}
			got := rec.Span(attr.SpanDBConnect)
			if got.Attributes[attr.ErrorType] != tt.want || got.Attributes[attr.DBNamespace] != "lift" {
				t.Errorf("%s: %v", tt.reason, got.Attributes)
			}
		})
	}
}

// An error passes through as it is, and the service's own spans know it as the
// same.
func TestErrorsPassThrough(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	conn := connect(ctx, t)
	ctx, span := telemetry.Start(ctx, "work")
	_, err := conn.Exec(ctx, "refuse it")
	span.End(&err)
	if _, again := rec.Span("work").Event(attr.EventException); again {
		t.Error("the stack is there twice")
	}
	if _, once := rec.Span(attr.SpanDBQuery).Event(attr.EventException); !once {
		t.Error("no stack")
	}
	if _, err = conn.Exec(ctx, "LOCK notes"); !errors.Is(err, pgconn.ErrConnClosed) || errors.Is(err, driver.ErrBadConn) {
		t.Errorf("%v", err)
	}
}

// other wraps the contexts that it is given, as any tracer may.
type other struct{ _ int }

func (o *other) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return context.WithValue(ctx, o, true)
}
func (*other) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// It goes together with other tracers.
func TestMultitracer(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	c := config().ConnConfig
	c.Tracer = multitracer.New(new(other), c.Tracer, new(other))
	conn, err := pgx.ConnectConfig(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "INSERT INTO notes VALUES (1)"); err != nil {
		t.Fatal(err)
	}
	rec.AssertTree(t, `
		db.connect
		db.insert db.rows_affected=1
	`, attr.DBRowsAffected)
}
