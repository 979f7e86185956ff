package table

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
)

// Kind is the type of a column's values. The zero value is a string.
type Kind uint8

// The kinds. TraceID and SpanID are hexadecimal strings to everyone but the
// store, which keeps them as numbers of 128 and 64 bits.
const (
	String Kind = iota
	Int
	Float
	Bool
	TraceID
	SpanID
)

// String returns the kind as Honeycomb calls the type of a column.
func (k Kind) String() string {
	switch k {
	case Int:
		return "integer"
	case Float:
		return "float"
	case Bool:
		return "boolean"
	}
	return "string"
}

// Numeric reports whether the values are numbers.
func (k Kind) Numeric() bool { return k == Int || k == Float }

// Column is a column that the store keeps typed. All other attributes stand in
// one JSON column.
type Column struct {
	Name string
	Kind Kind
}

// Names of the columns that every row has. No attribute can have them, because
// no attribute outside of the registry has a column of its own.
const (
	Time    = "_time"    // BIGINT, Unix nanoseconds
	Weight  = "_weight"  // BIGINT, at least 1
	Dataset = "_dataset" // VARCHAR
	Extra   = "_extra"   // VARCHAR, a JSON object
)

// SampleRate is the attribute that becomes a row's weight, and no column.
const SampleRate = "SampleRate"

type schema struct {
	columns []Column
	index   map[string]int
}

// typed reports whether a name has a column of its own: what Honeycomb derives,
// and the attributes that are asked for often, which are the product's own,
// those of gen_ai, and those that the boards, alerts and runbooks name. A column
// costs a row 8 bytes of DuckDB's log even where it is empty: with the whole
// registry, ingest takes twice as long.
func typed(d attr.Def, used map[string]bool) bool {
	if _, ok := Registered(d); !ok {
		return false
	}
	return d.Kind == attr.KindColumn || attr.Ours(d.Name) || strings.HasPrefix(d.Name, "gen_ai.") || used[d.Name]
}

var registry = sync.OnceValue(func() schema {
	var s schema
	used := make(map[string]bool)
	for _, c := range liftsys.Define(liftsys.Options{}).UsedColumns() {
		used[string(c.Name)] = true
	}
	for _, d := range attr.All() {
		if !typed(d, used) {
			continue
		}
		kind, _ := Registered(d)
		s.columns = append(s.columns, Column{d.Name, kind})
	}
	slices.SortFunc(s.columns, func(a, b Column) int { return cmp.Compare(a.Name, b.Name) })
	s.index = make(map[string]int, len(s.columns))
	for i, c := range s.columns {
		s.index[c.Name] = i
	}
	return s
})

// Registered returns the kind of a registered attribute or column, and whether a
// row can have it.
func Registered(d attr.Def) (Kind, bool) {
	if d.Kind != attr.KindAttribute && d.Kind != attr.KindColumn || d.Name == SampleRate {
		return String, false
	}
	switch d.Name {
	case attr.ColumnTraceTraceID, attr.ColumnTraceLinkTraceID:
		return TraceID, true
	case attr.ColumnTraceSpanID, attr.ColumnTraceParentID, attr.ColumnTraceLinkSpanID:
		return SpanID, true
	}
	switch d.Type {
	case attr.TypeInt:
		return Int, true
	case attr.TypeFloat:
		return Float, true
	case attr.TypeBool:
		return Bool, true
	}
	return String, true
}

// Columns returns the typed columns sorted by name. The caller must not change
// them.
func Columns() []Column { return registry().columns }

// Lookup returns the place of a typed column in [Columns].
func Lookup(name string) (int, bool) {
	i, ok := registry().index[name]
	return i, ok
}
