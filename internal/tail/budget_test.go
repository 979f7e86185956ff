package tail_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/sampling"
	"github.com/lift-sys/telemetry/internal/tail"
)

// budget returns one that accrues perSecond events.
func budget(perSecond int64) *sampling.Budget {
	now := time.Now()
	start := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	seconds := int64(start.AddDate(0, 1, 0).Sub(start) / time.Second)
	return sampling.NewBudget(sampling.BudgetConfig{EventsPerMonth: perSecond * seconds}, now)
}

// TestBudget runs twenty times the load that a budget has room for through the
// whole buffer, for ten minutes.
func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const perSecond = 20
		p := newPipe(t, on, tail.Config{Rules: errorsOnly, Budget: budget(perSecond)})
		r := rand.New(rand.NewPCG(6, 6))
		begin := time.Now()
		traces, failed, arrived := 0, 0, 0
		for range 600 {
			for range 100 {
				traces++
				ctx, root := p.start(t.Context(), "root", attr.HTTPRoute.String(fmt.Sprint("/", r.IntN(5))))
				_, child := p.start(ctx, "child")
				child.AddEvent("one")
				if r.IntN(400) == 0 {
					failed++
					fail(child)
					child.SetName("failed")
				}
				child.End()
				root.End()
			}
			time.Sleep(time.Second)
			if n := len(p.spans()); n != arrived {
				arrived = n
				// A root is one event, and a child two.
				if billed, most := n*3/2, perSecond*time.Since(begin).Seconds(); float64(billed) > most+1e-6 {
					t.Fatalf("%d events after %v, want at most %.0f", billed, time.Since(begin), most)
				}
			}
		}
		p.Shutdown()
		s := p.books()
		var weight, variance float64
		errors := 0
		for _, span := range p.spans() {
			if span.Name == "failed" {
				errors++
				if span.Weight != 1 {
					t.Errorf("%+v: there is room for every error", span)
				}
			}
			if span.Name == "root" {
				w := float64(span.Weight)
				weight, variance = weight+w, variance+w*(w-1)
			}
		}
		if errors != failed || s.Must.Kept.Traces != uint64(failed) {
			t.Errorf("%d of %d errors kept", errors, failed)
		}
		if off := math.Abs(weight - float64(traces)); off > 5*math.Sqrt(variance) {
			t.Errorf("the roots stand for %.0f traces, want %d within %.0f", weight, traces, 5*math.Sqrt(variance))
		}
		if billed := int64(s.Must.Kept.Events + s.Rest.Kept.Events); billed != s.Budget.Used || float64(billed) < 0.8*600*perSecond {
			t.Errorf("%d events kept, %d booked, of %d", billed, s.Budget.Used, 600*perSecond)
		}
	})
}

// TestBudgetKeys looks at the last window by kind.
func TestBudgetKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe(t, on, tail.Config{
			Rules: errorsOnly, Budget: budget(1000),
			Clean: func(s string) string { return strings.ReplaceAll(s, "secret", "…") },
		})
		for i := range 5 {
			ctx, root := p.start(t.Context(), "GET", attr.HTTPRoute.String("/secret"))
			_, call := p.start(ctx, "llm.call", attr.GenAIRequestModel.String("m"))
			if i == 0 {
				fail(call)
				root.SetAttributes(attr.HTTPResponseStatusCode.Int(502))
			} else {
				root.SetAttributes(attr.HTTPResponseStatusCode.Int(201))
			}
			call.End()
			root.End()
		}
		time.Sleep(11 * time.Second)
		got := map[string]tail.Key{}
		for _, k := range p.Keys() {
			got[fmt.Sprint(k.Route, " ", k.Class)] = k
		}
		want := map[string]tail.Key{
			"/… 5": {Route: "/…", Class: 5, Failed: true, Model: "m", Traces: 1, Kept: 1, Weight: 1},
			"/… 2": {Route: "/…", Class: 2, Model: "m", Traces: 4, Kept: 4, Weight: 4},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		p.Shutdown()
	})
}

// TestBudgetUniqueNames has more kinds than a window tells apart.
func TestBudgetUniqueNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe(t, on, tail.Config{Rules: errorsOnly, Budget: budget(10)})
		for i := range 2000 {
			_, s := p.start(t.Context(), fmt.Sprint("/", i))
			s.End()
		}
		time.Sleep(11 * time.Second)
		if n := len(p.Keys()); n != sampling.MaxKeys+1 {
			t.Errorf("%d keys, want %d and one for the rest", n, sampling.MaxKeys)
		}
		if s := p.books(); s.Kept == 0 || s.Kept > 100 {
			t.Errorf("%d kept, want nearly 100", s.Kept)
		}
		p.Shutdown()
	})
}

