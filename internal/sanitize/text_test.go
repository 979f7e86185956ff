package sanitize_test

import (
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/internal/sanitize"
)

func checkText(t *testing.T, s string, limit int) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Errorf("%q is not valid UTF-8", s)
	}
	if len(s) > limit {
		t.Errorf("%d bytes, want at most %d", len(s), limit)
	}
}

func TestString(t *testing.T) {
	const limit = 64
	tests := []struct {
		name, in, want string
		counts         sanitize.Counts
		reason         string
	}{
		{"empty", "", "", sanitize.Counts{}, "nothing to do"},
		{"clean", "POST /api/sessions", "POST /api/sessions", sanitize.Counts{}, "nothing to do"},
		{"unicode", "prix: 3 €, naïve 日本語", "prix: 3 €, naïve 日本語", sanitize.Counts{}, "valid UTF-8 stays"},
		{"short bad", "a\xffb", "a\uFFFDb", sanitize.Counts{Repaired: 1}, "too short for the matcher"},
		{"bad", "a long string \xc3\x28 with a bad rune", "a long string \uFFFD( with a bad rune", sanitize.Counts{Repaired: 1}, "overlong rest"},
		{"surrogate", "half a pair: \xed\xa0\x80.", "half a pair: \uFFFD.", sanitize.Counts{Repaired: 1}, "a run of bad bytes is one replacement"},
		{"at the limit", strings.Repeat("x", limit), strings.Repeat("x", limit), sanitize.Counts{}, "as long as allowed"},
		{"over", strings.Repeat("x", 100), strings.Repeat("x", 40) + "…[truncated 60 bytes]", sanitize.Counts{Truncated: 1}, "the mark counts"},
		{"over by far", strings.Repeat("x", 1e6), strings.Repeat("x", 36) + "…[truncated 999964 bytes]", sanitize.Counts{Truncated: 1}, "what was not even read counts"},
		{"rune boundary", strings.Repeat("€", 40), strings.Repeat("€", 13) + "…[truncated 81 bytes]", sanitize.Counts{Truncated: 1}, "no half rune"},
		{"secret and over", "sk" + "-a1b2c3d4e5f6a7b8c9d0" + strings.Repeat(" x", 50), "[redacted]" + strings.Repeat(" x", 14) + " x…[truncated 70 bytes]", sanitize.Counts{Redacted: 1, Truncated: 1}, "redacted before it is cut"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := sanitize.New(sanitize.Limits{ValueBytes: limit})
			got := s.String(tt.in)
			if got != tt.want {
				t.Errorf("got  %q\nwant %q: %s", got, tt.want, tt.reason)
			}
			if diff := cmp.Diff(tt.counts, s.Counts()); diff != "" {
				t.Errorf("counts (-want +got):\n%s", diff)
			}
			checkText(t, got, limit)
		})
	}
}

