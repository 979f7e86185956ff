package honeycomb

import (
	"cmp"
	"slices"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/formula"
)

// Column is a name that a query may use: of an attribute, of a column that
// Honeycomb derives itself, or of a [CalculatedField]. Make one from a constant
// of package attr. The zero value is no column, which is what COUNT and
// CONCURRENCY take.
type Column string

// Columns returns the columns of attributes, or of those that Honeycomb derives,
// in the order given.
func Columns[C ~string](names ...C) []Column {
	list := make([]Column, 0, len(names))
	for _, n := range names {
		list = append(list, Column(n))
	}
	return list
}

// ColumnType is the type of a column as Honeycomb spells it.
type ColumnType string

// The types of columns.
const (
	ColumnString  ColumnType = "string"
	ColumnFloat   ColumnType = "float"
	ColumnInteger ColumnType = "integer"
	ColumnBoolean ColumnType = "boolean"
)

// ColumnDef is a column as it has to exist before a query may name it.
type ColumnDef struct {
	Name        Column     `json:"name"`
	Type        ColumnType `json:"type"`
	Description string     `json:"description"`
}

// columnDef translates a row of the registry. Honeycomb keeps a list of strings
// as its JSON text.
func columnDef(d attr.Def) ColumnDef {
	c := ColumnDef{Name: Column(d.Name), Type: ColumnString, Description: d.Brief}
	switch d.Type {
	case attr.TypeInt:
		c.Type = ColumnInteger
	case attr.TypeFloat:
		c.Type = ColumnFloat
	case attr.TypeBool:
		c.Type = ColumnBoolean
	}
	return c
}

// lookupColumn finds a column in the registry. Span, event and metric names are
// no columns of a dataset of spans.
func lookupColumn(name Column) (attr.Def, bool) {
	d, ok := attr.Lookup(string(name))
	if !ok || (d.Kind != attr.KindAttribute && d.Kind != attr.KindColumn) {
		return attr.Def{}, false
	}
	return d, true
}

// UsedColumns returns what has to exist as a column before the definition's
// fields, queries and boards can be made: every column that they name, except
// calculated fields, and AlsoColumns, sorted by name and each once. Names that nobody declared
// are left out; [Definition.Validate] reports them.
func (d Definition) UsedColumns() []ColumnDef {
	own := make(map[Column]attr.Def, len(d.Columns))
	for _, c := range d.Columns {
		own[Column(c.Name)] = c
	}
	seen := make(map[Column]bool)
	var list []ColumnDef
	for _, name := range d.namedColumns() {
		if seen[name] {
			continue
		}
		seen[name] = true
		if def, ok := own[name]; ok {
			list = append(list, columnDef(def))
		} else if def, ok := lookupColumn(name); ok {
			list = append(list, columnDef(def))
		}
	}
	slices.SortFunc(list, func(a, b ColumnDef) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// namedColumns returns every column that something in the definition names, in
// the order of the definition, with repetitions and calculated fields.
func (d Definition) namedColumns() []Column {
	list := slices.Clone(d.AlsoColumns)
	for _, f := range d.Fields {
		e, err := formula.Parse(f.Expression)
		if err != nil {
			continue // Validate says it
		}
		list = append(list, Columns(e.Columns()...)...)
	}
	for _, s := range d.SavedQueries() {
		list = append(list, s.Query.columns()...)
	}
	for _, b := range d.Boards {
		for _, f := range b.PresetFilters {
			list = append(list, f.Column)
		}
	}
	for _, t := range d.Triggers {
		list = append(list, t.Query.columns()...)
	}
	return list
}
