package sqltext_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/internal/sqltext"
)

func TestStatement(t *testing.T) {
	got := sqltext.Analyze(sqltext.PostgreSQL, "select * from users where id = 7")
	const text = "select * from users where id = ?"
	want := &sqltext.Statement{
		Operation: "select", Verb: "select", Table: "users", Text: text, Span: "db.select",
		Attributes: []attribute.KeyValue{
			attribute.String("db.operation", "select"), attribute.String("db.operation.name", "select"),
			attribute.String("db.table", "users"), attribute.String("db.collection.name", "users"),
			attribute.String("db.statement", text), attribute.String("db.query.text", text),
		},
	}
	if d := cmp.Diff(want, got, cmp.Comparer(func(a, b attribute.KeyValue) bool { return a == b })); d != "" {
		t.Errorf("statement (-want +got):\n%s", d)
	}
}

func TestLarge(t *testing.T) {
	blob := strings.Repeat("secret", 200_000)
	tests := []struct {
		name, reason, query, table, text string
		longer                           bool
	}{
		{"one literal", "its end is not looked for", "INSERT INTO t VALUES ('" + blob + "')", "t", "INSERT INTO t VALUES (", false},
		{"rows", "those after the first are alike", "INSERT INTO t VALUES (1)" + strings.Repeat(", (2)", 200_000), "t", "INSERT INTO t VALUES (?)", true},
		{"names", "the text is cut", "SELECT b" + strings.Repeat(", a", 200_000) + " FROM t", "", "SELECT b, a", true},
		{"a name", "no name is that long", "SELECT * FROM " + blob, blob[:256], "SELECT * FROM", false},
		{"a comment", "it is no text", "SELECT 1 /* " + blob + " */", "", "SELECT ?", false},
		{"no UTF-8", "a server may see other characters", "SELECT '\xff'", "", "", false},
		{"NUL in a literal", "hidden with it", "SELECT 'a\x00' FROM t", "t", "SELECT ? FROM t", false},
		{"NUL", "some servers end the statement there", "SELECT 1\x00 FROM t", "", "", false},
		{"nested", "looked into as far as makes sense", "SELECT * FROM " + strings.Repeat("(SELECT * FROM ", 30) + "t" + strings.Repeat(")", 30), "", "SELECT * FROM (SELECT", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := sqltext.Analyze(sqltext.PostgreSQL, tt.query)
			if s.Table != tt.table || !strings.HasPrefix(s.Text, tt.text) || (!tt.longer && s.Text != tt.text) || len(s.Text) > 8<<10 {
				t.Errorf("%s: table %.300q, text %.100q of %d bytes", tt.reason, s.Table, s.Text, len(s.Text))
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	const query = "SELECT id, email FROM users WHERE id = $1 AND email = 'x'"
	b.ReportAllocs()
	for b.Loop() {
		sqltext.Read(sqltext.PostgreSQL, query)
	}
}

func BenchmarkAnalyze(b *testing.B) {
	for _, bench := range []struct{ name, query string }{
		{"short", "SELECT id, email FROM users WHERE id = $1 AND email = 'x'"},
		{"1 MB", "INSERT INTO t VALUES (1)" + strings.Repeat(", (2)", 200_000)},
		{"nested", strings.Repeat("SELECT * FROM (", 5000)},
		{"brackets", "SELECT " + strings.Repeat("[", 65000)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sqltext.Analyze(sqltext.Unknown, bench.query)
			}
		})
	}
}
