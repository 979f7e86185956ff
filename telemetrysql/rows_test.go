package telemetrysql_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry/telemetrysql"
)

// script is rows of one column that go as a test says. They are result sets of
// as many rows each; a negative number never ends.
type script struct {
	sets     []int
	fails    error // after the last row of a set
	nextFail error // of the next set
	closes   error
	bug      string // the method that panics
}

func (s *script) Columns() []string { return []string{"a"} }

func (s *script) Close() error {
	if s.bug == "Close" {
		panic("bug")
	}
	return s.closes
}

func (s *script) Next(dest []driver.Value) error {
	switch {
	case s.bug == "Next":
		panic("bug")
	case s.sets[0] == 0 && s.fails != nil:
		return s.fails
	case s.sets[0] == 0:
		return io.EOF
	}
	s.sets[0]--
	dest[0] = int64(1)
	return nil
}

func (s *script) HasNextResultSet() bool { return len(s.sets) > 1 }

func (s *script) NextResultSet() error {
	if s.nextFail != nil {
		return s.nextFail
	}
	if len(s.sets) == 1 {
		return io.EOF
	}
	s.sets = s.sets[1:]
	return nil
}

// rowsConn returns what makes connections whose queries return made rows,
// prepared or not.
func rowsConn(rows func() driver.Rows) func(*fake) driver.Conn {
	return func(f *fake) driver.Conn {
		c, _ := newFull(f).(full)
		return scripted{c, rows}
	}
}

type scripted struct {
	full
	rows func() driver.Rows
}

func (c scripted) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	if c.full.bare.f.skip {
		return nil, driver.ErrSkip
	}
	return c.rows(), nil
}

func (c scripted) PrepareContext(context.Context, string) (driver.Stmt, error) {
	return scriptedStmt{bareStmt{c.full.bare.f}, c.rows}, nil
}

type scriptedStmt struct {
	bareStmt
	rows func() driver.Rows
}

func (s scriptedStmt) QueryContext(context.Context, []driver.NamedValue) (driver.Rows, error) {
	return s.rows(), nil
}

func openRows(t testing.TB, f *fake, rows func() driver.Rows) *sql.DB {
	t.Helper()
	db := telemetrysql.OpenDB(fakeConnector{f, rowsConn(rows)}, telemetrysql.WithSystem("postgresql"))
	t.Cleanup(func() { db.Close() })
	return db
}

