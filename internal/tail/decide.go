package tail

import (
	"log/slog"
	"slices"
	"time"

	"github.com/lift-sys/telemetry/internal/sampling"
)

// loop decides what is due, while there is something undecided.
func (b *Buffer) loop() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		select {
		case <-b.stop:
			return
		case <-b.wake:
		case <-timer.C:
		}
		b.mu.Lock()
		b.decide(ripe)
		b.turn()
		b.handOver()
		again, oversize := b.table.undecided() > 0, b.stats.Oversize
		month := b.month()
		b.mu.Unlock()
		b.remember(month)
		b.notice.tell(b.config.Logger, oversize)
		if again {
			timer.Reset(tick)
		}
	}
}

// remembers reports whether there is a count that the next process takes over.
func (b *Buffer) remembers() bool { return b.config.Counter != nil && b.config.Budget != nil }

// month returns the budget's count. The caller holds b.mu.
func (b *Buffer) month() (m sampling.Month) {
	if b.config.Budget != nil {
		m = b.config.Budget.Ledger().Month()
	}
	return m
}

// remember stores the budget's count where it has changed. Only the loop calls
// it, and Shutdown after the loop's end: a disk may be slow. What cannot be
// stored is missing in the view of the next process, but not in its bound,
// which accrues from nothing.
func (b *Buffer) remember(m sampling.Month) {
	if b.remembers() && m != b.stored {
		_ = b.config.Counter.Store(m.Start, m.Used)
		b.stored = m
	}
}

// notice says at most once a minute that traces were too large. Only the loop
// uses it, and Shutdown after the loop's end.
type notice struct {
	told uint64
	last time.Time
}

func (n *notice) tell(l *slog.Logger, oversize uint64) {
	if l == nil || oversize == n.told || !n.last.IsZero() && time.Since(n.last) < time.Minute {
		return
	}
	more := oversize - n.told
	n.told, n.last = oversize, time.Now()
	go func() { // a handler may block, or panic
		defer func() { _ = recover() }()
		l.Warn("telemetry: traces were dropped because each is larger than the event budget's allowance at once", "traces", more)
	}()
}

// haste says what counts as complete.
type haste uint8

const (
	ripe   haste = iota // as the package documentation has it
	rooted              // the root has ended
	all                 // everything
)

// decide decides about the traces that are complete, or makes them candidates
// of the budget.
func (b *Buffer) decide(h haste) {
	now := b.now()
	b.due = b.due[:0]
	for i := range b.table.queues {
		for _, index := range b.table.queues[i].items {
			g := &b.table.groups[index]
			if g.state == gathering && (h == all || g.complete(now, h)) {
				b.due = append(b.due, index)
			}
		}
	}
	for _, index := range b.due {
		g := &b.table.groups[index]
		if g.ended == 0 {
			b.stats.Forced++
			if slow := b.rules.slow; slow > 0 && now-g.started >= int64(slow) && !g.must && !b.promote(index) {
				continue
			}
		}
		b.judge(index)
	}
}

// complete reports whether nothing more is expected of g.
func (g *group) complete(now int64, h haste) bool {
	switch {
	case g.ended == 0:
		return now-g.started >= int64(longest)
	case g.open > 0 && h == ripe:
		return now-g.ended >= int64(grace)
	default:
		return true
	}
}

// judge decides about a complete trace, or makes it a candidate.
func (b *Buffer) judge(index int32) {
	g := &b.table.groups[index]
	b.raise(g)
	if g.must {
		g.passed, g.known = 0, true
	}
	t := max(g.floor, g.passed)
	switch {
	case !g.passed.Keeps(g.r):
		b.drop(index, forShare)
	case !t.Keeps(g.r):
		b.drop(index, forMemory)
	case b.config.Budget != nil:
		g.state = candidate
	default:
		b.keep(index, t)
	}
}

// raise notes the evictions that g has survived.
func (b *Buffer) raise(g *group) {
	i := 0
	if g.must {
		i = 1
	}
	g.floor = max(g.floor, b.evicted[i])
}

// keep decides for a trace. handOver has to follow before the lock is given up.
func (b *Buffer) keep(index int32, t sampling.Threshold) {
	g := &b.table.groups[index]
	g.threshold = t
	s := b.stats.stratum(g)
	s.Kept.add(g)
	s.Weight += 1 / t.Probability()
	if !g.known {
		b.stats.Unknown++
	}
	b.table.unqueue(g)
	g.state = kept
	b.outgoing = append(b.outgoing, index)
	b.table.settle(index) // in turn with those dropped, so that neither are forgotten first
}

// handOver gives what was kept to delivery.
func (b *Buffer) handOver() {
	for _, index := range b.outgoing {
		g := &b.table.groups[index]
		b.scratch = b.store.read(b.scratch[:0], g.bytes)
		entries(b.scratch, func(span []byte, scope uint16) {
			b.stats.Held--
			b.send(g, span, scope)
		})
		b.store.release(&g.bytes)
	}
	b.outgoing = b.outgoing[:0]
}

