package table

import (
	"cmp"
	"slices"
	"sync"

	"github.com/lift-sys/telemetry/attr"
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

var registry = sync.OnceValue(func() schema {
	var s schema
	for _, d := range attr.All() {
		if d.Kind != attr.KindAttribute && d.Kind != attr.KindColumn || d.Name == SampleRate {
			continue
		}
		c := Column{Name: d.Name}
		switch d.Type {
		case attr.TypeInt:
			c.Kind = Int
		case attr.TypeFloat:
			c.Kind = Float
		case attr.TypeBool:
			c.Kind = Bool
		}
		switch d.Name {
		case attr.ColumnTraceTraceID, attr.ColumnTraceLinkTraceID:
			c.Kind = TraceID
		case attr.ColumnTraceSpanID, attr.ColumnTraceParentID, attr.ColumnTraceLinkSpanID:
			c.Kind = SpanID
		}
		s.columns = append(s.columns, c)
	}
	slices.SortFunc(s.columns, func(a, b Column) int { return cmp.Compare(a.Name, b.Name) })
	s.index = make(map[string]int, len(s.columns))
	for i, c := range s.columns {
		s.index[c.Name] = i
	}
	return s
})

// Columns returns the typed columns sorted by name: the attributes of the
// registry and what Honeycomb derives. The caller must not change them.
func Columns() []Column { return registry().columns }

// Lookup returns the place of a typed column in [Columns].
func Lookup(name string) (int, bool) {
	i, ok := registry().index[name]
	return i, ok
}
