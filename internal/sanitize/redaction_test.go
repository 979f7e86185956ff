package sanitize_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/internal/sanitize"
)

// ticket is a pattern of a user's, such as LIFT-4711.
var ticket = regexp.MustCompile(`LIFT-\d+`)

func TestPatterns(t *testing.T) {
	token := "gh" + "p_" + strings.Repeat("aB3dE6", 6)
	tests := []struct {
		name, in, want string
		patterns       []*regexp.Regexp
		redacted       uint64
		reason         string
	}{
		{"match", "see LIFT-4711, LIFT-1", "see [redacted], [redacted]", []*regexp.Regexp{ticket}, 2, "every match"},
		{"no match", "see LIFT", "see LIFT", []*regexp.Regexp{ticket}, 0, "the rest stays"},
		{"short", "x9", "[redacted]", []*regexp.Regexp{regexp.MustCompile(`x\d`)}, 1, "shorter than any secret of the rules"},
		{"several", "LIFT-1 a@b.c", "[redacted] [redacted]", []*regexp.Regexp{ticket, regexp.MustCompile(`\S+@\S+`)}, 2, "all patterns"},
		{"with a rule", "LIFT-1 " + token, "[redacted] [redacted]", []*regexp.Regexp{ticket}, 2, "the rules still work"},
		{"across a rule", "a " + token + " b", "[redacted] b", []*regexp.Regexp{regexp.MustCompile(`a gh\w\w`)}, 1, "neither leaves half of what the other finds"},
		{"overlapping", "abcdef", "[redacted]f", []*regexp.Regexp{regexp.MustCompile(`abcd`), regexp.MustCompile(`cde`)}, 1, "what both find is one"},
		{"nil", "see LIFT-1", "see [redacted]", []*regexp.Regexp{nil, ticket}, 1, "a nil pattern is none"},
		{"empty match", "abc", "abc", []*regexp.Regexp{regexp.MustCompile(`x*`)}, 0, "nothing was found"},
		{"again", "see [redacted]", "see [redacted]", []*regexp.Regexp{regexp.MustCompile(`\[redacted\]`)}, 0, "once is enough"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := sanitize.NewWith(sanitize.Limits{}, sanitize.Redaction{Patterns: tt.patterns})
			if got := s.String(tt.in); got != tt.want {
				t.Errorf("String(%q) = %q, want %q: %s", tt.in, got, tt.want, tt.reason)
			}
			if diff := cmp.Diff(sanitize.Counts{Redacted: tt.redacted}, s.Counts()); diff != "" {
				t.Errorf("counts (-want +got):\n%s", diff)
			}
		})
	}
}

// A mask is asked before the rules, about every value and with its key.
func TestMask(t *testing.T) {
	type call struct {
		Key   attribute.Key
		Value string
	}
	list := []string{"a", "", "b"}
	tests := []struct {
		name  string
		in    attribute.KeyValue
		want  attribute.KeyValue
		calls []call
	}{
		{"string", attribute.String("user.email", "a@b"), attribute.String("user.email", "A@B"), []call{{"user.email", "a@b"}}},
		{"empty", attribute.String("k", ""), attribute.String("k", ""), nil},
		{"number", attribute.Int("k", 1), attribute.Int("k", 1), nil},
		{"secret key", attribute.String("password", "x"), attribute.String("password", "[redacted]"), nil},
		{"renamed", attribute.String("name", "x"), attribute.String("app.name", "X"), []call{{"name", "x"}}},
		{"list", attribute.StringSlice("l", list), attribute.StringSlice("l", []string{"A", "", "B"}), []call{{"l", "a"}, {"l", "b"}}},
		{"bytes", attribute.ByteSlice("b", []byte("raw\xff")), attribute.ByteSlice("b", []byte("RAW\xff")), []call{{"b", "raw\xff"}}},
		{
			"map", attribute.Map("m", attribute.String("in", "x"), attribute.Slice("deep", attribute.StringValue("y")), attribute.String("token", "z")),
			attribute.Map("m", attribute.String("in", "X"), attribute.Slice("deep", attribute.StringValue("Y")), attribute.String("token", "[redacted]")),
			[]call{{"deep", "y"}, {"in", "x"}},
		},
		{"rules after it", attribute.String("k", "password=hunter2"), attribute.String("k", "PASSWORD=[redacted]"), []call{{"k", "password=hunter2"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var calls []call
			s := sanitize.NewWith(sanitize.Limits{}, sanitize.Redaction{Mask: func(key attribute.Key, v string) string {
				calls = append(calls, call{key, v})
				return upper(v)
			}})
			got, ok := s.Attr(tt.in)
			if !ok || got != tt.want {
				t.Errorf("got  %v\nwant %v", got, tt.want)
			}
			if diff := cmp.Diff(tt.calls, calls); diff != "" {
				t.Errorf("asked about (-want +got):\n%s", diff)
			}
		})
	}
}

// upper leaves bytes that are no letters as they are.
func upper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			b[i] -= 'a' - 'A'
		}
	}
	return string(b)
}

