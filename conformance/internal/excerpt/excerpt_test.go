package excerpt_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/conformance/internal/excerpt"
)

// fence stands for three backquotes.
func fence(s string) string { return strings.ReplaceAll(s, "'''", "```") }

func TestGo(t *testing.T) {
	for _, tt := range []struct {
		name, reason, text string
		want               excerpt.Parts
		err                string
	}{
		{
			"indented", "a part of a function reads as if it stood alone",
			"func f() {\n\t// doc:a\n\n\tif x {\n\t\ty()\n\n\t}\n\t// doc:end\n}\n",
			excerpt.Parts{"a": "if x {\n\ty()\n\n}"},
			"",
		},
		{
			"several", "a file holds as many as it likes",
			"// doc:a\nvar a int\n// doc:end\n\n// doc:b\nvar b int\n// doc:end\n",
			excerpt.Parts{"a": "var a int", "b": "var b int"},
			"",
		},
		{"none", "most files hold none", "package p\n", excerpt.Parts{}, ""},
		{"open", "the rest of the file is not meant", "// doc:a\nvar a int\n", nil, `x.go: part "a" has no "// doc:end"`},
		{"nested", "which of the two ends is not clear", "// doc:a\n// doc:b\n// doc:end\n", nil, `part "a" has no "// doc:end"`},
		{"end alone", "its start was removed", "// doc:end\n", nil, `"// doc:end" ends nothing`},
		{"twice", "a document means one of them", "// doc:a\nx\n// doc:end\n// doc:a\nx\n// doc:end\n", nil, `part "a": name it, and only once`},
		{"empty", "there is nothing to show", "// doc:a\n\n// doc:end\n", nil, `part "a" is empty`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := excerpt.Go(fstest.MapFS{"x.go": {Data: []byte(tt.text)}, "y.txt": {Data: []byte("// doc:end")}})
			if diff := cmp.Diff(tt.want, got); diff != "" && tt.err == "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			expect(t, err, tt.err)
		})
	}
}

func TestRender(t *testing.T) {
	parts := excerpt.Parts{"a": "var a int"}
	for _, tt := range []struct{ name, reason, document, want, err string }{
		{
			"stale", "what the file says counts",
			"x\n<!-- doc:a -->\n'''go\nvar b int\n'''\ny\n", "x\n<!-- doc:a -->\n'''go\nvar a int\n'''\ny\n", "",
		},
		{
			"new", "a writer leaves the block empty",
			"<!-- doc:a -->\n'''go\n'''\n", "<!-- doc:a -->\n'''go\nvar a int\n'''\n", "",
		},
		{
			"shell", "not every block is code of ours",
			"'''sh\nmake\n'''\n<!-- doc:a -->\n'''go\n'''\n", "'''sh\nmake\n'''\n<!-- doc:a -->\n'''go\nvar a int\n'''\n", "",
		},
		{"untested", "Go that nobody compiles rots", "'''go\nvar b int\n'''\n", "", "a go block has no <!-- doc:name --> above it"},
		{"unknown", "the file has lost it", "<!-- doc:b -->\n'''go\n'''\n", "", `no part is called "b"`},
		{"no block", "the comment would show nothing", "<!-- doc:a -->\n\n'''go\n'''\n", "", `"a" stands above no block`},
		{"not closed", "all that follows would be code", "<!-- doc:a -->\n'''go\n", "", "the last block is not closed"},
		{"not shown", "a part is marked to be read", "x\n", "", `part "a" is not shown`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := excerpt.Render(fence(tt.document), parts)
			if diff := cmp.Diff(fence(tt.want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			expect(t, err, tt.err)
		})
	}
}

func expect(t *testing.T, err error, want string) {
	t.Helper()
	if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
		t.Errorf("error %v, want %q", err, want)
	}
}

// FuzzRender shows that what was written is read back as the same.
func FuzzRender(f *testing.F) {
	f.Add(fence("<!-- doc:a -->\n'''go\nold\n'''\n"), "var a int")
	f.Add(fence("'''sh\nmake\n'''\n<!-- doc:a -->\n'''\n'''"), "")
	f.Fuzz(func(t *testing.T, document, part string) {
		if strings.Contains(part, "```") {
			t.Skip("it would close its block")
		}
		once, err := excerpt.Render(document, excerpt.Parts{"a": part})
		if err != nil {
			return
		}
		twice, err := excerpt.Render(once, excerpt.Parts{"a": part})
		if err != nil || twice != once {
			t.Errorf("rendered again: %v\n%s", err, cmp.Diff(once, twice))
		}
	})
}
