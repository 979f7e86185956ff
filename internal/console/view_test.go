package console_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/console"
)

// llm returns what a typed LLM call carries.
func llm(provider, model string, in, out, cached int64, usd float64, more ...attribute.KeyValue) []attribute.KeyValue {
	return append([]attribute.KeyValue{
		attr.LLMProvider.String(provider), attr.LLMModel.String(model),
		attr.LLMInputTokens.Int64(in), attr.LLMOutputTokens.Int64(out),
		attr.LLMCachedInputTokens.Int64(cached), attr.LLMCostUSD.Float64(usd),
		attr.GenAIRequestModel.String("twin"), attr.GenAIUsageInputTokens.Int64(1),
	}, more...)
}

// reference is the trace of acceptance test 1, in the order its spans end.
func reference() []span {
	return []span{
		{name: "db.insert", id: 3, parent: 2, from: 40, to: 48.2, attrs: []attribute.KeyValue{
			attr.DBTable.String("sessions"), attr.DBRowsAffected.Int(1),
		}},
		{name: "session.create", id: 2, parent: 1, from: 2, to: 122, attrs: []attribute.KeyValue{
			attr.SessionStatus.String("active"), attr.SessionHolesCount.Int(3),
		}},
		{
			name: "llm.call", id: 5, parent: 4, from: 140, to: 2390,
			attrs: llm("anthropic", "claude-sonnet-4-5", 2010, 880, 1500, 0.01461, attr.LLMTimeToFirstTokenMS.Float64(412)),
		},
		{name: "ir.generate", id: 4, parent: 1, from: 130, to: 2440, attrs: []attribute.KeyValue{
			attr.IRValidationStatus.String("valid"), attr.IRHolesCount.Int(3),
			attr.IRLLMCostUSD.Float64(0.01461), attr.IRLLMCalls.Int(1),
			attr.IRLLMInputTokens.Int(2010), attr.IRLLMOutputTokens.Int(880),
		}},
		{
			name: "llm.call", id: 7, parent: 6, from: 2460, to: 5100,
			attrs: llm("openai", "gpt-5-mini", 912, 1050, 0, 0.002328),
		},
		{name: "code.validate", id: 8, parent: 6, from: 5110, to: 5480},
		{name: "code.generate", id: 6, parent: 1, from: 2450, to: 5500, attrs: []attribute.KeyValue{
			attr.CodeLanguage.String("go"), attr.CodeRetries.Int(1),
			attr.CodeLLMCostUSD.Float64(0.002328), attr.CodeLLMCalls.Int(1),
			attr.CodeLLMInputTokens.Int(912), attr.CodeLLMOutputTokens.Int(1050),
		}},
		{name: "POST /api/sessions", id: 1, from: 0, to: 5840, attrs: []attribute.KeyValue{
			attr.HTTPRoute.String("/api/sessions"), attr.HTTPResponseStatusCode.Int(201),
			attr.SessionID.String("s_8f2a"), attr.UserID.String("u-42"),
			attr.RequestLLMCostUSD.Float64(0.016938), attr.RequestLLMCalls.Int(2),
			attr.RequestLLMInputTokens.Int(2922), attr.RequestLLMOutputTokens.Int(1930),
		}},
	}
}

// failing is reference with an error in code.validate.
func failing() []span {
	spans := reference()
	spans[5].status = codes.Error
	spans[5].message = "generated code does not compile"
	spans[5].attrs = []attribute.KeyValue{
		attr.ErrorType.String("*validate.Error"),
		attr.ErrorMessage.String("generated code does not compile: session.go:14:9: undefined: holes (and 3 more errors)"),
	}
	spans[6].status = codes.Error
	spans[6].attrs = append(spans[6].attrs, attr.ErrorType.String("*validate.Error"), spans[5].attrs[1])
	spans[7].attrs[1] = attr.HTTPResponseStatusCode.Int(500)
	spans[7].status = codes.Error
	spans[7].attrs = append(spans[7].attrs, attr.ErrorType.String("*validate.Error"),
		attr.ErrorMessage.String("create session: "+spans[5].attrs[1].Value.AsString()))
	return spans
}

func TestGolden(t *testing.T) {
	many := []span{}
	for i := range byte(60) {
		s := span{
			name: "db.select", id: 10 + i, parent: 1, from: float64(i), to: float64(i) + 0.7,
			attrs: []attribute.KeyValue{attr.DBTable.String("sessions")},
		}
		if i == 50 {
			s.status, s.message = codes.Error, "connection reset"
		}
		many = append(many, s)
	}
	many = append(many, span{name: "report", id: 1, from: 0, to: 61})

	tests := []struct {
		name, reason string
		options      console.Options
		spans        []span
	}{
		{"reference.txt", "the tree a new user sees first", console.Options{}, reference()},
		{"reference_color.txt", "the same on a terminal", console.Options{Color: console.ColorAlways}, reference()},
		{"reference_80.txt", "a standard terminal cuts facts, never wraps them", console.Options{Width: 80}, reference()},
		{"reference_40.txt", "no bars where there is no room", console.Options{Width: 40}, reference()},
		{"reference_160.txt", "a wide terminal has wider bars", console.Options{Width: 160}, reference()},
		{"error.txt", "an error and its message stand out, wrapped if long", console.Options{}, failing()},
		{"error_color.txt", "in red", console.Options{Color: console.ColorAlways}, failing()},
		{"incomplete.txt", "a root that never ended is said to be open", console.Options{}, reference()[:7]},
		{"own.txt", "a service's own attributes show, three at most; the convention's others do not", console.Options{}, []span{
			{name: "import", id: 1, to: 0.4, status: codes.Ok, attrs: []attribute.KeyValue{
				attribute.String("app.file", "a.csv"), attribute.Int("rows", 12), attribute.Bool("dry", true),
				attribute.Float64("fourth", 4), attr.URLPath.String("/x"), attr.SampleRate.Int(1),
			}},
		}},
		{"links.txt", "work that belongs to other traces says to which, the first in full", console.Options{Width: 120}, []span{
			{name: "alone", id: 2, parent: 1, from: 1, to: 2, links: []byte{1}},
			{name: "batch", id: 3, parent: 1, from: 2, to: 3, links: []byte{2, 3, 4}, dropped: 5},
			{name: "two", id: 4, parent: 1, from: 3, to: 4, links: []byte{5, 6}},
			{name: "worker", id: 1, from: 0, to: 5},
		}},
		{"many.txt", "siblings beyond a bound are summed up, a failed one is shown", console.Options{}, many},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			golden(t, tt.name, show(t, tt.options, tt.spans...))
		})
	}
}

