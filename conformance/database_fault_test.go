package conformance_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/conformance/internal/postgres"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// hang is a query that only a fault ends.
const hang = "SELECT pg_sleep(3600)"

// faults are what happens to a server in the midst of a query.
func faults(server *postgres.Server) []scenario {
	return []scenario{
		{"terminated", "an administrator ends the connection", func(ctx context.Context, tr *transcript, _ engine, db database) {
			conn := admin(tr.t, server)
			during(ctx, tr, conn, db, func(pid int, _ context.CancelFunc) {
				_, err := conn.Exec(tr.t.Context(), "SELECT pg_terminate_backend($1)", pid)
				tr.ok(err)
			}, said)
			tr.query(db.query(ctx, "SELECT 1"))
		}},
		{"cancelled", "the caller gives up in the midst", func(ctx context.Context, tr *transcript, _ engine, db database) {
			during(ctx, tr, admin(tr.t, server), db, func(_ int, cancel context.CancelFunc) { cancel() }, said)
			tr.query(db.query(ctx, "SELECT 1"))
		}},
		{"expired", "the deadline passes in the midst", func(ctx context.Context, tr *transcript, _ engine, db database) {
			limited, expire := deadline(ctx)
			during(limited, tr, admin(tr.t, server), db, func(int, context.CancelFunc) { expire() }, failed)
			tr.query(db.query(ctx, "SELECT 1"))
		}},
		{"while reading", "the server fails at a later row, when some have arrived", func(ctx context.Context, tr *transcript, _ engine, db database) {
			tr.query(db.query(ctx, "SELECT 1 / (3 - n) FROM generate_series(1, 5) n"))
			tr.query(db.query(ctx, "SELECT 1"))
		}},
		{"stopped", "the server crashes in the midst, is away, and comes back", func(ctx context.Context, tr *transcript, _ engine, db database) {
			during(ctx, tr, admin(tr.t, server), db, func(int, context.CancelFunc) {
				tr.ok(server.Down(tr.t.Context()))
			}, failed)
			_, err := db.query(ctx, "SELECT 2")
			tr.note("away: %s", failed(err))
			tr.ok(server.Up(tr.t.Context()))
			tr.query(db.query(ctx, "SELECT 3"))
		}},
	}
}

// expiring is a context whose deadline passes when the test says so.
type expiring struct {
	context.Context
	done chan struct{}
}

func deadline(ctx context.Context) (limited context.Context, expire func()) {
	c := expiring{ctx, make(chan struct{})}
	return c, func() { close(c.done) }
}

func (c expiring) Done() <-chan struct{} { return c.done }

func (c expiring) Err() error {
	select {
	case <-c.done:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

// failed is all that can be said of an error whose text is a matter of luck.
func failed(err error) string {
	return fmt.Sprint(err != nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded))
}

// during runs a query that hangs, and does something to it once the server is
// at it.
func during(ctx context.Context, tr *transcript, conn *pgx.Conn, db database, do func(pid int, cancel context.CancelFunc), say func(error) string) {
	tr.t.Helper()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c, release, err := db.conn(ctx) // of its own: database/sql tries again on another
	tr.ok(err)
	defer release()
	done := make(chan error, 1)
	go func() {
		_, err := c.query(ctx, hang)
		done <- err
	}()
	do(sleeping(tr.t, conn), cancel)
	within(tr.t, func() { tr.note("hang %s", say(<-done)) })
}

// A connectFault is a reason why there is no connection.
type connectFault struct {
	name, reason string
	url          string
	state        string // SQLSTATE
	answered     bool   // by a server that is there and has room, so that it is no fault of connections
}

func connectFaults(t *testing.T, server *postgres.Server) []connectFault {
	t.Helper()
	conn := admin(t, server)
	if _, err := conn.Exec(t.Context(), "CREATE ROLE narrow LOGIN PASSWORD 'pass' CONNECTION LIMIT 0"); err != nil {
		t.Fatal(err)
	}
	change := func(f func(*url.URL)) string {
		u, err := url.Parse(server.URL())
		if err != nil {
			t.Fatal(err)
		}
		f(u)
		return u.String()
	}
	return []connectFault{
		{"full", "the server takes no more", change(func(u *url.URL) { u.User = url.UserPassword("narrow", "pass") }), "53300", false},
		{"refused", "nobody listens", change(func(u *url.URL) { u.Host = refusing(t) }), "", false},
		{"password", "the server knows the user by another", change(func(u *url.URL) { u.User = url.UserPassword(postgres.User, "wrong") }), "28P01", true},
		{"missing", "there is no such database", change(func(u *url.URL) { u.Path = "missing" }), "3D000", true},
	}
}

// checkConnectFault checks that callers see the fault as it is, and that it is
// one span.
func checkConnectFault(t *testing.T, e engine, fault connectFault) {
	try := func(ctx context.Context, wrap bool) string {
		db := e.open(t, e.url, wrap)
		defer db.close()
		_, err := db.exec(ctx, "SELECT 1")
		return said(err)
	}
	ctx, rec := telemetrytest.Context(t)
	bare, wrapped := try(t.Context(), false), try(ctx, true)
	if bare != wrapped || bare == "ok" {
		t.Errorf("%s: callers see\n\t%s\nand with the wrapper\n\t%s", fault.reason, bare, wrapped)
	}
	span := rec.Span(attr.SpanDBConnect)
	got := span.Attributes
	want := any(fault.state)
	if fault.state == "" {
		want = nil
	}
	if (got[attr.ErrorType] == attr.ErrorDBConnection) == fault.answered || got[attr.DBResponseStatusCode] != want {
		t.Errorf("%s: error.type is %v and the code %v", fault.reason, got[attr.ErrorType], got[attr.DBResponseStatusCode])
	}
	if n := len(rec.Spans()); n != 1 {
		t.Errorf("%d spans, want 1:\n%s", n, rec.Tree(attr.ErrorType))
	}
}

// checkRestart checks that a database comes back after its server was away
// while nothing ran, and that whatever failed until then was a connection.
func checkRestart(t *testing.T, server *postgres.Server, e engine) {
	ctx, rec := telemetrytest.Context(t)
	db := e.open(t, e.url, true)
	defer db.close()
	ask := func() error {
		_, err := db.query(ctx, "SELECT 1")
		return err
	}
	if err := ask(); err != nil {
		t.Fatal(err)
	}
	if err := server.Down(t.Context()); err != nil {
		t.Fatal(err)
	}
	if ask() == nil {
		t.Error("a server that is away answers")
	}
	if err := server.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := ask()
	for range clients { // each failure rids the pool of a connection
		if err == nil {
			break
		}
		err = ask()
	}
	if err != nil {
		t.Errorf("it does not come back: %v", err)
	}
	for _, s := range rec.Spans() {
		if got, failed := s.Attributes[attr.ErrorType]; failed && got != attr.ErrorDBConnection {
			t.Errorf("%s failed with error.type %v: %s", s.Name, got, s.Message)
		}
	}
}
