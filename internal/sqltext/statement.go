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
	// statement.
	Operation string
	// Verb is the operation as the statement spells it.
	Verb string
	// Table is the first table of the main statement, without quotes and with
	// its schema if that is given; "" where there is none.
	Table string
	// Text is the statement with "?" for each literal, without comments, and
	// at most 8 KiB long. It is "" where it is not certain what is a literal, or
	// that this is SQL.
	Text string
	// Span is the name of a span for the statement, such as "db.select".
	Span string
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
	src := query
	if len(src) > maxScan {
		src = src[:maxScan]
		for !utf8.RuneStart(query[len(src)]) {
			src = src[:len(src)-1]
		}
	}
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
	s.complete()
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
	if sc.failed {
		return s, sc.doubt, false
	}
	s.Table = strings.Clone(bounded(table, maxTable))
	if s.Operation != "" || strings.Trim(src, "; \t\r\n") == "" {
		s.Text = g.text()
	}
	return s, sc.doubt, true
}

// complete sets what follows from the rest.
func (s *Statement) complete() {
	s.Span = attr.SpanDBQuery
	if name, ok := spans[s.Operation]; ok {
		s.Span = name
	}
	s.SetAttributes()
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

// spans names the spans of operations that have one of their own.
var spans = map[string]string{
	attr.DBInsert: attr.SpanDBInsert,
	attr.DBSelect: attr.SpanDBSelect,
	attr.DBUpdate: attr.SpanDBUpdate,
	attr.DBDelete: attr.SpanDBDelete,
	"begin":       attr.SpanDBBegin,
	"commit":      attr.SpanDBCommit,
	"rollback":    attr.SpanDBRollback,
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

// bounded cuts s to at most n bytes, between runes.
func bounded(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
