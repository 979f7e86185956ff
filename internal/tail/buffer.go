package tail

import (
	"log/slog"
	"sync"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/sampling"
)

const (
	tick    = 250 * time.Millisecond // between two looks at what is due
	grace   = time.Second            // after the root's end, for children that are open
	longest = time.Minute            // after which a trace is decided all the same

	defaultBytes  = 1 << 20 // of encoded spans
	defaultGroups = 4096
	maxOpen       = 8192 // spans that are followed from start to end
)

// Out takes the spans that are delivered. Append must not block.
type Out interface {
	Append(scope uint16, span []byte, weight int)
}

// Config describes a Buffer.
type Config struct {
	Out      Out
	Head     *sampling.Head   // what began the traces, with RecordAll
	Rules    []Rule           // none: no trace must be kept
	Budget   *sampling.Budget // nil: no bound on what is kept
	Encoding Encoding
	// Counter keeps the budget's month for the next process; nil: nobody does.
	// It is closed by Shutdown.
	Counter Counter
	Logger  *slog.Logger // hears of traces that no budget has room for; nil: nobody does
	// Clean repairs and redacts names that people will read. Nil leaves them.
	Clean func(string) string
	// Bytes bounds the encoded spans held, in chunks of 256 bytes. Default: 1 MiB.
	Bytes int
	// Groups bounds the local traces that are known. Default: 4096, of about
	// 160 bytes.
	Groups int
}

// Counter is a number that survives the process. It need not be safe for
// concurrent use.
type Counter interface {
	Load() (since time.Time, n int64)
	Store(since time.Time, n int64) error
	Close() error
}

// Buffer holds the spans of local traces until it is decided what becomes of
// them. New makes one, Shutdown ends it. All methods are safe for concurrent
// use and none waits.
type Buffer struct {
	config Config
	rules  rules
	base   time.Time
	wake   chan struct{}
	stop   chan struct{}
	run    sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	table    *table
	store    store
	labels   labels
	marker   marker
	evicted  [2]sampling.Threshold // of memory, since the last period began; see table.queues
	past     past                  // of memory, before that
	since    int64                 // when the period began; see Buffer.period
	outgoing []int32               // kept, and not handed over yet
	scratch  []byte
	due      []int32
	window   []sampling.Trace
	stats    Stats
	keys     []Key          // of the last window
	notice   notice         // of the loop
	stored   sampling.Month // by the loop
}

// New returns a running buffer.
func New(c Config) *Buffer {
	if c.Bytes <= 0 {
		c.Bytes = defaultBytes
	}
	if c.Groups <= 0 {
		c.Groups = defaultGroups
	}
	if c.Clean == nil {
		c.Clean = func(s string) string { return s }
	}
	b := &Buffer{
		config: c, rules: newRules(c.Rules), base: time.Now(),
		wake: make(chan struct{}, 1), stop: make(chan struct{}),
		table: newTable(c.Groups), store: newStore(c.Bytes), labels: newLabels(c.Clean),
		marker: marker{encoding: c.Encoding},
	}
	if b.remembers() {
		since, n := c.Counter.Load()
		c.Budget.Ledger().Restore(sampling.Month{Start: since, Used: n})
	}
	b.run.Go(b.loop)
	return b
}

// now returns the time since New in nanoseconds, by a clock that does not jump.
func (b *Buffer) now() int64 { return int64(max(time.Since(b.base), 1)) }

// Start notes that a span has started. It allocates nothing once warm.
func (b *Buffer) Start(sc, parent trace.SpanContext) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return
	}
	var index int32
	if isRoot(parent) {
		index = b.begin(sc, parent)
	} else {
		var ok bool
		if index, ok = b.table.find(sc.TraceID(), parent.SpanID()); !ok {
			if sc.IsSampled() && !b.table.forgets() {
				b.config.Head.Doubt() // the parent is another provider's
			}
			return
		}
	}
	if len(b.table.open) < maxOpen {
		g := &b.table.groups[index]
		g.open++
		b.table.open[sc.SpanID()] = ref{index, g.generation}
	}
}

// begin makes the record of a local trace.
func (b *Buffer) begin(sc, parent trace.SpanContext) int32 {
	if b.table.full() {
		b.evict()
	}
	index := b.table.take(sc.TraceID())
	g := &b.table.groups[index]
	g.r = sampling.Randomness(sc.TraceID(), sc.TraceState())
	g.passed, g.known = b.config.Head.Passed(sc, parent)
	g.started = b.now()
	if b.table.undecided() == 0 {
		b.signal()
	}
	if !b.evicted[0].Keeps(g.r) {
		b.drop(index, forMemory)
	} else { // also where it is not sampled: an error may follow
		b.table.queue(g).add(index)
	}
	return index
}