// ask reads a row. That there is none is no error.
func ask(row *sql.Row) error {
	err := row.Scan(new(any))
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// drain reads rows to their end and closes them.
func drain(rows *sql.Rows, err error) error {
	if rows == nil {
		return err
	}
	defer rows.Close()
	for rows.Next() || rows.NextResultSet() {
	}
	return errors.Join(err, rows.Err(), rows.Close())
}

var errRead = errors.New("read failed")

func TestRows(t *testing.T) {
	all := func(ctx context.Context, db *sql.DB) error { return drain(db.QueryContext(ctx, "SELECT a FROM t")) }
	tests := []struct {
		name, reason string
		skip         bool // the driver wants statements prepared
		rows         script
		run          func(context.Context, *sql.DB) error
		fails        error // what the caller gets
		errorType    any
		status       sdktrace.Status
	}{
		{name: "read", reason: "to the end", rows: script{sets: []int{3}}, run: all},
		{name: "no rows", reason: "an end is no failure", rows: script{sets: []int{0}}, run: all},
		{name: "sets", reason: "several have one span", rows: script{sets: []int{1, 0, 2}}, run: all},
		{
			name: "fails", reason: "in the midst", rows: script{sets: []int{2}, fails: errRead}, run: all,
			fails: errRead, errorType: "*errors.errorString", status: sdktrace.Status{Code: codes.Error, Description: "read failed"},
		},
		{
			name: "fails in a later set", reason: "of one query", rows: script{sets: []int{0, 2}, nextFail: errRead}, run: all,
			fails: errRead, errorType: "*errors.errorString", status: sdktrace.Status{Code: codes.Error, Description: "read failed"},
		},
		{
			name: "fails with a code", reason: "as a server that divides by zero in a later row", rows: script{sets: []int{2}, fails: stateError("22012")}, run: all,
			fails: stateError("22012"), errorType: "22012", status: sdktrace.Status{Code: codes.Error, Description: "state 22012"},
		},
		{
			name: "connection lost", reason: "in the midst", rows: script{sets: []int{2}, fails: io.ErrUnexpectedEOF}, run: all,
			fails: io.ErrUnexpectedEOF, errorType: "db_connection", status: sdktrace.Status{Code: codes.Error, Description: "unexpected EOF"},
		},
		{
			name: "fails to close", reason: "some drivers find out late", rows: script{sets: []int{1}, closes: errRead}, run: func(ctx context.Context, db *sql.DB) error {
				return ask(db.QueryRowContext(ctx, "SELECT a FROM t"))
			},
			fails: errRead, errorType: "*errors.errorString", status: sdktrace.Status{Code: codes.Error, Description: "read failed"},
		},
		{name: "one row", reason: "not to read the rest is no failure", rows: script{sets: []int{3}}, run: func(ctx context.Context, db *sql.DB) error {
			return ask(db.QueryRowContext(ctx, "SELECT a FROM t"))
		}},
		{
			name: "prepared", reason: "a statement's rows are rows", rows: script{sets: []int{1}, fails: errRead}, run: func(ctx context.Context, db *sql.DB) error {
				s, err := db.PrepareContext(ctx, "SELECT a FROM t")
				if err != nil {
					return err
				}
				defer s.Close()
				return drain(s.QueryContext(ctx))
			},
			fails: errRead, errorType: "*errors.errorString", status: sdktrace.Status{Code: codes.Error, Description: "read failed"},
		},
		{
			name: "skipped", reason: "the span goes from the first question to the last row", skip: true, rows: script{sets: []int{1}, fails: errRead}, run: all,
			fails: errRead, errorType: "*errors.errorString", status: sdktrace.Status{Code: codes.Error, Description: "read failed"},
		},
		{
			name: "transaction", reason: "its end closes rows", rows: script{sets: []int{3}}, run: func(ctx context.Context, db *sql.DB) error {
				tx, err := db.BeginTx(ctx, nil)
				if err != nil {
					return err
				}
				rows, err := tx.QueryContext(ctx, "SELECT a FROM t") //nolint:rowserrcheck,sqlclosecheck // nobody closes them
				if err != nil || !rows.Next() {
					return errors.Join(errors.New("no row"), err)
				}
				return tx.Rollback()
			},
		},
		{
			name: "cancelled", reason: "the caller gives up in the midst", rows: script{sets: []int{-1}}, run: func(ctx context.Context, db *sql.DB) error {
				ctx, cancel := context.WithCancel(ctx)
				defer cancel()
				rows, err := db.QueryContext(ctx, "SELECT a FROM t")
				if err != nil {
					return err
				}
				rows.Next()
				cancel()
				return drain(rows, nil) // which has no end but this
			},
			fails: context.Canceled, errorType: "canceled",
		},
		{
			name: "cancelled before another set", reason: "that there is none does not mean that the first was read", rows: script{sets: []int{3}}, run: func(ctx context.Context, db *sql.DB) error {
				ctx, cancel := context.WithCancel(ctx)
				defer cancel()
				rows, err := db.QueryContext(ctx, "SELECT a FROM t")
				if err != nil {
					return err
				}
				cancel()
				rows.NextResultSet()
				return drain(rows, ctx.Err())
			},
			fails: context.Canceled, errorType: "canceled",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			err := tt.run(f.context(t), openRows(t, &fake{skip: tt.skip}, func() driver.Rows { return &tt.rows }))
			if !errors.Is(err, tt.fails) || (err == nil) != (tt.fails == nil) {
				t.Errorf("error %v, want the driver's %v", err, tt.fails)
			}
			var selects []span
			for _, s := range views(f.spans.Ended()) {
				if s.Name == "db.select" {
					selects = append(selects, s)
				}
			}
			if len(selects) != 1 || selects[0].Attrs["error.type"] != tt.errorType {
				t.Fatalf("%s: spans %+v, want one with error.type %v", tt.reason, selects, tt.errorType)
			}
			diff(t, "status", selects[0].Status, tt.status)
		})
	}
}

