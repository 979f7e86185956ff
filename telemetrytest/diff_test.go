package telemetrytest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/telemetrytest"
)

func TestDiff(t *testing.T) {
	for _, tt := range []struct{ name, reason, want, got, diff string }{
		{"same", "there is nothing to say", "a\n b", "a\n b", ""},
		{"siblings swapped", "their order does not count", "a\nb\n c", "b\n c\na", ""},
		{"added", "where it was recorded", "a\nc", "a\nb\nc", "    a\n  + b\n    c\n"},
		{"removed", "after what was recorded", "a\nb\nc", "a\nc", "    a\n    c\n  - b\n"},
		{"added with children", "all of them are", "a", "a\n b\n  c", "    a\n  +   b\n  +     c\n"},
		{"removed with children", "all of them are", "a\n b\n  c", "a", "    a\n  -   b\n  -     c\n"},
		{"value changed", "the same name corresponds, and so does what is below", "b x=1\n c", "b x=2\n c", "  - b x=1\n  + b x=2\n      c\n"},
		{"name begins alike", "it is another name all the same", "bb", "b", "  + b\n  - bb\n"},
		{"moved to another parent", "it is gone there and new here", "a\n c\nb", "a\nb\n c", "    a\n  -   c\n    b\n  +   c\n"},
		{"one of two changed", "the equal one corresponds first", "b x=1\nb x=2", "b x=3\nb x=1", "  - b x=2\n  + b x=3\n    b x=1\n"},
		{"children tell them apart", "equal with all below goes first", "b\n c\nb\n d", "b\n d\nb\n e", "    b\n      d\n    b\n  +   e\n  -   c\n"},
		{"once too few", "each counts", "a\na", "a", "    a\n  - a\n"},
		{"nothing wanted", "all is new", "", "a\n b", "  + a\n  +   b\n"},
		{"nothing recorded", "all is missing", "a\n b", "", "  - a\n  -   b\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := telemetrytest.Diff(tt.want, tt.got)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.diff, got); d != "" {
				t.Errorf("%s:\n%s", tt.reason, d)
			}
		})
	}
}
