package delivery_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/internal/delivery"
	"github.com/lift-sys/telemetry/internal/delivery/chaostest"
)

// TestFaults goes through every fault of a backend on real connections. The
// books agree with what the backend took, and what no fault forbids arrives.
func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		change       func(*delivery.Config)
	}{
		{"memory", "what waits is in memory", func(*delivery.Config) {}},
		{"spool", "what waits is on the disk", spooling(t.TempDir())},
		{"journal", "what waits is in a file", journaling(t.TempDir())},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b, err := chaostest.New()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = b.Close() }()
			c := delivery.Config{
				Traces: &delivery.Target{URL: b.URL(), Gzip: true, Timeout: 2 * time.Second},
				MaxAge: 20 * time.Millisecond,
				Retry:  delivery.Retry{Initial: 10 * time.Millisecond, Max: 50 * time.Millisecond, Probe: 50 * time.Millisecond},
			}
			tt.change(&c)
			p := delivery.New(c)
			defer func() { _ = p.Shutdown(t.Context()) }()
			n := 0
			for _, f := range chaostest.Faults() {
				if err := b.Set(f); err != nil {
					t.Fatal(err)
				}
				for range 30 {
					p.Append(0, span(fmt.Sprint("span ", n), 200), 2)
					n++
					time.Sleep(10 * time.Millisecond)
					balanced(t, p)
				}
			}
			if err := b.Set(chaostest.OK); err != nil {
				t.Fatal(err)
			}
			for begin := time.Now(); time.Since(begin) < 30*time.Second; time.Sleep(20 * time.Millisecond) {
				if s := balanced(t, p); s.Spans.Queued+s.Spans.Spooled == 0 {
					break
				}
			}
			s := balanced(t, p)
			accepted, rejected, err := b.Counts()
			if err != nil {
				t.Error(err)
			}
			refused := s.Spans.Rejected + s.Spans.Dropped.Oversize
			if s.Spans.Appended != uint64(n) || s.Spans.Exported != accepted || s.Spans.Exported+refused != uint64(n) || s.Spans.Rejected < rejected {
				t.Errorf("spans %+v; the backend took %d and rejected %d: %s", s.Spans, accepted, rejected, tt.reason)
			}
			if s.Retries == 0 || s.Spans.Dropped.Oversize == 0 || rejected == 0 {
				t.Errorf("a fault did not happen: %+v, %d rejected", s, rejected)
			}
			for name, times := range b.Received() {
				if times > 1 {
					t.Errorf("%q arrived %d times", name, times)
				}
			}
		})
	}
}
