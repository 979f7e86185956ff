package migration_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/XSAM/otelsql"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/lift-sys/telemetry/telemetrysql"
)

const driverName = "sqlite"

func databaseBefore(dsn string) (*sql.DB, error) {
	// doc:database-before
	db, err := otelsql.Open(driverName, dsn, otelsql.WithAttributes(semconv.DBSystemNameSQLite))
	if err != nil {
		return nil, err
	}
	pool, err := otelsql.RegisterDBStatsMetrics(db, otelsql.WithAttributes(semconv.DBSystemNameSQLite))
	if err != nil {
		return nil, err
	}
	// doc:end
	return db, pool.Unregister() // the provider ends before the database does
}

func databaseAfter(dsn string) (*sql.DB, error) {
	// doc:database-after
	db, err := telemetrysql.Open(driverName, dsn)
	// doc:end
	return db, err
}

func databaseOnWire(t *testing.T) (before, after []string) {
	with := func(open func(string) (*sql.DB, error)) func(context.Context) {
		return func(ctx context.Context) {
			db, err := open(":memory:")
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			db.SetMaxOpenConns(1)
			if _, err := db.ExecContext(ctx, "SELECT 1 WHERE 'secret' = 'secret'"); err != nil {
				t.Fatal(err)
			}
		}
	}
	return plain(t, spans, with(databaseBefore)), ours(t, spans, with(databaseAfter))
}
