package telemetrypgx_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetrypgx"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// What a span says of a batch is bounded, and free of literals.
func TestBatchText(t *testing.T) {
	long := strings.Repeat("column, ", 900) + "last"
	queue := func(n int, format string) *pgx.Batch {
		b := new(pgx.Batch)
		for i := range n {
			b.Queue(fmt.Sprintf(format, i))
		}
		return b
	}
	late := func(n int) *pgx.Batch {
		b := queue(n, "INSERT INTO t VALUES (%d)")
		b.Queue("DELETE FROM t")
		return b
	}
	tests := []struct {
		name, reason string
		batch        *pgx.Batch
		op           string
		size         any
		table, text  any
		min, max     int // bytes of the text
	}{
		{"none", "a batch without statements", new(pgx.Batch), "batch", nil, nil, nil, 0, 0},
		{"nil", "a batch that is none", nil, "batch", nil, nil, nil, 0, 0},
		{"one", "is no batch", queue(1, "INSERT INTO t VALUES (%d)"), "insert", nil, "t", "INSERT INTO t VALUES (?)", 0, 100},
		{"alike", "the same text once, though literals differ", queue(10_000, "INSERT INTO t VALUES (%d)"), "insert", int64(10_000), "t", "INSERT INTO t VALUES (?)", 0, 100},
		{"tables", "no table where there are several", queue(2, "INSERT INTO t%d VALUES (1)"), "insert", int64(2), nil, "INSERT INTO t0 VALUES (?); INSERT INTO t1 VALUES (?)", 0, 100},
		{"many", "some of many texts", queue(10_000, "INSERT INTO t%d VALUES (1)"), "insert", int64(10_000), nil, nil, 500, 8 << 10},
		{"long", "as many as there is room for", queue(20, "SELECT "+long+" FROM t%d"), "select", int64(20), nil, nil, 4 << 10, 8 << 10},
		{"late", "one that differs is seen", late(255), "batch", int64(256), nil, "INSERT INTO t VALUES (?); DELETE FROM t", 0, 100},
		{"too late", "the caller waits while statements are read, so there is an end to that", late(256), "insert", int64(257), "t", "INSERT INTO t VALUES (?)", 0, 100},
		{"nothing known", "words that are no statement", queue(2, "secret%d"), "batch", int64(2), nil, nil, 0, 100},
		{"unclear", "a statement that cannot be read has no text", queue(2, "INSERT INTO t VALUES ('secret%d"), "insert", int64(2), nil, nil, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t, telemetrytest.Strict())
			tr := telemetrypgx.NewTracer()
			ctx = tr.TraceBatchStart(ctx, nil, pgx.TraceBatchStartData{Batch: tt.batch})
			tr.TraceBatchEnd(ctx, nil, pgx.TraceBatchEndData{})
			tr.TraceBatchEnd(ctx, nil, pgx.TraceBatchEndData{}) // as pgx does after a failure
			spans := rec.Spans()
			if len(spans) != 1 {
				t.Fatalf("%d spans", len(spans))
			}
			got := spans[0].Attributes
			text, _ := got[attr.DBStatement].(string)
			if got[attr.DBOperation] != tt.op || got[attr.DBTable] != tt.table || tt.text != nil && got[attr.DBStatement] != tt.text {
				t.Errorf("%s: operation %v, table %v, text %q", tt.reason, got[attr.DBOperation], got[attr.DBTable], text)
			}
			if d := cmp.Diff(tt.size, got[attr.DBOperationBatchSize]); d != "" {
				t.Errorf("%s: db.operation.batch.size (-want +got):\n%s", tt.reason, d)
			}
			if len(text) < tt.min || len(text) > tt.max || strings.Contains(text, "secret") && tt.name != "nothing known" {
				t.Errorf("%s: %d bytes of text: %.100q", tt.reason, len(text), text)
			}
		})
	}
}
