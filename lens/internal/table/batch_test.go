package table_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// fields returns the row of a batch: typed columns with their kinds, and the
// others.
func fields(t *testing.T, b *table.Batch, i int) (typed map[string]string, extra map[string]any) {
	t.Helper()
	typed = make(map[string]string)
	for _, v := range b.Values(i) {
		c := table.Columns()[v.Column]
		if v.Kind != c.Kind {
			t.Errorf("column %s of kind %v has a value of kind %v", c.Name, c.Kind, v.Kind)
		}
		switch v.Kind {
		case table.String:
			typed[c.Name] = v.Str
		case table.Float:
			typed[c.Name] = fmt.Sprint(math.Float64frombits(v.Bits))
		case table.TraceID, table.SpanID:
			typed[c.Name] = v.Hex()
		default:
			typed[c.Name] = fmt.Sprint(int64(v.Bits))
		}
	}
	if e := b.Rows[i].Extra; len(e) > 0 {
		if err := json.Unmarshal(e, &extra); err != nil {
			t.Fatalf("extra fields %s: %v", e, err)
		}
	}
	return typed, extra
}

// A value stands in its column if nothing is lost by it, and among the others
// if not, so that a column that changes its type breaks nothing.
func TestKinds(t *testing.T) {
	const id = "0102030405060708090a0b0c0d0e0f10"
	tests := []struct {
		name  string
		set   func(*table.Batch)
		typed map[string]string
		extra map[string]any
	}{
		{"as registered", func(b *table.Batch) { b.SetInt("llm.input_tokens", 3) }, map[string]string{"llm.input_tokens": "3"}, nil},
		{"whole float", func(b *table.Batch) { b.SetFloat("llm.input_tokens", 3) }, map[string]string{"llm.input_tokens": "3"}, nil},
		{"fraction", func(b *table.Batch) { b.SetFloat("llm.input_tokens", 3.5) }, nil, map[string]any{"llm.input_tokens": 3.5}},
		{"float beyond 2⁵³", func(b *table.Batch) { b.SetFloat("llm.input_tokens", 1e300) }, nil, map[string]any{"llm.input_tokens": 1e300}},
		{"integer in a float", func(b *table.Batch) { b.SetInt("llm.cost_usd", 2) }, map[string]string{"llm.cost_usd": "2"}, nil},
		{"number as text", func(b *table.Batch) { b.SetString("llm.cost_usd", "2.5") }, map[string]string{"llm.cost_usd": "2.5"}, nil},
		{"whole number as text", func(b *table.Batch) { b.SetString("llm.input_tokens", "9007199254740993") }, map[string]string{"llm.input_tokens": "9007199254740993"}, nil},
		{"whole float as text", func(b *table.Batch) { b.SetString("llm.input_tokens", "3.0") }, map[string]string{"llm.input_tokens": "3"}, nil},
		{"fraction as text", func(b *table.Batch) { b.SetString("llm.input_tokens", "3.5") }, nil, map[string]any{"llm.input_tokens": "3.5"}},
		{"text in a number", func(b *table.Batch) { b.SetString("llm.cost_usd", "cheap"); b.SetString("llm.input_tokens", "") }, nil, map[string]any{"llm.cost_usd": "cheap", "llm.input_tokens": ""}},
		{"no number as text", func(b *table.Batch) { b.SetString("llm.cost_usd", "NaN"); b.SetString("llm.input_tokens", "Inf") }, nil, map[string]any{"llm.cost_usd": "NaN", "llm.input_tokens": "Inf"}},
		{"number in a text", func(b *table.Batch) { b.SetInt("user.id", 2) }, map[string]string{"user.id": "2"}, nil},
		{"fraction in a text", func(b *table.Batch) { b.SetFloat("user.id", 2.5) }, map[string]string{"user.id": "2.5"}, nil},
		{"whole float in a text", func(b *table.Batch) { b.SetFloat("user.id", 2) }, map[string]string{"user.id": "2"}, nil},
		{"bool in a text", func(b *table.Batch) { b.SetBool("user.id", false) }, map[string]string{"user.id": "false"}, nil},
		{"bool as text", func(b *table.Batch) { b.SetString("error", "true"); b.SetString("llm.streaming", "false") }, map[string]string{"error": "1", "llm.streaming": "0"}, nil},
		{"text in a bool", func(b *table.Batch) { b.SetString("error", "timeout") }, nil, map[string]any{"error": "timeout"}},
		{"number in a bool", func(b *table.Batch) { b.SetInt("error", 1) }, nil, map[string]any{"error": 1.0}},
		{"bool in a number", func(b *table.Batch) { b.SetBool("llm.cost_usd", true); b.SetBool("llm.input_tokens", true) }, nil, map[string]any{"llm.cost_usd": true, "llm.input_tokens": true}},
		{"registered without a column of its own", func(b *table.Batch) { b.SetInt("network.protocol.version", 2); b.SetString("server.port", "443") }, nil, map[string]any{"network.protocol.version": "2", "server.port": 443.0}},
		{"not registered", func(b *table.Batch) { b.SetInt("order.id", 2); b.SetString("order.total", "2") }, nil, map[string]any{"order.id": 2.0, "order.total": "2"}},
		{"bool", func(b *table.Batch) { b.SetBool("error", true) }, map[string]string{"error": "1"}, nil},
		{"no number", func(b *table.Batch) { b.SetFloat("llm.cost_usd", math.NaN()); b.SetFloat("x", math.Inf(-1)) }, nil, nil},
		{"id", func(b *table.Batch) { b.SetID("trace.span_id", []byte("01234567")) }, map[string]string{"trace.span_id": "3031323334353637"}, nil},
		{"id of zeros", func(b *table.Batch) { b.SetID("trace.span_id", make([]byte, 8)) }, nil, nil},
		{"id as text", func(b *table.Batch) { b.SetString("trace.trace_id", id) }, map[string]string{"trace.trace_id": id}, nil},
		{"id in capitals", func(b *table.Batch) { b.SetString("trace.trace_id", strings.ToUpper(id)) }, nil, map[string]any{"trace.trace_id": strings.ToUpper(id)}},
		{"id of another length", func(b *table.Batch) { b.SetID("trace.trace_id", []byte{1, 2}) }, nil, map[string]any{"trace.trace_id": "0102"}},
		{"the last one counts", func(b *table.Batch) { b.SetString("x", "a"); b.SetInt("x", 1) }, nil, map[string]any{"x": 1.0}},
		{"the last one counts, of no kind of its column", func(b *table.Batch) { b.SetFloat("llm.cost_usd", 1); b.SetString("llm.cost_usd", "a") }, nil, map[string]any{"llm.cost_usd": "a"}},
		{"the last one counts, of its column's kind", func(b *table.Batch) { b.SetString("llm.cost_usd", "a"); b.SetFloat("llm.cost_usd", 1) }, map[string]string{"llm.cost_usd": "1"}, nil},
		{"no UTF-8", func(b *table.Batch) { b.SetString("user.id", "a\xff"); b.SetString("k\xff", "\xfe") }, map[string]string{"user.id": "a\uFFFD"}, map[string]any{"k\uFFFD": "\uFFFD"}},
		{"no name", func(b *table.Batch) { b.SetString("", "a") }, nil, nil},
		{"removed", func(b *table.Batch) { b.SetString("x", "a"); b.Unset("x") }, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := new(table.Batch)
			tt.set(b)
			b.Add(1, -5, "d")
			typed, extra := fields(t, b, 0)
			if tt.typed == nil {
				tt.typed = map[string]string{}
			}
			if diff := cmp.Diff(tt.typed, typed); diff != "" {
				t.Errorf("typed (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.extra, extra); diff != "" {
				t.Errorf("extra (-want +got):\n%s", diff)
			}
			if b.Rows[0].Weight != 1 {
				t.Errorf("weight %d, want at least 1", b.Rows[0].Weight)
			}
		})
	}
}

