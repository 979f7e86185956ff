package recent_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/recent"
)

func TestErrors(t *testing.T) {
	t.Parallel()
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	var many []string
	for i := range 20 {
		many = append(many, fmt.Sprint(i))
	}
	tests := []struct {
		name, reason string
		add          []string // one a second
		want         []recent.Error
	}{
		{"none", "nothing to tell", nil, nil},
		{"order", "the newest first", []string{"a", "b"}, []recent.Error{{at(1), "b", 1}, {at(0), "a", 1}}},
		{"repeated", "an outage is one line", []string{"a", "b", "b", "b"}, []recent.Error{{at(3), "b", 3}, {at(0), "a", 1}}},
		{"long", "bounded, on a whole character", []string{strings.Repeat("é", 300)[1:]}, []recent.Error{{at(0), strings.Repeat("é", 255) + "…", 1}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var e recent.Errors
			for i, text := range tt.add {
				e.Add(at(i), text)
			}
			if diff := cmp.Diff(tt.want, e.All()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
	var e recent.Errors
	for i, text := range many {
		e.Add(at(i), text)
	}
	if all := e.All(); len(all) != 16 || all[0].Text != "19" || all[15].Text != "4" {
		t.Errorf("want the last 16 of 20, got %v", all)
	}
	(*recent.Errors)(nil).Add(at(0), "lost")
	if all := (*recent.Errors)(nil).All(); all != nil {
		t.Errorf("nil remembers %v", all)
	}
}
