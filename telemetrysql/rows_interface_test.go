package telemetrysql_test

import (
	"database/sql/driver"
	"io"
	"math"
	"reflect"
	"testing"
)

// The optional parts of rows.
type (
	sets          struct{}
	scanTypes     struct{}
	databaseTypes struct{}
	lengths       struct{}
	nulls         struct{}
	precisions    struct{}
)

func (sets) HasNextResultSet() bool { return true }
func (sets) NextResultSet() error   { return io.EOF }

func (scanTypes) ColumnTypeScanType(i int) reflect.Type {
	return []reflect.Type{reflect.TypeFor[int64](), reflect.TypeFor[string]()}[i]
}

func (databaseTypes) ColumnTypeDatabaseTypeName(i int) string { return []string{"BIGINT", "TEXT"}[i] }
func (lengths) ColumnTypeLength(i int) (int64, bool)          { return math.MaxInt64, i == 1 }
func (nulls) ColumnTypeNullable(i int) (nullable, ok bool)    { return i == 1, true }

func (precisions) ColumnTypePrecisionScale(i int) (precision, scale int64, ok bool) {
	return 38, int64(i), true
}

// rowKinds are the kinds of rows that a driver may have: none of the optional
// interfaces, each alone, all but one, and all.
var rowKinds = map[string]driver.Rows{
	"none": fakeRows{},
	"sets": struct {
		fakeRows
		sets
	}{},
	"scan types": struct {
		fakeRows
		scanTypes
	}{},
	"database types": struct {
		fakeRows
		databaseTypes
	}{},
	"lengths": struct {
		fakeRows
		lengths
	}{},
	"nulls": struct {
		fakeRows
		nulls
	}{},
	"precisions": struct {
		fakeRows
		precisions
	}{},
	"all but sets, as pgx and SQLite have it": struct {
		fakeRows
		scanTypes
		databaseTypes
		lengths
		nulls
		precisions
	}{},
	"all but scan types": struct {
		fakeRows
		sets
		databaseTypes
		lengths
		nulls
		precisions
	}{},
	"all but database types": struct {
		fakeRows
		sets
		scanTypes
		lengths
		nulls
		precisions
	}{},
	"all but lengths": struct {
		fakeRows
		sets
		scanTypes
		databaseTypes
		nulls
		precisions
	}{},
	"all but nulls, as lib/pq has it": struct {
		fakeRows
		sets
		scanTypes
		databaseTypes
		lengths
		precisions
	}{},
	"all but precisions": struct {
		fakeRows
		sets
		scanTypes
		databaseTypes
		lengths
		nulls
	}{},
	"all": allRows{},
}

type allRows struct {
	fakeRows
	sets
	scanTypes
	databaseTypes
	lengths
	nulls
	precisions
}

func (allRows) Columns() []string { return []string{"id", "title"} }

func TestRowsInterfaces(t *testing.T) {
	f := newFixture(t)
	for name, raw := range rowKinds {
		t.Run(name, func(t *testing.T) {
			c, err := connect(fakeConnector{&fake{}, rowsConn(func() driver.Rows { return raw })})
			if err != nil {
				t.Fatal(err)
			}
			rows, err := c.(driver.QueryerContext).QueryContext(f.context(t), "SELECT 1", nil)
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			diff(t, "interfaces", has(rows, optional["Rows"]), has(raw, optional["Rows"]))
		})
	}
}

// What database/sql tells of columns is what the driver says.
func TestColumnTypes(t *testing.T) {
	f := newFixture(t)
	db := openRows(t, &fake{}, func() driver.Rows { return allRows{} })
	rows, err := db.QueryContext(f.context(t), "SELECT * FROM t")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		t.Fatal(err)
	}
	type column struct {
		Name, Database, Scan         string
		Length, Precision, Scale     int64
		Nullable, HasLength, HasNull bool
	}
	if err := rows.Err(); err != nil {
		t.Error(err)
	}
	var got []column
	for _, ct := range types {
		c := column{Name: ct.Name(), Database: ct.DatabaseTypeName(), Scan: ct.ScanType().String()}
		c.Length, c.HasLength = ct.Length()
		c.Nullable, c.HasNull = ct.Nullable()
		c.Precision, c.Scale, _ = ct.DecimalSize()
		got = append(got, c)
	}
	diff(t, "columns", got, []column{
		{Name: "id", Database: "BIGINT", Scan: "int64", Length: math.MaxInt64, Precision: 38, HasNull: true},
		{Name: "title", Database: "TEXT", Scan: "string", Length: math.MaxInt64, Precision: 38, Scale: 1, Nullable: true, HasLength: true, HasNull: true},
	})
}