// A hostile row is cut to what a row may have.
func TestBounds(t *testing.T) {
	b := new(table.Batch)
	long := strings.Repeat("é", table.MaxString)
	b.SetString("user.id", long)
	for i := range 10_000 {
		b.SetInt(fmt.Sprintf("column %d", i), int64(i))
	}
	b.Add(1, 1, "d")
	typed, extra := fields(t, b, 0)
	if got := typed["user.id"]; len(got) > table.MaxString || len(got) < table.MaxString-3 || !utf8.ValidString(got) {
		t.Errorf("a string of %d bytes is kept as %d, want %d of UTF-8", len(long), len(got), table.MaxString)
	}
	if len(extra)+len(typed) != table.MaxValues || b.Cut != 1+10_001-table.MaxValues {
		t.Errorf("%d values are kept and %d cut, want %d kept", len(extra)+len(typed), b.Cut, table.MaxValues)
	}
}

func FuzzAppendQuoted(f *testing.F) {
	f.Add("a\"\\\n\x00\u2028é")
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "\uFFFD")
		var back string
		if err := json.Unmarshal(table.AppendQuoted(nil, s), &back); err != nil || back != s {
			t.Errorf("%q reads as %q, %v", s, back, err)
		}
	})
}

// What boards and alerts ask for is typed, and nobody has a column that a row
// cannot have.
func TestColumns(t *testing.T) {
	for _, name := range []string{attr.ColumnDurationMS, string(attr.UserID), string(attr.LLMCostUSD), string(attr.ErrorType), string(attr.HTTPRoute), attr.MetricTelemetryExported} {
		if _, ok := table.Lookup(name); !ok {
			t.Errorf("%s has no column of its own", name)
		}
	}
	for _, name := range []string{table.SampleRate, attr.SpanLLMCall, "lift.llm.cost"} {
		if _, ok := table.Lookup(name); ok {
			t.Errorf("%s has a column", name)
		}
	}
}

