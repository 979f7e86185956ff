package sqltext_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lift-sys/telemetry/internal/sqltext"
)

// FuzzAnalyze feeds what no server would take.
func FuzzAnalyze(f *testing.F) {
	for i, seed := range []string{
		"", "'", `"`, "$$", "$a$", "/*", "--", "[", "`", "E'\\", "\x00", "SELECT \x00 'x'", "select 1e", "SELECT $1.", "((((", "))))", ";;;",
		"WITH", "WITH a AS", "WITH a AS (", "INSERT INTO", "DELETE", "SELECT * FROM", "SELECT * FROM a.", "COPY (", "\xff\xfe", "IN (1,",
		strings.Repeat("(SELECT * FROM ", 40), strings.Repeat("[", 1000), strings.Repeat("/*", 1000), strings.Repeat("VALUES (1),", 100),
	} {
		f.Add(uint8(i), seed)
	}
	f.Fuzz(func(t *testing.T, d uint8, query string) {
		s := sqltext.Analyze(sqltext.Dialect(d%5), query)
		if len(s.Text) > 8<<10 || len(s.Table) > 256 || !utf8.ValidString(s.Text) || !utf8.ValidString(s.Table) {
			t.Errorf("text of %d bytes, table of %d, or no UTF-8", len(s.Text), len(s.Table))
		}
		if s.Operation != strings.ToLower(s.Verb) || s.Span == "" {
			t.Errorf("operation %q, verb %q, span %q", s.Operation, s.Verb, s.Span)
		}
	})
}

const secret = "S3CR3T"

// literals writes text as each kind of literal that a dialect has.
var literals = map[sqltext.Dialect][]func(text string) string{
	sqltext.PostgreSQL: {single, escaped("E'", "'"), dollar("$$"), dollar("$tag$"), national, number},
	sqltext.SQLite:     {single, double, national, number},
	sqltext.MySQL:      {escaped("'", "'"), escaped(`"`, `"`), doubledBackslash, number},
	sqltext.SQLServer:  {single, national, number},
	sqltext.Unknown:    {single, double, number},
}

func single(s string) string   { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
func double(s string) string   { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
func national(s string) string { return "N" + single(s) }
func number(string) string     { return "0" + secret }

func doubledBackslash(s string) string { return single(strings.ReplaceAll(s, `\`, `\\`)) }

func escaped(opening, closing string) func(string) string {
	return func(s string) string {
		return opening + strings.NewReplacer(`\`, `\\`, closing, `\`+closing).Replace(s) + closing
	}
}

func dollar(tag string) func(string) string {
	return func(s string) string { return tag + strings.ReplaceAll(s, "$", "") + tag }
}

// pieces are complete tokens in every dialect.
var pieces = []string{
	" ", "\n", ",", "(", ")", "=", " = ", "||", " - ", "::text", ".", "*", "?", ":p", "@p", "[1]", " x", " AND ", " FROM ", " FROM t ",
	" WHERE ", " IN (", " VALUES (", "), (", "; ", " SELECT ", " SET ", " AS ", " ESCAPE ", " INTO ", " UPDATE ", " BY ", " JOIN ",
	" DISTINCT FROM ", " 1", " 1.5e3", " NULL", "-- c'\n", "/* c' */", "/* \" */", " 'a' ", " '' ", " 'it''s' ", ` "n" `, ` "a""b" `, " E ", " x.y ",
}

// FuzzSecret plants a secret in the literals of a statement whose tokens are
// known, in ways that a server would take for one.
func FuzzSecret(f *testing.F) {
	f.Add(uint8(1), uint8(0), []byte{1, 2}, `\`, []byte{3})
	f.Add(uint8(2), uint8(1), []byte{0, 20}, `'`, []byte{5, 44})
	f.Add(uint8(3), uint8(2), []byte{36}, `\'`, []byte{37, 38})
	f.Add(uint8(0), uint8(1), []byte{30}, "\n--", []byte{40, 41})
	f.Add(uint8(4), uint8(1), []byte{22, 18}, "/*", []byte{23})
	verbs := []string{"SELECT ", "INSERT INTO t VALUES (", "UPDATE t SET a = ", "DELETE FROM t WHERE a = ", "CALL f(", "WITH x AS (SELECT "}
	f.Fuzz(func(t *testing.T, dialect, style uint8, before []byte, noise string, after []byte) {
		d := sqltext.Dialect(dialect % 5)
		if !utf8.ValidString(noise) || strings.ContainsRune(noise, 0) || len(before)+len(after) > 200 {
			return
		}
		write := literals[d][int(style)%len(literals[d])]
		var b strings.Builder
		b.WriteString(verbs[int(style/16)%len(verbs)])
		for _, i := range before {
			b.WriteString(pieces[int(i)%len(pieces)])
		}
		// Where only a name can stand, double quotes hold one: put them where a
		// value does.
		b.WriteString(" = " + write(noise+secret+noise) + " , ")
		for _, i := range after {
			b.WriteString(pieces[int(i)%len(pieces)])
		}
		b.WriteString(" = " + write(secret+noise))
		s := sqltext.Analyze(d, b.String())
		if strings.Contains(s.Text+s.Table+s.Verb, secret) {
			t.Errorf("dialect %d: %q\nshows a literal: text %q, table %q", d, b.String(), s.Text, s.Table)
		}
	})
}
