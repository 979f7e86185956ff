package failure

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"syscall"
)

// Code returns the code by which a database names its failure, or "" where err
// carries none: the SQLSTATE of a method SQLState() string, as pgx and lib/pq
// have it; the number of a method SQLErrorNumber() int32, as SQL Server's
// driver has it; the number of MySQL's driver; the extended result code of
// SQLite, see https://www.sqlite.org/rescode.html. OpenTelemetry's conventions
// take SQLSTATE and numbers, written as strings, for db.response.status_code
// and, with it, error.type
// (https://opentelemetry.io/docs/specs/semconv/db/sql/, read 2026-11); of
// SQLite they say nothing of its own. A panic in a method of err means that
// there is none.
func Code(err error) string {
	if err == nil {
		return ""
	}
	return guard(func() string {
		if code := sqlState(err); code != "" {
			return code
		}
		var numbered interface{ SQLErrorNumber() int32 }
		if errors.As(err, &numbered) {
			return strconv.Itoa(int(numbered.SQLErrorNumber()))
		}
		if number, _ := mySQL(err); number != 0 {
			return strconv.FormatUint(number, 10)
		}
		return sqliteCode(err)
	})
}

// Refused reports whether err is a server's answer, so that there is a server:
// SQLite's code comes from a file.
func Refused(err error) bool {
	return Code(err) != "" && guard(func() string { return sqliteCode(err) }) == ""
}

// QuotesData reports whether err is one of those that quote what they found in
// the database, or what they were to write to it: the SQLSTATE class 22 (data
// exception), and numbers of MySQL and SQL Server for values that cannot be
// converted or do not fit, see
// https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
// and
// https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors.
func QuotesData(err error) bool {
	switch code := Code(err); code {
	case "1264", "1292", "1366", "1367", "1411", "1525", "245", "248", "295", "2628", "8114":
		return true
	default:
		return len(code) == 5 && strings.HasPrefix(code, "22")
	}
}

// sqliteCode returns the result code of an error from a package with sqlite in
// its path, or "": of methods ExtendedCode or Code, as those of ncruces and
// modernc.org have them, or of fields, as that of mattn has them.
func sqliteCode(err error) string {
	for e := err; e != nil; e = unwrap(e) {
		if !strings.Contains(packageOf(e), "sqlite") {
			continue
		}
		v := reflect.ValueOf(e)
		// The names are constants for the linker's sake: with others it would keep
		// every exported method in the program, megabytes of them.
		for _, m := range [...]reflect.Value{v.MethodByName("ExtendedCode"), v.MethodByName("Code")} {
			if m.IsValid() && m.Type().NumIn() == 0 && m.Type().NumOut() == 1 {
				if code := integer(m.Call(nil)[0]); code != "" {
					return code
				}
			}
		}
		if v.Kind() == reflect.Pointer && !v.IsNil() {
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct {
			continue
		}
		for _, name := range [...]string{"ExtendedCode", "Code"} {
			if f, ok := v.Type().FieldByName(name); ok && len(f.Index) == 1 {
				if code := integer(v.FieldByIndex(f.Index)); code != "" {
					return code
				}
			}
		}
	}
	return ""
}

// integer returns a positive number as a string, or "".
func integer(v reflect.Value) string {
	switch {
	case v.CanInt() && v.Int() > 0:
		return strconv.FormatInt(v.Int(), 10)
	case v.CanUint() && v.Uint() > 0:
		return strconv.FormatUint(v.Uint(), 10)
	}
	return ""
}

// sqlState returns the SQLSTATE that a method of err tells, or "" where that
// is none: five digits or capital letters.
func sqlState(err error) string {
	var state interface{ SQLState() string }
	if !errors.As(err, &state) {
		return ""
	}
	code := state.SQLState()
	if len(code) != 5 || strings.Trim(code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return ""
	}
	return code
}

// mySQL returns the number and the SQLSTATE, as far as the server told it, of
// an error of github.com/go-sql-driver/mysql, which has fields for them and no
// methods. Of any other error they are 0 and "".
func mySQL(err error) (number uint64, state string) {
	for e := err; e != nil; e = unwrap(e) {
		v := reflect.ValueOf(e)
		if v.Kind() == reflect.Pointer && !v.IsNil() {
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct {
			continue
		}
		n, numbered := v.Type().FieldByName("Number")
		c, coded := v.Type().FieldByName("SQLState")
		if !numbered || !coded || len(n.Index) > 1 || len(c.Index) > 1 || n.Type.Kind() != reflect.Uint16 {
			continue
		}
		if code, ok := reflect.TypeAssert[[5]byte](v.FieldByIndex(c.Index)); ok {
			return v.FieldByIndex(n.Index).Uint(), string(code[:])
		}
	}
	return 0, ""
}

// stopped reports whether err says that the server stopped a statement because
// it was asked to: SQLSTATE 57014, query_canceled, or SQLITE_INTERRUPT.
func stopped(err error) bool { return sqlState(err) == "57014" || sqliteCode(err) == "9" }

// IsConnection reports whether err says that a database connection could not
// be made or was lost: driver.ErrBadConn, a failed dial that no HTTP client
// made, one of the SQLSTATE classes 08 (connection exception), 57P01 to 57P05
// (server going away) and 53300 (too many connections), see
// https://www.postgresql.org/docs/current/errcodes-appendix.html, or MySQL's
// 1040 and 1203, its numbers for too many connections, see
// https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html.
func IsConnection(err error) bool {
	if errors.Is(err, driver.ErrBadConn) {
		return true
	}
	if code := sqlState(err); code != "" {
		return strings.HasPrefix(code, "08") || strings.HasPrefix(code, "57P0") || code == "53300"
	}
	if number, state := mySQL(err); number != 0 {
		return strings.HasPrefix(state, "08") || number == 1040 || number == 1203
	}
	var (
		op      *net.OpError
		request *url.Error
	)
	return errors.As(err, &op) && op.Op == "dial" && !errors.As(err, &request)
}

// IsCut reports whether err is what a network connection that is cut off gives
// to those who read from it or write to it. Unlike [IsConnection] it takes for
// granted that err comes from a connection: an io.EOF may mean anything else
// elsewhere. A deadline that passed cuts nothing.
func IsCut(err error) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return !op.Timeout()
	}
	for _, sign := range [...]error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, sign) {
			return true
		}
	}
	return false
}

// Lost returns err with the mark of a lost database connection: it is
// driver.ErrBadConn then, and so [IsConnection] reports true. Message, Go type
// and identity, as [Same] sees it, stay those of err, which must not be nil.
func Lost(err error) error { return lostError{err} }

type lostError struct{ error }

// Unwrap returns the error without its mark.
func (l lostError) Unwrap() error { return l.error }

// Is adds the mark.
func (lostError) Is(target error) bool {
	return target == driver.ErrBadConn
}
