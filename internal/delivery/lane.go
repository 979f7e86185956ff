package delivery

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/lift-sys/telemetry/internal/spool"
)

// flushBlocks is how many full blocks are sent without waiting for MaxAge.
const flushBlocks = 4

// stallAfter is how long attempts fail before the state is called stalled.
const stallAfter = 30 * time.Second

// lane carries one signal: a queue of blocks and the goroutine that sends
// them. The fields from open on are guarded by Pipeline.mu.
type lane struct {
	p        *Pipeline
	client   *client // nil when the signal is off
	gzip     bool
	kind     spool.Kind
	maxAge   time.Duration
	maxEntry int
	wake     chan struct{}
	sender   sender

	open    *block   // takes entries; nil when none is begun
	queue   []*block // full or older ones, oldest first
	flight  []*block // at the sender
	saving  []*block // at the keeper
	entries int      // bytes of entries waiting, in open and queue
	waiting int      // bytes of memory waiting, in open and queue
	seq     uint64   // of the newest block
	urgent  uint64   // blocks up to this one do not wait for maxAge

	since    time.Time // when the oldest waiting entry was seen; zero when none waits
	retryAt  time.Time // no attempt before this
	tried    time.Time // when the last attempt ended
	imposed  bool      // retryAt is the backend's wish, which Flush respects
	failures int       // failed attempts in a row
	failing  time.Time // since when nothing gets through; zero when it does
	denied   bool      // the last answer was 401 or 403
	lostAt   time.Time // when something was lost last

	stored    uint64    // records in the spool
	replayAt  time.Time // no record is replayed before this
	saved     uint64    // items ever written to the spool
	replays   bool      // a record is under way
	replaying []byte    // the payload of a record; only its goroutine touches it

	items, weight Tally
}

func newLane(p *Pipeline, t *Target, spans bool, maxAge time.Duration) *lane {
	l := &lane{p: p, kind: spool.Metrics, maxAge: maxAge, wake: make(chan struct{}, 1)}
	l.maxEntry = p.config.RequestBytes
	if spans {
		l.kind = spool.Traces
		// Room for what surrounds a span that travels alone.
		l.maxEntry -= len(p.config.Resource) + maxScopeBytes + 64
	}
	// An entry must fit a block that can be taken.
	l.maxEntry -= headerBytes
	if t == nil {
		return l
	}
	rt := p.transport.metrics
	if spans {
		rt = p.transport.traces
	}
	l.gzip = t.Gzip
	l.client = newClient(t, rt, p.config.Retry.MaxRetryAfter)
	l.client.redact = p.config.Redact
	l.sender = sender{l: l, request: request{resource: p.config.Resource, framed: spans}}
	return l
}

// append copies e into a block, or drops and counts it.
func (l *lane) append(e entry) {
	if len(e.message) == 0 {
		return
	}
	l.p.mu.Lock()
	wake := l.appendLocked(e)
	l.p.mu.Unlock()
	if wake {
		l.signal()
	}
}

// appendLocked reports whether the sender has a reason to look.
func (l *lane) appendLocked(e entry) bool {
	l.items.Appended += e.items
	l.weight.Appended += e.weight
	switch {
	case l.client == nil:
		l.items.Dropped.Disabled += e.items
		l.weight.Dropped.Disabled += e.weight
		return false
	case l.p.closing:
		l.drop(dropShutdown, e.items, e.weight)
		return false
	case len(e.message) > l.maxEntry:
		l.drop(dropOversize, e.items, e.weight)
		return false
	}
	n := headerBytes + len(e.message)
	if l.open == nil || l.open.room() < n {
		l.seal()
		l.p.keeper.relieve()
		b := l.p.block(l, n)
		if b == nil {
			l.drop(dropMemory, e.items, e.weight)
			return false
		}
		l.seq++
		b.seq = l.seq
		l.open = b
		l.waiting += cap(b.buf)
	}
	l.open.add(e)
	l.items.Queued += e.items
	l.weight.Queued += e.weight
	before, full := l.entries, flushBlocks*l.p.config.BlockBytes
	l.entries += n
	return before == 0 || (before < full && l.entries >= full)
}

// signal makes the sender look at the lane.
func (l *lane) signal() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// seal ends the open block.
func (l *lane) seal() {
	if l.open != nil {
		l.queue = append(l.queue, l.open)
		l.open = nil
	}
}

// evict drops the oldest waiting block, and reports whether there was one.
func (l *lane) evict() bool {
	l.seal()
	if len(l.queue) == 0 {
		return false
	}
	b := l.queue[0]
	l.queue = slices.Delete(l.queue, 0, 1)
	l.entries -= len(b.buf)
	l.waiting -= cap(b.buf)
	l.items.Queued -= b.items
	l.weight.Queued -= b.weight
	l.drop(dropMemory, b.items, b.weight)
	l.p.memory.put(b)
	return true
}

