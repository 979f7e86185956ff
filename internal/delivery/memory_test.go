package delivery_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lift-sys/telemetry/internal/delivery"
)

func TestMemoryIsBoundedAndTheOldestGoFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		healed := false
		b := newBackend(func(*http.Request, *arrival) (*http.Response, error) {
			if healed {
				return answer(http.StatusOK), nil
			}
			return answer(http.StatusServiceUnavailable), nil
		})
		const bound = 1 << 20
		p := start(t, b, func(c *delivery.Config) { c.MaxBytes = bound })
		const n = 5000
		for i := range n {
			p.Append(0, span(fmt.Sprint(i), 500), 2)
			if i%100 == 0 {
				time.Sleep(200 * time.Millisecond)
			}
			if s := balanced(t, p); s.Buffered > bound {
				t.Fatalf("%d bytes held after %d spans, more than %d", s.Buffered, i, bound)
			}
		}
		s := balanced(t, p)
		lost := s.Spans.Dropped.Memory
		if kept := n - lost; kept < bound/2/600 {
			t.Errorf("%d spans kept, less than half of what fits", kept)
		}
		if want := (delivery.Tally{Appended: 2 * n, Queued: 2 * (n - lost), Dropped: delivery.Dropped{Memory: 2 * lost}}); s.Weight != want {
			t.Errorf("weight = %+v, want %+v", s.Weight, want)
		}
		healed = true
		if err := p.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		seen := b.accepted(t)
		for i := range n {
			want := 1
			if uint64(i) < lost {
				want = 0
			}
			if got := seen[fmt.Sprint(i)]; got != want {
				t.Fatalf("span %d of %d arrived %d times, want %d: the oldest %d were to go", i, n, got, want, lost)
			}
		}
	})
}

func TestIncompressibleLoadStaysWithinTheBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const bound = 2 << 20
		slow := carrier(func(req *http.Request) (*http.Response, error) {
			_, _ = io.Copy(io.Discard, req.Body)
			time.Sleep(time.Second)
			return answer(http.StatusServiceUnavailable), nil
		})
		p := start(t, slow, func(c *delivery.Config) { c.MaxBytes = bound })
		noise := rand.NewChaCha8([32]byte{})
		var peak uint64
		for i := range 400 {
			junk := make([]byte, 1+rand.N(p.MaxMetrics()))
			_, _ = noise.Read(junk)
			if i%2 == 0 {
				p.AppendMetrics(junk, 1)
			} else {
				// Not a span, but the pipeline never looks inside.
				p.Append(0, junk, 1)
			}
			time.Sleep(100 * time.Millisecond)
			peak = max(peak, balanced(t, p).Buffered)
		}
		if peak > bound || peak < bound*8/10 {
			t.Errorf("at most %d bytes held; want nearly but not more than %d", peak, bound)
		}
	})
}

// A block per attempt would fill the memory with a trickle of spans.
func TestTrickleThroughAnOutageLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		healed := false
		b := newBackend(func(*http.Request, *arrival) (*http.Response, error) {
			if healed {
				return answer(http.StatusOK), nil
			}
			return nil, fmt.Errorf("connection refused")
		})
		p := start(t, b)
		const n = 1200
		for i := range n {
			p.Append(0, span(fmt.Sprint(i), 0), 1)
			time.Sleep(time.Second)
		}
		if s := balanced(t, p); s.Buffered > 10*delivery.DefaultBlockBytes {
			t.Errorf("%d bytes held for 20 minutes of one small span a second", s.Buffered)
		}
		healed = true
		if err := p.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		want := delivery.Tally{Appended: n, Exported: n}
		if got := balanced(t, p).Spans; got != want {
			t.Errorf("spans = %+v, want %+v", got, want)
		}
	})
}

