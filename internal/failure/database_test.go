package failure_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/failure"
	"github.com/lift-sys/telemetry/internal/failure/internal/sqlite"
)

// mySQLError has the shape of the error of MySQL's driver.
type mySQLError struct {
	Number   uint16
	SQLState [5]byte
	Message  string
}

func (e *mySQLError) Error() string { return e.Message }

type (
	numberError struct {
		valueError
		Number   uint16
		SQLState string
	}
	embeddedError struct {
		*mySQLError
	}
	sqlServerError    struct{ valueError }
	brokenDriverError struct{ valueError }
)

func (embeddedError) Error() string          { return "x" }
func (sqlServerError) SQLErrorNumber() int32 { return 2627 }
func (brokenDriverError) SQLState() string   { panic("SQLState") }

func TestCode(t *testing.T) {
	tests := []struct {
		name, reason string
		err          error
		want         string
	}{
		{"PostgreSQL", "its SQLSTATE", postgres{code: "23505"}, "23505"},
		{"letters", "some SQLSTATEs have them", postgres{code: "42P01"}, "42P01"},
		{"wrapped", "below what callers add", fmt.Errorf("a: %w", errors.Join(io.EOF, postgres{code: "23505"})), "23505"},
		{"too long", "no SQLSTATE", postgres{code: "23505 and more"}, ""},
		{"lower case", "no SQLSTATE", postgres{code: "a b-c"}, ""},
		{"empty", "no SQLSTATE", postgres{}, ""},
		{"MySQL", "its number", fmt.Errorf("a: %w", &mySQLError{Number: 1062, SQLState: [5]byte([]byte("23000"))}), "1062"},
		{"SQL Server", "its number", sqlServerError{}, "2627"},
		{"SQLite", "its extended result code", fmt.Errorf("a: %w", &sqlite.MethodsError{Result: 2067}), "2067"},
		{"SQLite, both", "the one that says more", &sqlite.BothError{Result: 1555}, "1555"},
		{"SQLite, fields", "the same", sqlite.FieldsError{Code: 19, ExtendedCode: 2067}, "2067"},
		{"SQLite, no extended code", "the one that there is", sqlite.FieldsError{Code: 5}, "5"},
		{"SQLite, no code", "0 stands for no error", &sqlite.MethodsError{}, ""},
		{"SQLite, nil pointer", "a method that panics", (*sqlite.MethodsError)(nil), ""},
		{"SQLite, another method", "of another kind", sqlite.OtherError("x"), ""},
		{"another's number", "of another kind", numberError{Number: 7}, ""},
		{"embedded nil", "reflection must not follow a nil pointer", embeddedError{}, ""},
		{"none", "most errors have none", io.EOF, ""},
		{"nil pointer", "nothing to read", (*mySQLError)(nil), ""},
		{"broken", "a method that panics", brokenDriverError{}, ""},
		{"no error", "nothing to name", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := failure.Code(tt.err); got != tt.want {
				t.Errorf("%q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// Where a code comes from says whether there is a server.
func TestRefused(t *testing.T) {
	for _, tt := range []struct {
		err    error
		reason string
		want   bool
	}{
		{postgres{code: "28P01"}, "a server that says no", true},
		{&mySQLError{Number: 1045}, "the same", true},
		{&sqlite.MethodsError{Result: 14}, "a file that cannot be opened", false},
		{io.EOF, "no answer", false},
	} {
		if got := failure.Refused(fmt.Errorf("a: %w", tt.err)); got != tt.want {
			t.Errorf("%v: %t, want %t: %s", tt.err, got, tt.want, tt.reason)
		}
	}
}

func TestQuotesData(t *testing.T) {
	for _, tt := range []struct {
		err    error
		reason string
		want   bool
	}{
		{postgres{code: "22P02"}, "invalid input syntax", true},
		{postgres{code: "23505"}, "names the constraint", false},
		{&mySQLError{Number: 1366}, "incorrect value", true},
		{&mySQLError{Number: 1062}, "the key that is there twice came with the statement", false},
		{&sqlite.MethodsError{Result: 22}, "SQLite has other numbers", false},
		{io.EOF, "no code", false},
	} {
		if got := failure.QuotesData(fmt.Errorf("a: %w", tt.err)); got != tt.want {
			t.Errorf("%v: %t, want %t: %s", tt.err, got, tt.want, tt.reason)
		}
	}
}

// error.type is the code of a database, where nothing says more.
func TestDescribeDatabase(t *testing.T) {
	live := t.Context()
	canceled, cancel := context.WithCancel(live)
	cancel()
	expired, cancel := context.WithTimeout(live, -1)
	defer cancel()
	tests := []struct {
		name, reason string
		ctx          context.Context
		err          error
		want         string
		benign       bool
	}{
		{"code", "as OpenTelemetry has it", live, postgres{code: "23505"}, "23505", false},
		{"number", "the same for MySQL", live, &mySQLError{Number: 1062}, "1062", false},
		{"no code", "the Go type", live, postgres{code: "?"}, pkg + "postgres", false},
		{"shutdown", "a lost connection has one name", live, postgres{code: "57P01"}, "db_connection", false},
		{"code in a cancelled context", "the statement failed before", canceled, postgres{code: "23505"}, "23505", false},
		{"stopped by the caller", "no failure", canceled, postgres{code: "57014"}, "canceled", true},
		{"stopped by the deadline", "one name for all of them", expired, postgres{code: "57014"}, "timeout", false},
		{"stopped by the server", "its own limit", live, postgres{code: "57014"}, "57014", false},
		{"named by itself", "its own word goes first", live, errors.Join(named{}, postgres{code: "23505"}), "rate_limit_error", false},
		{"lost", "what a driver does not say", live, failure.Lost(io.ErrUnexpectedEOF), "db_connection", false},
		{"broken", "a method that panics", live, brokenDriverError{}, pkg + "brokenDriverError", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := failure.Describe(tt.ctx, tt.err, nil)
			if got.Type != tt.want || got.Benign != tt.benign {
				t.Errorf("%q, benign %t, want %q, %t: %s", got.Type, got.Benign, tt.want, tt.benign, tt.reason)
			}
		})
	}
}

func TestIsConnection(t *testing.T) {
	tests := []struct {
		err    error
		reason string
		want   bool
	}{
		{postgres{code: "08000"}, "connection exception", true},
		{postgres{code: "08P01"}, "protocol violation, of the same class", true},
		{postgres{code: "57P01"}, "admin shutdown", true},
		{postgres{code: "57P05"}, "idle session timeout", true},
		{postgres{code: "53300"}, "too many connections", true},
		{postgres{code: "57014"}, "query canceled is the query's fault", false},
		{postgres{code: "53100"}, "disk full is no matter of connections", false},
		{postgres{code: "23505"}, "unique violation", false},
		{postgres{}, "no code", false},
		{&mySQLError{Number: 1040}, "too many connections, said before MySQL tells SQLSTATEs", true},
		{&mySQLError{Number: 1203, SQLState: [5]byte([]byte("42000"))}, "too many connections of a user", true},
		{&mySQLError{Number: 1053, SQLState: [5]byte([]byte("08S01"))}, "server shutdown", true},
		{&mySQLError{Number: 1062, SQLState: [5]byte([]byte("23000"))}, "duplicate entry", false},
		{io.ErrUnexpectedEOF, "may come from a file", false},
		{failure.Lost(io.ErrUnexpectedEOF), "somebody knows better", true},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			if got := failure.IsConnection(fmt.Errorf("query: %w", tt.err)); got != tt.want {
				t.Errorf("%t, want %t for %#v", got, tt.want, tt.err)
			}
		})
	}
}

func TestIsCut(t *testing.T) {
	tests := []struct {
		err    error
		reason string
		want   bool
	}{
		{io.EOF, "the server closed it", true},
		{io.ErrUnexpectedEOF, "in the midst of a message", true},
		{&net.OpError{Op: "read", Err: os.NewSyscallError("read", syscall.ECONNRESET)}, "the server died", true},
		{syscall.EPIPE, "the same, to those who write", true},
		{net.ErrClosed, "closed at this end", true},
		{&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}, "a deadline of the driver's", false},
		{context.DeadlineExceeded, "a deadline of the caller's", false},
		{context.Canceled, "the caller gave up", false},
		{&url.Error{Op: "Get", Err: errors.New("x")}, "anything else", false},
	}
	for _, tt := range tests {
		t.Run(tt.reason, func(t *testing.T) {
			if got := failure.IsCut(fmt.Errorf("receive: %w", tt.err)); got != tt.want {
				t.Errorf("%t, want %t for %v", got, tt.want, tt.err)
			}
		})
	}
}

// The mark of a lost connection changes nothing else of an error.
func TestLost(t *testing.T) {
	err := fmt.Errorf("receive: %w", &pointerError{"x"})
	lost := failure.Lost(err)
	got := failure.Describe(t.Context(), fmt.Errorf("a: %w", lost), nil)
	want := failure.Identity{Type: "db_connection", GoType: "*" + pkg + "pointerError", Message: "a: receive: x"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("identity (-want +got):\n%s", d)
	}
	if !errors.Is(lost, driver.ErrBadConn) || !errors.Is(lost, err) || errors.Is(lost, io.EOF) {
		t.Errorf("%v is not what it was and driver.ErrBadConn", lost)
	}
	for _, pair := range [][2]error{{err, lost}, {lost, lost}, {fmt.Errorf("a: %w", err), lost}, {lost, err}} {
		if !failure.Same(pair[0], pair[1]) {
			t.Errorf("%#v is not the same as %#v", pair[0], pair[1])
		}
	}
	if failure.Same(io.EOF, lost) {
		t.Error("another error is the same")
	}
}

func FuzzCode(f *testing.F) {
	for _, s := range []string{"", "23505", "57P01", "ab", "\x00\xff123", "２３５０５"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, state string) {
		got := failure.Code(postgres{code: state})
		if got != "" && (got != state || len(got) != 5 || strings.ToUpper(got) != got || strings.ContainsAny(got, " '\"\n\x00")) {
			t.Errorf("%q gives %q", state, got)
		}
	})
}
