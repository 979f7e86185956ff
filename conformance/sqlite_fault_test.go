package conformance_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetrysql"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// openFile opens a file of SQLite that is there until the test ends.
func openFile(t *testing.T, path, pragmas string) *sql.DB {
	t.Helper()
	db, err := telemetrysql.Open("sqlite", "file:"+path+"?"+pragmas)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	return db
}

func run(ctx context.Context, t *testing.T, db *sql.DB, queries ...string) {
	t.Helper()
	for _, q := range queries {
		if _, err := db.ExecContext(ctx, q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
}

// A database that is locked, full, read-only or not there is seen as such.
func TestSQLiteFaults(t *testing.T) {
	const table = "CREATE TABLE t (a TEXT UNIQUE)"
	tests := []struct {
		name, reason string
		fail         func(ctx context.Context, t *testing.T, path string) error
		span, want   string
		code         any
	}{
		{"unique", "SQLITE_CONSTRAINT_UNIQUE", func(ctx context.Context, t *testing.T, path string) error {
			db := openFile(t, path, "")
			run(ctx, t, db, table, "INSERT INTO t VALUES ('a')")
			_, err := db.ExecContext(ctx, "INSERT INTO t VALUES ('a')")
			return err
		}, attr.SpanDBInsert, "2067", "2067"},
		{"locked", "SQLITE_BUSY", func(ctx context.Context, t *testing.T, path string) error {
			one, other := openFile(t, path, ""), openFile(t, path, "")
			run(ctx, t, one, table, "BEGIN EXCLUSIVE")
			_, err := other.ExecContext(ctx, "INSERT INTO t VALUES ('a')")
			run(ctx, t, one, "ROLLBACK")
			return err
		}, attr.SpanDBInsert, "5", "5"},
		{"read-only", "SQLITE_READONLY", func(ctx context.Context, t *testing.T, path string) error {
			db := openFile(t, path, "")
			run(ctx, t, db, table, "PRAGMA query_only = ON")
			_, err := db.ExecContext(ctx, "INSERT INTO t VALUES ('a')")
			return err
		}, attr.SpanDBInsert, "8", "8"},
		{"full", "SQLITE_FULL", func(ctx context.Context, t *testing.T, path string) error {
			db := openFile(t, path, "")
			run(ctx, t, db, table, "PRAGMA max_page_count = 1")
			_, err := db.ExecContext(ctx, "INSERT INTO t VALUES (randomblob(100000))")
			return err
		}, attr.SpanDBInsert, "13", "13"},
		{"missing", "no such file is no connection", func(ctx context.Context, t *testing.T, path string) error {
			_, err := openFile(t, filepath.Join(path, "missing", "test.db"), "").ExecContext(ctx, table)
			return err
		}, attr.SpanDBConnect, attr.ErrorDBConnection, "14"},
		{"no database", "a file of another kind", func(ctx context.Context, t *testing.T, path string) error {
			if err := os.WriteFile(path, []byte(strings.Repeat("no database", 100)), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := openFile(t, path, "").ExecContext(ctx, table)
			return err
		}, attr.SpanDBQuery, "26", "26"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t)
			if err := tt.fail(ctx, t, filepath.Join(t.TempDir(), "test.db")); err == nil {
				t.Fatal("no error")
			}
			var failed []telemetrytest.Span
			for _, s := range rec.Spans() {
				if s.Attributes[attr.ErrorType] != nil {
					failed = append(failed, s)
				}
			}
			if len(failed) != 1 || failed[0].Name != tt.span || failed[0].Attributes[attr.ErrorType] != tt.want || failed[0].Attributes[attr.DBResponseStatusCode] != tt.code {
				t.Errorf("%s: failed %+v, want one %s with %s, %v", tt.reason, failed, tt.span, tt.want, tt.code)
			}
		})
	}
}

// SQLite repeats, after a statement that changes no rows, how many the one
// before changed; spans do not.
func TestSQLiteRows(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	db := openFile(t, filepath.Join(t.TempDir(), "test.db"), "")
	run(ctx, t, db, "CREATE TABLE t (a INTEGER UNIQUE)")
	var want strings.Builder
	want.WriteString("db.connect\ndb.query\n")
	for _, tt := range []struct{ query, span, rows string }{
		{"INSERT INTO t VALUES (1), (2), (3)", "db.insert", " db.rows_affected=3"},
		{"SELECT * FROM t", "db.select", ""},
		{"BEGIN", "db.begin", ""},
		{"SAVEPOINT s", "db.query", ""},
		{"ROLLBACK TO s", "db.query", ""},
		{"END", "db.commit", ""},
		{"PRAGMA user_version = 7", "db.query", ""},
		{"EXPLAIN DELETE FROM t", "db.query", ""},
		{"ANALYZE", "db.query", ""},
		{"-- nothing", "db.query", ""},
		{"", "db.query", ""},
		{"INSERT OR IGNORE INTO t VALUES (1)", "db.insert", " db.rows_affected=0"},
		{"REPLACE INTO t VALUES (1)", "db.insert", " db.rows_affected=1"},
		{"WITH x AS (SELECT 2 AS a) UPDATE t SET a = 9 WHERE a IN x", "db.update", " db.rows_affected=1"},
		{"DELETE FROM t", "db.delete", " db.rows_affected=3"},
		{"CREATE TABLE u AS SELECT * FROM t", "db.query", ""},
		{"DROP TABLE u", "db.query", ""},
		{"VACUUM", "db.query", ""},
	} {
		run(ctx, t, db, tt.query)
		fmt.Fprintf(&want, "%s%s\n", tt.span, tt.rows)
	}
	rec.AssertTree(t, want.String(), attr.DBRowsAffected)
}

// A pool that has no connection to spare says so.
func TestSQLitePool(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	db := openFile(t, filepath.Join(t.TempDir(), "test.db"), "")
	held, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	expired, cancel := context.WithTimeout(ctx, 1)
	defer cancel()
	if _, err := db.ExecContext(expired, "SELECT 1"); err == nil {
		t.Fatal("two have the only connection")
	}
	got := map[string]float64{}
	for _, m := range rec.Metrics() {
		if strings.HasPrefix(m.Name, "lift.db.") {
			got[m.Name] += m.Points[0].Value
		}
	}
	// A context that has ended by then is not waited for.
	stats := db.Stats()
	if len(got) != 2 || got[attr.MetricDBConnectionWaits] != float64(stats.WaitCount) || got[attr.MetricDBConnectionWaitTime] != stats.WaitDuration.Seconds() {
		t.Errorf("%v, want what the pool says: %+v", got, stats)
	}
}
