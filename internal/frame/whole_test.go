package frame_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/frame"
)

func TestWhole(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		want       []document
	}{
		{"empty", "", nil},
		{"any", "a\n\nb", []document{{"", "a\n\nb"}}},
	} {
		for size := range 4 {
			if diff := cmp.Diff(tt.want, split(t, frame.NewWhole(), tt.body, size+1)); diff != "" {
				t.Errorf("%s: pieces of %d, -want +got:\n%s", tt.name, size+1, diff)
			}
		}
	}
}
