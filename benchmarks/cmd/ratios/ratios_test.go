package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const output = `goos: linux
BenchmarkMetrics/alone/naive         	   100	      100.0 ns/op	       8 B/op	       2 allocs/op
BenchmarkMetrics/alone/ours          	   100	       40.0 ns/op	       0 B/op	       0 allocs/op
BenchmarkMetrics/alone/naive-2       	   100	      200.0 ns/op	       8 B/op	       2 allocs/op
BenchmarkMetrics/alone/ours-2        	   100	       20.0 ns/op	       0 B/op	       0 allocs/op
BenchmarkOther                       	   100	        1.0 ns/op
BenchmarkMetrics/alone/naive         	   100	      100.0 ns/op	       8 B/op	       2 allocs/op
BenchmarkMetrics/alone/ours          	   100	       30.0 ns/op	       0 B/op	       0 allocs/op
BenchmarkMetrics/alone/naive         	   100	     1000.0 ns/op	       8 B/op	       2 allocs/op
BenchmarkMetrics/alone/ours          	   100	      360.0 ns/op	       0 B/op	       0 allocs/op
PASS
`

func TestReport(t *testing.T) {
	pairs, err := parse(strings.NewReader(output))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if report(&b, pairs) {
		t.Error("report says that every target is met; the median of 0.40, 0.30 and 0.36 is over 0.35")
	}
	want := `benchmark      procs  naive   ours   ratio  min–max    target          allocs naive  ours
Metrics/alone  1      100 ns  40 ns  0.36   0.30–0.40  ≤ 0.35  MISSED  2             0
Metrics/alone  2      200 ns  20 ns  0.10   0.10–0.10  ≤ 0.35  ok      2             0
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}

func TestParseErrors(t *testing.T) {
	for _, tt := range []struct{ name, reason, in string }{
		{"half a pair", "a ratio needs both", "BenchmarkX/naive 1 2 ns/op\n"},
		{"not a number", "a truncated file must not pass", "BenchmarkX/naive 1 x ns/op\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := parse(strings.NewReader(tt.in)); err == nil {
				t.Errorf("no error; %s", tt.reason)
			}
		})
	}
}
