package sqltext_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lift-sys/telemetry/internal/sqltext"
)

func TestRedact(t *testing.T) {
	blob := strings.Repeat("hunter2 ", 50_000)
	tests := []struct {
		name, reason string
		dialect      sqltext.Dialect
		query        string
		values       []string
		quotes       bool
		message      string
		want         string
	}{
		{
			"other reading", "a piece of what SQLite takes for a name", sqltext.SQLite,
			`SELECT E'it\'hunter2 x' FROM t`, nil, false, `near "hunter2": syntax error (1)`, `near "?": syntax error (1)`,
		},
		{
			"unquoted", "a word of a statement that cannot be read", sqltext.SQLite,
			`SELECT E'it\'hunter2 FROM t`, nil, false, `no such column: hunter2 (1)`, `no such column: ? (1)`,
		},
		{
			"literal", "as the server quotes it", sqltext.PostgreSQL,
			"SELECT 'abc def'::int", nil, false, `ERROR: invalid input syntax for type integer: "abc def" (SQLSTATE 22P02)`, `ERROR: invalid input syntax for type integer: "?" (SQLSTATE 22P02)`,
		},
		{
			"literal in no quotes", "as SQL Server has it", sqltext.SQLServer,
			"INSERT INTO t VALUES ('a@b.c')", nil, false, "The duplicate key value is (a@b.c).", "The duplicate key value is (?).",
		},
		{
			"doubled quote", "the literal as it is meant", sqltext.MySQL,
			"INSERT INTO t VALUES ('it''s hunter2')", nil, false, "Duplicate entry 'it's hunter2' for key 't.a'", "Duplicate entry '?' for key 't.a'",
		},
		{
			"cut off", "a server quotes as much as it likes", sqltext.MySQL,
			"INSERT INTO t VALUES ('it is hunter2 and more')", nil, false, "Duplicate entry 'it is hunter2 an' for key 't.a'", "Duplicate entry 'it is ? an' for key 't.a'",
		},
		{
			"escape", "the literal that is meant is none that stands there", sqltext.MySQL,
			`INSERT INTO t VALUES ('\hunter2')`, nil, false, "Duplicate entry 'hunter2' for key 't.a'", "Duplicate entry '?'",
		},
		{"number", "a literal like any other", sqltext.SQLite, "SELECT 4111111111111111 FROM t", nil, false, "bad 4111111111111111", "bad ?"},
		{"word", "a short one hides no part of others", sqltext.SQLite, "SELECT 'err' FROM t", nil, false, "error err", "error ?"},
		{"too short", "these are in any message", sqltext.SQLite, "SELECT 'ab', 12 FROM t", nil, false, "ab 12", "ab 12"},
		{
			"names", "they stand in the text too", sqltext.PostgreSQL,
			`SELECT missing FROM "my users" WHERE a = 'missing users'`, nil, false, `ERROR: column "missing" of "my users" does not exist`, `ERROR: column "missing" of "my users" does not exist`,
		},
		{"a name and a literal", "the text shows it already", sqltext.SQLite, "INSERT INTO users VALUES ('users')", nil, false, "no such table: users", "no such table: users"},
		{
			"comment", "the text does not have it either", sqltext.MySQL,
			"SELEC a FROM t -- for hunter2", nil, false, "near 'SELEC a FROM t -- for hunter2' at line 1", "near '?' at line 1",
		},
		{
			"comment of a statement", "the same", sqltext.MySQL,
			"SELECT a FROM t x y /* for hunter2 */", nil, false, "near 'y /* for hunter2 */' at line 1", "near 'y /* ? ? */' at line 1",
		},
		{
			"dollars", "a literal in PostgreSQL", sqltext.PostgreSQL,
			"SELECT $x$hunter2$x$::int", nil, false, `type integer: "hunter2"`, `type integer: "?"`,
		},
		{
			"password", "a name that is a value", sqltext.MySQL,
			"ALTER USER bob IDENTIFIED BY hunter2", nil, false, "Operation failed for hunter2", "Operation failed for ?",
		},
		{
			"rows", "those that the text leaves out too", sqltext.MySQL,
			"INSERT INTO t VALUES ('a1b'), ('hunter2')", nil, false, "value hunter2", "value ?",
		},
		{"value", "an argument", sqltext.PostgreSQL, "SELECT $1::int", []string{"hunter2", ""}, false, `type integer: "hunter2"`, `type integer: "?"`},
		{"value cut off", "as a server may", sqltext.PostgreSQL, "SELECT $1::int", []string{"my hunter2"}, false, `integer: "hunter2…"`, `integer: "?…"`},
		{"quotes", "all that is quoted", sqltext.PostgreSQL, "SELECT a FROM t", nil, true, `column "a" of relation "b" is`, `column "?" is`},
		{"one quote", "what it opens has no end", sqltext.PostgreSQL, "SELECT a FROM t", nil, true, `bad "hunter2 and`, `bad "?`},
		{"other quotes", "of a server that speaks French", sqltext.PostgreSQL, "SELECT a FROM t", nil, true, `la colonne « hunter2 » n'existe pas`, `la colonne «?» n'existe pas`},
		{"apostrophe", "no quote", sqltext.MySQL, "SELECT a FROM t", nil, true, "Table 'db.t' doesn't exist", "Table '?' doesn't exist"},
		{
			"long statement", "its end is not read", sqltext.PostgreSQL,
			"INSERT INTO t VALUES ('" + strings.Repeat("x", 40<<10) + "hunter2')", nil, false, `bad value hunter2 of t in "zzz"`, `bad value ? of t in "?"`,
		},
		{"huge statement", "nothing can be said for certain", sqltext.PostgreSQL, "INSERT INTO t VALUES ('" + blob + "')", nil, false, "bad value hunter2", "?"},
		{"many values", "those past the limit may be quoted", sqltext.PostgreSQL, "INSERT INTO t VALUES ($1)", []string{blob}, false, `bad value "hunter2"`, `bad value "?"`},
		{
			"not encoded", "pgx writes a value as Go does", sqltext.PostgreSQL, "SELECT $1", nil, false,
			`unable to encode main.T{a:7} into or into text format`, `unable to encode ? into text format`,
		},
		{"not encoded, no more", "a part of an array", sqltext.PostgreSQL, "SELECT $1", nil, false, `unable to encode 7`, `unable to encode ?`},
		{"nothing hidden", "nothing to do", sqltext.PostgreSQL, "SELECT a FROM t WHERE b = $1", nil, false, strings.Repeat("x", 9000), strings.Repeat("x", 9000)},
		{"no message", "nothing to hide", sqltext.PostgreSQL, "SELECT 'abc'", nil, true, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var r sqltext.Redactor
			r.Statement(tt.dialect, tt.query)
			for _, v := range tt.values {
				r.Value(v)
			}
			if tt.quotes {
				r.Quotes()
			}
			if got := r.Redact(tt.message); got != tt.want {
				t.Errorf("%s:\n%.200s\nwant\n%.200s", tt.reason, got, tt.want)
			}
		})
	}
}

