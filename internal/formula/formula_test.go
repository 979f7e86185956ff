package formula

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// write is the reverse of Parse, for tests.
func (e Expr) write() string {
	switch {
	case e.Column != "":
		return "$`" + e.Column + "`"
	case e.Kind != NoLiteral:
		return e.Literal
	}
	args := make([]string, 0, len(e.Args))
	for _, a := range e.Args {
		args = append(args, a.write())
	}
	return e.Function + "(" + strings.Join(args, ", ") + ")"
}

func TestParse(t *testing.T) {
	tests := []struct {
		name, in, want string
	}{
		{"a column", "$trace.parent_id", "$`trace.parent_id`"},
		{"a quoted column", `$"with space"`, "$`with space`"},
		{"a raw column", "$`with space`", "$`with space`"},
		{"signs in a column", "$a/b:c=d+e?f-g", "$`a/b:c=d+e?f-g`"},
		{"a function of none", "EVENT_TIMESTAMP()", "EVENT_TIMESTAMP()"},
		{"white space", " IF ( EXISTS( $a ) ,\n 1 ) ", "IF(EXISTS($`a`), 1)"},
		{"a trailing comma", "OR($a, $b,)", "OR($`a`, $`b`)"},
		{"literals", "COALESCE(1, -2.5, .5, 1e9, 1E-3, \"s\\\"t\", `raw`, true, false, null)", "COALESCE(1, -2.5, .5, 1e9, 1E-3, \"s\\\"t\", `raw`, true, false, null)"},
		{"nested", "IF(AND(NOT(EXISTS($a)), LT($b, 5)), SUM($b, 1), null)", "IF(AND(NOT(EXISTS($`a`)), LT($`b`, 5)), SUM($`b`, 1), null)"},
		{"arithmetic", "100 * ($json_decode_ms / $total_ms)", "MUL(100, DIV($`json_decode_ms`, $`total_ms`))"},
		{"a logical expression", `$roundtrip_ms >= 100 AND $method = "POST"`, "AND(GTE($`roundtrip_ms`, 100), EQUALS($`method`, \"POST\"))"},
		{"a negation", `!IN($method, "GET", "DELETE") AND EXISTS($batch)`, "AND(NOT(IN($`method`, \"GET\", \"DELETE\")), EXISTS($`batch`))"},
		{"all operators", "1 OR 2 AND 3 = 4 != 5 < 6 <= 7 > 8 >= 9 + 10 - 11 * 12 / 13 % !14", "OR(1, AND(2, NOT(EQUALS(EQUALS(3, 4), GTE(GT(LTE(LT(5, 6), 7), 8), SUM(9, SUB(10, MOD(DIV(MUL(11, 12), 13), NOT(14)))))))))"},
		{"the same, the other way round", "!1 % 2 / 3 * 4 - 5 + 6 >= 7 > 8 <= 9 < 10 != 11 = 12 AND 13 OR 14", "OR(AND(EQUALS(NOT(EQUALS(LT(LTE(GT(GTE(SUM(SUB(MUL(DIV(MOD(NOT(1), 2), 3), 4), 5), 6), 7), 8), 9), 10), 11)), 12), 13), 14)"},
		{"operators of one kind", "$a + $b + $c - 1 - 2 - 3 + $d", "SUM($`a`, $`b`, SUB(SUB(SUB($`c`, 1), 2), 3), $`d`)"},
		{"a sum in parentheses", "$a - ($b + $c) + ($d + 1)", "SUM(SUB($`a`, SUM($`b`, $`c`)), SUM($`d`, 1))"},
		{"operators among functions", "IF($a = 1, SUM($b, 2) + 3,)", "IF(EQUALS($`a`, 1), SUM(SUM($`b`, 2), 3))"},
		{"AND and OR as functions", "AND($a, OR($b)) AND(OR($c))", "AND(AND($`a`, OR($`b`)), OR($`c`))"},
		{"signs in columns and around them", "$a-1 -1 - -1", "SUB(SUB($`a-1`, 1), -1)"},
		{"no spaces where none are needed", `$a*2<(3)AND!$b!="x"`, "AND(LT(MUL($`a`, 2), 3), NOT(EQUALS(NOT($`b`), \"x\")))"},
		{"a chain that is not deep", "$a" + strings.Repeat(" OR $a", 200), "OR($`a`" + strings.Repeat(", $`a`", 200) + ")"},
		{"a switch", `SWITCH($a, "x", 1, "y", 2, 3)`, "SWITCH($`a`, \"x\", 1, \"y\", 2, 3)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, err := Parse(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, e.write()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	tests := []struct {
		name, in, want string
	}{
		{"nothing", "  ", "at character 3: expression is missing: write a function, a $column or a literal"},
		{"an unknown function", "FOO($a)", `at character 1: function "FOO" is unknown: use one of AND `},
		{"a column without $", "IF(error, 1)", `or $error for a column`},
		{"lower case", "if($a, 1)", `at character 1: function "if" is in lower case: write IF`},
		{"too few arguments", "EQUALS($a)", "at character 1: function EQUALS has 1 arguments: give it exactly 2"},
		{"too many arguments", "NOT($a, $b)", "function NOT has 2 arguments: give it exactly 1"},
		{"too few of many", "IF($a)", "function IF has 1 arguments: give it at least 2"},
		{"too many of a range", "LENGTH($a, $b, $c)", "function LENGTH has 3 arguments: give it 1 to 2"},
		{"no parentheses", "NOT $a", "function NOT has no arguments: write them in parentheses"},
		{"no comma", "OR($a $b)", "argument 1 of OR has no end: separate arguments with commas and close with )"},
		{"not closed", "OR($a", "argument 1 of OR has no end"},
		{"a comma alone", "OR(,)", `"," begins no function, $column or literal: write one`},
		{"two signs of an exponent", "1e+-5", "number has an empty exponent: write digits after the e"},
		{"a rest", "OR($a) $b", `at character 8: "$b" follows the end of the expression: remove it`},
		{"a long rest", "OR($a) " + strings.Repeat("é", 30), `"` + strings.Repeat("é", 20) + `…" follows`},
		{"$ alone", "OR($)", "at character 5: $ without a column: write its name after it, in quotes if it has spaces"},
		{"an empty quoted column", `$""`, "column name is empty: write it between the quotes"},
		{"an open quoted column", `$"a`, "string has no end"},
		{"an open string", `OR("a)`, "at character 4: string has no end: close it with \""},
		{"an open raw string", "OR(`a)", "string has no end: close it with `"},
		{"a minus alone", "OR(-)", `"-)" is no number: write digits`},
		{"a point at the end", "OR(1.)", "number ends with its point: write digits after it"},
		{"an empty exponent", "OR(1e)", "number has an empty exponent: write digits after the e"},
		{"an operator without spaces", "$a+$b", `at character 4: "$b" follows the end of the expression: remove it, or put an operator before it, with spaces around`},
		{"two operators", "$a = = $b", `at character 6: "=" begins no function, $column or literal: write one`},
		{"an operator alone", "$a + ", "at character 6: expression is missing"},
		{"an operator first", "* $a", `"*" begins no function, $column or literal: write one`},
		{"an open parenthesis", "1 * ($a + $b", "at character 5: parenthesis has no end: close it with )"},
		{"an empty parenthesis", "()", `")" begins no function, $column or literal: write one`},
		{"a list in parentheses", "$a AND ($b, $c)", "at character 8: parenthesis has no end"},
		{"a minus before a column", "-$a", `"-$a" is no number: write digits`},
		{"deep parentheses", strings.Repeat("(", 200) + "$a" + strings.Repeat(")", 200), "nested more than 100 deep: split the field"},
		{"many marks", strings.Repeat("!", 200) + "$a", "nested more than 100 deep: split the field"},
		{"a long chain", "$a" + strings.Repeat(" - 1", 200), "nested more than 100 deep: split the field"},
		{"a letter that is not ASCII", "é", `"é" begins no function, $column or literal: write one`},
		{"too deep", strings.Repeat("NOT(", 200) + "$a" + strings.Repeat(")", 200), "nested more than 100 deep: split the field"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse(tt.in)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want %s", err, tt.want)
			}
		})
	}
}

func TestColumns(t *testing.T) {
	e, err := Parse(`IF(EXISTS($a), SUM($b, $"c d"), $a)`)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a", "b", "c d", "a"}, e.Columns()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`IF(AND(EXISTS($http.route), EQUALS($meta.annotation_type, null)), AND(LT($http.response.status_code, 500), LT($duration_ms, 2000)), null)`,
		`$a >= 100 AND $b = "POST" OR !EXISTS($c)`, "100 * ($a / -2) - $b % 3 + 1", "(($a != 1) < .5)",
		"COALESCE(1, -2.5, .5, 1e9, \"s\\\"t\", `raw`, true,)", `$"a b"`, "OR(", "$", "", "SWITCH($a)", "NOT(\xff)",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := Parse(s)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "at character ") {
				t.Errorf("error %q does not say where", err)
			}
			return
		}
		if slices.ContainsFunc(e.Columns(), func(c string) bool { return strings.Contains(c, "`") }) {
			return // write would need other quotes
		}
		again, err := Parse(e.write())
		if err != nil {
			t.Fatalf("%q was read as %q, which cannot be: %v", s, e.write(), err)
		}
		if e.write() != again.write() {
			t.Errorf("%q became %q", e.write(), again.write())
		}
	})
}
