package honeycomb

import (
	"testing"

	"github.com/lift-sys/telemetry/internal/formula"
)

func TestExpressionType(t *testing.T) {
	columns := map[Column]ColumnType{"n": ColumnInteger, "f": ColumnFloat, "s": ColumnString, "b": ColumnBoolean}
	tests := []struct {
		in   string
		want ColumnType
	}{
		{"$n", ColumnInteger},
		{"$unknown", ""},
		{"1", ColumnFloat},
		{"`x`", ColumnString},
		{"true", ColumnBoolean},
		{"null", ""},
		{"EXISTS($s)", ColumnBoolean},
		{"LENGTH($s)", ColumnInteger},
		{"CONCAT($s, $n)", ColumnString},
		{"DIV($n, 2)", ColumnFloat},
		{"IF($b, 1, null)", ColumnFloat},
		{"IF($b, $n, $n)", ColumnInteger},
		{"IF($b, $n, $f)", ColumnFloat},
		{"IF($b, $n, $s)", ""},
		{"IF($b, $unknown, 1)", ""},
		{"IF($b, null)", ""},
		{"IF($b, true, $b, false)", ColumnBoolean},
		{"SWITCH($s, `a`, $s, `b`)", ColumnString},
		{"SWITCH($s, `a`, 1, `b`, 2, 3)", ColumnFloat},
		{"COALESCE($s, `none`)", ColumnString},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			e, err := formula.Parse(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if got := typeOf(e, columns); got != tt.want {
				t.Errorf("type is %q, want %q", got, tt.want)
			}
		})
	}
}
