package tail

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
}

// Dropped counts spans that were not kept, by reason. Those that come after
// their trace was dropped count for its reason.
type Dropped struct {
	Share  uint64 // the head did not sample the trace, and no rule kept it
	Budget uint64 // there was no allowance
	Memory uint64 // too many traces were open at once
	Late   uint64 // the trace was kept, but there was no allowance any more
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
func (d Dropped) Total() uint64 { return d.Share + d.Budget + d.Memory + d.Late }

// Stratum counts traces that are decided.
type Stratum struct {
	Kept, Dropped Count
	Weight        float64 // traces that those kept stand for
}

// Count counts local traces, and what they are billed as.
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
	s.Held = s.Ended - s.Kept - s.Dropped.Total()
	s.Bytes = b.store.used()
	return s
}