// send hands over one span of a trace that is kept.
func (b *Buffer) send(g *group, span []byte, scope uint16) {
	weight := g.threshold.Weight(g.trace)
	b.stats.Kept++
	b.config.Out.Append(scope, b.marker.mark(span, g, weight), weight)
}

// late handles a span whose trace was kept before.
func (b *Buffer) late(g *group, scope uint16, encoded []byte, f facts) {
	if b.config.Budget != nil && b.now()-b.since >= int64(b.config.Budget.Window()) {
		b.signal() // the loop sleeps where late spans are all there is, and nothing accrues meanwhile
	}
	if b.config.Budget != nil && !b.config.Budget.Late(1+f.events) {
		b.stats.Dropped.Late++
		return
	}
	b.stats.Late++
	b.stats.stratum(g).Kept.Events += uint64(1 + f.events)
	b.send(g, encoded, scope)
}

// turn ends the period once it is over: the budget's window, for which all that
// is there waits together.
func (b *Buffer) turn() {
	open := time.Duration(b.now() - b.since)
	if open < sampling.MinWindow {
		return
	}
	if b.config.Budget != nil {
		if cost, most := b.costs(); !b.config.Budget.Due(cost, most, time.Now(), open) {
			return
		}
	}
	b.endPeriod()
}

// endPeriod closes the budget's window, and lets memory start afresh: what is
// there keeps the thresholds that it has passed.
func (b *Buffer) endPeriod() {
	now := b.now()
	for i := range b.table.queues {
		for _, index := range b.table.queues[i].items {
			b.raise(&b.table.groups[index])
		}
	}
	b.past.end(max(b.evicted[0], b.evicted[1]), b.table, now)
	b.evicted = [2]sampling.Threshold{}
	b.table.forget()
	if b.config.Budget != nil {
		b.closeWindow(time.Duration(now - b.since))
	}
	b.since = now
}

// closeWindow lets the budget choose among the candidates.
func (b *Buffer) closeWindow(elapsed time.Duration) {
	b.due, b.window = b.due[:0], b.window[:0]
	for i := range b.table.queues {
		for _, index := range b.table.queues[i].items {
			if b.table.groups[index].state == candidate {
				b.due = append(b.due, index)
			}
		}
	}
	slices.Sort(b.due) // the queues are ordered by randomness, on which a key's quota must not depend
	for _, index := range b.due {
		g := &b.table.groups[index]
		if g.must {
			g.passed, g.known = 0, true
		}
		b.window = append(b.window, sampling.Trace{
			R: g.r, Key: b.labels.key(g), Cost: int(g.events), Must: g.must, Floor: max(g.floor, g.passed),
		})
	}
	w := b.config.Budget.Close(b.window, time.Now(), elapsed)
	b.stats.Oversize += uint64(w.Must.Oversize + w.Rest.Oversize)
	b.stats.Budget.WindowAllowance, b.stats.Budget.WindowUsed = w.Allowance, w.Used()
	b.keys = b.keys[:0]
	place := make(map[uint64]int)
	for i, index := range b.due {
		b.tally(&b.table.groups[index], &b.window[i], place)
		if t := &b.window[i]; t.Kept() {
			b.keep(index, t.Threshold)
		} else {
			b.drop(index, forBudget)
		}
	}
}

// Flush decides about the traces whose root has ended. With a budget, those
// that it has room for are kept if all of them fit; otherwise they wait for the
// end of the window, since whoever comes first must not have a better chance. It
// returns how many spans wait for that.
func (b *Buffer) Flush() (waiting int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.decide(rooted)
	if b.config.Budget != nil && b.fits() {
		b.endPeriod()
	}
	b.handOver()
	for i := range b.table.queues {
		for _, index := range b.table.queues[i].items {
			if g := &b.table.groups[index]; g.state == candidate {
				waiting += int(g.spans)
			}
		}
	}
	return waiting
}

// costs returns the events of all candidates, and of the dearest.
func (b *Buffer) costs() (all, most int) {
	for i := range b.table.queues {
		for _, index := range b.table.queues[i].items {
			if g := &b.table.groups[index]; g.state == candidate {
				all += int(g.events)
				most = max(most, int(g.events))
			}
		}
	}
	return all, most
}

// fits reports whether the budget has room for all candidates.
func (b *Buffer) fits() bool {
	events, _ := b.costs()
	return events > 0 && b.config.Budget.Fits(events, time.Duration(b.now()-b.since))
}

// Shutdown decides about everything and stops. Spans that end afterwards follow
// the decision about their trace, and are dropped where there is none.
func (b *Buffer) Shutdown() {
	b.mu.Lock()
	first := !b.closed
	if first {
		b.decide(all)
		if b.config.Budget != nil {
			b.endPeriod()
		}
		b.handOver()
		b.closed = true
	}
	b.mu.Unlock()
	if !first {
		b.run.Wait()
		return
	}
	close(b.stop)
	b.run.Wait()
	b.mu.Lock()
	month, oversize := b.month(), b.stats.Oversize
	b.mu.Unlock()
	b.remember(month)
	b.notice.tell(b.config.Logger, oversize)
	if b.config.Counter != nil {
		_ = b.config.Counter.Close()
	}
}
