package delivery_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"

	"github.com/lift-sys/telemetry/internal/delivery"
)

// TestChaos appends from many goroutines while the backend fails in every way
// it can, and compares the books with what the backend saw.
func TestChaos(t *testing.T) {
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { chaos(t, seed) })
		})
		t.Run(fmt.Sprint("spool, seed ", seed), func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) { chaos(t, seed, spooling(dir)) })
		})
	}
}

func chaos(t *testing.T, seed uint64, change ...func(*delivery.Config)) {
	c := &chaosBackend{rng: rand.New(rand.NewPCG(seed, 1)), malformed: "13"}
	c.backend = newBackend(c.answer)
	p := start(t, c, append(change, func(c *delivery.Config) { c.MaxBytes = 1 << 20 })...)

	const workers, each = 8, 400
	var wg sync.WaitGroup
	for w := range workers {
		rng := rand.New(rand.NewPCG(seed, uint64(w+2)))
		wg.Go(func() {
			for i := range each {
				name := fmt.Sprintf("%d-%d", w, i)
				if i%100 == 13 {
					name = c.malformed
				}
				p.Append(register(p, fmt.Sprint(i%3), ""), span(name, rng.IntN(2000)), 1+i%5)
				if i%20 == 0 {
					p.AppendMetrics(payload(name), 3)
				}
				if i%50 == 0 {
					ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rng.IntN(3000))*time.Millisecond)
					_ = p.Flush(ctx)
					cancel()
				}
				time.Sleep(time.Duration(rng.IntN(100)) * time.Millisecond)
				balanced(t, p)
			}
		})
	}
	wg.Wait()
	c.heal()
	if s := balanced(t, p); s.Spans.Queued == 0 && s.Retries == 0 {
		t.Error("nothing ever failed: the test proves nothing")
	}
	// Longer than the longest hold: a refused key.
	time.Sleep(time.Minute)
	s := balanced(t, p)
	if s.Spans.Appended != workers*each || s.Spans.Queued+s.Spans.Spooled+s.Points.Queued+s.Points.Spooled != 0 {
		t.Errorf("spans %+v, points %+v; want %d spans appended and nothing queued", s.Spans, s.Points, workers*each)
	}
	if s.Spans.Dropped.Poison == 0 {
		t.Error("no malformed span was dropped")
	}
	if s.Buffered > 1<<20 {
		t.Errorf("%d bytes held", s.Buffered)
	}
	c.check(t, s)
}

// chaosBackend answers at random, and counts what it granted.
type chaosBackend struct {
	*backend
	malformed string

	mu               sync.Mutex
	rng              *rand.Rand
	healed           bool
	granted, refused uint64 // spans
}

func (c *chaosBackend) heal() {
	c.mu.Lock()
	c.healed = true
	c.mu.Unlock()
}

func (c *chaosBackend) answer(req *http.Request, a *arrival) (*http.Response, error) {
	c.mu.Lock()
	dice := c.rng.IntN(16)
	if c.healed {
		dice = 15
	}
	c.mu.Unlock()
	codes := []int{429, 503, 500, 408, 502, 504, 307, 404, 413}
	switch {
	case dice < len(codes):
		return answer(codes[dice], "Location", "https://elsewhere.test/", "Retry-After", "1"), nil
	case dice == 9:
		return nil, fmt.Errorf("connection reset by peer")
	case dice == 10:
		return hang(req, a)
	case dice == 11:
		time.Sleep(3 * time.Second)
		return nil, io.ErrUnexpectedEOF
	case dice == 12 && a.at > 10*time.Second && a.at < 20*time.Second:
		return answer(http.StatusUnauthorized), nil
	}
	if slices.Contains(a.names, c.malformed) {
		return answer(http.StatusBadRequest), nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	n := uint64(0)
	if dice == 13 {
		n = 1
	}
	if a.traces != nil {
		c.granted += uint64(len(a.names)) - n
		c.refused += n
	}
	return answerBody(http.StatusOK, marshal(&coltracepb.ExportTraceServiceResponse{
		PartialSuccess: &coltracepb.ExportTracePartialSuccess{RejectedSpans: int64(n)},
	})), nil
}

// check compares the books with what the backend granted, and what arrived
// with what was sent: nothing twice.
func (c *chaosBackend) check(t *testing.T, s delivery.Stats) {
	t.Helper()
	if s.Spans.Exported != c.granted || s.Spans.Rejected < c.refused {
		t.Errorf("books say %d exported and %d rejected, the backend granted %d and refused %d of those",
			s.Spans.Exported, s.Spans.Rejected, c.granted, c.refused)
	}
	twice := map[string]int{}
	for _, a := range c.all(t) {
		if !a.granted || a.traces == nil {
			continue
		}
		for _, n := range a.names {
			if twice[n]++; twice[n] > 1 {
				t.Errorf("span %q was accepted %d times", n, twice[n])
			}
		}
	}
}
