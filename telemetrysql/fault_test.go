package telemetrysql_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"go.opentelemetry.io/otel/codes"

	"github.com/lift-sys/telemetry"
)

type stateError string

func (e stateError) Error() string    { return "state " + string(e) }
func (e stateError) SQLState() string { return string(e) }

// ending is a context that ends as a test says.
type ending struct {
	context.Context
	err *error
}

func (e ending) Err() error { return *e.err }

func TestFailures(t *testing.T) {
	dial := &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("refused")}
	cut := fmt.Errorf("receive message: %w", io.ErrUnexpectedEOF)
	expired := context.DeadlineExceeded
	tests := []struct {
		name, reason string
		err          error
		ended        error // of the context
		invalid      bool
		errorType    any
		state        any
		failed       bool
	}{
		{"none", "nothing to say", nil, nil, false, nil, nil, false},
		{"bad connection", "what alerts look for", driver.ErrBadConn, nil, false, "db_connection", nil, true},
		{"dial", "a server that cannot be reached", dial, nil, false, "db_connection", nil, true},
		{"cut", "the server died, and the driver says no more than that", cut, nil, false, "db_connection", nil, true},
		{"invalid", "the driver gives up its connection", errors.New("x"), nil, true, "db_connection", nil, true},
		{"shutdown", "the server goes away", stateError("57P01"), nil, false, "db_connection", "57P01", true},
		{"constraint", "the statement's fault", stateError("23505"), nil, false, "23505", "23505", true},
		{"strange code", "no SQLSTATE, so no code", stateError("a secret"), nil, false, "telemetrysql_test.stateError", nil, true},
		{"canceled", "the caller hung up", context.Canceled, context.Canceled, true, "canceled", nil, false},
		{"stopped", "the server's word for that", stateError("57014"), context.Canceled, true, "canceled", "57014", false},
		{"let go", "the driver cut the connection for that", cut, context.Canceled, true, "canceled", nil, false},
		{"refused, canceled", "the statement's fault all the same", stateError("23505"), context.Canceled, true, "23505", "23505", true},
		{"expired", "a deadline is no connection", expired, expired, true, "timeout", nil, true},
		{"stopped, expired", "the server's word for that", stateError("57014"), expired, true, "timeout", "57014", true},
		{"statement_timeout", "a limit of the server's own", stateError("57014"), nil, false, "57014", "57014", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			fk := &fake{affected: driver.ResultNoRows}
			db := open(t, fk)
			ctx := ending{f.context(t), &tt.ended}
			conn, err := db.Conn(f.context(t))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			fk.fail, fk.invalid = tt.err, tt.invalid
			err = conn.Raw(func(c any) error {
				_, err := c.(driver.ExecerContext).ExecContext(ctx, "DELETE FROM t", nil)
				return err
			})
			fk.fail = nil
			if !errors.Is(err, tt.err) {
				t.Errorf("error %v, want the driver's own %v", err, tt.err)
			}
			ended := f.spans.Ended()
			s := views(ended[len(ended)-1:])[0]
			if s.Attrs["error.type"] != tt.errorType || s.Attrs["db.response.status_code"] != tt.state || (s.Status.Code == codes.Error) != tt.failed {
				t.Errorf("%s: error.type %v, status code %v, status %v", tt.reason, s.Attrs["error.type"], s.Attrs["db.response.status_code"], s.Status)
			}
			if s.Attrs["db.rows_affected"] != nil {
				t.Error("rows that nobody counted")
			}
		})
	}
}

func TestConnectFails(t *testing.T) {
	tests := []struct {
		name, reason string
		err          error
		want         any
	}{
		{"refused", "nobody listens", &net.OpError{Op: "dial", Err: errors.New("refused")}, "db_connection"},
		{"name", "no such host", &net.DNSError{Err: "no such host", Name: "db"}, "db_connection"},
		{"cut", "in the midst of the greeting", io.EOF, "db_connection"},
		{"unknown", "whatever the reason is", errors.New("unable to open database file"), "db_connection"},
		{"slow", "a server that does not answer in time", context.DeadlineExceeded, "db_connection"},
		{"full", "the server has no room", stateError("53300"), "db_connection"},
		{"password", "a server that is there says no", stateError("28P01"), "28P01"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			db := open(t, &fake{fail: tt.err})
			if err := ask(db.QueryRowContext(f.context(t), "SELECT 1")); !errors.Is(err, tt.err) {
				t.Fatalf("error %v, want %v", err, tt.err)
			}
			got := views(f.spans.Ended())
			if len(got) != 1 || got[0].Name != "db.connect" || got[0].Attrs["error.type"] != tt.want {
				t.Errorf("%s: spans %+v, want error.type %v", tt.reason, got, tt.want)
			}
		})
	}
}

// A failure that is a lost connection keeps the driver's words, and stays the
// same failure for what is above it: there is one stack.
func TestLostOnce(t *testing.T) {
	f := newFixture(t)
	fk := &fake{}
	db := open(t, fk)
	ctx, session := telemetry.StartSession(f.context(t), telemetry.SessionRequest{UserID: "u-1"})
	if err := db.PingContext(ctx); err != nil {
		t.Fatal(err)
	}
	fk.fail = io.ErrUnexpectedEOF
	_, err := db.ExecContext(ctx, "DELETE FROM t")
	fk.fail = nil
	err = fmt.Errorf("clean up: %w", err)
	session.End(&err)
	var events []int
	for _, s := range f.spans.Ended() {
		events = append(events, len(s.Events()))
	}
	diff(t, "events of connect, delete and session", events, []int{0, 1, 0})
	got := views(f.spans.Ended())[1].Attrs
	diff(t, "words", []any{got["error.message"], got["exception.type"]}, []any{"unexpected EOF", "*errors.errorString"})
}

// Only what may change rows says how many it changed.
func TestRowsAffected(t *testing.T) {
	tests := []struct {
		query, reason string
		want          any
	}{
		{"INSERT INTO t (a) VALUES (1)", "it changes rows", int64(7)},
		{"WITH x AS (SELECT 1) DELETE FROM t", "by its main statement", int64(7)},
		{"WITH x AS (INSERT INTO t VALUES (1) RETURNING a) SELECT a FROM x", "rows that were read", nil},
		{"REPLACE INTO t VALUES (1)", "it changes rows", int64(7)},
		{"secret words", "nobody knows what it is", nil},
		{"MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE", "it may", int64(7)},
		{"CALL clean_up()", "nobody knows what it does", int64(7)},
		{"CREATE TABLE t (a INTEGER)", "no rows yet", nil},
		{"DROP TABLE t", "no rows any more", nil},
		{"TRUNCATE t", "no server counts", nil},
		{"SELECT a FROM t", "rows that were read, to lib/pq", nil},
		{"SET a = 1", "no rows at all; SQLite repeats what it said before", nil},
	}
	f := newFixture(t)
	db := open(t, &fake{affected: driver.RowsAffected(7)})
	for _, tt := range tests {
		t.Run(tt.query, func(t *testing.T) {
			if _, err := db.ExecContext(f.context(t), tt.query); err != nil {
				t.Fatal(err)
			}
			ended := f.spans.Ended()
			if got := views(ended[len(ended)-1:])[0].Attrs["db.rows_affected"]; got != tt.want {
				t.Errorf("%v rows, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}