func TestMetricColumns(t *testing.T) {
	of := func(name string) []table.Column {
		d, _ := attr.Lookup(name)
		return table.Of(d)
	}
	for name, want := range map[string][]table.Column{
		attr.MetricTelemetryExported:   {{Name: "lift.telemetry.exported", Kind: table.Int}},
		attr.MetricLLMCost:             {{Name: "lift.llm.cost", Kind: table.Float}},
		attr.MetricTelemetryBudgetLeft: {{Name: "lift.telemetry.budget.left", Kind: table.Int}},
		attr.MetricGenAIClientTokenUsage: {
			{Name: "gen_ai.client.token.usage.count", Kind: table.Int},
			{Name: "gen_ai.client.token.usage.sum", Kind: table.Float},
			{Name: "gen_ai.client.token.usage.avg", Kind: table.Float},
			{Name: "gen_ai.client.token.usage.min", Kind: table.Float},
			{Name: "gen_ai.client.token.usage.max", Kind: table.Float},
		},
	} {
		got := of(name)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		for _, c := range got {
			if !table.IsMetric(c.Name) {
				t.Errorf("%s is no metric", c.Name)
			}
		}
	}
	for _, name := range []string{attr.MetricGenAIClientTokenUsage, string(attr.UserID), attr.ColumnDurationMS, "nobody's"} {
		if table.IsMetric(name) {
			t.Errorf("%s is the column of a metric", name)
		}
	}
}

// Merged batches are those that one would have become.
func TestMerge(t *testing.T) {
	row := func(b *table.Batch, i int) {
		b.SetInt("llm.input_tokens", int64(i))
		if i%2 == 0 {
			b.SetString("user.id", fmt.Sprint("user ", i))
		}
		if i%3 == 0 {
			b.SetInt("team", int64(i))
		} else {
			b.SetFloat("team", float64(i)/7)
		}
		b.SetBool(fmt.Sprint("column ", i/4), true)
		b.SetString("long", strings.Repeat("x", table.MaxString+i%2))
		b.Add(int64(i), 2, "d")
	}
	var want, got table.Batch
	got.Merge(new(table.Batch))
	for part := range 4 {
		b := new(table.Batch)
		for i := 5 * part; i < 5*part+5; i++ {
			row(&want, i)
			row(b, i)
		}
		got.Merge(b)
	}
	row(&want, 20)
	row(&got, 20)
	if diff := cmp.Diff(&want, &got, cmp.AllowUnexported(table.Batch{}, table.Row{}), cmpopts.IgnoreFields(table.Batch{}, "extra"), cmpopts.EquateComparable(table.Value{})); diff != "" {
		t.Errorf("(-one +merged):\n%s", diff)
	}
}
