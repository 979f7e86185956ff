//go:build !race

// The race detector allocates, and slows down some more than others.

package conformance_test

import (
	"context"
	"database/sql"
	"log/slog"
	"testing"

	"github.com/XSAM/otelsql"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetrysql"
)

// sqlCase is one way to open the same SQLite database.
type sqlCase struct {
	name string
	open func(testing.TB, *sdktrace.TracerProvider) (*sql.DB, error)
}

var (
	bareSQL = sqlCase{"bare", func(testing.TB, *sdktrace.TracerProvider) (*sql.DB, error) {
		return sql.Open("sqlite", ":memory:")
	}}
	otelsqlDefaults = sqlCase{"otelsql", func(_ testing.TB, tp *sdktrace.TracerProvider) (*sql.DB, error) {
		return otelsql.Open("sqlite", ":memory:", otelsql.WithTracerProvider(tp))
	}}
	otelsqlQueries = sqlCase{"otelsql queries only", func(_ testing.TB, tp *sdktrace.TracerProvider) (*sql.DB, error) {
		return otelsql.Open("sqlite", ":memory:", otelsql.WithTracerProvider(tp), otelsql.WithMeterProvider(metricnoop.NewMeterProvider()),
			otelsql.WithSpanOptions(otelsql.SpanOptions{
				OmitConnResetSession: true, OmitConnPrepare: true, OmitRows: true, OmitConnectorConnect: true,
			}))
	}}
	ourSQL = sqlCase{"telemetrysql", func(t testing.TB, tp *sdktrace.TracerProvider) (*sql.DB, error) {
		tel, err := telemetry.New(t.Context(), telemetry.WithTracerProvider(tp), telemetry.WithMeterProvider(metricnoop.NewMeterProvider()),
			telemetry.WithGetenv(func(string) string { return "" }), telemetry.WithLogger(slog.New(slog.DiscardHandler)))
		if err != nil {
			return nil, err
		}
		t.Cleanup(func() { _ = tel.Shutdown(context.WithoutCancel(t.Context())) })
		return telemetrysql.Open("sqlite", ":memory:", telemetrysql.WithTelemetry(tel))
	}}
)

// start returns what runs one query.
func (c sqlCase) start(t testing.TB) func() {
	t.Helper()
	tp := sdktrace.NewTracerProvider()
	t.Cleanup(func() { _ = tp.Shutdown(context.WithoutCancel(t.Context())) })
	db, err := c.open(t, tp)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1) // each has a memory of its own
	ctx := t.Context()
	if _, err := db.ExecContext(ctx, "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT)"); err != nil {
		t.Fatal(err)
	}
	return func() {
		var n int
		if err := db.QueryRowContext(ctx, "SELECT count(*) FROM users WHERE email = ? AND id > 7", "x").Scan(&n); err != nil {
			t.Error(err)
		}
	}
}

// TestSQLAllocations compares what a query allocates on top of a bare one.
func TestSQLAllocations(t *testing.T) {
	allocs := make(map[string]float64)
	for _, c := range []sqlCase{bareSQL, otelsqlDefaults, otelsqlQueries, ourSQL} {
		allocs[c.name] = testing.AllocsPerRun(500, c.start(t))
	}
	t.Log(allocs)
	bare, ours := allocs[bareSQL.name], allocs[ourSQL.name]
	if limit := 2 * (allocs[otelsqlQueries.name] - bare); ours-bare > limit {
		t.Errorf("%v allocations on top of a bare query, want at most %v", ours-bare, limit)
	}
	if limit := allocs[otelsqlDefaults.name] - bare; ours-bare > limit {
		t.Errorf("%v allocations on top of a bare query, otelsql's defaults make %v", ours-bare, limit)
	}
}

func BenchmarkSQL(b *testing.B) {
	for _, c := range []sqlCase{bareSQL, otelsqlDefaults, otelsqlQueries, ourSQL} {
		b.Run(c.name, func(b *testing.B) {
			run := c.start(b)
			b.ReportAllocs()
			for b.Loop() {
				run()
			}
		})
	}
}
