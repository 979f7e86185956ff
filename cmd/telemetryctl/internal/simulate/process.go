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
	requests []request
	traces   []sampling.Trace
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
		config: c, source: newSource(c, index), now: c.Start, head: sampling.ThresholdFromRatio(c.Ratio), sums: newPair(c.Endpoints),
		budget: sampling.NewBudget(sampling.BudgetConfig{EventsPerMonth: c.perProcess()}, c.Start),
	}
}

// run goes on for d.
func (p *process) run(d time.Duration) {
	for end := p.now.Add(d); p.now.Before(end); {
		p.window()
	}
}

// window is the life of a process from one decision of its budget to the next.
func (p *process) window() {
	const length = sampling.DefaultWindow
	mean := p.config.Load / float64(p.config.Instances) / meanEvents * length.Seconds()
	p.requests, p.traces = p.requests[:0], p.traces[:0]
	for range p.source.arrivals(mean * p.config.Shape.at(p.now)) {
		q := p.source.request()
		p.sums.truth.add(&q, 1)
		p.counts.came += int64(q.events)
		t := q.trace()
		if !t.Must {
			p.counts.others.Came++
			if !p.head.Keeps(t.R) {
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
	w := p.budget.Close(p.traces, p.now, length)
	p.counts.windows++
	p.counts.sent += int64(w.Used())
	if w.Used() > w.Allowance {
		p.counts.over++
	}
	p.counts.waiting = max(p.counts.waiting, len(p.traces))
	p.counts.oversize += int64(w.Must.Oversize + w.Rest.Oversize)
	for i := range p.traces {
		t := &p.traces[i]
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