// End takes a copy of an ended span: s as it was, and as it is encoded.
func (b *Buffer) End(s sdktrace.ReadOnlySpan, scope uint16, encoded []byte) {
	f, sc, parent := b.rules.look(s), s.SpanContext(), s.Parent()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stats.Ended++
	index, known := b.known(sc, parent)
	switch {
	case known:
	case b.closed:
		b.stats.Dropped.Shutdown++
		return
	default:
		if index, known = b.orphan(sc, parent); !known {
			b.stats.Dropped.Memory++
			return
		}
	}
	g := &b.table.groups[index]
	if isRoot(parent) && g.ended == 0 {
		g.ended = b.now()
		g.route, g.class = b.labels.hash(f.route), f.class
	}
	switch g.state {
	case kept:
		b.late(g, scope, encoded, f)
	case dropped:
		*b.stats.Dropped.of(g.why)++
	case gathering, candidate:
		b.add(index, scope, encoded, f)
	}
}

// known returns the record that an ended span belongs to, if there is one, and
// closes the span.
func (b *Buffer) known(sc, parent trace.SpanContext) (int32, bool) {
	r, tracked := b.table.open[sc.SpanID()]
	if tracked {
		delete(b.table.open, sc.SpanID())
		if g := b.table.get(r); g != nil {
			g.open--
			return r.index, true
		}
	}
	index, ok := b.table.find(sc.TraceID(), parent.SpanID())
	return index, ok && (!isRoot(parent) || b.table.groups[index].ended == 0)
}

// orphan returns a record for a span by itself: nothing is known of its root
// any more. It reports false where the root may have been evicted.
func (b *Buffer) orphan(sc, parent trace.SpanContext) (int32, bool) {
	b.stats.Orphans++
	floor := max(b.past.most(), b.evicted[0], b.evicted[1])
	if !floor.Keeps(sampling.Randomness(sc.TraceID(), sc.TraceState())) {
		return 0, false
	}
	index := b.begin(sc, parent)
	g := &b.table.groups[index]
	g.floor, g.ended = floor, b.now()
	return index, true
}

// add puts a span into the record of a trace that is not decided.
func (b *Buffer) add(index int32, scope uint16, encoded []byte, f facts) {
	g := &b.table.groups[index]
	g.failed = g.failed || f.failed
	g.usd += f.usd
	if f.model != "" {
		g.model = b.labels.hash(f.model)
	}
	if !g.must && (f.must || b.rules.costUSD > 0 && g.usd >= b.rules.costUSD) && !b.promote(index) {
		b.stats.Dropped.Memory++
		return
	}
	n := entryBytes + len(encoded)
	if int(g.bytes.bytes)+n > b.config.Bytes/4 {
		b.burst(index, scope, encoded, f)
		return
	}
	for !b.store.fits(&g.bytes, n) {
		b.evict()
		if g.state == dropped {
			b.stats.Dropped.Memory++
			return
		}
	}
	g.spans++
	b.stats.Held++
	g.events += int32(1 + f.events)
	b.store.appendEntry(&g.bytes, encoded, scope)
}

// burst decides at once about a trace that has become so large that it would
// push all others out, and lets the span follow. What is known by now counts: an
// error that comes later comes too late. A budget, which chooses when its window
// ends, lends such a trace what it needs or has no room for it.
func (b *Buffer) burst(index int32, scope uint16, encoded []byte, f facts) {
	g := &b.table.groups[index]
	b.stats.Forced++
	b.judge(index)
	if g.state == candidate {
		if b.config.Budget.Late(int(g.events)) {
			b.keep(index, max(g.floor, g.passed))
		} else {
			b.stats.Oversize++
			b.drop(index, forBudget)
		}
	}
	b.handOver()
	if g.state == kept {
		b.late(g, scope, encoded, f)
	} else {
		*b.stats.Dropped.of(g.why)++
	}
}

// promote moves a trace to those that must be kept. Until now it could have
// been evicted with the others, and from now on with those. It reports whether
// it is still there.
func (b *Buffer) promote(index int32) bool {
	g := &b.table.groups[index]
	b.table.queue(g).remove(g)
	g.floor = max(g.floor, b.evicted[0])
	g.must = true
	if !b.evicted[1].Keeps(g.r) {
		b.drop(index, forMemory)
		return false
	}
	b.table.queue(g).add(index)
	return true
}

// evict drops the undecided trace with the lowest randomness; those that must
// be kept come last.
func (b *Buffer) evict() {
	for i := range b.table.queues {
		q := &b.table.queues[i]
		if len(q.items) == 0 {
			continue
		}
		index := q.items[0]
		b.evicted[i] = max(b.evicted[i], sampling.Above(b.table.groups[index].r))
		b.drop(index, forMemory)
		return
	}
}

// drop decides against a trace.
func (b *Buffer) drop(index int32, why reason) {
	g := &b.table.groups[index]
	g.why = why
	*b.stats.Dropped.of(why) += uint64(g.spans)
	b.stats.Held -= uint64(g.spans)
	b.stats.stratum(g).Dropped.add(g)
	b.store.release(&g.bytes)
	b.table.unqueue(g)
	g.state = dropped
	b.table.settle(index)
}

// signal wakes the loop.
func (b *Buffer) signal() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}
