package tail_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lift-sys/telemetry/internal/tail"
)

// TestBurst has a trace that is too large to wait, under budgets that have room
// for it and that have not.
func TestBurst(t *testing.T) {
	tests := []struct {
		name           string
		perSecond      int64
		kept, oversize uint64
		reason         string
	}{
		{"room", 100_000, 81, 0, "it is no larger than what there is"},
		{"no room", 1, 0, 1, "half a window lends 32 events"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPipe(t, on, tail.Config{Rules: errorsOnly, Budget: budget(tt.perSecond)})
				time.Sleep(20 * time.Second)
				ctx, root := p.start(t.Context(), "root")
				for range 80 {
					_, s := p.start(ctx, strings.Repeat("x", 4000))
					fail(s)
					s.End()
				}
				root.End()
				if s := p.books(); s.Kept != tt.kept || s.Oversize != tt.oversize || s.Forced != 1 {
					t.Errorf("%s: %+v", tt.reason, s)
				}
				p.Shutdown()
			})
		})
	}
}