func TestAttr(t *testing.T) {
	nested := attribute.StringValue("deep")
	for range 12 {
		nested = attribute.SliceValue(nested)
	}
	tests := []struct {
		name   string
		in     attribute.KeyValue
		want   attribute.KeyValue
		drop   bool
		counts sanitize.Counts
		reason string
	}{
		{name: "int", in: attribute.Int("n", 1), want: attribute.Int("n", 1), reason: "nothing to do"},
		{name: "bool", in: attribute.Bool("b", true), want: attribute.Bool("b", true), reason: "nothing to do"},
		{name: "float", in: attribute.Float64("f", 0.5), want: attribute.Float64("f", 0.5), reason: "nothing to do"},
		{name: "empty", in: attribute.KeyValue{Key: "e"}, want: attribute.KeyValue{Key: "e"}, reason: "an empty value is valid"},
		{name: "NaN", in: attribute.Float64("f", math.NaN()), drop: true, counts: sanitize.Counts{NonFinite: 1}, reason: "JSON cannot hold it"},
		{name: "Inf", in: attribute.Float64("f", math.Inf(-1)), drop: true, counts: sanitize.Counts{NonFinite: 1}, reason: "JSON cannot hold it"},
		{
			name: "float slice", in: attribute.Float64Slice("f", []float64{1, math.NaN(), 2, math.Inf(1)}),
			want: attribute.Float64Slice("f", []float64{1, 2}), counts: sanitize.Counts{NonFinite: 2}, reason: "the numbers stay",
		},
		{name: "bad key", in: attribute.Int("a\xff", 1), want: attribute.Int("a\uFFFD", 1), counts: sanitize.Counts{Repaired: 1}, reason: "keys are strings, too"},
		{
			name: "long key", in: attribute.Int(strings.Repeat("k", 300), 1),
			want: attribute.Int(strings.Repeat("k", 232)+"…[truncated 68 bytes]", 1), counts: sanitize.Counts{Truncated: 1}, reason: "a column name has a limit",
		},
		{name: "name", in: attribute.String("name", "x"), want: attribute.String("app.name", "x"), counts: sanitize.Counts{Renamed: 1}, reason: "Honeycomb's column"},
		{name: "error", in: attribute.Bool("error", true), want: attribute.Bool("app.error", true), counts: sanitize.Counts{Renamed: 1}, reason: "Honeycomb's column"},
		{name: "trace", in: attribute.String("trace.trace_id", "x"), want: attribute.String("app.trace.trace_id", "x"), counts: sanitize.Counts{Renamed: 1}, reason: "Honeycomb's column"},
		{name: "weight", in: attribute.Int("SampleRate", 5), want: attribute.Int("app.SampleRate", 5), counts: sanitize.Counts{Renamed: 1}, reason: "only the library says how much a span weighs"},
		{name: "error.type", in: attribute.String("error.type", "x"), want: attribute.String("error.type", "x"), reason: "no column of Honeycomb's"},
		{name: "error.message", in: attribute.String("error.message", "x"), want: attribute.String("error.message", "x"), reason: "no column of Honeycomb's"},
		{name: "traceability", in: attribute.String("traceability", "x"), want: attribute.String("traceability", "x"), reason: "only the prefix trace."},
		{
			name: "strings", in: attribute.StringSlice("s", []string{"ok", "bad \xff", "Bearer " + "abc123def456"}),
			want:   attribute.StringSlice("s", []string{"ok", "bad \uFFFD", "Bearer [redacted]"}),
			counts: sanitize.Counts{Repaired: 1, Redacted: 1}, reason: "each element by itself",
		},
		{
			name: "header", in: attribute.StringSlice("http.request.header.authorization", []string{"opaque", ""}),
			want: attribute.StringSlice("http.request.header.authorization", []string{"[redacted]", ""}), counts: sanitize.Counts{Redacted: 1}, reason: "headers are string lists",
		},
		{
			name: "arguments", in: attribute.StringSlice("process.command_args", []string{"app", "--password", "x", "--port", "1"}),
			want: attribute.StringSlice("process.command_args", []string{"app", "--password", "[redacted]", "--port", "1"}), counts: sanitize.Counts{Redacted: 1}, reason: "a flag and its value",
		},
		{
			name: "strings over the limit", in: attribute.StringSlice("s", []string{strings.Repeat("a", 100), strings.Repeat("b", 200), "c"}),
			want:   attribute.StringSlice("s", []string{strings.Repeat("a", 100), strings.Repeat("b", 116) + "…[truncated 84 bytes]", "…[truncated 1 elements]"}),
			counts: sanitize.Counts{Truncated: 2}, reason: "the limit is for all of them",
		},
		{
			name: "ints over the limit", in: attribute.Int64Slice("n", make([]int64, 100)),
			want: attribute.Int64Slice("n", make([]int64, 32)), counts: sanitize.Counts{Truncated: 1}, reason: "eight bytes each",
		},
		{
			name: "bytes", in: attribute.ByteSlice("raw", []byte("\xff\x00 password=hunter2\xfe")),
			want: attribute.ByteSlice("raw", []byte("\xff\x00 password=[redacted]")), counts: sanitize.Counts{Redacted: 1}, reason: "bytes need no repair",
		},
		{
			name: "map", in: attribute.Map("m", attribute.String("password", "x"), attribute.String("name", "lift \xff"), attribute.Float64("f", math.NaN())),
			want:   attribute.Map("m", attribute.String("password", "[redacted]"), attribute.String("name", "lift \uFFFD")),
			counts: sanitize.Counts{Redacted: 1, Repaired: 1, NonFinite: 1}, reason: "columns are at the top only",
		},
		{
			name: "secret map", in: attribute.Map("credentials", attribute.String("user", "x"), attribute.Int("n", 1)),
			want: attribute.Map("credentials", attribute.String("user", "[redacted]"), attribute.Int("n", 1)), counts: sanitize.Counts{Redacted: 1}, reason: "all under a secret key",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := sanitize.New(sanitize.Limits{ValueBytes: 256})
			got, ok := s.Attr(tt.in)
			if ok == tt.drop {
				t.Fatalf("Attr(%v) kept: %t: %s", tt.in, ok, tt.reason)
			}
			if ok && got != tt.want {
				t.Errorf("got  %v\nwant %v: %s", got, tt.want, tt.reason)
			}
			if diff := cmp.Diff(tt.counts, s.Counts()); diff != "" {
				t.Errorf("counts (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("too deep", func(t *testing.T) {
		s := sanitize.New(sanitize.Limits{})
		got, _ := s.Attr(attribute.KeyValue{Key: "deep", Value: nested})
		if str := got.Value.String(); strings.Count(str, "[") != 9 || !strings.Contains(str, "nested too deep") {
			t.Errorf("got %s", str)
		}
		if c := s.Counts(); c != (sanitize.Counts{Truncated: 1}) {
			t.Errorf("counted %+v", c)
		}
	})
}

func TestMetricAttrRenamesNothing(t *testing.T) {
	s := sanitize.New(sanitize.Limits{})
	for _, kv := range []attribute.KeyValue{attribute.String("type", "input"), attribute.Bool("error", true)} {
		if got, ok := s.MetricAttr(kv); !ok || got != kv {
			t.Errorf("MetricAttr(%v) = %v, %t", kv, got, ok)
		}
	}
	if c := s.Counts(); c != (sanitize.Counts{}) {
		t.Errorf("counted %+v", c)
	}
}

func TestNilSanitizer(t *testing.T) {
	var s *sanitize.Sanitizer
	if got := s.String("a\xff"); got != "a\uFFFD" {
		t.Errorf("String = %q: a nil Sanitizer works", got)
	}
	if got := s.Limits().ValueBytes; got != 8<<10 {
		t.Errorf("ValueBytes = %d", got)
	}
	if c := s.Counts(); c != (sanitize.Counts{}) {
		t.Errorf("counted %+v", c)
	}
}

func TestCleanDoesNotAllocate(t *testing.T) {
	s := sanitize.New(sanitize.Limits{})
	kvs := []attribute.KeyValue{
		attribute.String("user.id", "u-42"),
		attribute.String("llm.model", "claude-sonnet-4-5"),
		attribute.String("url.full", "https://api.anthropic.com/v1/messages?beta=true"),
		attribute.String("note", "naïve, 日本語"),
		attribute.Int("llm.input_tokens", 7),
		attribute.Float64("llm.cost_usd", 0.01),
		attribute.Bool("llm.streaming", true),
	}
	for _, kv := range kvs {
		s.Attr(kv)
	}
	if n := testing.AllocsPerRun(100, func() {
		for _, kv := range kvs {
			if got, ok := s.Attr(kv); !ok || got.Key != kv.Key {
				t.Error("not clean")
			}
		}
		s.String("POST /api/sessions")
	}); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func TestKeysMadeUpAtRunTime(t *testing.T) {
	s := sanitize.New(sanitize.Limits{})
	buf := []byte("user.0000.password")
	for i := range 5000 {
		for j := range 4 {
			buf[8-j] = byte('0' + i%10)
			i /= 10
		}
		if got, _ := s.Attr(attribute.String(string(buf), "x")); got.Value.AsString() != "[redacted]" {
			t.Fatalf("%s = %q", got.Key, got.Value.AsString())
		}
	}
	key := attribute.Key("user." + "9999.password")
	if n := testing.AllocsPerRun(100, func() { s.Attr(key.String("x")) }); n != 0 {
		t.Errorf("%v allocations for a key that found no place, want 0", n)
	}
}

func FuzzString(f *testing.F) {
	f.Add("clean", 64)
	f.Add("a\xff\xc3\x28", 64)
	f.Add(strings.Repeat("€", 100), 100)
	f.Add("https://u:p@h/?key=1 Bearer abcdefgh1 eyJhbGciOiJIUzI1NiIsInR5", 80)
	f.Fuzz(func(t *testing.T, in string, limit int) {
		s := sanitize.New(sanitize.Limits{ValueBytes: limit % (16 << 10)})
		got := s.String(in)
		checkText(t, got, s.Limits().ValueBytes)
		if got == in && s.Counts() != (sanitize.Counts{}) {
			t.Errorf("String(%q) changed nothing but counted %+v", in, s.Counts())
		}
		if got != in && s.Counts() == (sanitize.Counts{}) {
			t.Errorf("String(%q) = %q counted nothing", in, got)
		}
		kv, ok := s.Attr(attribute.String(in, in))
		if !ok || !utf8.ValidString(string(kv.Key)) || len(kv.Key) > 256+len("app.") {
			t.Errorf("Attr = %q, %t", kv.Key, ok)
		}
	})
}
