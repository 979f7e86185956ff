package telemetrysql_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetrysql"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fixture is a telemetry that keeps what it gets.
type fixture struct {
	*telemetry.Telemetry
	spans  *tracetest.SpanRecorder
	reader *sdkmetric.ManualReader
}

func newFixture(t testing.TB, opts ...telemetry.Option) *fixture {
	t.Helper()
	f := &fixture{spans: tracetest.NewSpanRecorder(), reader: sdkmetric.NewManualReader()}
	tel, err := telemetry.New(t.Context(), append([]telemetry.Option{
		telemetry.WithSpanProcessor(f.spans), telemetry.WithMetricReader(f.reader), telemetry.WithGetenv(func(string) string { return "" }),
		telemetry.WithLogger(slog.New(slog.DiscardHandler)),
	}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	f.Telemetry = tel
	t.Cleanup(func() { tel.Shutdown(context.WithoutCancel(t.Context())) })
	return f
}

func (f *fixture) context(t testing.TB) context.Context {
	return telemetry.NewContext(t.Context(), f.Telemetry)
}

// open returns a database of the fake driver.
func open(t testing.TB, f *fake, opts ...telemetrysql.Option) *sql.DB {
	t.Helper()
	db := telemetrysql.OpenDB(fakeConnector{f, newFull}, append([]telemetrysql.Option{telemetrysql.WithSystem("postgresql")}, opts...)...)
	t.Cleanup(func() { db.Close() })
	return db
}

// span is what a test looks at, in a form that cmp can compare.
type span struct {
	Name   string
	Kind   trace.SpanKind
	Status sdktrace.Status
	Attrs  map[string]any
}

func views(spans []sdktrace.ReadOnlySpan) []span {
	var all []span
	for _, s := range spans {
		all = append(all, span{s.Name(), s.SpanKind(), s.Status(), values(s.Attributes())})
	}
	return all
}

func values(kv []attribute.KeyValue) map[string]any {
	m := make(map[string]any, len(kv))
	for _, a := range kv {
		m[string(a.Key)] = a.Value.AsInterface()
	}
	return m
}

func diff(t testing.TB, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func names(spans []sdktrace.ReadOnlySpan) []string {
	var n []string
	for _, s := range spans {
		n = append(n, s.Name())
	}
	return n
}

// step is the span of a call without a statement.
func step(name, operation string) span {
	return span{Name: name, Kind: trace.SpanKindClient, Attrs: map[string]any{
		"db.operation": operation, "db.operation.name": operation, "db.system.name": "postgresql",
	}}
}

func TestSpans(t *testing.T) {
	f := newFixture(t)
	db := open(t, &fake{affected: driver.RowsAffected(3)})
	ctx, parent := telemetry.StartSession(f.context(t), telemetry.SessionRequest{UserID: "u-1"})
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(ctx, "UPDATE users SET email = 'x@example.com' WHERE id = $1", 7); err != nil {
		t.Error(err)
	}
	if err := ask(tx.QueryRowContext(ctx, `SELECT * FROM "Orders"`)); err != nil {
		t.Error(err)
	}
	if err := tx.Commit(); err != nil {
		t.Error(err)
	}
	parent.End(nil)

	update := span{Name: "db.update", Kind: trace.SpanKindClient, Attrs: map[string]any{
		"db.operation": "update", "db.operation.name": "UPDATE", "db.table": "users", "db.collection.name": "users",
		"db.statement": "UPDATE users SET email = ? WHERE id = $1", "db.query.text": "UPDATE users SET email = ? WHERE id = $1",
		"db.system.name": "postgresql", "db.rows_affected": int64(3),
	}}
	query := span{Name: "db.select", Kind: trace.SpanKindClient, Attrs: map[string]any{
		"db.operation": "select", "db.operation.name": "SELECT", "db.table": "Orders", "db.collection.name": "Orders",
		"db.statement": `SELECT * FROM "Orders"`, "db.query.text": `SELECT * FROM "Orders"`, "db.system.name": "postgresql",
	}}
	want := []span{step("db.connect", "connect"), step("db.begin", "begin"), update, query, step("db.commit", "commit")}
	for _, s := range want {
		s.Attrs["user.id"] = "u-1"
	}
	ended := f.spans.Ended()
	diff(t, "spans", views(ended[:len(ended)-1]), want)
	for _, s := range ended[:len(ended)-1] {
		if s.Parent().SpanID() != ended[len(ended)-1].SpanContext().SpanID() {
			t.Errorf("%s is not below the session", s.Name())
		}
	}
}

// A driver that answers with ErrSkip has one span over both of its calls.
func TestSkip(t *testing.T) {
	tests := []struct {
		name, reason string
		run          func(context.Context, *sql.DB, *fake) error
		want         []string
		calls        []string
	}{
		{"exec", "prepared and executed", func(ctx context.Context, db *sql.DB, _ *fake) error {
			_, err := db.ExecContext(ctx, "DELETE FROM t WHERE a = ?", 1)
			return err
		}, []string{"db.connect", "db.delete"}, []string{"Connect", "PrepareContext", "Stmt.ExecContext"}},
		{"query", "prepared and queried", func(ctx context.Context, db *sql.DB, _ *fake) error {
			return ask(db.QueryRowContext(ctx, "SELECT a FROM t"))
		}, []string{"db.connect", "db.select"}, []string{"Connect", "PrepareContext", "Stmt.QueryContext"}},
		{"prepare fails", "the span has the error", func(ctx context.Context, db *sql.DB, f *fake) error {
			if err := db.PingContext(ctx); err != nil {
				return err
			}
			f.fail = stateError("42601")
			_, err := db.ExecContext(ctx, "DELETE FROM t")
			f.fail = nil
			if err == nil {
				return errors.New("no error")
			}
			return nil
		}, []string{"db.connect", "db.delete"}, nil},
		{"twice", "each call has its own", func(ctx context.Context, db *sql.DB, _ *fake) error {
			_, err := db.ExecContext(ctx, "DELETE FROM t")
			_, again := db.ExecContext(ctx, "DELETE FROM t")
			return errors.Join(err, again)
		}, []string{"db.connect", "db.delete", "db.delete"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			fk := &fake{skip: true, affected: driver.RowsAffected(1)}
			if err := tt.run(f.context(t), open(t, fk), fk); err != nil {
				t.Fatal(err)
			}
			diff(t, tt.reason, names(f.spans.Ended()), tt.want)
			if tt.calls != nil {
				diff(t, "calls", fk.calls[:len(tt.calls)], tt.calls)
			}
		})
	}
}

// panics is a connection whose driver has a bug.
type panics struct{ bare }

func (panics) ExecContext(context.Context, string, []driver.NamedValue) (driver.Result, error) {
	panic("bug")
}

// The panic of a driver goes on untouched, and its span does not stay open.
func TestPanic(t *testing.T) {
	f := newFixture(t)
	c, err := connect(fakeConnector{&fake{}, func(f *fake) driver.Conn { return panics{bare{f}} }})
	if err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() {
			if v := recover(); v != "bug" {
				t.Errorf("recovered %v", v)
			}
		}()
		_, err := c.(driver.ExecerContext).ExecContext(f.context(t), "DELETE FROM t", nil)
		t.Errorf("no panic, error %v", err)
	}()
	got := views(f.spans.Ended())
	if len(got) != 1 || got[0].Attrs["error.type"] != "panic" || got[0].Status.Code != codes.Error {
		t.Errorf("spans %+v", got)
	}
}
