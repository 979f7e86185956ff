package console_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/console"
)

func TestPrintable(t *testing.T) {
	tests := []struct{ name, reason, in, want string }{
		{"plain", "visible text is not touched", "POST /api/sessions é 漢 🎉", "POST /api/sessions é 漢 🎉"},
		{"escape", "terminal sequences", "\x1b[31m", `\x1b[31m`},
		{"c1", "eight-bit control sequences", "\u009b2J", `\u009b2J`},
		{"lines", "one span is one line", "a\r\nb\u2028", `a\r\nb\u2028`},
		{"bidi", "text is not reordered", "\u202eabc", `\u202eabc`},
		{"invisible", "no hidden characters", "a\u200b\u00adb", `a\u200b\u00adb`},
		{"invalid", "bytes that are not UTF-8", "a\xff\xc3", `a\xff\xc3`},
		{"replacement", "a real replacement character", "\ufffd", `\ufffd`},
		{"empty", "nothing", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := console.Printable(tt.in); got != tt.want {
				t.Errorf("%s: got %q, want %q", tt.reason, got, tt.want)
			}
		})
	}
}

func FuzzPrintable(f *testing.F) {
	for _, s := range []string{"llm.call", "\x1b]0;x\x07", "\u202e", "é\xff", "\x7f\u0085\U000e0001"} {
		f.Add(s, 5)
	}
	f.Fuzz(func(t *testing.T, s string, n int) {
		out := console.Printable(s)
		for i, r := range out {
			if !unicode.IsPrint(r) {
				t.Fatalf("%q at %d of %q", r, i, out)
			}
		}
		if again := console.Printable(out); again != out {
			t.Errorf("not stable: %q becomes %q", out, again)
		}
		if cut := console.Fit(out, n); utf8.RuneCountInString(cut) > max(n, 0) || !utf8.ValidString(cut) {
			t.Errorf("Fit(%q, %d) = %q", out, n, cut)
		}
		n = min(max(n, 1), 200)
		lines := console.Wrap(out, n, 3)
		for _, line := range lines {
			if utf8.RuneCountInString(line) > n {
				t.Errorf("Wrap(%q, %d, 3) has the line %q", out, n, line)
			}
		}
		if len(lines) > 3 {
			t.Errorf("Wrap(%q, %d, 3) has %d lines", out, n, len(lines))
		}
	})
}

func TestWrap(t *testing.T) {
	tests := []struct {
		name, reason, in string
		want             []string
	}{
		{"short", "one line", "ab cd", []string{"ab cd"}},
		{"words", "breaks at spaces", "generated code does not compile", []string{"generated code", "does not compile"}},
		{"long word", "breaks where it must", strings.Repeat("x", 20), []string{strings.Repeat("x", 16), "xxxx"}},
		{"cut", "the last line says that there is more", strings.Repeat("abc def ", 9), []string{"abc def abc def", "abc def abc def", "abc def abc def…"}},
		{"exact", "a space right at the edge", "1234567890123456 b", []string{"1234567890123456", "b"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, console.Wrap(tt.in, 16, 3)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}
