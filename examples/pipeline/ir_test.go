package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry"
)

func TestDraft(t *testing.T) {
	t.Parallel()
	const prompt = "Sort {orders} by {date}, newest {orders} first."
	want := ir{Version: 1, Summary: prompt, Holes: []string{"orders", "date"}}
	if diff := cmp.Diff(want, draft(prompt)); diff != "" {
		t.Errorf("each hole counts once, in order (-want +got):\n%s", diff)
	}
}

func TestIRStatus(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		ir     ir
		prompt string
		want   telemetry.ValidationStatus
		reason string
	}{
		{"valid", ir{Holes: []string{"a", "b"}}, "{a}", telemetry.Valid, "a model may find more holes"},
		{"incomplete", ir{Holes: []string{"b"}}, "{a} {b}", telemetry.Incomplete, "a hole of the prompt is lost"},
		{
			"contradictory",
			ir{Constraints: []string{"at least 5", "at most 3"}},
			"", telemetry.Contradictory,
			"no number is both",
		},
		{"bounds", ir{Constraints: []string{"at least 3", "at most 3"}}, "", telemetry.Valid, "3 is both"},
		{"one side", ir{Constraints: []string{"at least 3", "at least 5"}}, "", telemetry.Valid, "5 is both"},
		{
			"too large",
			ir{Constraints: []string{"at least 99999999999999999999", "at most 3"}},
			"", telemetry.Valid,
			"a number that no int holds is no bound",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := c.ir.status(c.prompt); got != c.want {
				t.Errorf("status = %q, want %q: %s", got, c.want, c.reason)
			}
		})
	}
}
