package telemetrysql_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/telemetrysql"
)

// shown returns all that the spans say.
func (f *fixture) shown() string {
	var b strings.Builder
	for _, s := range f.spans.Ended() {
		fmt.Fprintln(&b, s.Name(), s.Status(), s.Attributes())
		for _, e := range s.Events() {
			fmt.Fprintln(&b, e.Name, e.Attributes)
		}
	}
	return b.String()
}

func TestMessages(t *testing.T) {
	const secret = "hunter2"
	tests := []struct {
		name, reason string
		opts         []telemetrysql.Option
		query        string
		args         []any
		err          error
		want         any
	}{
		{"literal", "as the server takes it", nil, "UPDATE t SET a = 'my hunter2'", nil, errors.New(`near "hunter2": syntax error`), `near "?": syntax error`},
		{"unclear", "whatever the statement has", nil, `UPDATE t SET a = 'it\'hunter2`, nil, errors.New(`near "hunter2": no hunter2`), `near "?": no ?`},
		{"argument", "what is not in the statement either", nil, "UPDATE t SET a = $1", []any{secret}, errors.New("bad value (hunter2)"), "bad value (?)"},
		{"bytes", "the same", nil, "UPDATE t SET a = $1", []any{[]byte(secret)}, errors.New("bad value (hunter2)"), "bad value (?)"},
		{"numbers", "the same", nil, "UPDATE t SET a = $1 WHERE b = $2", []any{4111, 0.125}, errors.New("bad value (4111, 0.125)"), "bad value (?, ?)"},
		{"data", "a value that is converted", nil, "UPDATE t SET a = b::int", nil, dataError{}, `syntax for integer: "?"`},
		{"name", "it stands in the statement's text", nil, "UPDATE t SET a = 'x'", nil, errors.New(`no table "t"`), `no table "t"`},
		{"no statement", "nothing of it is shown", []telemetrysql.Option{telemetrysql.WithoutStatement()}, "UPDATE t SET a = 'x'", nil, errors.New(`no column "hunter2" of "t"`), `no column "?"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			fk := &fake{}
			db := open(t, fk, tt.opts...)
			if err := db.PingContext(f.context(t)); err != nil {
				t.Fatal(err)
			}
			for _, run := range []func(context.Context) error{
				func(ctx context.Context) error { _, err := db.ExecContext(ctx, tt.query, tt.args...); return err },
				func(ctx context.Context) error { return ask(db.QueryRowContext(ctx, tt.query, tt.args...)) },
			} {
				fk.fail = tt.err
				err := run(f.context(t))
				fk.fail = nil
				if !errors.Is(err, tt.err) || err.Error() != tt.err.Error() {
					t.Errorf("error %v, want the driver's own %v", err, tt.err)
				}
				ended := f.spans.Ended()
				if got := views(ended[len(ended)-1:])[0].Attrs; got["error.message"] != tt.want || got["exception.message"] != tt.want {
					t.Errorf("%s: %v, want %v", tt.reason, got, tt.want)
				}
			}
			if all := f.shown(); strings.Contains(all, secret) {
				t.Errorf("%s: the secret is shown:\n%s", tt.reason, all)
			}
		})
	}
}

// dataError is that of a value that the server found.
type dataError struct{}

func (dataError) Error() string    { return `syntax for integer: "hunter2"` }
func (dataError) SQLState() string { return "22P02" }

// laterRows fail when they are read.
type laterRows struct {
	fakeRows
	err error
}

func (r laterRows) Next([]driver.Value) error { return r.err }

// laterConn has rows that fail.
type laterConn struct {
	bare
	err error
}

func (c laterConn) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	return laterRows{err: c.err}, nil
}

// What fails while rows are read is no different, and neither is what has to be
// prepared first.
func TestMessagesOfRows(t *testing.T) {
	f := newFixture(t)
	fail := errors.New("bad 'hunter2' and hunter3")
	db := telemetrysql.OpenDB(fakeConnector{&fake{}, func(f *fake) driver.Conn { return laterConn{bare{f}, fail} }})
	defer db.Close()
	if err := ask(db.QueryRowContext(f.context(t), "SELECT 'hunter2' FROM t WHERE a = ?", "hunter3")); !errors.Is(err, fail) {
		t.Error(err)
	}
	fk := &fake{skip: true}
	prepared := open(t, fk)
	if err := prepared.PingContext(f.context(t)); err != nil {
		t.Fatal(err)
	}
	fk.fail = fail
	_, err := prepared.ExecContext(f.context(t), "UPDATE t SET a = 'hunter2', b = ?", "hunter3")
	fk.fail = nil
	if !errors.Is(err, fail) {
		t.Error(err)
	}
	all := f.shown()
	if strings.Contains(all, "hunter2") || strings.Count(all, "bad '?'") < 4 {
		t.Errorf("shown:\n%s", all)
	}
}

// A statement that cannot be prepared is seen, whoever prepares it.
func TestPrepareFails(t *testing.T) {
	tests := []struct {
		name, reason string
		err          error
		opts         []telemetrysql.Option
		want         []string
		errorType    any
	}{
		{"refused", "by the name of the statement", stateError("42P01"), nil, []string{"db.connect", "db.insert"}, "42P01"},
		{"cut", "the server is gone", io.ErrUnexpectedEOF, nil, []string{"db.connect", "db.insert"}, "db_connection"},
		{"all methods", "one span, which there is anyway", stateError("42P01"), []telemetrysql.Option{telemetrysql.WithAllMethods()}, []string{"db.connect", "db.query", "db.query"}, "42P01"},
		{"well", "no span", nil, nil, []string{"db.connect"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			fk := &fake{}
			db := open(t, fk, tt.opts...)
			if err := db.PingContext(f.context(t)); err != nil {
				t.Fatal(err)
			}
			fk.fail = tt.err
			s, err := db.PrepareContext(f.context(t), "INSERT INTO t VALUES ('hunter2')")
			fk.fail = nil
			if !errors.Is(err, tt.err) {
				t.Errorf("error %v, want %v", err, tt.err)
			}
			if err == nil {
				defer s.Close()
			}
			ended := f.spans.Ended()
			diff(t, tt.reason, names(ended), tt.want)
			if got := views(ended)[len(ended)-1].Attrs["error.type"]; got != tt.errorType {
				t.Errorf("error.type %v, want %v", got, tt.errorType)
			}
			if tt.name != "refused" {
				return
			}
			got := views(ended)[1]
			got.Status.Description = ""
			for _, k := range []string{"error.message", "exception.message", "exception.type"} {
				delete(got.Attrs, k)
			}
			const text = "INSERT INTO t VALUES (?)"
			want := span{Name: "db.insert", Kind: got.Kind, Status: got.Status, Attrs: map[string]any{
				"db.operation": "insert", "db.operation.name": "INSERT", "db.table": "t", "db.collection.name": "t", "db.statement": text,
				"db.query.text": text, "db.system.name": "postgresql", "db.response.status_code": "42P01", "error.type": "42P01",
			}}
			diff(t, "span", got, want)
			if len(ended[1].Events()) != 1 || ended[1].EndTime().Before(ended[1].StartTime()) {
				t.Errorf("events %v", ended[1].Events())
			}
			diff(t, "duration", f.points(t, "db.client.operation.duration"), map[string]int64{
				"db.operation.name=connect,db.system.name=postgresql":                                      1,
				"db.collection.name=t,db.operation.name=insert,db.system.name=postgresql,error.type=42P01": 1,
			})
		})
	}
}

// FuzzMessages has the driver quote what it likes of statements and arguments.
func FuzzMessages(f *testing.F) {
	const secret = "S3CR3T"
	f.Add(uint8(0), `it\'`, "", uint16(9), uint16(30))
	f.Add(uint8(1), "a b ", " '", uint16(0), uint16(12))
	f.Add(uint8(2), "", `"`, uint16(3), uint16(90))
	systems := []string{"sqlite", "postgresql", "mysql", "microsoft.sql_server", "other_sql"}
	f.Fuzz(func(t *testing.T, kind uint8, before, after string, from, to uint16) {
		value := before + secret + after
		query, args := "UPDATE t SET a = '"+strings.ReplaceAll(value, "'", "''")+"', b = 7", []any(nil)
		from, to = min(from, to), max(from, to)
		quoted := query
		if kind&64 != 0 {
			query, args, quoted = "UPDATE t SET a = $1", []any{value}, value
		}
		opts := []telemetrysql.Option{telemetrysql.WithSystem(systems[int(kind)%len(systems)])}
		if kind&32 != 0 {
			opts = append(opts, telemetrysql.WithoutStatement())
		}
		fx := newFixture(t)
		fk := &fake{}
		db := open(t, fk, opts...)
		if err := db.PingContext(fx.context(t)); err != nil {
			t.Fatal(err)
		}
		fk.fail = errors.New(`near "` + quoted[min(int(from), len(quoted)):min(int(to), len(quoted))] + `": syntax error`)
		_, err := db.ExecContext(fx.context(t), query, args...)
		fk.fail = nil
		if err == nil {
			t.Fatal("no error")
		}
		if all := fx.shown(); strings.Contains(all, secret) {
			t.Errorf("%q with %q and %v shows\n%s", query, args, err, all)
		}
	})
}
