package honeycomb

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompareShowsTheLinesThatDiffer(t *testing.T) {
	tests := []struct {
		name, have, want string
		shown            []FieldChange
	}{
		{"one line", "a", "b", []FieldChange{{"text", "a", "b"}}},
		{"the last line", "a\nb", "a\nc", []FieldChange{{"text", "b", "c"}}},
		{"a line in between", "a\nb\nc", "a\nx\ny\nc", []FieldChange{{"text", "b", "x\ny"}}},
		{"a line more", "a\nc", "a\nb\nc", []FieldChange{{"text", "", "b"}}},
		{"a line less", "a\nb", "a", []FieldChange{{"text", "b", ""}}},
		{"a line of two that are alike", "a\na", "a", []FieldChange{{"text", "a", ""}}},
		{"an empty line more", "a\n\nb", "a\nb", []FieldChange{{"text", "a\n\nb", "a\nb"}}},
		{"all of it", "", "a\nb", []FieldChange{{"text", "", "a\nb"}}},
		{"nothing", "a\nb", "a\nb", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.shown, compare(tree{"text": tt.have}, tree{"text": tt.want})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