// Of several statements, as in a batch, each is hidden.
func TestRedactSeveral(t *testing.T) {
	var r sqltext.Redactor
	r.Statement(sqltext.PostgreSQL, "SELECT 'hunter2'")
	r.Statement(sqltext.PostgreSQL, "SELECT 'pass' 'word")
	const want = `near "?": ? ? no`
	if got := r.Redact(`near "x": hunter2 word no`); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// FuzzRedact has a server quote any piece of a statement with a secret, and any
// part of an argument.
func FuzzRedact(f *testing.F) {
	f.Add(uint8(2), uint8(1), []byte{0, 20}, `'`, uint16(8), uint16(99), uint8(0))
	f.Add(uint8(3), uint8(2), []byte{36}, `\'`, uint16(0), uint16(40), uint8(1))
	f.Add(uint8(0), uint8(1), []byte{30}, "\n--", uint16(20), uint16(60), uint8(2))
	f.Add(uint8(1), uint8(2), []byte{47}, "\"", uint16(0), uint16(200), uint8(3))
	f.Fuzz(func(t *testing.T, dialect, style uint8, around []byte, noise string, from, to uint16, how uint8) {
		d := sqltext.Dialect(dialect % 5)
		if !utf8.ValidString(noise) || strings.ContainsRune(noise, 0) || len(around) > 100 {
			return
		}
		write := literals[d][int(style)%len(literals[d])]
		var b strings.Builder
		b.WriteString("SELECT ")
		for _, i := range around {
			b.WriteString(pieces[int(i)%len(pieces)])
		}
		b.WriteString(" = " + write(noise+secret+noise) + " -- " + secret)
		query := b.String()
		if how&1 != 0 {
			query = "SELECT a FROM t WHERE b = $1"
		}
		quoted := query
		if how&1 != 0 {
			quoted = noise + secret + noise
		}
		low, high := int(from)%(len(quoted)+1), int(to)%(len(quoted)+1)
		quoted = quoted[min(low, high):max(low, high)]
		var r sqltext.Redactor
		r.Statement(d, query)
		r.Value(noise + secret + noise)
		if how&2 != 0 {
			r.Quotes()
		}
		messages := []string{`near "` + quoted + `": error`, "near '" + quoted + "' in column `a`"}
		if !strings.ContainsAny(quoted, "'\"`‘’‚“”„«»‹›") { // else nobody knows where it ends
			messages = append(messages, "near '"+quoted)
		}
		for _, message := range messages {
			if got := r.Redact(message); strings.Contains(got, secret) {
				t.Errorf("dialect %d: %q\nin %q\ngives %q", d, query, message, got)
			}
		}
	})
}
