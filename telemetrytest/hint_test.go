package telemetrytest_test

import (
	"testing"

	"github.com/lift-sys/telemetry/telemetrytest"
)

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "abc", 3},
		{"abc", "", 3},
		{"abc", "abc", 0},
		{"llm.modle", "llm.model", 2},
		{"session.creat", "session.create", 1},
		{"session.created", "session.create", 1},
		{"code.langauge", "code.language", 2},
		{"kitten", "sitting", 3},
	} {
		if got := telemetrytest.Distance(tt.a, tt.b); got != tt.want {
			t.Errorf("distance of %q and %q is %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
