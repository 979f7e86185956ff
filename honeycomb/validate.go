package honeycomb

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/formula"
)

// RuleError is one violation of a rule that Honeycomb, or this package on its
// behalf, enforces.
type RuleError struct {
	// Thing that breaks the rule, with its kind and name: trigger "Slow requests".
	Thing string
	// Rule that is broken, with the offending value.
	Rule string
	// Fix is what to do about it.
	Fix string
}

// Error returns thing, rule and fix in one line.
func (e *RuleError) Error() string { return e.Thing + ": " + e.Rule + ": " + e.Fix }

// What Honeycomb allows, as recorded in November 2026.
const (
	maxParts             = 100 // breakdowns, calculations, filters, orders, havings of a query
	maxLimit             = 1000
	maxQueryName         = 320
	maxDescription       = 1023
	maxBoardName         = 255
	maxBoardDescription  = 1024
	maxSLOName           = 120
	maxExpression        = 4095
	maxTriggerName       = 120
	maxPresetFilters     = 5
	maxTargetPerMillion  = 999_999
	maxTags              = 10
	maxTagKey            = 32
	maxTagValue          = 128
	maxExceededLimit     = 5
	minBudgetRateMinutes = 60
)

// Validate checks the definition against every rule that Honeycomb enforces, and
// against what the plan has; [Definition.For] cuts a definition down to a plan.
// It returns nil, or all violations joined, each of them a [*RuleError].
func (d Definition) Validate(plan PlanKind) error {
	c := checker{def: d, types: make(map[Column]ColumnType)}
	c.columns()
	for _, name := range c.def.AlsoColumns {
		c.column("AlsoColumns", name)
	}
	c.fields()
	c.savedQueries()
	c.boards()
	c.recipients()
	c.triggers(plan)
	c.slos(plan)
	c.owner()
	return errors.Join(c.errs...)
}

// checker collects violations. types are those of every column that may be
// named; an empty type is one that nobody knows. With others, any other column
// may be named too.
type checker struct {
	def     Definition
	types   map[Column]ColumnType
	others  bool // columns besides types may be named
	dataset bool // types are what a dataset has, and not what a service emits
	errs    []error
}

func (c *checker) fail(thing, rule, fix string) {
	c.errs = append(c.errs, &RuleError{thing, rule, fix})
}

// named returns how errors call a thing.
func named(kind, name string) string { return fmt.Sprintf("%s %q", kind, name) }

// length checks a text of so many characters.
func (c *checker) length(thing, what, text string, most int) {
	if n := utf8.RuneCountInString(text); n > most {
		c.fail(thing, fmt.Sprintf("%s has %d characters, more than %d", what, n, most), "shorten it")
	}
}

// names checks that the names of things of one kind are there and unique. They
// identify the thing in Honeycomb.
func (c *checker) names(kind string, names []string) {
	seen := make(map[string]bool, len(names))
	for i, n := range names {
		switch {
		case n == "":
			c.fail(fmt.Sprintf("%s %d", kind, i+1), "has no name", "give it one; it is how it is found again")
		case seen[n]:
			c.fail(named(kind, n), fmt.Sprintf("another %s has this name too", kind), "give each a name of its own")
		}
		seen[n] = true
	}
}

// columns collects what queries may name, and checks what the service declares
// itself.
func (c *checker) columns() {
	for _, d := range attr.All() {
		if d.Kind == attr.KindAttribute || d.Kind == attr.KindColumn {
			c.types[Column(d.Name)] = columnDef(d).Type
		}
	}
	names := make([]string, 0, len(c.def.Columns))
	for _, d := range c.def.Columns {
		names = append(names, d.Name)
		thing := named("column", d.Name)
		if _, ok := lookupColumn(Column(d.Name)); ok {
			c.fail(thing, "is in the registry of package attr already", "remove it from Columns")
		}
		if d.Type == attr.NoType {
			c.fail(thing, "has no type", "set Type; Honeycomb makes columns of one type")
		}
		c.length(thing, "meaning", d.Brief, maxDescription)
		c.types[Column(d.Name)] = columnDef(d).Type
	}
	c.names("column", names)
}

// column checks that a name may be used, and returns its type.
func (c *checker) column(thing string, name Column) ColumnType {
	t, ok := c.types[name]
	switch {
	case ok || c.others:
	case c.dataset:
		c.fail(thing, fmt.Sprintf("column %q is not in the dataset", name), "check its name, or send a row that has it first")
	default:
		c.fail(thing, fmt.Sprintf("column %q is not emitted by anything", name),
			"use a constant of package attr, define a calculated field, or declare the service's own column in Columns")
	}
	return t
}

