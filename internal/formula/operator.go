package formula

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// operator is an infix operator, which stands for a function.
type operator struct {
	sign     string
	binds    int // tighter the greater it is
	function string
	any      bool // the function takes any number of arguments
}

// operators are those of Honeycomb's calculated field reference, with the
// precedence of its validator: minus goes before plus. Signs that others begin
// with come after those. All are left-associative.
var operators = []operator{
	{"*", 7, "MUL", true},
	{"/", 7, "DIV", false},
	{"%", 7, "MOD", false},
	{"-", 6, "SUB", false},
	{"+", 5, "SUM", true},
	{"<=", 4, "LTE", false},
	{"<", 4, "LT", false},
	{">=", 4, "GTE", false},
	{">", 4, "GT", false},
	{"=", 3, "EQUALS", false},
	{"!=", 3, notEquals, false},
	{"AND", 2, "AND", true},
	{"OR", 1, "OR", true},
}

// notEquals is no function: it is NOT(EQUALS(…)).
const notEquals = "!="

// expr takes an expression of operands and operators that bind more tightly than
// a given one.
func (p *parser) expr(depth, than int) (Expr, error) {
	e, err := p.operand(depth)
	chain := "" // the operator that made e, and may take more
	for err == nil {
		op, ok := p.operator()
		if !ok || op.binds <= than {
			break
		}
		p.rest = p.rest[len(op.sign):]
		var right Expr
		if right, err = p.expr(depth+1, op.binds); err != nil {
			break
		}
		if op.any && chain == op.sign {
			e.Args = append(e.Args, right)
		} else {
			e = op.apply(e, right)
		}
		chain = op.sign
	}
	return e, err
}

// operator returns the operator that is next, without taking it.
func (p *parser) operator() (operator, bool) {
	p.space()
	for _, op := range operators {
		rest, ok := strings.CutPrefix(p.rest, op.sign)
		if !ok {
			continue
		}
		r, _ := utf8.DecodeRuneInString(rest)
		if word := op.sign == "AND" || op.sign == "OR"; word && wordRune(r) {
			continue
		}
		return op, true
	}
	return operator{}, false
}

func (op operator) apply(left, right Expr) Expr {
	if op.function == notEquals {
		return not(Expr{Function: "EQUALS", Args: []Expr{left, right}})
	}
	return Expr{Function: op.function, Args: []Expr{left, right}}
}

func not(e Expr) Expr { return Expr{Function: "NOT", Args: []Expr{e}} }

// parentheses takes an expression in parentheses.
func (p *parser) parentheses(depth int) (Expr, error) {
	start := *p
	p.rest = p.rest[1:]
	e, err := p.expr(depth+1, 0)
	if err == nil && !p.take(")") {
		err = start.errorf("parenthesis has no end: close it with )")
	}
	return e, err
}

// negation takes an operand behind an exclamation mark, which binds most tightly.
func (p *parser) negation(depth int) (Expr, error) {
	p.rest = p.rest[1:]
	e, err := p.operand(depth + 1)
	return not(e), err
}

// depth is how deep the functions of an expression are nested.
func (e Expr) depth() int {
	deepest := 0
	for _, a := range e.Args {
		deepest = max(deepest, 1+a.depth())
	}
	return deepest
}

// wordRune reports whether a rune is part of a function's name.
func wordRune(r rune) bool {
	return ascii(r, unicode.IsLetter) || ascii(r, unicode.IsDigit) || r == '_'
}
