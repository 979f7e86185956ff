// Package formula reads the expressions of Honeycomb's calculated fields:
//
//	IF(EQUALS($error, true), 100, 0)
//	IF($error = true AND !EXISTS($trace.parent_id), 100, 0)
//
// An operator is read as the function that it stands for. Signs are parts of
// columns' names too, so that it has to have spaces around it: $a-b is one column.
//
// The grammar and the functions are those of Honeycomb's calculated field
// reference and of its derived column validator, read in November 2026. An
// [Expr] is a value that any number of goroutines may read.
package formula

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Expr is a formula or a part of one: a function, a column or a literal.
type Expr struct {
	Function string // upper case; empty for a column or a literal
	Args     []Expr // as many as the function takes
	Column   string // empty unless it is one
	Literal  string // as written, quotes included; empty unless it is one
	Kind     Kind
}

// Kind tells literals apart. The zero value is no literal.
type Kind uint8

// The kinds of literals.
const (
	NoLiteral Kind = iota
	Number
	String
	Bool
	Null
)

// arity is how many arguments a function takes. max -1 means any number.
type arity struct{ min, max int }

var functions = map[string]arity{
	"IF": {2, -1}, "SWITCH": {3, -1}, "COALESCE": {1, -1},
	"LT": {2, 2}, "LTE": {2, 2}, "GT": {2, 2}, "GTE": {2, 2}, "EQUALS": {2, 2}, "IN": {2, -1},
	"EXISTS": {1, 1}, "NOT": {1, 1}, "AND": {1, -1}, "OR": {1, -1},
	"MIN": {1, -1}, "MAX": {1, -1}, "SUM": {1, -1}, "SUB": {2, 2}, "MUL": {1, -1}, "DIV": {2, 2}, "MOD": {2, 2}, "LOG10": {1, 1},
	"BUCKET": {2, 4},
	"INT":    {1, 1}, "FLOAT": {1, 1}, "BOOL": {1, 1}, "STRING": {1, 1},
	"CONCAT": {1, -1}, "STARTS_WITH": {2, 2}, "ENDS_WITH": {2, 2}, "CONTAINS": {2, 2}, "TO_LOWER": {1, 1}, "LENGTH": {1, 2},
	"REG_MATCH": {2, 2}, "REG_VALUE": {2, 2}, "REG_COUNT": {2, 2},
	"UNIX_TIMESTAMP": {1, 1}, "EVENT_TIMESTAMP": {0, 0}, "INGEST_TIMESTAMP": {0, 0}, "FORMAT_TIME": {2, 2},
}

// maxDepth bounds the nesting of an expression, so that a hostile one cannot
// exhaust the stack.
const maxDepth = 100

// Parse reads a formula. The error says where it is wrong and what would be
// right.
func Parse(s string) (Expr, error) {
	p := parser{rest: s, whole: s}
	e, err := p.expr(0, 0)
	if err != nil {
		return Expr{}, err
	}
	p.space()
	if p.rest != "" {
		return Expr{}, p.errorf("%q follows the end of the expression: remove it, or put an operator before it, with spaces around", clip(p.rest))
	}
	if e.depth() > maxDepth { // a chain of operators is deep without being nested
		return Expr{}, p.errorf(tooDeep, maxDepth)
	}
	return e, nil
}

// Columns returns the columns of the expression in order, with repetitions.
func (e Expr) Columns() []string {
	if e.Column != "" {
		return []string{e.Column}
	}
	var list []string
	for _, a := range e.Args {
		list = append(list, a.Columns()...)
	}
	return list
}

type parser struct{ rest, whole string }

func (p *parser) errorf(format string, args ...any) error {
	return fmt.Errorf("at character %d: %w", utf8.RuneCountInString(p.whole[:len(p.whole)-len(p.rest)])+1, fmt.Errorf(format, args...))
}

func (p *parser) space() { p.rest = strings.TrimLeftFunc(p.rest, unicode.IsSpace) }

// take removes a prefix and reports whether it was there, after white space.
func (p *parser) take(prefix string) bool {
	p.space()
	rest, ok := strings.CutPrefix(p.rest, prefix)
	p.rest = rest
	return ok
}

const tooDeep = "nested more than %d deep: split the field"

// operand takes what stands between operators.
func (p *parser) operand(depth int) (Expr, error) {
	p.space()
	if depth > maxDepth {
		return Expr{}, p.errorf(tooDeep, maxDepth)
	}
	r, _ := utf8.DecodeRuneInString(p.rest)
	switch {
	case p.rest == "":
		return Expr{}, p.errorf("expression is missing: write a function, a $column or a literal")
	case r == '$':
		return p.columnRef()
	case r == '(':
		return p.parentheses(depth)
	case r == '!':
		return p.negation(depth)
	case r == '"' || r == '`':
		s, err := p.quoted()
		return Expr{Literal: s, Kind: String}, err
	case r == '-' || r == '.' || ascii(r, unicode.IsDigit):
		return p.number()
	case ascii(r, unicode.IsLetter):
		return p.word(depth)
	}
	return Expr{}, p.errorf("%q begins no function, $column or literal: write one", string(r))
}

