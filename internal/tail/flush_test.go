package tail_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/lift-sys/telemetry/internal/tail"
)

// TestFlushWaits flushes more than a budget has room for.
func TestFlushWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe(t, on, tail.Config{Rules: errorsOnly, Budget: budget(1)})
		ctx, root := p.start(t.Context(), "root")
		_, child := p.start(ctx, "child")
		child.End()
		if n := p.Flush(); n != 0 {
			t.Errorf("%d spans wait for the budget before their root has ended", n)
		}
		root.End()
		if n := p.Flush(); n != 2 {
			t.Errorf("%d spans wait for the budget, want 2", n)
		}
		time.Sleep(11 * time.Second)
		if n, s := p.Flush(), p.books(); n != 0 || s.Held != 0 {
			t.Errorf("%d spans wait after the window: %+v", n, s)
		}
		p.Shutdown()
	})
}
