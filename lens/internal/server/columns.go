package server

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/lens/internal/sql"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

type column struct {
	Name        string   `json:"name"`
	Type        string   `json:"type"`
	Unit        string   `json:"unit"`
	Description string   `json:"description"`
	Values      []string `json:"values,omitempty"`
	Calculated  bool     `json:"calculated,omitempty"`
	Expression  string   `json:"expression,omitempty"`
}

// getColumns returns the columns of the registry, those that have been seen, and
// the calculated fields.
func (s *server) getColumns(*http.Request) (any, error) {
	var list []column
	registered := make(map[string]bool)
	for _, d := range attr.All() {
		for _, c := range table.Of(d) {
			registered[c.Name] = true
			unit := d.Unit
			if c.Name == d.Name+".count" { // of a histogram's values
				unit = ""
			}
			list = append(list, column{Name: c.Name, Type: c.Kind.String(), Unit: unit, Description: d.Brief, Values: d.Values})
		}
	}
	seen := s.Store.Columns()
	for name, kind := range seen {
		if !registered[name] {
			list = append(list, column{Name: name, Type: kind.String()})
		}
	}
	for _, f := range s.Definition.Fields {
		kind, err := sql.FieldKind(seen, f)
		if err != nil {
			return nil, err
		}
		list = append(list, column{
			Name: string(f.Alias), Type: kind.String(), Description: f.Description, Calculated: true, Expression: f.Expression,
		})
	}
	slices.SortFunc(list, func(a, b column) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
}
