package delivery_test

import (
	"context"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/internal/delivery"
)

// A peer that takes connections and says nothing must not be left with one more
// at each attempt: net/http goes on dialling when the request that wanted the
// connection is over.
func TestConnectionsThatNeverGetReady(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var (
		open  atomic.Int64
		conns sync.WaitGroup
	)
	conns.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open.Add(1)
			conns.Go(func() {
				_, _ = io.Copy(io.Discard, c)
				open.Add(-1)
				_ = c.Close()
			})
		}
	})
	defer conns.Wait()
	defer l.Close()
	c := fast("https://" + l.Addr().String())
	c.Traces.Timeout = 5 * time.Millisecond
	p := delivery.New(c)
	p.Append(0, span("a", 0), 1)
	deadline := time.Now().Add(10 * time.Second)
	for p.Stats().Requests < 10 {
		time.Sleep(time.Millisecond)
	}
	for open.Load() > 2 && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
	}
	if n := open.Load(); n > 2 {
		t.Errorf("%d connections are open after %d attempts", n, p.Stats().Requests)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_ = p.Shutdown(ctx)
}
