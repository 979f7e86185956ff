package attr_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/attr"
)

// constant is one exported string constant as the source declares it.
type constant struct {
	name  string
	value string
	key   bool // declared as attribute.Key
}

// source parses the package without its tests.
func source(t *testing.T) []*ast.File {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	if len(files) < 10 {
		t.Fatalf("parsed %d files of package attr, want all", len(files))
	}
	return files
}

func constants(t *testing.T) []constant {
	t.Helper()
	var list []constant
	for _, f := range source(t) {
		for _, decl := range f.Decls {
			g, ok := decl.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, s := range g.Specs {
				v := s.(*ast.ValueSpec)
				if !v.Names[0].IsExported() || len(v.Values) != 1 {
					continue
				}
				lit, ok := v.Values[0].(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					continue
				}
				list = append(list, constant{v.Names[0].Name, unquote(t, lit), v.Type != nil})
			}
		}
	}
	return list
}

func unquote(t *testing.T, lit *ast.BasicLit) string {
	t.Helper()
	s, err := strconv.Unquote(lit.Value)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// notNames are exported string constants that are neither names nor values.
var notNames = []string{"EverySpan", "LocalRoot", "Resource", "SourceLift"}

func TestEveryConstantHasItsRow(t *testing.T) {
	named := make(map[string]bool)
	enumerated := make(map[string]bool)
	for _, d := range attr.All() {
		named[d.Name] = true
		for _, v := range d.Values {
			enumerated[v] = true
		}
	}
	declared := make(map[string]bool)
	for _, c := range constants(t) {
		if slices.Contains(notNames, c.name) {
			continue
		}
		declared[c.value] = true
		if d, ok := attr.Lookup(c.value); ok {
			if got := prefixed(c); got != d.Kind {
				t.Errorf("%s = %q is declared as %s, its row says %s", c.name, c.value, got, d.Kind)
			}
		} else if !enumerated[c.value] {
			t.Errorf("%s = %q is neither the name of a row nor among the values of one", c.name, c.value)
		}
	}
	for name := range named {
		if !declared[name] {
			t.Errorf("row %q has no constant", name)
		}
	}
}

// prefixed returns the kind that a constant's declaration promises.
func prefixed(c constant) attr.Kind {
	switch {
	case c.key:
		return attr.KindAttribute
	case strings.HasPrefix(c.name, "Event"):
		return attr.KindEvent
	case strings.HasPrefix(c.name, "Metric"):
		return attr.KindMetric
	case strings.HasPrefix(c.name, "Column"):
		return attr.KindColumn
	}
	return attr.KindSpan
}

func TestConstantNamesFollowTheRule(t *testing.T) {
	for _, c := range constants(t) {
		d, ok := attr.Lookup(c.value)
		if !ok {
			continue
		}
		if want := goName(d); c.name != want {
			t.Errorf("%s = %q, want the constant %s", c.name, c.value, want)
		}
	}
}

// goName spells the constant of a row.
func goName(d attr.Def) string {
	switch d.Name {
	case attr.SpanHTTPServer:
		return "SpanHTTPServer"
	case attr.SpanHTTPClient:
		return "SpanHTTPClient"
	}
	prefix := map[attr.Kind]string{
		attr.KindSpan: "Span", attr.KindEvent: "Event", attr.KindMetric: "Metric", attr.KindColumn: "Column",
	}[d.Kind]
	name := d.Name
	if d.Kind == attr.KindMetric {
		name = strings.TrimPrefix(name, "lift.")
	}
	var b strings.Builder
	for _, w := range strings.FieldsFunc(name, func(r rune) bool { return r == '.' || r == '_' }) {
		b.WriteString(word(w))
	}
	return prefix + b.String()
}

func word(w string) string {
	switch w {
	case "ai", "api", "ast", "aws", "db", "ecs", "gcp", "http", "id", "ir", "k8s", "llm", "ms", "sdk", "sql", "ttl", "uid", "url", "usd":
		return strings.ToUpper(w)
	case "dspy":
		return "DSPy"
	case "faas":
		return "FaaS"
	case "openai":
		return "OpenAI"
	}
	return strings.ToUpper(w[:1]) + w[1:]
}

func TestNamesStandOnceInTheSource(t *testing.T) {
	count := make(map[string]int)
	for _, f := range source(t) {
		ast.Inspect(f, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				count[unquote(t, lit)]++
			}
			return true
		})
	}
	for _, d := range attr.All() {
		if count[d.Name] != 1 {
			t.Errorf("%q stands %d times in the source, want once: refer to its constant", d.Name, count[d.Name])
		}
	}
}

func TestPackageIsALeaf(t *testing.T) {
	for _, f := range source(t) {
		for _, i := range f.Imports {
			path := unquote(t, i.Path)
			std := !strings.Contains(path, ".")
			if !std && path != "go.opentelemetry.io/otel/attribute" {
				t.Errorf("package attr imports %q; every package may import attr, so it imports nothing but otel/attribute", path)
			}
		}
	}
}