func TestMetricsThatCannotGoDoNotStarveSpans(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(func(req *http.Request, _ *arrival) (*http.Response, error) {
			if req.URL.String() == metricsURL {
				<-req.Context().Done()
				return nil, req.Context().Err()
			}
			return answer(http.StatusOK), nil
		})
		p := start(t, b)
		for i := range 600 {
			for range 20 {
				p.AppendMetrics(payload(fmt.Sprintf("%02000d", i)), 1)
				p.Append(0, span(fmt.Sprint(i), 1000), 1)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if err := p.Flush(t.Context()); err == nil {
			t.Error("Flush: no error although metrics hang")
		}
		s := balanced(t, p)
		if want := (delivery.Tally{Appended: 12000, Exported: 12000}); s.Spans != want {
			t.Errorf("spans = %+v, want %+v", s.Spans, want)
		}
		if s.Points.Dropped.Memory == 0 {
			t.Error("no points were lost, so the memory was never full: the test proves nothing")
		}
	})
}

func TestAppendAllocatesNothing(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		change       func(*delivery.Config)
	}{
		{"memory", "a copy into a block", func(*delivery.Config) {}},
		{"spool", "the disk is the keeper's work", spooling(t.TempDir())},
		{"journal mapped", "the block is the file", journaling(t.TempDir())},
		{"journal unmapped", "pwrite takes what the block has", journaling(t.TempDir(), unmapped)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBackend(always(http.StatusOK))
			p := start(t, b, tt.change)
			one := span("a", 100)
			scope := register(p, "one", "")
			for range 3 * delivery.DefaultBlockBytes / len(one) {
				p.Append(scope, one, 1)
			}
			// With everything delivered the blocks are spare, and the sender sleeps.
			if err := p.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			runtime.GC()
			for name, f := range map[string]func(){
				"Append": func() { p.Append(scope, one, 1) },
				"Stats":  func() { _ = p.Stats() },
				"Health": func() { _ = p.Health() },
			} {
				if n := testing.AllocsPerRun(500, f); n != 0 {
					t.Errorf("%s: %v allocations, want 0: %s", name, n, tt.reason)
				}
			}
		})
	}
}

func BenchmarkAppend(b *testing.B) {
	for name, change := range map[string]func(*delivery.Config){
		"memory":           func(*delivery.Config) {},
		"journal mapped":   journaling(b.TempDir()),
		"journal unmapped": journaling(b.TempDir(), unmapped),
	} {
		b.Run(name, func(b *testing.B) {
			c := delivery.Config{Traces: &delivery.Target{URL: tracesURL}, RoundTripper: discard}
			change(&c)
			p := delivery.New(c)
			one := span("a", 600)
			b.SetBytes(int64(len(one)))
			b.ReportAllocs()
			for b.Loop() {
				p.Append(0, one, 1)
			}
			_ = p.Shutdown(b.Context())
		})
	}
}

func BenchmarkStats(b *testing.B) {
	p := delivery.New(delivery.Config{Traces: &delivery.Target{URL: tracesURL}, RoundTripper: discard})
	b.ReportAllocs()
	for b.Loop() {
		_ = p.Stats()
	}
	_ = p.Shutdown(b.Context())
}

// carrier is an http.RoundTripper made of a function.
type carrier func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (c carrier) RoundTrip(req *http.Request) (*http.Response, error) { return c(req) }

// discard accepts every request unread.
var discard = carrier(func(*http.Request) (*http.Response, error) { return answer(http.StatusOK), nil })

// A transport may go on reading a body after it has returned; the memory then
// holds something else.
func TestBodyCannotBeReadAfterItsAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var late []io.ReadCloser
		p := start(t, carrier(func(req *http.Request) (*http.Response, error) {
			again, err := req.GetBody()
			if err != nil {
				return nil, err
			}
			late = append(late, req.Body, again)
			return answer(http.StatusOK), nil
		}))
		p.Append(0, span("a", 0), 1)
		if err := p.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i, body := range late {
			if b, err := io.ReadAll(body); err == nil || len(b) > 0 {
				t.Errorf("reader %d of a finished attempt gave %d bytes and %v, want an error", i, len(b), err)
			}
		}
	})
}

// noise returns a source of text that does not compress.
func noise() func(n int) string {
	source := rand.NewChaCha8([32]byte{1})
	return func(n int) string {
		b := make([]byte, n/2)
		_, _ = source.Read(b)
		return fmt.Sprintf("%x", b)
	}
}