// due says whether a batch is to be taken now, or else after what wait to look
// again; zero means when woken.
func (l *lane) due(now time.Time) (ready bool, wait time.Duration) {
	if l.entries == 0 {
		l.since = time.Time{}
		return false, 0
	}
	if l.since.IsZero() {
		l.since = now
	}
	if wait := l.retryAt.Sub(now); wait > 0 {
		return false, wait
	}
	age := l.since.Add(l.maxAge).Sub(now)
	if age <= 0 || l.failures > 0 || l.pending(l.urgent) || l.entries >= flushBlocks*l.p.config.BlockBytes {
		return true, 0
	}
	return false, age
}

// pending reports whether anything up to block seq is waiting or in flight.
func (l *lane) pending(seq uint64) bool {
	for _, blocks := range [...][]*block{l.flight, l.saving, l.queue} {
		if len(blocks) > 0 && blocks[0].seq <= seq {
			return true
		}
	}
	return l.open != nil && l.open.seq <= seq
}

// queued is what is waiting or in flight up to block seq.
func (l *lane) queued(seq uint64) uint64 {
	var n uint64
	for _, blocks := range [...][]*block{l.flight, l.saving, l.queue, {l.open}} {
		for _, b := range blocks {
			if b != nil && b.seq <= seq {
				n += b.items
			}
		}
	}
	return n
}

// take moves the oldest blocks, up to a request's worth, to the sender.
func (l *lane) take() []*block {
	l.flight = l.cut(l.flight[:0], l.p.config.RequestBytes)
	return l.flight
}

// cut moves the oldest blocks, up to limit bytes but at least one, to the end
// of blocks.
func (l *lane) cut(blocks []*block, limit int) []*block {
	l.seal()
	size, n := 0, 0
	for n < len(l.queue) && (n == 0 || size+cap(l.queue[n].buf) <= limit) {
		size += cap(l.queue[n].buf)
		l.entries -= len(l.queue[n].buf)
		n++
	}
	blocks = append(blocks, l.queue[:n]...)
	l.queue = slices.Delete(l.queue, 0, n)
	l.waiting -= size
	l.since = time.Time{}
	return blocks
}

// giveBack returns what is left of blocks, which were cut off, to the queue,
// where it can be evicted. It returns blocks, empty.
func (l *lane) giveBack(blocks []*block) []*block {
	left := blocks[:0]
	for _, b := range blocks {
		if b.items == 0 {
			l.p.memory.put(b)
			continue
		}
		left = append(left, b)
		l.entries += len(b.buf)
		l.waiting += cap(b.buf)
	}
	newest := len(l.queue) == 0
	l.queue = slices.Insert(l.queue, 0, left...)
	// What the sender and the keeper return comes in any order.
	slices.SortStableFunc(l.queue, func(a, b *block) int { return cmp.Compare(a.seq, b.seq) })
	clear(blocks)
	if newest && len(l.queue) > 0 {
		l.reopen()
	}
	return blocks[:0]
}

// reopen lets the newest block in the queue take entries again where what the
// open one holds fits into it. Without that, an outage would fill the memory
// with one nearly empty block per attempt.
func (l *lane) reopen() {
	last := l.queue[len(l.queue)-1]
	if o := l.open; o != nil {
		if last.room() < len(o.buf) || o.journal != last.journal {
			return
		}
		last.absorb(o)
		l.waiting -= cap(o.buf)
		l.p.memory.put(o)
	}
	l.open = last
	l.queue = slices.Delete(l.queue, len(l.queue)-1, len(l.queue))
}

// failed notes a failed attempt and sets when to try again.
func (l *lane) failed(a answer, now time.Time) {
	retry := l.p.config.Retry
	wait := min(retry.Initial, retry.Max)
	for n := l.failures; n > 0 && wait < retry.Max; n-- {
		wait = min(2*wait, retry.Max)
	}
	wait = wait/2 + rand.N(wait/2+1)
	l.denied = a.verdict == unauthorized
	if l.denied {
		wait = retry.Probe
	}
	l.failures++
	l.imposed = l.denied || a.after > 0
	l.retryAt = now.Add(max(wait, a.after))
	if l.failing.IsZero() {
		l.failing = now
	}
	l.p.keeper.signal()
}

// succeeded notes an answer that shows a working backend.
func (l *lane) succeeded() {
	l.failures, l.imposed, l.denied = 0, false, false
	l.failing, l.retryAt = time.Time{}, time.Time{}
}

// hurry makes everything up to now due, within what the backend asked for
// unless last is set. It returns the newest block's number.
func (l *lane) hurry(now time.Time, last bool) uint64 {
	l.urgent = l.seq
	switch {
	case last:
		l.failures, l.retryAt = 0, now
	case !l.imposed && l.failures > 0:
		soonest := l.tried.Add(l.p.config.Retry.Initial)
		if soonest.Before(l.retryAt) {
			l.retryAt = soonest
		}
	}
	l.signal()
	return l.urgent
}

// health is the state of this signal.
func (l *lane) health(now time.Time) Health {
	switch {
	case l.client == nil:
		return HealthDisabled
	case l.denied:
		return HealthUnauthorized
	case !l.failing.IsZero() && now.Sub(l.failing) >= stallAfter:
		return HealthStalled
	case !l.failing.IsZero(), !l.lostAt.IsZero() && now.Sub(l.lostAt) < time.Minute:
		return HealthDegraded
	default:
		return HealthOK
	}
}