func TestRowsAreBounded(t *testing.T) {
	root := span{name: "root", id: 255, to: 300}
	wide, cycles := []span{}, []span{}
	for i := range byte(240) {
		wide = append(wide, span{name: "orphan", id: i + 1, parent: 254, from: float64(i), to: float64(i)})
		cycles = append(cycles, span{name: "cycle", id: i + 1, parent: (i ^ 1) + 1, to: 1})
	}
	tests := []struct {
		name, reason string
		spans        []span
		rows         int
	}{
		{"orphans", "siblings without a parent are summed up like others", append(wide, root), 31},
		{"cycles", "each pair is printed once", append(cycles, root), 241},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := show(t, console.Options{}, tt.spans...)
			if got := strings.Count(out, "\n") - 2; got != tt.rows {
				t.Errorf("%s: %d rows, want %d in\n%s", tt.reason, got, tt.rows, out)
			}
		})
	}
}

func TestLineWidth(t *testing.T) {
	for _, columns := range []int{40, 60, 72, 80, 100, 120, 200} {
		out := show(t, console.Options{Width: columns}, append(failing(), hostile()...)...)
		for line := range strings.Lines(out) {
			// A header is never cut: its trace id is there to be copied.
			if n := len([]rune(strings.TrimRight(line, "\n"))); n > columns && !strings.Contains(line, "trace 4bf9") {
				t.Errorf("width %d: %d columns: %q", columns, n, line)
			}
			if strings.HasSuffix(line, " \n") {
				t.Errorf("width %d: blanks at the end: %q", columns, line)
			}
		}
	}
}

// hostile is a trace in which every string tries to reach the terminal.
func hostile() []span {
	const evil = "\x1b]0;pwned\x07\x1b[2J\r\n\u009b31m\u202e\u2066\u200b\xff\x00\t\u2028é漢"
	attrs := []attribute.KeyValue{
		attr.ErrorType.String(evil), attr.ErrorMessage.String(evil), attr.LLMModel.String(evil), attr.LLMProvider.String(evil),
		attr.DBTable.String(evil), attr.CodeLanguage.String(evil), attr.SessionStatus.String(evil),
		attr.SessionID.String(evil), attr.UserID.String(evil), attribute.String(evil, evil),
	}
	return []span{
		{name: evil, trace: 2, id: 2, parent: 1, from: 1, to: 2, status: codes.Error, message: evil, attrs: attrs},
		{name: strings.Repeat(evil, 100), trace: 2, id: 1, from: 0, to: 3, status: codes.Error, message: evil, attrs: attrs[2:]},
	}
}

func TestHostileNames(t *testing.T) {
	out := show(t, console.Options{Service: "\x1b[31mred\n", Width: 400}, hostile()...)
	for i, r := range out {
		if r != '\n' && !unicode.IsPrint(r) {
			t.Errorf("byte %d: %q reaches the terminal in %q", i, r, out)
			break
		}
	}
	if want := `\x1b]0;pwned\a\x1b[2J\r\n\u009b31m\u202e\u2066\u200b\xff\x00\t\u2028é漢`; !strings.Contains(out, want) {
		t.Errorf("no escaped text %s in\n%s", want, out)
	}
	if lines := strings.Count(out, "\n"); lines > 14 {
		t.Errorf("%d lines: a line break was not escaped in\n%s", lines, out)
	}
	golden(t, "hostile.txt", show(t, console.Options{}, hostile()...))
}

func TestImpossibleTrees(t *testing.T) {
	chain := []span{}
	for i := range byte(60) {
		chain = append(chain, span{name: fmt.Sprintf("level %d", i), id: i + 1, parent: i, from: float64(i), to: 100})
	}
	tests := []struct {
		name, reason string
		spans        []span
	}{
		{"cycle", "spans that name each other as parents are printed once", []span{
			{name: "root", id: 9, to: 5}, {name: "a", id: 1, parent: 2, to: 1}, {name: "b", id: 2, parent: 1, to: 2},
		}},
		{"self", "a span that is its own parent", []span{{name: "self", id: 1, parent: 1, to: 1}}},
		{"twins", "two spans with one id", []span{
			{name: "child", id: 2, parent: 1, to: 1}, {name: "one", id: 1, to: 2}, {name: "two", id: 1, from: 1, to: 2},
		}},
		{"backwards", "a clock that went back", []span{
			{name: "child", id: 2, parent: 1, from: 90, to: 10}, {name: "root", id: 1, from: 50, to: 40},
		}},
		{"deep", "a deep chain stays on the screen", chain},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			out := show(t, console.Options{}, tt.spans...)
			for _, s := range tt.spans {
				if n := strings.Count(out, s.name+" "); n != 1 {
					t.Errorf("%s: span %q is printed %d times in\n%s", tt.reason, s.name, n, out)
				}
			}
			golden(t, "impossible_"+tt.name+".txt", out)
		})
	}
}