// fields checks calculated fields in two rounds, because all of them are known
// to queries and none to another one.
func (c *checker) fields() {
	names := make([]string, 0, len(c.def.Fields))
	types := make(map[Column]ColumnType, len(c.def.Fields))
	aliases := make(map[Column]bool, len(c.def.Fields))
	for _, f := range c.def.Fields {
		names = append(names, string(f.Alias))
		aliases[f.Alias] = true
	}
	c.names("calculated field", names)
	for _, f := range c.def.Fields {
		thing := named("calculated field", string(f.Alias))
		if _, ok := c.types[f.Alias]; ok {
			c.fail(thing, "has the name of a column", "choose another alias")
		}
		c.length(thing, "description", f.Description, maxDescription)
		c.length(thing, "expression", f.Expression, maxExpression)
		e, err := formula.Parse(f.Expression)
		if err != nil {
			c.errs = append(c.errs, &RuleError{thing, "expression " + err.Error(), "see Honeycomb's calculated field reference"})
			continue
		}
		for _, name := range Columns(e.Columns()...) {
			if aliases[name] {
				c.fail(thing, fmt.Sprintf("names the calculated field %q", name), "repeat that field's expression; fields are made in no certain order")
				continue
			}
			c.column(thing, name)
		}
		c.strict(thing, e)
		types[f.Alias] = typeOf(e, c.types)
	}
	maps.Copy(c.types, types)
}

// strict checks that EQUALS and IN compare like with like; they are false
// otherwise, without a word.
func (c *checker) strict(thing string, e formula.Expr) {
	if (e.Function == "EQUALS" || e.Function == "IN") && len(e.Args) > 1 {
		want := typeOf(e.Args[0], c.types)
		for _, a := range e.Args[1:] {
			got := typeOf(a, c.types)
			if want != "" && got != "" && !alike(want, got) {
				c.fail(thing, fmt.Sprintf("%s compares %s with %s, which is never true", e.Function, want, got), "compare values of one type; STRING, INT, FLOAT and BOOL convert")
			}
		}
	}
	for _, a := range e.Args {
		c.strict(thing, a)
	}
}

func alike(a, b ColumnType) bool { return a == b || (isNumber(a) && isNumber(b)) }

func isNumber(t ColumnType) bool { return t == ColumnInteger || t == ColumnFloat }

// owner checks the tags, and the one that says who owns things.
func (c *checker) owner() {
	if c.def.Owner != "" && !validTagValue(c.def.Owner) {
		c.fail(named("owner", c.def.Owner), "is no value of a tag", tagValueFix)
	}
}

const (
	tagKeyFix   = "use at most 32 lower-case letters"
	tagValueFix = "begin with a lower-case letter, go on with those, digits, / and -, up to 128 characters"
)

func validTagKey(s string) bool {
	return s != "" && len(s) <= maxTagKey && !slices.ContainsFunc([]byte(s), func(b byte) bool { return b < 'a' || 'z' < b })
}

func validTagValue(s string) bool {
	if s == "" || len(s) > maxTagValue || s[0] < 'a' || 'z' < s[0] {
		return false
	}
	return !slices.ContainsFunc([]byte(s), func(b byte) bool {
		return (b < 'a' || 'z' < b) && (b < '0' || '9' < b) && b != '/' && b != '-'
	})
}

// tags checks the tags of a thing to which others are added that say whose it is.
func (c *checker) tags(thing string, tags []Tag, added ...string) {
	if n := len(tags) + len(added); n > maxTags {
		c.fail(thing, fmt.Sprintf("has %d tags with the owner's, more than %d", n, maxTags), "remove some")
	}
	seen := make(map[string]bool, len(tags))
	for _, t := range tags {
		switch {
		case !validTagKey(t.Key):
			c.fail(thing, fmt.Sprintf("tag key %q is not allowed", t.Key), tagKeyFix)
		case !validTagValue(t.Value):
			c.fail(thing, fmt.Sprintf("tag value %q is not allowed", t.Value), tagValueFix)
		case slices.Contains(added, t.Key):
			c.fail(thing, fmt.Sprintf("tag %q says whose it is", t.Key), "remove it; Owner and Settings.Dataset set it")
		case seen[t.Key]:
			c.fail(thing, fmt.Sprintf("tag %q is there twice", t.Key), "keep one")
		}
		seen[t.Key] = true
	}
}
