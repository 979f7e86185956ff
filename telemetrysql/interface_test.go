package telemetrysql_test

import (
	"context"
	"database/sql/driver"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetrysql"
)

// optional has the interfaces of database/sql/driver that a connection, a
// statement and rows may have.
var optional = map[string]map[string]reflect.Type{
	"Conn": {
		"Pinger": reflect.TypeFor[driver.Pinger](), "ExecerContext": reflect.TypeFor[driver.ExecerContext](),
		"Execer":             reflect.TypeFor[driver.Execer](), //nolint:staticcheck // drivers have it
		"QueryerContext":     reflect.TypeFor[driver.QueryerContext](),
		"Queryer":            reflect.TypeFor[driver.Queryer](), //nolint:staticcheck // drivers have it
		"ConnPrepareContext": reflect.TypeFor[driver.ConnPrepareContext](), "ConnBeginTx": reflect.TypeFor[driver.ConnBeginTx](),
		"SessionResetter": reflect.TypeFor[driver.SessionResetter](), "Validator": reflect.TypeFor[driver.Validator](),
		"NamedValueChecker": reflect.TypeFor[driver.NamedValueChecker](),
	},
	"Stmt": {
		"StmtExecContext": reflect.TypeFor[driver.StmtExecContext](), "StmtQueryContext": reflect.TypeFor[driver.StmtQueryContext](),
		"NamedValueChecker": reflect.TypeFor[driver.NamedValueChecker](),
		"ColumnConverter":   reflect.TypeFor[driver.ColumnConverter](), //nolint:staticcheck // drivers have it
	},
	"Rows": {
		"RowsNextResultSet": reflect.TypeFor[driver.RowsNextResultSet](), "RowsColumnTypeScanType": reflect.TypeFor[driver.RowsColumnTypeScanType](),
		"RowsColumnTypeDatabaseTypeName": reflect.TypeFor[driver.RowsColumnTypeDatabaseTypeName](),
		"RowsColumnTypeLength":           reflect.TypeFor[driver.RowsColumnTypeLength](),
		"RowsColumnTypeNullable":         reflect.TypeFor[driver.RowsColumnTypeNullable](),
		"RowsColumnTypePrecisionScale":   reflect.TypeFor[driver.RowsColumnTypePrecisionScale](),
	},
}

// asideFrom lists the interfaces that are not optional, that values have, and
// those that TestPassedOn and TestRegister look at.
var asideFrom = []string{"Conn", "Connector", "Driver", "DriverContext", "Result", "Rows", "Stmt", "Tx", "ValueConverter", "Valuer"}

// TestComplete fails when a release of Go adds an interface.
func TestComplete(t *testing.T) {
	pkg, err := build.Import("database/sql/driver", "", 0)
	if err != nil {
		t.Skipf("the sources of Go are not here: %v", err)
	}
	found := 0
	for _, name := range pkg.GoFiles {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(pkg.Dir, name), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if _, is := spec.Type.(*ast.InterfaceType); !is || !spec.Name.IsExported() {
				return true
			}
			found++
			name := spec.Name.Name
			switch {
			case optional["Conn"][name] != nil, optional["Stmt"][name] != nil, optional["Rows"][name] != nil, slices.Contains(asideFrom, name):
			default:
				t.Errorf("driver.%s is not looked at", name)
			}
			return true
		})
	}
	if found < 20 {
		t.Errorf("%d interfaces found in %s", found, pkg.Dir)
	}
}

// has returns the names of the interfaces that v has.
func has(v any, interfaces map[string]reflect.Type) map[string]bool {
	m := make(map[string]bool)
	for name, i := range interfaces {
		if reflect.TypeOf(v).Implements(i) {
			m[name] = true
		}
	}
	return m
}

// expected says what a wrapper has, of what the driver's own has: a call that
// is known without a context is also taken with one, and only so where the other
// of exec and query is not known without.
func expected(raw map[string]bool) map[string]bool {
	for with, without := range map[string]string{"ExecerContext": "Execer", "QueryerContext": "Queryer"} {
		if raw[without] {
			raw[with] = true
		}
	}
	if !raw["Execer"] || !raw["Queryer"] {
		delete(raw, "Execer")
		delete(raw, "Queryer")
	}
	return raw
}

