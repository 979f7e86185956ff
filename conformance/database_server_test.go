package conformance_test

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/lift-sys/telemetry/conformance/internal/postgres"
)

// requirePostgres makes it a failure that there is no server to test with. It
// is read before TestMain clears the environment.
var requirePostgres = os.Getenv("LIFT_REQUIRE_POSTGRES") != ""

// startPostgres starts a private server for the rest of the test, which is
// skipped where there is none on this machine.
func startPostgres(t *testing.T) *postgres.Server {
	t.Helper()
	s, err := postgres.Start(t.Context())
	if errors.Is(err, postgres.ErrNotInstalled) && !requirePostgres {
		t.Skipf("NOT TESTED WITH POSTGRESQL: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// admin returns a connection that no wrapper sees.
func admin(t *testing.T, s *postgres.Server) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.SocketURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

// sleeping waits until the server runs a query that sleeps, and returns the
// process that does.
func sleeping(t *testing.T, conn *pgx.Conn) (pid int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	// The server does the waiting, so that the test does not have to.
	const find = `DO $$ BEGIN
		WHILE NOT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND pid <> pg_backend_pid()) LOOP
			PERFORM pg_stat_clear_snapshot(); PERFORM pg_sleep(0.001);
		END LOOP; END $$`
	if _, err := conn.Exec(ctx, find); err != nil {
		t.Fatalf("no query sleeps: %v", err)
	}
	const which = `SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND pid <> pg_backend_pid()`
	if err := conn.QueryRow(ctx, which).Scan(&pid); err != nil {
		t.Fatal(err)
	}
	return pid
}
