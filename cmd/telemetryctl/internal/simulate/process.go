package simulate

import (
	"time"

	"github.com/lift-sys/telemetry/internal/sampling"
)

// process is one process of the fleet.
type process struct {
	config   *Config
	source   *source
	budget   *sampling.Budget
	head     sampling.Threshold
	now      time.Time
	opened   time.Time // when the window began
	requests []request // of the window
	traces   []sampling.Trace
	rejected []request // by the head
	sums     pair
	counts   counts
}

// counts is what has happened, in one process or in all.
type counts struct {
	windows, over  int64 // over: windows that sent more than their allowance
	came, sent     int64 // events
	waiting        int   // most requests that wait for the end of one window
	oversize       int64
	byRule, others Stratum
}

func newProcess(c *Config, index int) *process {
	return &process{
		config: c, source: newSource(c, index), now: c.Start, opened: c.Start, head: sampling.ThresholdFromRatio(c.Ratio), sums: newPair(c.Endpoints),
		budget: sampling.NewBudget(sampling.BudgetConfig{EventsPerMonth: c.perProcess()}, c.Start),
	}
}

// run goes on until a time. A window that is open then is decided later: what
// it sends belongs to the month in which it ends, as the budget has it.
func (p *process) run(until time.Time) {
	for p.now.Before(until) {
		p.gather(min(max(p.budget.Window()-p.now.Sub(p.opened), time.Second), until.Sub(p.now)))
		cost, most := 0, 0
		for i := range p.traces {
			cost += p.traces[i].Cost
			most = max(most, p.traces[i].Cost)
		}
		if p.budget.Due(cost, most, p.now, p.now.Sub(p.opened)) {
			p.decide()
		}
	}
}

// gather draws the requests of a part of a window.
func (p *process) gather(length time.Duration) {
	mean := p.config.Load / float64(p.config.Instances) / meanEvents * length.Seconds()
	for range p.source.arrivals(mean * p.config.Shape.at(p.now)) {
		q := p.source.request()
		p.counts.came += int64(q.events)
		t := q.trace()
		if !t.Must {
			p.counts.others.Came++
			if !p.head.Keeps(t.R) {
				p.rejected = append(p.rejected, q)
				continue
			}
			t.Floor = p.head
		} else {
			p.counts.byRule.Came++
		}
		p.requests = append(p.requests, q)
		p.traces = append(p.traces, t)
	}
	p.now = p.now.Add(length)
}

// decide ends the window. Truth and estimate of a request count in the same hour.
func (p *process) decide() {
	w := p.budget.Close(p.traces, p.now, p.now.Sub(p.opened))
	p.opened = p.now
	p.counts.windows++
	p.counts.sent += int64(w.Used())
	if w.Used() > w.Allowance {
		p.counts.over++
	}
	p.counts.waiting = max(p.counts.waiting, len(p.traces))
	p.counts.oversize += int64(w.Must.Oversize + w.Rest.Oversize)
	for i := range p.rejected {
		p.sums.truth.add(&p.rejected[i], 1)
	}
	for i := range p.traces {
		t := &p.traces[i]
		p.sums.truth.add(&p.requests[i], 1)
		if !t.Kept() {
			continue
		}
		weight := t.Threshold.Weight(p.requests[i].id)
		s := &p.counts.others
		if t.Must {
			s = &p.counts.byRule
		}
		s.Kept++
		s.StandFor += int64(weight)
		s.MostWeight = max(s.MostWeight, weight)
		p.sums.estimate.add(&p.requests[i], weight)
	}
	p.requests, p.rejected, p.traces = p.requests[:0], p.rejected[:0], p.traces[:0]
}

// take adds the counts of a process to c, and empties them.
func (c *counts) take(from *counts) {
	c.windows += from.windows
	c.over += from.over
	c.came += from.came
	c.sent += from.sent
	c.waiting = max(c.waiting, from.waiting)
	c.oversize += from.oversize
	c.byRule.add(from.byRule)
	c.others.add(from.others)
	*from = counts{}
}