func TestConnInterfaces(t *testing.T) {
	tests := []struct {
		name, reason string
		make         func(*fake) driver.Conn
	}{
		{"none", "the least", func(f *fake) driver.Conn { return bare{f} }},
		{"modern", "what drivers have today", newFull},
		{"pings", "alone", func(f *fake) driver.Conn {
			return struct {
				bare
				pings
			}{bare{f}, pings{f}}
		}},
		{"resets", "alone", func(f *fake) driver.Conn {
			return struct {
				bare
				resets
			}{bare{f}, resets{f}}
		}},
		{"valid", "alone", func(f *fake) driver.Conn {
			return struct {
				bare
				valid
			}{bare{f}, valid{f}}
		}},
		{"checks", "alone", func(f *fake) driver.Conn {
			return struct {
				bare
				checks
			}{bare{f}, checks{f}}
		}},
		{"prepares", "alone", func(f *fake) driver.Conn {
			return struct {
				bare
				prepares
			}{bare{f}, prepares{f}}
		}},
		{"begins", "alone", func(f *fake) driver.Conn {
			return struct {
				bare
				begins
			}{bare{f}, begins{f}}
		}},
		{"execs", "alone", func(f *fake) driver.Conn {
			return struct {
				bare
				execs
			}{bare{f}, execs{f}}
		}},
		{"queries", "alone", func(f *fake) driver.Conn {
			return struct {
				bare
				queries
			}{bare{f}, queries{f}}
		}},
		{"old", "as drivers were before contexts", func(f *fake) driver.Conn {
			return struct {
				bare
				oldExecs
				oldQuery
			}{bare{f}, oldExecs{f}, oldQuery{f}}
		}},
		{"all", "old and new, as lib/pq has it", func(f *fake) driver.Conn {
			return struct {
				full
				checks
				oldExecs
				oldQuery
			}{full{bare{f}, pings{f}, resets{f}, valid{f}, prepares{f}, begins{f}, execs{f}, queries{f}}, checks{f}, oldExecs{f}, oldQuery{f}}
		}},
		{"mixed", "one old, one new", func(f *fake) driver.Conn {
			return struct {
				bare
				valid
				checks
				execs
				oldQuery
			}{bare{f}, valid{f}, checks{f}, execs{f}, oldQuery{f}}
		}},
		{"all but the pinger", "no digit disturbs another", func(f *fake) driver.Conn {
			return struct {
				bare
				resets
				valid
				checks
				prepares
				begins
				execs
				queries
			}{bare{f}, resets{f}, valid{f}, checks{f}, prepares{f}, begins{f}, execs{f}, queries{f}}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			raw := tt.make(&fake{})
			want := expected(has(raw, optional["Conn"]))
			want["ConnBeginTx"] = true // with what database/sql does without it
			db := telemetrysql.OpenDB(fakeConnector{&fake{}, tt.make})
			defer db.Close()
			conn, err := db.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			err = conn.Raw(func(c any) error {
				diff(t, tt.reason, has(c, optional["Conn"]), want)
				if got := telemetrysql.Unwrap(c); reflect.TypeOf(got) != reflect.TypeOf(raw) {
					t.Errorf("Unwrap gives %T, want %T", got, raw)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// stmts are the kinds of statements that a driver may have.
var stmts = map[string]func(*fake) driver.Stmt{
	"bare": func(f *fake) driver.Stmt { return bareStmt{f} },
	"full": func(f *fake) driver.Stmt { return fullStmt{bareStmt{f}} },
	"checks": func(f *fake) driver.Stmt {
		return struct {
			fullStmt
			stmtChecker
		}{fullStmt{bareStmt{f}}, stmtChecker{f}}
	},
	"converts": func(f *fake) driver.Stmt {
		return struct {
			bareStmt
			stmtConverter
		}{bareStmt{f}, stmtConverter{f}}
	},
	"all": func(f *fake) driver.Stmt {
		return struct {
			fullStmt
			stmtChecker
			stmtConverter
		}{fullStmt{bareStmt{f}}, stmtChecker{f}, stmtConverter{f}}
	},
}

// stmtConn is a connection with statements of one kind.
type stmtConn struct {
	bare
	make func(*fake) driver.Stmt
}

func (c stmtConn) Prepare(string) (driver.Stmt, error) { return c.make(c.f), nil }

func TestStmtInterfaces(t *testing.T) {
	for name, kind := range stmts {
		t.Run(name, func(t *testing.T) {
			want := has(kind(&fake{}), optional["Stmt"])
			want["StmtExecContext"], want["StmtQueryContext"] = true, true // with what database/sql does without them
			c, err := connect(fakeConnector{&fake{}, func(f *fake) driver.Conn { return stmtConn{bare{f}, kind} }})
			if err != nil {
				t.Fatal(err)
			}
			s, err := c.Prepare("SELECT 1")
			if err != nil {
				t.Fatal(err)
			}
			diff(t, "interfaces", has(s, optional["Stmt"]), want)
		})
	}
}

// connect returns the wrapped connection of a connector.
func connect(c driver.Connector, opts ...telemetrysql.Option) (driver.Conn, error) {
	db := telemetrysql.OpenDB(c, opts...)
	defer db.Close()
	conn, err := db.Conn(context.Background())
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	var wrapped driver.Conn
	err = conn.Raw(func(c any) error {
		wrapped = c.(driver.Conn)
		return nil
	})
	return wrapped, err
}

// What is not wrapped is the driver's own.
func TestPassedOn(t *testing.T) {
	f := newFixture(t)
	c, err := connect(fakeConnector{&fake{affected: driver.RowsAffected(2)}, newFull})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := c.(driver.QueryerContext).QueryContext(telemetry.NewContext(t.Context(), nil), "SELECT 1", nil)
	if _, own := rows.(fakeRows); err != nil || !own {
		t.Errorf("rows %T, error %v", rows, err)
	}
	result, err := c.(driver.ExecerContext).ExecContext(f.context(t), "DELETE FROM t", nil)
	if result != driver.RowsAffected(2) || err != nil {
		t.Errorf("result %v, error %v", result, err)
	}
	fc := fakeConnector{&fake{}, newFull}
	db := telemetrysql.OpenDB(fc)
	if _, own := db.Driver().(fakeDriver); !own {
		t.Errorf("driver %T, want the own one", db.Driver())
	}
	if err := db.Close(); err != nil || fc.f.closed.Load() != 1 {
		t.Errorf("connector closed %d times, error %v", fc.f.closed.Load(), err)
	}
}
