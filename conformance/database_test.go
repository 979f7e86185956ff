package conformance_test

import (
	"database/sql"
	"path/filepath"
	"regexp"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "github.com/lib/pq"              // the driver "postgres"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"github.com/lift-sys/telemetry/telemetrysql"
)

// openSQL returns what opens databases of a driver of database/sql.
func openSQL(driver string, spell func(string) string) func(*testing.T, string, bool) database {
	return func(t *testing.T, dsn string, wrap bool) database {
		open := sql.Open
		if wrap {
			open = func(driver, dsn string) (*sql.DB, error) { return telemetrysql.Open(driver, dsn) }
		}
		db, err := open(driver, dsn)
		return newSQLDatabase(t, db, err, spell)
	}
}

// asWritten leaves placeholders as PostgreSQL has them.
func asWritten(query string) string { return query }

var dollars = regexp.MustCompile(`\$(\d)`)

// TestSQLite holds telemetrysql against SQLite, without a server.
func TestSQLite(t *testing.T) {
	spell := func(query string) string { return dollars.ReplaceAllString(query, "?$1") }
	open := openSQL("sqlite", spell)
	e := engine{"sqlite", "", func(t *testing.T, _ string, wrap bool) database {
		dsn := "file:" + filepath.Join(t.TempDir(), "test.db") + "?_pragma=busy_timeout(60000)&_pragma=synchronous(off)"
		return open(t, dsn, wrap)
	}, "BLOB", false}
	compare(t, e, e.name, scenarios)
}

// TestPostgreSQL holds the wrappers against a real server: with them and
// without, callers see the same, and the spans are right.
func TestPostgreSQL(t *testing.T) {
	server := startPostgres(t)
	engines := []engine{
		{"pgx", server.URL(), func(t *testing.T, url string, wrap bool) database {
			return newPgxDatabase(pgxPool(t, url, wrap))
		}, "BYTEA", false},
		{"sql_pgx", server.URL(), openSQL("pgx", asWritten), "BYTEA", false},
		{"sql_pq", server.URL(), openSQL("postgres", asWritten), "BYTEA", true},
	}
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) { compare(t, e, e.name, scenarios) })
		t.Run(e.name+" faults", func(t *testing.T) { compare(t, e, e.name+"_faults", faults(server)) })
	}
	for _, e := range engines {
		t.Run(e.name+" restart", func(t *testing.T) { checkRestart(t, server, e) })
	}
	for _, fault := range connectFaults(t, server) {
		for _, e := range engines {
			t.Run(e.name+" "+fault.name, func(t *testing.T) { checkConnectFault(t, e.at(fault.url), fault) })
		}
	}
}