func TestBudgetFlush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe(t, on, tail.Config{Rules: errorsOnly, Budget: budget(10)})
		end := func(n int) {
			for range n {
				_, s := p.start(t.Context(), "s")
				s.End()
			}
		}
		end(5)
		p.Flush()
		if n := len(p.spans()); n != 0 {
			t.Errorf("%d spans sent before there was an allowance", n)
		}
		time.Sleep(time.Second)
		p.Flush()
		if n := len(p.spans()); n != 5 {
			t.Errorf("%d spans sent, want all five: they fit", n)
		}
		end(30)
		p.Flush()
		if n := len(p.spans()); n != 5 {
			t.Errorf("%d spans sent: part of a window is no fair choice", n)
		}
		time.Sleep(2 * time.Second)
		p.Shutdown()
		if n := len(p.spans()); n > 30 || n < 15 {
			t.Errorf("%d spans sent in three seconds, want what has accrued", n)
		}
		if s := p.books(); s.Held != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// TestBudgetLate has spans that end after their trace was kept.
func TestBudgetLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe(t, on, tail.Config{Rules: errorsOnly, Budget: budget(1)})
		ctx, root := p.start(t.Context(), "root")
		root.End()
		time.Sleep(66 * time.Second)
		for range 200 {
			_, child := p.start(ctx, "child")
			child.End()
		}
		s := p.books()
		// One for the root; a window of 64 seconds and two have passed, and half
		// of one ahead may be borrowed.
		if s.Late < 94 || s.Late > 97 || s.Dropped.Late != 200-s.Late || s.Budget.Used > 98 {
			t.Errorf("%+v", s)
		}
		p.Shutdown()
	})
}

// TestBudgetOversize has a trace that is larger than what is ever allowed at
// once, and a log that says so.
func TestBudgetOversize(t *testing.T) {
	var log bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		}}))
		p := newPipe(t, on, tail.Config{Rules: errorsOnly, Budget: budget(1), Logger: logger})
		for range 3 {
			ctx, root := p.start(t.Context(), "root")
			for range 700 {
				_, s := p.start(ctx, "s")
				s.End()
			}
			root.End()
			_, small := p.start(t.Context(), "small")
			small.End()
			time.Sleep(sampling.MaxWindow + time.Second)
		}
		p.Shutdown()
		synctest.Wait()
		if s := p.books(); s.Oversize != 3 || s.Kept != 3 {
			t.Errorf("%d too large and %d kept, want 3 and 3", s.Oversize, s.Kept)
		}
	})
	want := "level=WARN msg=\"telemetry: traces were dropped because each is larger than the event budget's allowance at once\" traces=1\n"
	want = strings.Repeat(want, 3)
	if diff := cmp.Diff(want, log.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// memory is a counter in memory.
type memory struct {
	since  time.Time
	n      int64
	closed bool
}

func (m *memory) Load() (time.Time, int64) { return m.since, m.n }
func (m *memory) Close() error             { m.closed = true; return nil }
func (m *memory) Store(since time.Time, n int64) error {
	m.since, m.n = since, n
	return nil
}

// TestBudgetCounter hands a month's count on, and not last month's.
func TestBudgetCounter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := new(memory)
		for i, want := range []int64{3, 6, 3} {
			if i == 2 {
				time.Sleep(31 * 24 * time.Hour)
			}
			m.closed = false
			p := newPipe(t, on, tail.Config{Budget: budget(1000), Counter: m})
			for range 3 {
				_, s := p.start(t.Context(), "s")
				s.End()
			}
			time.Sleep(time.Minute)
			synctest.Wait()
			if m.n != want {
				t.Errorf("%d stored while it runs, want %d", m.n, want)
			}
			p.Shutdown()
			if m.n != want || !m.closed || p.Stats().Budget.Used != want {
				t.Errorf("%+v, want %d", m, want)
			}
		}
	})
}

// TestMemory passes 10 000 spans a second, in traces of ten that last five
// seconds, and measures what is held.
func TestMemory(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector needs memory of its own")
	}
	before := heap()
	synctest.Test(t, func(t *testing.T) {
		out := new(counter)
		p := newPipe(t, on, tail.Config{Rules: errorsOnly, Budget: budget(1000)})
		p.discard = out
		type open struct{ end []func() }
		var ring [50]open // 100 ms each
		for i := range 30 * 10 {
			slot := &ring[i%len(ring)]
			for _, end := range slot.end {
				end()
			}
			slot.end = slot.end[:0]
			for range 100 {
				ctx, root := p.start(t.Context(), "root")
				for range 9 {
					_, s := p.start(ctx, "child", attribute.String("text", strings.Repeat("x", 300)))
					s.End()
				}
				slot.end = append(slot.end, func() { root.End() })
			}
			time.Sleep(100 * time.Millisecond)
		}
		clear(ring[:])
		held := int64(heap()) - int64(before)
		s := p.Stats()
		t.Logf("%d bytes of heap, %d of them spans; %d spans ended, %d dropped for memory", held, s.Bytes, s.Ended, s.Dropped.Memory)
		if s.Bytes > 1<<20 || held > 4<<20 {
			t.Errorf("%d bytes of spans, %d of heap, want at most 1 and 4 MiB", s.Bytes, held)
		}
		p.Shutdown()
		if s := p.Stats(); s.Ended != s.Kept+s.Dropped.Total() || s.Kept == 0 {
			t.Errorf("%+v", s)
		}
	})
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
