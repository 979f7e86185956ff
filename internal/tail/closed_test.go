package tail_test

import (
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/sampling"
	"github.com/lift-sys/telemetry/internal/tail"
)

// TestClosed ends spans after Shutdown, which must not pass what the others
// have to pass.
func TestClosed(t *testing.T) {
	tests := []struct {
		name    string
		head    sampling.HeadConfig
		budget  *sampling.Budget
		want    []string
		dropped tail.Dropped
		reason  string
	}{
		{"kept", on, nil, []string{"child", "root"}, tail.Dropped{Shutdown: 1}, "the trace was kept when the buffer stopped"},
		{"not sampled", off, nil, nil, tail.Dropped{Share: 2, Shutdown: 1}, "no rule keeps it"},
		{"no allowance", on, budget(0), nil, tail.Dropped{Late: 2, Shutdown: 1}, "a budget bounds these too"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPipe(t, tt.head, tail.Config{Rules: errorsOnly, Budget: tt.budget})
				ctx, root := p.start(t.Context(), "root")
				p.Shutdown()
				_, child := p.start(ctx, "child")
				_, unknown := p.start(t.Context(), "unknown")
				child.End()
				root.End()
				unknown.End()
				if diff := cmp.Diff(tt.want, p.names()); diff != "" {
					t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
				}
				if diff := cmp.Diff(tt.dropped, p.books().Dropped); diff != "" {
					t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
				}
			})
		})
	}
}
