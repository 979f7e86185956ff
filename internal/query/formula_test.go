package query_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/internal/query"
)

// eval computes a formula over one event by breaking down by it.
func eval(t *testing.T, expression string, fields map[string]any) (any, error) {
	t.Helper()
	at := time.Date(2026, 11, 23, 14, 5, 9, 500e6, time.UTC)
	e := event.Event{Time: at, Weight: 1, Fields: fields}
	q := honeycomb.Query{Breakdowns: honeycomb.Columns("field")}
	res, err := query.Run(q, []honeycomb.CalculatedField{{Alias: "field", Expression: expression}}, slices.Values([]event.Event{e}), at, at.Add(time.Second))
	if err != nil {
		return nil, err
	}
	return res.Groups[0].Key[0], nil
}

func TestFormulas(t *testing.T) {
	fields := map[string]any{"n": int64(7), "f": 2.5, "s": "Alpha", "num": " 12.5 ", "yes": true, "no": false, "zero": int64(0), "empty": "", "big": int64(1)<<60 + 1}
	tests := []struct {
		expression string
		want       any
	}{
		{`$n`, int64(7)},
		{`$nope`, nil},
		{`null`, nil},
		{`IF($yes, 1, 2)`, int64(1)},
		{`IF($no, 1, 2)`, int64(2)},
		{`IF($no, 1)`, nil},
		{`IF($nope, 1, $zero, 2, "true", 3, 4)`, int64(3)},
		{`IF($s, 1, $f, 2)`, int64(2)},
		{`SWITCH($s, "beta", 1, "Alpha", 2, 3)`, int64(2)},
		{`SWITCH($s, "beta", 1, 3)`, int64(3)},
		{`SWITCH($s, "beta", 1, "x", 2)`, nil},
		{`SWITCH($nope, null, 1, 2)`, int64(2)},
		{`COALESCE($nope, null, $s, 1)`, "Alpha"},
		{`COALESCE($empty, "x")`, ""},
		{`COALESCE($nope)`, nil},
		{`LT($f, $n)`, true},
		{`LT($n, 7)`, false},
		{`LTE($n, 7.0)`, true},
		{`GT($s, "Alp")`, true},
		{`GTE($n, 8)`, false},
		{`LT($n, "8")`, false},
		{`GT($n, "8")`, false},
		{`LT($no, $yes)`, false},
		{`LT($nope, 8)`, false},
		{`GTE($nope, 8)`, false},
		{`EQUALS($n, 7.0)`, true},
		{`EQUALS($n, "7")`, false},
		{`EQUALS($yes, true)`, true},
		{`EQUALS($yes, 1)`, false},
		{`EQUALS($nope, $nada)`, false},
		{`EQUALS($nope, null)`, false},
		{`EQUALS($big, 1152921504606846976)`, false},
		{`IN($n, 1, 7)`, true},
		{`IN($n, 1, "7")`, false},
		{`IN($nope, null)`, false},
		{`EXISTS($empty)`, true},
		{`EXISTS($nope)`, false},
		{`NOT($nope)`, true},
		{`NOT($n)`, false},
		{`AND($yes, 1, "true")`, true},
		{`AND($yes, $nope)`, false},
		{`OR($no, "yes", $zero)`, false},
		{`OR($no, $f)`, true},
		{`MIN($nope, $n, "1", $f)`, 2.5},
		{`MAX($n, $f)`, int64(7)},
		{`MIN("b", 1, "a")`, "a"},
		{`MAX($nope)`, nil},
		{`SUM($n, $f, $num, "x", $yes, $nope)`, int64(22)},
		{`SUB($n, $f)`, 4.5},
		{`SUB($nope, 1)`, int64(-1)},
		{`MUL($n, $f, 2)`, int64(35)},
		{`MUL($n, $nope)`, int64(0)},
		{`DIV($n, 2)`, 3.5},
		{`DIV($n, $nope)`, nil},
		{`MUL(1e308, 10)`, nil},
		{`MOD($n, 4)`, int64(3)},
		{`2 * ($n - 1) / 4 + $n % 4`, int64(6)},
		{`$n >= 7 AND $s != "x" OR $nope`, true},
		{`!($n = 7) OR $n < 7`, false},
		{`MOD($n, 0)`, nil},
		{`LOG10(1000)`, int64(3)},
		{`LOG10("100")`, int64(2)},
		{`LOG10(0)`, nil},
		{`LOG10("x")`, nil},
		{`BUCKET($f, 10, 0, 30)`, "0 - 10"},
		{`BUCKET(0, 10, 0, 30)`, "0 - 10"},
		{`BUCKET(10, 10, 0, 30)`, "0 - 10"},
		{`BUCKET(10.5, 10, 0, 30)`, "10 - 20"},
		{`BUCKET(30, 10, 0, 30)`, "20 - 30"},
		{`BUCKET(31, 10, 0, 30)`, "> 30"},
		{`BUCKET(-1, 10, 0, 30)`, "< 0"},
		{`BUCKET(-1, 10)`, "-10 - 0"},
		{`BUCKET(0, 10)`, "0 - 10"},
		{`BUCKET(1000001, 1000000, 0)`, "1000000 - 2000000"},
		{`BUCKET($s, 10)`, nil},
		{`INT($f)`, int64(2)},
		{`INT(-2.9)`, int64(-2)},
		{`INT($num)`, int64(12)},
		{`INT($s)`, int64(0)},
		{`INT($big)`, int64(1)<<60 + 1},
		{`INT(1e300)`, int64(math.MaxInt64)},
		{`INT(-1e300)`, int64(math.MinInt64)},
		{`FLOAT($num)`, 12.5},
		{`FLOAT($yes)`, int64(0)},
		{`BOOL($n)`, true},
		{`BOOL("yes")`, false},
		{`BOOL($nope)`, false},
		{`STRING($f)`, "2.5"},
		{`STRING(1000000.0)`, "1000000"},
		{`STRING($yes)`, "true"},
		{`STRING($nope)`, ""},
		{`CONCAT($s, $n, $nope, true)`, "Alpha7true"},
		{`STARTS_WITH($s, "Al")`, true},
		{`STARTS_WITH($n, "7")`, false},
		{`ENDS_WITH($s, "pha")`, true},
		{`ENDS_WITH($nope, "")`, false},
		{`CONTAINS($s, "lp")`, true},
		{`CONTAINS($s, 1)`, false},
		{`TO_LOWER($s)`, "alpha"},
		{`TO_LOWER($n)`, nil},
		{`LENGTH("né")`, int64(2)},
		{`LENGTH("né", "bytes")`, int64(3)},
		{`LENGTH("né", "chars")`, int64(2)},
		{`LENGTH($n)`, nil},
		{"REG_MATCH($s, `^A.*a$`)", true},
		{"REG_MATCH($n, `7`)", false},
		{"REG_VALUE($s, `l(.)h`)", "p"},
		{"REG_VALUE($s, `l.h`)", "lph"},
		{"REG_VALUE($s, `x`)", nil},
		{"REG_VALUE($n, `7`)", nil},
		{"REG_COUNT($s, `[aA]`)", int64(2)},
		{"REG_COUNT($nope, `a`)", int64(0)},
		{`UNIX_TIMESTAMP("2017-07-20T11:22:44.888Z")`, 1500549764.888},
		{`UNIX_TIMESTAMP("yesterday")`, nil},
		{`UNIX_TIMESTAMP($n)`, nil},
		{`EVENT_TIMESTAMP()`, 1795442709.5},
		{`SUB(INGEST_TIMESTAMP(), EVENT_TIMESTAMP())`, int64(0)},
		{`FORMAT_TIME("%Y-%m-%d %H:%M:%S", EVENT_TIMESTAMP())`, "2026-11-23 14:05:09"},
		{`FORMAT_TIME("%a %A %b %B %e %I %p %j %y %C %u %w %U %W %G-%V %s %F %T %R %D %Z %z %% %q 100%", EVENT_TIMESTAMP())`, "Mon Monday Nov November 23 02 PM 327 26 20 1 1 47 47 2026-48 1795442709 2026-11-23 14:05:09 14:05 11/23/26 UTC +0000 % %q 100%"},
		{`FORMAT_TIME("%Y", "x")`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.expression, func(t *testing.T) {
			got, err := eval(t, tt.expression, fields)
			if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
				t.Errorf("error %v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestFormulaErrors(t *testing.T) {
	tests := []struct{ name, expression, want string }{
		{"a regular expression that is none", "REG_MATCH($s, `(`)", "calculated field \"field\": function REG_MATCH: error parsing regexp: missing closing ): `(`: correct the expression"},
		{"a regular expression of a column", "REG_MATCH($s, $s)", `calculated field "field": function REG_MATCH needs its regular expression as a literal: write it in back quotes`},
		{"a size of a column", "BUCKET($n, $n)", `calculated field "field": function BUCKET needs its size and bounds as literal numbers: write them`},
		{"a size of nothing", "BUCKET($n, 0)", `calculated field "field": function BUCKET has the size 0: give it one above 0`},
		{"a string with a wrong escape", `NOT("\q")`, `calculated field "field": string "\q" has an unknown escape or a line break: use back quotes`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := eval(t, tt.expression, nil)
			if err == nil || err.Error() != tt.want {
				t.Errorf("error is %v, want %s", err, tt.want)
			}
		})
	}
}

func FuzzFormula(f *testing.F) {
	for _, s := range []string{"IF($s, MUL($n, 2), DIV($f, $n))", "BUCKET($f, 3, -1)", `FORMAT_TIME("%Y %", $f)`, "REG_VALUE($s, `(a)`)", "LOG10(SUB($n, \"8\"))", "INT(MOD($f, 1e-300))"} {
		f.Add(s, int64(3), 1.5, "abc")
	}
	f.Fuzz(func(t *testing.T, expression string, n int64, x float64, s string) {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return
		}
		got, err := eval(t, expression, map[string]any{"n": n, "f": x, "s": s})
		if err != nil {
			return
		}
		switch got := got.(type) {
		case nil, bool, string, int64:
		case float64:
			if math.IsNaN(got) || math.IsInf(got, 0) {
				t.Errorf("%s is %v", expression, got)
			}
		default:
			t.Errorf("%s is a %T", expression, got)
		}
	})
}
