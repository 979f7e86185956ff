package delivery_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lift-sys/telemetry/internal/delivery"
)

// What is on its way from the spool when Shutdown is called arrives once.
func TestShutdownWaitsForTheReplay(t *testing.T) {
	for _, tt := range []struct {
		name, reason  string
		latency, took time.Duration
		replayed      uint64
	}{
		{"in time", "the answer is waited for", 2 * time.Second, 2 * time.Second, 1},
		{"too late", "Shutdown is bounded all the same", time.Minute, 5 * time.Second, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				b := newOutage(nil)
				first := start(t, b, spooling(dir))
				first.Append(0, span("span 0", 0), 1)
				_ = first.Shutdown(t.Context())

				b.down.Store(false)
				asked := make(chan struct{})
				ok := b.script
				b.script = func(req *http.Request, a *arrival) (*http.Response, error) {
					close(asked)
					select {
					case <-time.After(tt.latency):
						return ok(req, a)
					case <-req.Context().Done():
						return nil, req.Context().Err()
					}
				}
				second := start(t, b, spooling(dir))
				<-asked
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				begin := time.Now()
				if err := second.Shutdown(ctx); err != nil {
					t.Errorf("Shutdown: %v; nothing was appended", err)
				}
				if took := time.Since(begin); took != tt.took {
					t.Errorf("Shutdown took %v, want %v: %s", took, tt.took, tt.reason)
				}
				want := delivery.Tally{Recovered: 1, Exported: tt.replayed, Replayed: tt.replayed, Spooled: 1 - tt.replayed}
				if s := balanced(t, second); s.Spans != want {
					t.Errorf("spans %+v, want %+v: %s", s.Spans, want, tt.reason)
				}
			})
		})
	}
}
