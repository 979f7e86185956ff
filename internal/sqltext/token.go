package sqltext

import (
	"slices"
	"strings"
)

// kind says what a token is.
type kind uint8

const (
	word    kind = iota // keyword or plain name
	name                // name in quotes that hold nothing else
	maybe               // double quotes around a name or a string
	literal             // string or number
	param               // placeholder
	symbol              // one character of an operator or punctuation
)

// token is a piece of a statement.
type token struct {
	kind  kind
	space bool // white space or a comment stands before it
	text  string
}

// is reports whether t is the given keyword, in upper case.
func (t token) is(keyword string) bool {
	return t.kind == word && len(t.text) == len(keyword) && strings.EqualFold(t.text, keyword)
}

// isOne reports whether t is one of the given keywords.
func (t token) isOne(keywords ...string) bool {
	return slices.ContainsFunc(keywords, t.is)
}

// isSymbol reports whether t is the given character.
func (t token) isSymbol(c byte) bool { return t.kind == symbol && t.text[0] == c }

// names reports whether t can be a part of a table's name.
func (t token) names() bool { return t.kind <= maybe }

// unquoted returns the name that t stands for.
func (t token) unquoted() string {
	if t.kind == word || len(t.text) < 2 {
		return t.text
	}
	inner, end := t.text[1:len(t.text)-1], t.text[len(t.text)-1:]
	return strings.ReplaceAll(inner, end+end, end)
}
