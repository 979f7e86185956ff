package lint_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// starts returns the exported functions of the root package that hand out a
// handle: those with (context.Context, T) as results, T exported and theirs.
func starts(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.IsExported() && handsOutHandle(fn) {
				list = append(list, fn.Name.Name)
			}
		}
	}
	slices.Sort(list)
	if len(list) < 11 {
		t.Fatalf("found %q in the root package, want Start and ten more", list)
	}
	return list
}

func handsOutHandle(fn *ast.FuncDecl) bool {
	results := fn.Type.Results
	if results == nil || results.NumFields() != 2 {
		return false
	}
	first, ok := results.List[0].Type.(*ast.SelectorExpr)
	handle, ours := results.List[len(results.List)-1].Type.(*ast.Ident)
	return ok && first.Sel.Name == "Context" && ours && handle.IsExported()
}

// TestConfigurationKnowsEveryStart holds the shipped signatures, and those of
// this repository, against the root package.
func TestConfigurationKnowsEveryStart(t *testing.T) {
	for _, file := range []string{config, root + "/.golangci.yml"} {
		t.Run(filepath.Base(file), func(t *testing.T) {
			signatures := signatures(t, file)
			for _, name := range starts(t) {
				// As go/types prints a function, which spancheck matches with.
				printed := "func github.com/lift-sys/telemetry." + name + "(ctx context.Context, …) (context.Context, …)"
				if !slices.ContainsFunc(signatures, func(r *regexp.Regexp) bool { return r.MatchString(printed) }) {
					t.Errorf("%s hands out a handle, and no extra-start-span-signatures of %s matches it", name, file)
				}
			}
		})
	}
	for _, other := range []string{
		"func github.com/lift-sys/telemetry.Do(ctx context.Context, …) error",
		"func example.com/github.com/lift-sys/telemetry.Start(ctx context.Context, …)",
		"func (github.com/lift-sys/telemetry.Span).End(errp *error)",
	} {
		for _, r := range signatures(t, config) {
			if r.MatchString(other) {
				t.Errorf("%s matches %q, which hands out no handle of ours", r, other)
			}
		}
	}
}

var entry = regexp.MustCompile(`(?m)^\s+- '(.*):opentelemetry'$`)

// signatures reads extra-start-span-signatures, which stand one to a line.
func signatures(t *testing.T, file string) []*regexp.Regexp {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(content), "extra-start-span-signatures:\n")
	var list []*regexp.Regexp
	for _, m := range entry.FindAllStringSubmatch(section, -1) {
		r, err := regexp.Compile(m[1])
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, r)
	}
	if len(list) == 0 {
		t.Fatalf("%s has no extra-start-span-signatures", file)
	}
	return list
}

// TestSamplesUseEveryStart holds that both samples are about every kind of
// handle, and the bad one with a report for each.
func TestSamplesUseEveryStart(t *testing.T) {
	for sample, call := range map[string]*regexp.Regexp{
		"good": regexp.MustCompile(`telemetry\.(Start\w*)\(`),
		"bad":  regexp.MustCompile(`telemetry\.(Start\w*)\(.* // want`),
	} {
		t.Run(sample, func(t *testing.T) {
			var used []string
			for _, file := range files(t, sample) {
				content, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range call.FindAllStringSubmatch(string(content), -1) {
					used = append(used, m[1])
				}
			}
			slices.Sort(used)
			if diff := cmp.Diff(starts(t), slices.Compact(used)); diff != "" {
				t.Errorf("a Start function without its sample (-root package +sample):\n%s", diff)
			}
		})
	}
}
