package sqltext

import (
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
)

const (
	// maxScan bounds how much of a statement is read, in bytes.
	maxScan = 32 << 10
	// maxText bounds Statement.Text, in bytes.
	maxText = 8 << 10
	// maxTable bounds Statement.Table, in bytes.
	maxTable = 256
)

// A Statement is what is known of an SQL statement, or of the first of
// several. The zero value is a statement of which nothing is known. It shares
// no memory with the text it was read from.
type Statement struct {
	// Operation is the verb in lower case, such as "select", or "" where the
	// statement starts with no verb of SQL. A WITH has that of its main
	// statement, or, where that only reads, of the first of its queries that
	// changes rows.
	Operation string
	// Verb is the operation as the statement spells it.
	Verb string
	// Table is the first table of the statement that Operation is of, without
	// quotes and with its schema if that is given; "" where there is none.
	Table string
	// Text is the statement with "?" for each literal, without comments, and
	// at most 8 KiB long. It is "" where it is not certain what is a literal, or
	// that this is SQL.
	Text string
	// Span is the name of a span for the statement, such as "db.select". It goes
	// by what the statement does: a REPLACE INTO is a "db.insert".
	Span string
	// Changes reports whether a driver's number of rows says how many the
	// statement changed. Of others drivers say 0, the rows that were read, or
	// what the statement before changed.
	Changes bool
	// Attributes are those of the above that are known, under their names and
	// those of OpenTelemetry. They must not be changed.
	Attributes []attribute.KeyValue
}

// Analyze reads a statement. It never fails: of what it cannot make out it
// says nothing. It takes time in proportion to the length, up to 32 KiB; what
// comes later is not looked at. Most callers want [Read], which remembers.
//
// A backslash before a quote is read as the dialect has it by default, and the
// other way round, which servers can be set to. A reading that leaves a quote
// open is none; if two are left that differ, there is no text.
func Analyze(d Dialect, query string) *Statement {
	src := bounded(query, maxScan)
	s, doubt, ok := read(d, src, len(src) < len(query), d.escapes())
	if doubt {
		other, _, otherOK := read(d, src, len(src) < len(query), !d.escapes())
		switch {
		case !ok:
			s, ok = other, otherOK
		case otherOK:
			ok = s.Text == other.Text && s.Table == other.Table
		}
	}
	if !ok || !utf8.ValidString(src) {
		s.Table, s.Text = "", ""
	}
	s.SetAttributes()
	return &s
}

// read reads src in one way, and reports whether that makes sense.
func read(d Dialect, src string, cut, escapes bool) (s Statement, doubt, ok bool) {
	// Half of the bytes would do for the densest text; few are.
	sc := scanner{src: src, dialect: d, cut: cut, escapes: escapes, tokens: make([]token, 0, len(src)/5+8)}
	sc.scan()
	g := newGrammar(sc.tokens)
	verb, table := g.main()
	s.Operation, s.Verb = operation(verb)
	s.Span = g.span(s.Operation)
	s.Changes = !g.hidden && changes(s.Operation)
	if sc.failed {
		return s, sc.doubt, false
	}
	s.Table = strings.Clone(bounded(table, maxTable))
	if s.Operation != "" || strings.Trim(src, "; \t\r\n") == "" {
		s.Text = g.text()
	}
	return s, sc.doubt, true
}

// SetAttributes makes Attributes anew, after a change of s.
func (s *Statement) SetAttributes() {
	add := func(a, twin attribute.Key, value, twinValue string) {
		if value != "" {
			s.Attributes = append(s.Attributes, a.String(value), twin.String(twinValue))
		}
	}
	s.Attributes = make([]attribute.KeyValue, 0, 6)
	add(attr.DBOperation, attr.DBOperationName, s.Operation, s.Verb)
	add(attr.DBTable, attr.DBCollectionName, s.Table, s.Table)
	add(attr.DBStatement, attr.DBQueryText, s.Text, s.Text)
}

// operation returns the operation of a verb, and its spelling; both are empty
// where it is no verb.
func operation(verb token) (op, spelling string) {
	if verb.kind != word || len(verb.text) > 16 {
		return "", ""
	}
	op = strings.ToLower(verb.text)
	if _, ok := verbs[op]; !ok {
		return "", ""
	}
	return op, strings.Clone(verb.text)
}

// bounded cuts s to at most n bytes, between runes where it is UTF-8.
func bounded(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for at := n; at > n-utf8.UTFMax; at-- {
		if utf8.RuneStart(s[at]) {
			return s[:at]
		}
	}
	return s[:n]
}
