package table

import (
	"cmp"
	"slices"
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
	columns []Column         // the typed ones
	index   map[string]place // of all registered columns
}

// place is what is known of a registered column.
type place struct {
	kind   Kind
	typed  int // in the columns, -1 for one in Extra
	metric bool
}

// typed reports whether a registered name has a column of its own: what Honeycomb
// derives, and what is asked for often, which are the product's own attributes and
// all that the boards, alerts and runbooks name. A column costs a row 8 bytes of
// DuckDB's log even where it is empty: with the whole registry, ingest takes twice as
// long, and with those of gen_ai, which mostly repeat the product's, a fifth more.
func typed(d attr.Def, column string, used map[string]bool) bool {
	if used[column] || d.Kind == attr.KindColumn {
		return true
	}
	return d.Kind == attr.KindAttribute && attr.Ours(column)
}

var registry = sync.OnceValue(func() schema {
	s := schema{index: make(map[string]place)}
	used := make(map[string]bool)
	for _, c := range liftsys.Define(liftsys.Options{}).UsedColumns() {
		used[string(c.Name)] = true
	}
	for _, d := range attr.All() {
		for _, c := range Of(d) {
			if typed(d, c.Name, used) {
				s.columns = append(s.columns, c)
			}
			s.index[c.Name] = place{c.Kind, -1, d.Kind == attr.KindMetric}
		}
	}
	slices.SortFunc(s.columns, func(a, b Column) int { return cmp.Compare(a.Name, b.Name) })
	for i, c := range s.columns {
		p := s.index[c.Name]
		p.typed = i
		s.index[c.Name] = p
	}
	return s
})

// Of returns the columns that rows can have by a definition of the registry: one for
// an attribute, a counter or a gauge, several for a histogram, and none for a span or
// an event.
func Of(d attr.Def) []Column {
	switch {
	case d.Name == SampleRate:
		return nil
	case d.Kind == attr.KindMetric && d.Instrument == attr.Histogram:
		return []Column{{d.Name + ".count", Int}, {d.Name + ".sum", Float}, {d.Name + ".avg", Float}, {d.Name + ".min", Float}, {d.Name + ".max", Float}}
	case d.Kind == attr.KindAttribute, d.Kind == attr.KindColumn, d.Kind == attr.KindMetric:
		return []Column{{d.Name, kind(d)}}
	}
	return nil
}

func kind(d attr.Def) Kind {
	switch d.Name {
	case attr.ColumnTraceTraceID, attr.ColumnTraceLinkTraceID:
		return TraceID
	case attr.ColumnTraceSpanID, attr.ColumnTraceParentID, attr.ColumnTraceLinkSpanID:
		return SpanID
	}
	switch d.Type {
	case attr.TypeInt:
		return Int
	case attr.TypeFloat:
		return Float
	case attr.TypeBool:
		return Bool
	}
	return String
}

// IsMetric reports whether a column is that of a registered metric, which only the
// rows of metrics have.
func IsMetric(name string) bool { return registry().index[name].metric }

// Registered returns the kind of a registered column, typed or not, and whether it is
// one.
func Registered(name string) (Kind, bool) {
	p, ok := registry().index[name]
	return p.kind, ok
}

// Columns returns the typed columns sorted by name. The caller must not change
// them.
func Columns() []Column { return registry().columns }

// Lookup returns the place of a typed column in [Columns].
func Lookup(name string) (int, bool) {
	p, ok := registry().index[name]
	return p.typed, ok && p.typed >= 0
}
