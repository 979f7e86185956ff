package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
)

func TestValidate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, language, code string
		verdict              verdict
		want                 *codeError
		reason               string
	}{
		{
			name: "go", language: attr.LanguageGo, code: "package p\n\nfunc f() int { return 1 }\n",
			verdict: verdict{compiled: new(true)}, reason: "it is type-checked, and not run",
		},
		{
			name: "go syntax", language: attr.LanguageGo, code: "package p\n\nfunc f( {}\n", verdict: verdict{compiled: new(false)},
			want:   &codeError{faultSyntax, attr.LanguageGo, 3, "expected ')', found '{'"},
			reason: "the first error counts",
		},
		{
			name: "go type", language: attr.LanguageGo, code: "package p\n\nvar n int = \"x\"\n", verdict: verdict{compiled: new(false)},
			want: &codeError{
				faultType, attr.LanguageGo, 3,
				`cannot use "x" (untyped string constant) as int value in variable declaration`,
			},
			reason: "it parses, but is no program",
		},
		{
			name: "go import", language: attr.LanguageGo, code: "package p\n\nimport _ \"os\"\n", verdict: verdict{compiled: new(false)},
			want:   &codeError{faultType, attr.LanguageGo, 3, `could not import os (Config.Importer not installed)`},
			reason: "the sandbox has no other packages",
		},
		{
			name: "sql", language: languageSQL, code: "SELECT 1;",
			verdict: verdict{compiled: new(true), executed: new(true)}, reason: "a query can be run for real",
		},
		{
			name: "sql syntax", language: languageSQL, code: "SELEC 1;", verdict: verdict{compiled: new(false)},
			want:   &codeError{faultSyntax, languageSQL, 0, `SQL logic error: near "SELEC": syntax error (1)`},
			reason: "it cannot be run",
		},
		{
			name: "sql execution", language: languageSQL, code: "SELECT abs(-9223372036854775808);",
			verdict: verdict{compiled: new(true), executed: new(false)},
			want:    &codeError{faultExecution, languageSQL, 0, "SQL logic error: integer overflow (1)"},
			reason:  "what compiles can still fail",
		},
		{
			name: "brackets", language: attr.LanguageRust, code: "fn f() {}", reason: "nothing is known of compilation",
		},
		{
			name: "brackets missing", language: attr.LanguageRust, code: "fn f() {",
			want: &codeError{faultSyntax, attr.LanguageRust, 1, "'}' is missing at the end"}, reason: "no compiler accepts this",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := new(pipeline).validate(t.Context(), program{language: c.language, Code: c.code})
			fault, _ := errors.AsType[*codeError](err)
			if diff := cmp.Diff(c.want, fault, cmp.AllowUnexported(codeError{})); diff != "" {
				t.Errorf("error (-want +got): %s\n%s", c.reason, diff)
			}
			if diff := cmp.Diff(c.verdict, got, cmp.AllowUnexported(verdict{})); diff != "" {
				t.Errorf("verdict (-want +got): %s\n%s", c.reason, diff)
			}
			if c.want == nil && err != nil {
				t.Error(err)
			}
		})
	}
}

func TestSandboxReachesNoFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "stolen.db")
	_, err := checkSQL(t.Context(), "ATTACH '"+path+"' AS x")
	if err == nil {
		t.Error("a query attached a file")
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a query made a file: %v", err)
	}
}

func TestCheckBrackets(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, language, code, want string
		reason                     string
	}{
		{"empty", attr.LanguagePython, "", "", "there is nothing wrong with nothing"},
		{"nested", attr.LanguageTypeScript, "f([{}, ()])", "", "all are closed"},
		{"crossed", attr.LanguageTypeScript, "f([)]", `typescript, line 1: unexpected ')'`, "the inner one is open"},
		{"too many", attr.LanguagePython, "\n)", `python, line 2: unexpected ')'`, "none is open"},
		{"open", attr.LanguageRust, "{\n(", `rust, line 2: ')' is missing at the end`, "the innermost is said"},
		{"in a string", attr.LanguageRust, `"(" + "\"("`, "", "strings hold anything, escaped quotes too"},
		{"open string", attr.LanguagePython, `x = "abc`, "python, line 1: string is not closed", "a quote is missing"},
		{"long string", attr.LanguagePython, "\"\"\"(\n\"(\"\"\"\n)", `python, line 3: unexpected ')'`, "lines in strings count"},
		{"template", attr.LanguageTypeScript, "`(`", "", "backquotes open strings there"},
		{"lifetime", attr.LanguageRust, "fn f<'a>(x: &'a str) {}", "", "an apostrophe opens no string there"},
		{"comment", attr.LanguagePython, "# it's (\nx", "", "comments hold anything"},
		{"line comment", attr.LanguageRust, "// (\nx", "", "comments hold anything"},
		{"block comment", attr.LanguageTypeScript, "/*/ ( */ x /* (\n*/ )", "typescript, line 2: unexpected ')'", "/*/ does not end a comment"},
		{"open comment", attr.LanguageTypeScript, "/* (", "", "it swallows the rest"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if err := checkBrackets(c.language, c.code); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("checkBrackets(%q) = %q, want %q: %s", c.code, got, c.want, c.reason)
			}
		})
	}
}

func FuzzCheckBrackets(f *testing.F) {
	for _, code := range []string{"", "f([{}])", `"\`, "'''", "/*/", "# x", "`${(`", "é)"} {
		f.Add(attr.LanguagePython, code)
		f.Add(attr.LanguageTypeScript, code)
		f.Add(attr.LanguageRust, code)
	}
	f.Fuzz(func(t *testing.T, language, code string) {
		if checkBrackets(language, code) != nil {
			return
		}
		// What is balanced is not so any more with one bracket before it.
		if err := checkBrackets(language, "(\n"+code+"\n"); err == nil {
			t.Errorf("%q passes with a bracket too many before it", code)
		}
	})
}
