package telemetrysql

import (
	"cmp"
	"reflect"
	"strings"

	"github.com/lift-sys/telemetry/internal/sqltext"
)

// Names of database products in OpenTelemetry's conventions.
const (
	postgreSQL = "postgresql"
	sqlite     = "sqlite"
	mySQL      = "mysql"
	mariaDB    = "mariadb"
	sqlServer  = "microsoft.sql_server"
	otherSQL   = "other_sql"
)

// dialects says how the statements of a product are read.
var dialects = map[string]sqltext.Dialect{
	postgreSQL:    sqltext.PostgreSQL,
	"cockroachdb": sqltext.PostgreSQL,
	sqlite:        sqltext.SQLite,
	mySQL:         sqltext.MySQL,
	mariaDB:       sqltext.MySQL,
	sqlServer:     sqltext.SQLServer,
}

// systems says which product the name of a driver or its package speaks of, by
// a part of it. The first that is found counts.
var systems = []struct{ part, system string }{
	{"cockroach", "cockroachdb"},
	{"pgx", postgreSQL},
	{"postgres", postgreSQL},
	{"lib/pq", postgreSQL},
	{"sqlite", sqlite},
	{"mariadb", mariaDB},
	{"mysql", mySQL},
	{"mssql", sqlServer},
	{"sqlserver", sqlServer},
	{"azuresql", sqlServer},
	{"oracle", "oracle.db"},
	{"godror", "oracle.db"},
	{"clickhouse", "clickhouse"},
	{"spanner", "gcp.spanner"},
	{"trino", "trino"},
}

// systemOf returns the product that the first telling hint speaks of.
func systemOf(hints ...string) string {
	for _, hint := range hints {
		hint = strings.ToLower(hint)
		for _, s := range systems {
			if strings.Contains(hint, s.part) {
				return s.system
			}
		}
	}
	return otherSQL
}

// packageOf returns the import path and the name of the type of v.
func packageOf(v any) string {
	t := reflect.TypeOf(v)
	if t == nil {
		return ""
	}
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return cmp.Or(t.PkgPath(), "builtin") + "." + t.Name()
}
