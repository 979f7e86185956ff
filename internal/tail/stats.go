package tail

import (
	"slices"

	"github.com/lift-sys/telemetry/internal/sampling"
)

// Stats says what a buffer has decided since New. At any moment, in spans,
//
//	Ended = Kept + Dropped.Total() + Held
type Stats struct {
	Ended   uint64 // spans that came
	Kept    uint64 // handed to delivery
	Held    uint64 // waiting for a decision
	Dropped Dropped

	Must, Rest Stratum // traces that a rule keeps, and the others

	Forced   uint64 // traces decided before their root had ended
	Orphans  uint64 // spans whose trace was not known any more, each decided by itself
	Late     uint64 // spans kept after their trace was decided
	Oversize uint64 // traces that alone were larger than the budget's allowance
	Unknown  uint64 // kept traces of which the chance is not known; see the package documentation

	Bytes int // of memory for encoded spans in use

	Budget Budget
}

// Budget is the state of the budget, in events. It is zero without one.
type Budget struct {
	PerMonth, Used              int64 // in the current month
	WindowAllowance, WindowUsed int   // of the last window
}

// Key is what became of the traces of one kind in the last window of the
// budget.
type Key struct {
	Route  string // or the name of the local root; empty where there were too many kinds
	Class  uint8  // first digit of the HTTP status code; 0: none
	Failed bool   // a span has
	Model  string // of the last LLM call; empty: none
	Traces int    // that came
	Kept   int    // of those
	Weight float64
}

// Dropped counts spans that were not kept, by reason. Those that come after
// their trace was dropped count for its reason.
type Dropped struct {
	Share  uint64 // the head did not sample the trace, and no rule kept it
	Budget uint64 // there was no allowance
	Memory uint64 // too many traces were open at once; also orphans whose trace may have gone for that
	Late   uint64 // the trace was kept, but there was no allowance any more

	Shutdown uint64 // ended after Shutdown, and nothing was decided about the trace
}

// reason is a field of Dropped.
type reason uint8

const (
	forShare reason = iota
	forBudget
	forMemory
)

func (d *Dropped) of(r reason) *uint64 {
	switch r {
	case forShare:
		return &d.Share
	case forBudget:
		return &d.Budget
	default:
		return &d.Memory
	}
}

// Total is the sum over all reasons.
func (d Dropped) Total() uint64 { return d.Share + d.Budget + d.Memory + d.Late + d.Shutdown }

// Stratum counts traces that are decided.
type Stratum struct {
	Kept, Dropped Count
	Weight        float64 // traces that those kept stand for
}

// Count counts local traces, and what they are billed as. Of a dropped trace,
// what ended after the drop is left out.
type Count struct{ Traces, Events uint64 }

func (c *Count) add(g *group) {
	c.Traces++
	c.Events += uint64(g.events)
}

func (s *Stats) stratum(g *group) *Stratum {
	if g.must {
		return &s.Must
	}
	return &s.Rest
}

// Stats returns the books as of now. It allocates nothing.
func (b *Buffer) Stats() Stats {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.stats
	s.Bytes = b.store.used()
	if budget := b.config.Budget; budget != nil {
		s.Budget.PerMonth, s.Budget.Used = budget.Ledger().PerMonth(), budget.Ledger().Month().Used
	}
	return s
}

// Keys returns what the last window held, in no order, at most one more than
// sampling.MaxKeys.
func (b *Buffer) Keys() []Key {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.keys)
}

// tally counts a trace of the window that ends, by its kind. place finds the
// kinds.
func (b *Buffer) tally(g *group, t *sampling.Trace, place map[uint64]int) {
	i, ok := place[t.Key]
	switch {
	case ok:
	case len(place) < sampling.MaxKeys:
		i = len(b.keys)
		place[t.Key] = i
		b.keys = append(b.keys, Key{Route: b.labels.text[g.route], Class: g.class, Failed: g.failed, Model: b.labels.text[g.model]})
	default:
		if len(b.keys) == sampling.MaxKeys {
			b.keys = append(b.keys, Key{})
		}
		i = sampling.MaxKeys
	}
	k := &b.keys[i]
	k.Traces++
	if t.Kept() {
		k.Kept++
		k.Weight += 1 / t.Threshold.Probability()
	}
}