func ascii(r rune, is func(rune) bool) bool { return r < utf8.RuneSelf && is(r) }

func (p *parser) columnRef() (Expr, error) {
	p.rest = p.rest[1:]
	if strings.HasPrefix(p.rest, `"`) || strings.HasPrefix(p.rest, "`") {
		s, err := p.quoted()
		if err != nil {
			return Expr{}, err
		}
		name := s[1 : len(s)-1]
		if name == "" {
			return Expr{}, p.errorf("column name is empty: write it between the quotes")
		}
		return Expr{Column: name}, nil
	}
	n := strings.IndexFunc(p.rest, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_./:=+?-", r)
	})
	if n < 0 {
		n = len(p.rest)
	}
	if n == 0 {
		return Expr{}, p.errorf("$ without a column: write its name after it, in quotes if it has spaces")
	}
	name := p.rest[:n]
	p.rest = p.rest[n:]
	return Expr{Column: name}, nil
}

// quoted takes a string, quotes included.
func (p *parser) quoted() (string, error) {
	quote := p.rest[0]
	for i := 1; i < len(p.rest); i++ {
		switch {
		case p.rest[i] == '\\' && quote == '"':
			i++
		case p.rest[i] == quote:
			s := p.rest[:i+1]
			p.rest = p.rest[i+1:]
			return s, nil
		}
	}
	return "", p.errorf("string has no end: close it with %c", quote)
}

func (p *parser) number() (Expr, error) {
	s := strings.TrimPrefix(p.rest, "-")
	digits := func() int {
		n := 0
		for n < len(s) && '0' <= s[n] && s[n] <= '9' {
			n++
		}
		s = s[n:]
		return n
	}
	whole := digits()
	fraction := 0
	if strings.HasPrefix(s, ".") {
		s = s[1:]
		if fraction = digits(); fraction == 0 {
			return Expr{}, p.errorf("number ends with its point: write digits after it")
		}
	}
	if whole+fraction == 0 {
		return Expr{}, p.errorf("%q is no number: write digits", clip(p.rest))
	}
	if strings.HasPrefix(s, "e") || strings.HasPrefix(s, "E") {
		s = s[1:]
		if strings.HasPrefix(s, "+") || strings.HasPrefix(s, "-") {
			s = s[1:]
		}
		if digits() == 0 {
			return Expr{}, p.errorf("number has an empty exponent: write digits after the e")
		}
	}
	text := p.rest[:len(p.rest)-len(s)]
	p.rest = s
	return Expr{Literal: text, Kind: Number}, nil
}

// word takes true, false, null or a function with its arguments.
func (p *parser) word(depth int) (Expr, error) {
	n := strings.IndexFunc(p.rest, func(r rune) bool { return !wordRune(r) })
	if n < 0 {
		n = len(p.rest)
	}
	name := p.rest[:n]
	switch name {
	case "true", "false":
		p.rest = p.rest[n:]
		return Expr{Literal: name, Kind: Bool}, nil
	case "null":
		p.rest = p.rest[n:]
		return Expr{Literal: name, Kind: Null}, nil
	}
	takes, ok := functions[name]
	if !ok {
		if _, ok := functions[strings.ToUpper(name)]; ok {
			return Expr{}, p.errorf("function %q is in lower case: write %s", name, strings.ToUpper(name))
		}
		return Expr{}, p.errorf("function %q is unknown: use one of %s, or $%s for a column", name, functionNames(), name)
	}
	start := *p
	p.rest = p.rest[n:]
	if !p.take("(") {
		return Expr{}, p.errorf("function %s has no arguments: write them in parentheses", name)
	}
	e := Expr{Function: name}
	for !p.take(")") {
		if len(e.Args) > 0 && !p.take(",") {
			return Expr{}, p.errorf("argument %d of %s has no end: separate arguments with commas and close with )", len(e.Args), name)
		}
		if len(e.Args) > 0 && p.take(")") { // a comma may trail
			break
		}
		a, err := p.expr(depth+1, 0)
		if err != nil {
			return Expr{}, err
		}
		e.Args = append(e.Args, a)
	}
	if got := len(e.Args); got < takes.min || (takes.max >= 0 && got > takes.max) {
		return Expr{}, start.errorf("function %s has %d arguments: give it %s", name, got, takes)
	}
	return e, nil
}

// String returns the arity in words.
func (a arity) String() string {
	switch {
	case a.max < 0:
		return fmt.Sprintf("at least %d", a.min)
	case a.min == a.max:
		return fmt.Sprintf("exactly %d", a.min)
	}
	return fmt.Sprintf("%d to %d", a.min, a.max)
}

func functionNames() string {
	names := make([]string, 0, len(functions))
	for n := range functions {
		names = append(names, n)
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// clip keeps an error's quotation short.
func clip(s string) string {
	const most = 20
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
