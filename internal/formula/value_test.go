package formula

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestValue(t *testing.T) {
	tests := []struct {
		in   string
		want any
	}{
		{"5", int64(5)},
		{"-5", int64(-5)},
		{"5.0", 5.0},
		{"-.5e1", -5.0},
		{"9223372036854775808", 9223372036854775808.0},
		{`"a\tb\u00e9"`, "a\tbé"},
		{"`a\\tb`", `a\tb`},
		{"true", true},
		{"false", false},
		{"null", nil},
		{"$a", nil},
		{"NOT(true)", nil},
	}
	for _, tt := range tests {
		t.Run(tt.in, func(t *testing.T) {
			e, err := Parse(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			got, err := e.Value()
			if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
				t.Errorf("error %v (-want +got):\n%s", err, diff)
			}
		})
	}
}

func TestValueErrors(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"an unknown escape", `"a\q"`, `string "a\q" has an unknown escape or a line break: use back quotes`},
		{"a line break", "\"a\nb\"", "use back quotes"},
		{"too great a number", "1e999", "number 1e999 is out of range: write a smaller one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, err := Parse(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if _, err = e.Value(); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want %s", err, tt.want)
			}
		})
	}
}
