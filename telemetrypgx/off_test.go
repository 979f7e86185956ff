package telemetrypgx_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetrypgx"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// Off, a call passes through as it is, for free.
func TestOff(t *testing.T) {
	on, rec := telemetrytest.Context(t)
	off, err := telemetry.New(t.Context(), telemetry.WithLogger(slog.New(slog.DiscardHandler)), telemetry.WithGetenv(func(string) string { return "" }))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, reason string
		ctx          context.Context
		opts         []telemetrypgx.Option
	}{
		{"before Init", "a library may be instrumented, and its program not", t.Context(), nil},
		{"no destination", "the handle is off", telemetry.NewContext(t.Context(), off), nil},
		{"nil handle", "asked to be off", on, []telemetrypgx.Option{telemetrypgx.WithTelemetry(nil)}},
		{"handle that is off", "the option goes before the context", on, []telemetrypgx.Option{telemetrypgx.WithTelemetry(off)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tr := telemetrypgx.NewTracer(tt.opts...)
			var conn *pgx.Conn
			tag := pgconn.NewCommandTag("SELECT 1")
			allocs := testing.AllocsPerRun(100, func() {
				ctx := tr.TraceQueryStart(tt.ctx, conn, pgx.TraceQueryStartData{SQL: "SELECT 1"})
				tr.TraceQueryEnd(ctx, conn, pgx.TraceQueryEndData{CommandTag: tag})
				ctx = tr.TracePrepareStart(tt.ctx, conn, pgx.TracePrepareStartData{Name: "a", SQL: "SELECT 1"})
				tr.TracePrepareEnd(ctx, conn, pgx.TracePrepareEndData{})
				ctx = tr.TraceCopyFromStart(tt.ctx, conn, pgx.TraceCopyFromStartData{})
				tr.TraceCopyFromEnd(ctx, conn, pgx.TraceCopyFromEndData{CommandTag: tag})
				ctx = tr.TraceConnectStart(tt.ctx, pgx.TraceConnectStartData{})
				tr.TraceConnectEnd(ctx, pgx.TraceConnectEndData{})
				if ctx != tt.ctx {
					t.Error("another context")
				}
			})
			if allocs != 0 {
				t.Errorf("%s: %v allocations", tt.reason, allocs)
			}
		})
	}
	if tree := rec.Tree(); tree != "" {
		t.Errorf("recorded:\n%s", tree)
	}
}

// WithTelemetry goes before the context, whose span stays the parent.
func TestWithTelemetry(t *testing.T) {
	_, rec := telemetrytest.Context(t)
	elsewhere, other := telemetrytest.Context(t)
	conn := connect(elsewhere, t, telemetrypgx.WithTelemetry(rec.Telemetry()))
	if _, err := conn.Exec(elsewhere, "INSERT INTO notes VALUES (1)"); err != nil {
		t.Fatal(err)
	}
	rec.AssertTree(t, `
		db.connect
		db.insert
	`)
	if tree := other.Tree(); tree != "" {
		t.Errorf("recorded elsewhere:\n%s", tree)
	}
}

// What is sampled out is measured all the same.
func TestSampledOut(t *testing.T) {
	ctx, rec := telemetrytest.Context(t, telemetrytest.With(telemetry.WithSampleRatio(0)))
	conn := connect(ctx, t)
	if _, err := conn.Exec(ctx, "INSERT INTO notes VALUES (1)"); err != nil {
		t.Fatal(err)
	}
	got := rec.Histogram(attr.MetricDBClientOperationDuration, attr.DBOperationName.String("insert"), attr.DBCollectionName.String("notes"))
	if tree := rec.Tree(); tree != "" || got.Count != 1 {
		t.Errorf("%d measured; recorded:\n%s", got.Count, tree)
	}
}