func TestMaskedTextAndCounts(t *testing.T) {
	s := sanitize.NewWith(sanitize.Limits{ValueBytes: 64}, sanitize.Redaction{Mask: func(key attribute.Key, v string) string {
		switch key {
		case sanitize.NameKey:
			return "masked \xff"
		case sanitize.StatusMessageKey:
			panic("a mask of somebody's")
		case "long":
			return strings.Repeat("x", 1e5)
		}
		return v
	}})
	for _, tt := range []struct{ name, got, want string }{
		{"name", s.Text(sanitize.NameKey, "GET /users/anna"), "masked \uFFFD"},
		{"status", s.Text(sanitize.StatusMessageKey, "no user anna"), "[mask failed]"},
		{"long", s.Text("long", "x"), strings.Repeat("x", 37) + "…[truncated 99963 bytes]"},
		{"unchanged", s.Text("other", "as it was"), "as it was"},
		{"chosen by code", s.String("scope"), "scope"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, tt.got, tt.want)
		}
	}
	want := sanitize.Counts{Redacted: 2, Repaired: 1, MaskFailed: 1, Truncated: 1}
	if diff := cmp.Diff(want, s.Counts()); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

// Patterns reach keys too, with the same verdict once it is remembered.
func TestPatternsInKeys(t *testing.T) {
	s := sanitize.NewWith(sanitize.Limits{}, sanitize.Redaction{Patterns: []*regexp.Regexp{ticket}})
	for range 2 {
		if got, _ := s.Attr(attribute.Int("by.LIFT-7", 1)); got != attribute.Int("by.[redacted]", 1) {
			t.Errorf("got %v", got)
		}
	}
	if c := s.Counts(); c != (sanitize.Counts{Redacted: 2}) {
		t.Errorf("counted %+v", c)
	}
}

// A mask that leaves a value as it is costs no allocation.
func TestMaskDoesNotAllocate(t *testing.T) {
	s := sanitize.NewWith(sanitize.Limits{}, sanitize.Redaction{Mask: func(_ attribute.Key, v string) string { return v }})
	kv := attribute.String("llm.model", "claude-sonnet-4-5")
	s.Attr(kv)
	if n := testing.AllocsPerRun(100, func() {
		s.Attr(kv)
		s.String("POST /api/sessions")
		s.Text(sanitize.NameKey, "POST /api/sessions")
	}); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func FuzzRedaction(f *testing.F) {
	f.Add("see LIFT-1 and password=LIFT-2", "masked", 64)
	f.Add("\xff LIFT-\xff12", "\xfe", 100)
	f.Fuzz(func(t *testing.T, in, masked string, limit int) {
		s := sanitize.NewWith(sanitize.Limits{ValueBytes: limit % (16 << 10)}, sanitize.Redaction{
			Patterns: []*regexp.Regexp{ticket, regexp.MustCompile(`\w*@\w*`)},
			Mask: func(_ attribute.Key, v string) string {
				if strings.Contains(v, "panic") {
					panic(v)
				}
				return masked + v
			},
		})
		got := s.Text("k", in)
		checkText(t, got, s.Limits().ValueBytes)
		if ticket.MatchString(got) {
			t.Errorf("Text(%q) = %q", in, got)
		}
	})
}
