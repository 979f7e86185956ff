package tail_test

import (
	"fmt"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lift-sys/telemetry/internal/tail"
)

// TestBudgetUniqueNamesUnbiased has windows in which the first kinds have places
// of their own: who is first must be chance.
func TestBudgetUniqueNamesUnbiased(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe(t, on, tail.Config{Rules: errorsOnly, Budget: budget(60)})
		out := new(counter)
		p.discard = out
		const windows, names = 10, 2000
		for w := range windows {
			for i := range names {
				_, s := p.start(t.Context(), fmt.Sprint("/", w, "/", i))
				s.End()
			}
			time.Sleep(11 * time.Second)
		}
		p.Shutdown()
		out.all.variance *= 3 // five standard errors: trace IDs differ from run to run
		out.all.check(t, "unique names", windows*names)
	})
}

// TestBudgetLateAlone has a root that does not end, as a worker's may be, so
// that nothing but late spans comes for an hour.
func TestBudgetLateAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe(t, on, tail.Config{Rules: errorsOnly, Budget: budget(10)})
		ctx, _ := p.start(t.Context(), "worker")
		for range 3600 {
			_, job := p.start(ctx, "job")
			job.End()
			time.Sleep(time.Second)
		}
		if s := p.books(); s.Dropped.Total() != 0 || s.Kept != 3600 {
			t.Errorf("%+v: want all jobs, a tenth of the budget", s)
		}
		p.Shutdown()
	})
}

// TestBudgetDear has large failed traces among small ones that would spend all
// there is, of a budget of one event a second.
func TestBudgetDear(t *testing.T) {
	const rounds, large, spans = 10, 120, 60
	weight := 0.0
	for range rounds {
		synctest.Test(t, func(t *testing.T) {
			p := newPipe(t, on, tail.Config{Rules: errorsOnly, Budget: budget(1)})
			for range large {
				for range 30 {
					_, s := p.start(t.Context(), "small")
					fail(s)
					s.End()
					time.Sleep(time.Second)
				}
				ctx, root := p.start(t.Context(), "large")
				for range spans - 1 {
					_, s := p.start(ctx, "part")
					s.End()
				}
				fail(root)
				root.End()
			}
			time.Sleep(5 * time.Minute) // Shutdown decides at once, even where little has accrued
			p.Shutdown()
			for _, s := range p.spans() {
				if s.Name == "large" {
					weight += float64(s.Weight)
				}
			}
			if s := p.books(); s.Oversize != 0 {
				t.Errorf("%d had no chance", s.Oversize)
			}
		})
	}
	// A round's sum has a standard deviation of 26 and a long tail, measured over 300
	// of them: few are kept, and stand for many.
	if off, most := math.Abs(weight-rounds*large), rounds*large/2.0; off > most {
		t.Errorf("they stand for %.0f, want %d within %.0f", weight, rounds*large, most)
	}
}
