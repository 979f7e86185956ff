package source

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseLiteral(t *testing.T) {
	tests := []struct {
		name, text string
		want       any
	}{
		{"what a minifier writes", "[{id:\"a\",n:.5,big:1e6,yes:!0,no:!1,none:null,gone:void 0,list:[1,'x',`y`]}];rest()", []any{object{
			{"id", "a"},
			{"n", 0.5},
			{"big", 1e6},
			{"yes", true},
			{"no", false},
			{"none", nil},
			{"gone", nil},
			{"list", []any{1.0, "x", "y"}},
		}}},
		{"space", " { \"a b\" :\n[ ] , c\t: { } } ", object{{"a b", []any{}}, {"c", object{}}}},
		{"escapes", `"\\.\"\n\x41\u20ac\q` + "\\\n" + `"`, "\\.\"\nA€q"},
		{"line break in a template", "`a\nb'\"`", "a\nb'\""},
		{"negative", "-1.5e-3", -0.0015},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseLiteral(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, got, cmp.AllowUnexported(field{})); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestParseLiteralErrors(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"nothing", "", `byte 0, near "": the text ends within a literal`},
		{"a call", "f()", `byte 0, near "f()": "" is no literal`},
		{"an expression", "[1,a+b]", `byte 3, near "[1,a+b]": "" is no literal`},
		{"a template with one", "`a${b}`", "byte 3, near \"`a${b}`\": a template with an expression is no literal"},
		{"no comma", "[1 2]", `byte 3, near "[1 2]": no comma between elements`},
		{"no comma between fields", "{a:1 b:2}", `byte 5, near "{a:1 b:2}": no comma between fields`},
		{"no colon", "{a}", `byte 2, near "{a}": no colon after key "a"`},
		{"no key", "{:1}", `byte 1, near "{:1}": no key where one is due`},
		{"no end", "[1,", `byte 3, near "[1,": the text ends within a literal`},
		{"no end of a string", `"a\`, `byte 3, near "\"a\\": a string does not end`},
		{"bad escape", `"\u12"`, `byte 3, near "\"\\u12\"": an escape that is no character`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := parseLiteral(tt.text); err == nil || err.Error() != tt.want {
				t.Errorf("%v, want\n%s", err, tt.want)
			}
		})
	}
	if _, err := parseLiteral(strings.Repeat("[", 1e6)); err == nil || !strings.Contains(err.Error(), "nest deeper than 64") {
		t.Errorf("%v, want one about the depth", err)
	}
}

// FuzzLiteral proves that no text panics.
func FuzzLiteral(f *testing.F) {
	f.Add("[{id:\"a\",n:.5,yes:!0,list:['x',`y`]}]")
	f.Add(`"\u00`)
	f.Fuzz(func(_ *testing.T, text string) { _, _ = parseLiteral(text) })
}