// A span lasts until the rows are closed, with what the caller does between.
func TestRowsDuration(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		db := openRows(t, &fake{}, func() driver.Rows { return &script{sets: []int{2}} })
		rows, err := db.QueryContext(f.context(t), "SELECT a FROM t")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			time.Sleep(time.Second)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Error(err)
		}
		ended := f.spans.Ended()
		diff(t, "spans", names(ended), []string{"db.connect", "db.select"})
		if got := ended[1].EndTime().Sub(ended[1].StartTime()); got != 2*time.Second {
			t.Errorf("it lasts %v, want two seconds", got)
		}
		db.Close()
		f.Shutdown(t.Context())
	})
}

// A deadline that passes between two rows is a failure of the query.
func TestRowsTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		db := openRows(t, &fake{}, func() driver.Rows { return &script{sets: []int{-1}} })
		ctx, cancel := context.WithTimeout(f.context(t), time.Second)
		defer cancel()
		rows, err := db.QueryContext(ctx, "SELECT a FROM t")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		if !rows.Next() {
			t.Fatal("no row")
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if err := rows.Err(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		got := views(f.spans.Ended())[1]
		if got.Attrs["error.type"] != "timeout" || got.Status.Code != codes.Error {
			t.Errorf("span %+v", got)
		}
		db.Close()
		f.Shutdown(t.Context())
	})
}

// openSelect opens a query on a driver's own connection.
func openSelect(t *testing.T, f *fixture, rows *script) (driver.Conn, driver.Rows) {
	t.Helper()
	c, err := connect(fakeConnector{&fake{}, rowsConn(func() driver.Rows { return rows })})
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.(driver.QueryerContext).QueryContext(f.context(t), "SELECT a FROM t", nil)
	if err != nil {
		t.Fatal(err)
	}
	return c, r
}

func TestRowsClosedTwice(t *testing.T) {
	f := newFixture(t)
	_, rows := openSelect(t, f, &script{sets: []int{1}})
	if n := len(f.spans.Ended()); n != 0 {
		t.Errorf("%d spans ended with their rows open", n)
	}
	if err := errors.Join(rows.Close(), rows.Close()); err != nil {
		t.Error(err)
	}
	diff(t, "spans", names(f.spans.Ended()), []string{"db.select"})
}

// Rows that nobody closes end with their connection, each once.
func TestRowsForgotten(t *testing.T) {
	f := newFixture(t)
	c, first := openSelect(t, f, &script{sets: []int{1}})
	for range 2 {
		_, err := c.(driver.QueryerContext).QueryContext(f.context(t), "SELECT a FROM t", nil) //nolint:gocritic // forgotten
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	diff(t, "spans of closed rows", names(f.spans.Ended()), []string{"db.select"})
	if err := errors.Join(c.Close(), first.Close()); err != nil {
		t.Error(err)
	}
	diff(t, "spans", names(f.spans.Ended()), []string{"db.select", "db.select", "db.select"})
}

// The panic of a driver that reads goes on untouched, and is on the span.
func TestRowsPanic(t *testing.T) {
	for _, bug := range []string{"Next", "Close"} {
		t.Run(bug, func(t *testing.T) {
			f := newFixture(t)
			_, rows := openSelect(t, f, &script{sets: []int{1}, bug: bug})
			func() {
				defer func() {
					if v := recover(); v != "bug" {
						t.Errorf("recovered %v", v)
					}
				}()
				defer rows.Close()
				if err := rows.Next(make([]driver.Value, 1)); err != nil {
					t.Error(err)
				}
			}()
			got := views(f.spans.Ended())
			if len(got) != 1 || got[0].Attrs["error.type"] != "panic" || got[0].Status.Code != codes.Error {
				t.Errorf("spans %+v", got)
			}
		})
	}
}

// A service that stops has said what it was reading, and closes later.
func TestRowsUnfinished(t *testing.T) {
	f := newFixture(t)
	_, rows := openSelect(t, f, &script{sets: []int{1}, closes: errRead})
	f.Shutdown(t.Context())
	if err := rows.Close(); !errors.Is(err, errRead) {
		t.Errorf("error %v", err)
	}
	got := views(f.spans.Ended())
	if len(got) != 1 || got[0].Attrs["error.type"] != "unfinished" {
		t.Errorf("spans %+v", got)
	}
}
