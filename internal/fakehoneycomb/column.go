package fakehoneycomb

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var columnTypes = []string{"string", "float", "integer", "boolean"}

func checkColumn(c *call, o Object) *problem {
	name := o.text("key_name")
	if name == "" {
		return invalid("key_name", "key_name is required")
	}
	o.fallback("type", "string")
	if !slices.Contains(columnTypes, o.text("type")) {
		return invalid("type", "type must be one of %s", strings.Join(columnTypes, ", "))
	}
	if c.old != nil {
		if name != c.old.text("key_name") {
			return invalid("key_name", "a column cannot be renamed")
		}
	} else if slices.ContainsFunc(c.api.store[place{KindColumn, c.scope}], func(e Object) bool { return e.text("key_name") == name }) {
		return conflict("column %q already exists", name)
	}
	o.fallback("description", "")
	o.fallback("hidden", false)
	delete(o, "last_written")
	return nil
}

func filterColumns(c *call, objects []Object) (Object, []Object, *problem) {
	return byName(c, objects, "key_name", "column")
}

func filterFields(c *call, objects []Object) (Object, []Object, *problem) {
	return byName(c, objects, "alias", "calculated field")
}

// byName serves ?name=value, which answers with one object.
func byName(c *call, objects []Object, name, what string) (Object, []Object, *problem) {
	values := c.query[name]
	if len(values) == 0 {
		return nil, objects, nil
	}
	for _, o := range objects {
		if o.text(name) == values[0] {
			return o, nil, nil
		}
	}
	return nil, nil, notFound(what)
}

func columnInUse(c *call, o Object) string {
	name := o.text("key_name")
	for _, f := range c.api.environment(KindField, c.scope) {
		if slices.Contains(expressionColumns(f.text("expression")), name) {
			return fmt.Sprintf("calculated field %q", f.text("alias"))
		}
	}
	return c.queryWith(name)
}

// MaxExpression is the longest expression of a calculated field.
const MaxExpression = 4095

func checkField(c *call, o Object) *problem {
	alias, expression := o.text("alias"), o.text("expression")
	switch {
	case alias == "":
		return invalid("alias", "alias is required")
	case expression == "":
		return invalid("expression", "expression is required")
	case len(expression) > MaxExpression:
		return invalid("expression", "expression must be at most %d characters", MaxExpression)
	case strings.Count(expression, "(") != strings.Count(expression, ")"):
		return invalid("expression", "unbalanced parentheses")
	}
	for _, other := range c.api.store[place{KindField, c.scope}] {
		if other.text("alias") == alias && (c.old == nil || other.text("id") != c.old.text("id")) {
			return conflict("a calculated field with the alias %q already exists", alias)
		}
	}
	if c.old != nil && c.old.text("alias") != alias {
		if by := fieldInUse(c, c.old); by != "" {
			return conflict("calculated field is in use by %s and cannot be renamed", by)
		}
	}
	known := c.api.columns(c.scope)
	for _, name := range expressionColumns(expression) {
		if _, ok := known[name]; !ok {
			return invalid("expression", "unknown column %q", name)
		}
	}
	o.fallback("description", "")
	return nil
}

var columnRef = regexp.MustCompile(`\$(?:"((?:[^"\\]|\\.)*)"|([A-Za-z0-9_.\-/@]+))`)

// expressionColumns returns the columns that an expression names: $name or
// $"a name".
func expressionColumns(expression string) []string {
	var names []string
	for _, m := range columnRef.FindAllStringSubmatch(expression, -1) {
		name := m[2]
		if m[1] != "" {
			if s, err := strconv.Unquote(`"` + m[1] + `"`); err == nil {
				name = s
			}
		}
		names = append(names, name)
	}
	return names
}

func fieldInUse(c *call, o Object) string {
	alias := o.text("alias")
	for _, s := range c.neighbours(KindSLO) {
		if s.object("sli").text("alias") == alias {
			return fmt.Sprintf("SLO %q", s.text("name"))
		}
	}
	return c.queryWith(alias)
}

// queryWith names the trigger, or the board, with a query over a column. A query
// that nothing shows keeps nothing in use: it could never be deleted.
func (c *call) queryWith(column string) string {
	for _, t := range c.neighbours(KindTrigger) {
		if slices.Contains(queryColumns(t.object("query")), column) {
			return fmt.Sprintf("trigger %q", t.text("name"))
		}
	}
	shown := map[string]string{}
	for _, b := range c.api.environment(KindBoard, c.scope) {
		for _, p := range b.list("panels") {
			shown[p.object("query_panel").text("query_id")] = b.text("name")
		}
	}
	for _, q := range c.neighbours(KindQuery) {
		if board, ok := shown[q.text("id")]; ok && slices.Contains(queryColumns(q), column) {
			return fmt.Sprintf("board %q", board)
		}
	}
	return ""
}

// neighbours returns the objects of one kind that may name what is in the call's
// dataset: those in the same one, and where one of the two is for all datasets,
// all.
func (c *call) neighbours(kind Kind) []Object {
	if c.dataset == AllDatasets {
		return c.api.environment(kind, c.scope)
	}
	all := strings.TrimSuffix(c.scope, c.dataset) + AllDatasets
	return slices.Concat(c.api.store[place{kind, c.scope}], c.api.store[place{kind, all}])
}
