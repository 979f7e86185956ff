package sqltext_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/sqltext"
)

var update = flag.Bool("update", false, "write golden files")

var dialects = map[string]sqltext.Dialect{
	"any": sqltext.Unknown, "pg": sqltext.PostgreSQL, "sqlite": sqltext.SQLite, "mysql": sqltext.MySQL, "mssql": sqltext.SQLServer,
}

// TestGolden reads the statements of testdata/statements.txt. Where a statement
// has the word secret in what a server takes for a literal, a comment or a
// setting, nothing of the result may have it.
func TestGolden(t *testing.T) {
	src, err := os.ReadFile(filepath.Join("testdata", "statements.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	n := 0
	for line := range strings.Lines(string(src)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		name, query, _ := strings.Cut(line, " ")
		d, ok := dialects[name]
		if !ok {
			t.Fatalf("dialect %q of %q", name, line)
		}
		n++
		s := sqltext.Analyze(d, strings.NewReplacer("␤", "\n", "␍", "\r").Replace(query))
		if strings.Contains(s.Text+s.Table+s.Operation+s.Verb, "secret") {
			t.Errorf("%s: %q shows a secret: %+v", name, query, *s)
		}
		fmt.Fprintf(&b, "%s\n  %s  table %q  span %s\n  %s\n", line, s.Verb, s.Table, s.Span, s.Text)
	}
	if n < 120 {
		t.Errorf("%d statements, want at least 120", n)
	}
	path := filepath.Join("testdata", "statements.golden")
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(b.String(), "\n")); d != "" {
		t.Errorf("statements (-want +got):\n%s", d)
	}
}
