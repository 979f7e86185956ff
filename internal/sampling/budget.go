package sampling

import "time"

// DefaultMustShare is the default of BudgetConfig.MustShare.
const DefaultMustShare = 0.5

// Bounds of the window that a budget has by default: the time in which
// windowEvents accrue. In a shorter one the part that must-keep traces have for
// themselves would not hold a trace of a dozen spans, which then has no chance,
// so that boards lack it. In a longer one spans arrive late for nothing.
const (
	MinWindow    = 10 * time.Second
	MaxWindow    = 5 * time.Minute
	windowEvents = 64
)

// BudgetConfig says how many events a process may send. The zero value sends
// none.
type BudgetConfig struct {
	// EventsPerMonth is the allowance of this process, in spans, span events
	// and links.
	EventsPerMonth int64
	// MustShare is the part of a window's allowance, 0..1, that traces kept by
	// a rule have for themselves; they may use more where the others leave it.
	// Default: DefaultMustShare, also for a value out of range.
	MustShare float64
	// CarryOver bounds the unused allowance that is kept, as the time in which
	// it accrues. Default: DefaultCarryOver.
	CarryOver time.Duration
	// Window is what Budget.Window returns. Default: the time in which 64 events
	// accrue, from MinWindow to MaxWindow.
	Window time.Duration
}

// Budget chooses, window by window, which complete traces are kept, such that
// the events sent never exceed what has accrued. It draws no random numbers and
// reads no clock: the same calls give the same answers, so that a simulator can
// run it.
//
//	b := NewBudget(c, now)
//	for {
//		// gather traces until b.Due
//		w := b.Close(traces, now, elapsed) // sets Threshold of each trace
//	}
//
// It is not safe for concurrent use.
type Budget struct {
	ledger    *Ledger
	mustShare float64
	window    time.Duration
	reservoir reservoir
}

// NewBudget returns a budget without any credit yet.
func NewBudget(c BudgetConfig, now time.Time) *Budget {
	b := &Budget{ledger: NewLedger(c.EventsPerMonth, c.CarryOver, now), mustShare: c.MustShare, window: c.Window}
	if !(b.mustShare > 0 && b.mustShare <= 1) {
		b.mustShare = DefaultMustShare
	}
	return b
}

// Window returns how long a window is at least. A Close that comes earlier or
// later gets as much less or more. Late spans may borrow half of what accrues in
// a window.
func (b *Budget) Window() time.Duration {
	if b.window > 0 {
		return b.window
	}
	accrued := windowEvents / b.ledger.Rate(time.Second) * float64(time.Second) // +Inf for a budget of nothing
	return max(MinWindow, time.Duration(min(accrued, float64(MaxWindow))))
}

// Due reports whether a window is over that has been open for elapsed: once it
// is as long as Window and has room for all traces, of cost events together, or
// for the dearest, of most events, in the part that must-keep traces and the
// others each have for themselves; and after MaxWindow in any case. Otherwise
// smaller traces would spend what the dearest needs, window by window, so that
// it never has a chance. The answer depends on costs, never on randomness, so
// that weights stay unbiased.
func (b *Budget) Due(cost, most int, now time.Time, elapsed time.Duration) bool {
	if elapsed < b.Window() {
		return false
	}
	l := *b.ledger
	l.Accrue(now, elapsed)
	left := l.Left()
	return cost <= left || float64(most) <= min(b.mustShare, 1-b.mustShare)*float64(left) || elapsed >= MaxWindow
}

// Stratum is what became of one group of traces.
type Stratum struct {
	Traces, Events         int     // that came
	KeptTraces, KeptEvents int     // that were kept
	Weight                 float64 // traces that the kept ones stand for, before weights are rounded
	Oversize               int     // traces with no chance, because one alone exceeds the allowance
}

// Window is the account of one Close, in events.
type Window struct {
	Allowance  int     // that could be spent
	Must, Rest Stratum // traces kept by a rule, and the others
}

// Used returns the events spent.
func (w Window) Used() int { return w.Must.KeptEvents + w.Rest.KeptEvents }

// Close ends a window: it sets the Threshold of each trace and books the
// events of those kept, which never exceed what has accrued. elapsed is the time
// since the last Close, or since NewBudget, by a clock that does not jump; now
// is the wall clock, which decides about the month.
//
// The order of traces must not depend on R: where there are more than MaxKeys
// keys, those that come first have places of their own.
//
// An error storm thins out the errors themselves: traces kept by a rule get at
// most their share and what the others do not need.
func (b *Budget) Close(traces []Trace, now time.Time, elapsed time.Duration) Window {
	b.ledger.Accrue(now, elapsed)
	w := Window{Allowance: b.ledger.Left()}
	var must, rest int
	for i := range traces {
		if t := &traces[i]; t.Must {
			must += t.Cost
		} else {
			rest += t.Cost
		}
	}
	reserved := int(b.mustShare * float64(w.Allowance))
	forMust := min(must, max(reserved, w.Allowance-rest))
	w.Must.Oversize = b.reservoir.cut(traces, true, forMust)
	w.Rest.Oversize = b.reservoir.cut(traces, false, w.Allowance-forMust)
	for i := range traces {
		t := &traces[i]
		s := &w.Rest
		if t.Must {
			s = &w.Must
		}
		s.Traces++
		s.Events += t.Cost
		if t.Kept() {
			s.KeptTraces++
			s.KeptEvents += t.Cost
			s.Weight += t.Threshold.weight()
		}
	}
	b.ledger.Spend(w.Used())
	return w
}

// Fits reports whether Close, called with this elapsed, would keep n events.
func (b *Budget) Fits(n int, elapsed time.Duration) bool {
	return b.ledger.fits(float64(n), elapsed)
}

// Late books the n events of a span that belongs to a trace which was kept
// before, and reports whether there is an allowance for them: what is left, and
// half of what accrues in a window.
func (b *Budget) Late(n int) bool { return b.ledger.Lend(n, b.Window()/2) }

// Ledger returns the account that the budget draws on.
func (b *Budget) Ledger() *Ledger { return b.ledger }
