package conformance_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetrysql"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// connFaces are the optional interfaces of a connection.
var connFaces = []reflect.Type{
	reflect.TypeFor[driver.Pinger](), reflect.TypeFor[driver.ExecerContext](), reflect.TypeFor[driver.QueryerContext](),
	reflect.TypeFor[driver.Execer](), reflect.TypeFor[driver.Queryer](), //nolint:staticcheck // drivers have them
	reflect.TypeFor[driver.ConnPrepareContext](), reflect.TypeFor[driver.ConnBeginTx](), reflect.TypeFor[driver.SessionResetter](),
	reflect.TypeFor[driver.Validator](), reflect.TypeFor[driver.NamedValueChecker](),
}

func faces(t *testing.T, db *sql.DB) (names []string, unwrapped string) {
	t.Helper()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	err = conn.Raw(func(c any) error {
		for _, i := range connFaces {
			if reflect.TypeOf(c).Implements(i) {
				names = append(names, i.Name())
			}
		}
		unwrapped = reflect.TypeOf(telemetrysql.Unwrap(c)).String()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names, unwrapped
}

// A connection to SQLite has the same interfaces with the wrapper.
func TestSQLiteInterfaces(t *testing.T) {
	plain, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	wrapped, err := telemetrysql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer wrapped.Close()
	want, wantType := faces(t, plain)
	got, gotType := faces(t, wrapped)
	if d := cmp.Diff(want, got); d != "" || gotType != wantType {
		t.Errorf("unwrapped %s, want %s; interfaces (-want +got):\n%s", gotType, wantType, d)
	}
}

// What SQLite runs is what spans say.
func TestSQLiteTree(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	db, err := telemetrysql.Open("sqlite", filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{UserID: "u-1"})
	for _, q := range []string{
		`CREATE TABLE "users" (id INTEGER PRIMARY KEY, email TEXT)`,
		`INSERT INTO users (email) VALUES ('a@example.com'), ('b@example.com')`,
		`UPDATE users SET email = "c@example.com" WHERE id > 0`,
		`WITH x AS (SELECT id FROM users) DELETE FROM users WHERE id IN (SELECT id FROM x) AND id = 1`,
	} {
		if _, err := db.ExecContext(ctx, q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	var n int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM users WHERE email = ?", "c@example.com").Scan(&n); err != nil || n != 1 {
		t.Errorf("%d rows, error %v", n, err)
	}
	if err := rolledBack(ctx, db); err != nil {
		t.Error(err)
	}
	session.End(nil)
	rec.AssertTree(t, `
		session.create
			db.connect
			db.query db.table=users
			db.insert db.table=users db.rows_affected=2
			db.update db.table=users db.rows_affected=2
			db.delete db.table=users db.rows_affected=1
			db.select db.table=users
			db.begin
			db.rollback
	`, "db.table", "db.rows_affected")
}

func rolledBack(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	return tx.Rollback()
}
