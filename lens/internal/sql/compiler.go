package sql

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/formula"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// compiler makes expressions of columns and calculated fields.
type compiler struct {
	extra  map[string]table.Kind // columns in Extra
	fields map[honeycomb.Column]formula.Expr
}

func newCompiler(extra map[string]table.Kind, fields []honeycomb.CalculatedField) (compiler, error) {
	c := compiler{extra, make(map[honeycomb.Column]formula.Expr)}
	for _, f := range fields {
		e, err := formula.Parse(f.Expression)
		if err != nil {
			return c, fmt.Errorf("calculated field %q: %w", f.Alias, err)
		}
		c.fields[f.Alias] = e
	}
	return c, nil
}

// resolve returns a column or a calculated field.
func (c compiler) resolve(name honeycomb.Column) (expr, error) {
	f, ok := c.fields[name]
	if !ok {
		return c.column(string(name)), nil
	}
	e, err := c.formula(f)
	if err != nil {
		return e, fmt.Errorf("calculated field %q: %w", name, err)
	}
	return e, nil
}

// column returns what a column holds. One that no row has is NULL.
func (c compiler) column(name string) expr {
	if i, ok := table.Lookup(name); ok {
		return expr{sql: ident(name), kind: table.Columns()[i].Kind}
	}
	kind, ok := c.extra[name]
	if !ok {
		return none
	}
	if registered, ok := table.Registered(name); ok {
		kind = registered // whatever came first
	}
	// As a JSON pointer (RFC 6901) any name can be written.
	path := literal("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name))
	value, typed := fmt.Sprintf("json_extract_string(%s, %s)", table.Extra, path), fmt.Sprintf("json_type(%s, %s)", table.Extra, path)
	var types string
	switch kind {
	case table.Int:
		types, value = "'BIGINT', 'UBIGINT'", "TRY_CAST("+value+" AS BIGINT)"
	case table.Float:
		types, value = "'BIGINT', 'UBIGINT', 'DOUBLE'", "TRY_CAST("+value+" AS DOUBLE)"
	case table.Bool:
		types, value = "'BOOLEAN'", "TRY_CAST("+value+" AS BOOLEAN)"
	default: // everything is text if need be
		text := floatText("TRY_CAST(" + value + " AS DOUBLE)")
		return expr{sql: fmt.Sprintf("(CASE WHEN %s = 'DOUBLE' THEN %s ELSE %s END)", typed, text, value), kind: kind}
	}
	return expr{sql: fmt.Sprintf("(CASE WHEN %s IN (%s) THEN %s END)", typed, types, value), kind: kind}
}

// namesMetric reports whether a query is about a metric.
func (c compiler) namesMetric(q honeycomb.Query) bool {
	names := slices.Clone(q.Breakdowns) // orders and havings have no others
	for _, calc := range q.Calculations {
		names = append(names, calc.Column)
	}
	for _, f := range q.Filters {
		names = append(names, f.Column)
	}
	return slices.ContainsFunc(names, func(name honeycomb.Column) bool {
		if f, ok := c.fields[name]; ok {
			return slices.ContainsFunc(f.Columns(), table.IsMetric)
		}
		return table.IsMetric(string(name))
	})
}

// formula compiles an expression. Formulas see columns, not other calculated
// fields.
func (c compiler) formula(e formula.Expr) (expr, error) {
	switch {
	case e.Column != "":
		return c.column(e.Column).plain(), nil
	case e.Kind != formula.NoLiteral:
		v, err := e.Value()
		return constant(v), err
	}
	args := make([]expr, 0, len(e.Args))
	for _, a := range e.Args {
		x, err := c.formula(a)
		if err != nil {
			return none, err
		}
		args = append(args, x)
	}
	if f, ok := literalFunctions[e.Function]; ok {
		return f(e, args)
	}
	if f, ok := functions[e.Function]; ok {
		return f(args)
	}
	return none, fmt.Errorf("function %s cannot be computed by lens", e.Function)
}

// FieldKind returns the type of a calculated field.
func FieldKind(extra map[string]table.Kind, f honeycomb.CalculatedField) (table.Kind, error) {
	c, err := newCompiler(extra, []honeycomb.CalculatedField{f})
	if err != nil {
		return table.String, err
	}
	e, err := c.resolve(f.Alias)
	return e.kind, err
}
