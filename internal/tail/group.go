package tail

import (
	"container/heap"
	"math"

	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/sampling"
)

// state is how far a local trace has come.
type state uint8

const (
	gathering state = iota // not decided
	candidate              // complete, and waits for the end of the budget's window
	kept
	dropped
)

// group is the record of one local trace. It holds no pointers.
type group struct {
	trace          trace.TraceID
	r              uint64
	passed         sampling.Threshold // of the head and of services before
	floor          sampling.Threshold // of memory
	threshold      sampling.Threshold // once kept
	route, model   uint64             // see labels
	usd            float64
	started, ended int64 // nanoseconds of Buffer.now; ended is the root's, 0 while open
	bytes          chain
	generation     uint32
	at             int32 // place in its queue; -1: in none
	open           int32 // spans that have started and not ended
	spans, events  int32
	state          state
	why            reason // once dropped
	class          uint8  // of the root's status
	must           bool   // a rule keeps it
	known          bool   // passed is
	failed         bool   // a span has
}

// ref names a group for as long as its record is not used for another.
type ref struct {
	index      int32
	generation uint32
}

// table holds the records. Those of decided traces stay, as the memory of what
// was decided, until their place is needed.
type table struct {
	groups  []group
	most    int
	decided []int32 // a ring: records to use again, the oldest first
	first   int
	byTrace map[trace.TraceID]int32 // the latest record of each trace
	open    map[trace.SpanID]ref    // spans that have started and not ended
	queues  [2]queue                // undecided records by randomness; those that must be kept in the second
}

func newTable(most int) *table {
	t := &table{most: most, byTrace: map[trace.TraceID]int32{}, open: map[trace.SpanID]ref{}}
	for i := range t.queues {
		t.queues[i].t = t
	}
	return t
}

// queue returns the queue that g is in or belongs into.
func (t *table) queue(g *group) *queue {
	if g.must {
		return &t.queues[1]
	}
	return &t.queues[0]
}

// undecided returns how many records are not decided.
func (t *table) undecided() int { return len(t.queues[0].items) + len(t.queues[1].items) }

// full reports whether there is no record to use, not even that of a decided
// trace.
func (t *table) full() bool { return len(t.groups) == t.most && t.first == len(t.decided) }

// forgets reports whether a trace may have been here that there is no record of.
func (t *table) forgets() bool { return len(t.groups) == t.most }

// take returns a blank record for a trace. There must be one.
func (t *table) take(id trace.TraceID) int32 {
	var index int32
	if len(t.groups) < t.most {
		t.groups = append(t.groups, group{})
		index = int32(len(t.groups) - 1)
	} else {
		index = t.decided[t.first]
		t.first++
		if t.first > t.most {
			t.decided = append(t.decided[:0], t.decided[t.first:]...)
			t.first = 0
		}
	}
	g := &t.groups[index]
	if i, ok := t.byTrace[g.trace]; ok && i == index {
		delete(t.byTrace, g.trace)
	}
	*g = group{trace: id, generation: g.generation + 1, bytes: emptyChain, at: -1}
	t.byTrace[id] = index
	return index
}

// settle notes that nothing but the memory of a decision is left of a record.
func (t *table) settle(index int32) { t.decided = append(t.decided, index) }

// unqueue takes g out of its queue.
func (t *table) unqueue(g *group) {
	if g.at >= 0 {
		t.queue(g).remove(g)
	}
}

// forget gives up the spans that nobody has ended, once the record of their
// trace has another use.
func (t *table) forget() {
	for id, r := range t.open {
		if t.get(r) == nil {
			delete(t.open, id)
		}
	}
}

// oldest returns when the first of the traces that there is a record of began.
func (t *table) oldest() int64 {
	first := int64(math.MaxInt64)
	for i := range t.groups {
		first = min(first, t.groups[i].started)
	}
	return first
}

// find returns the record that a span of trace id below parent belongs to: that
// of its parent where it is open, else the latest one of its trace.
func (t *table) find(id trace.TraceID, parent trace.SpanID) (int32, bool) {
	if r, ok := t.open[parent]; ok {
		if g := t.get(r); g != nil && g.trace == id {
			return r.index, true
		}
	}
	index, ok := t.byTrace[id]
	return index, ok
}

// get returns the group of r, or nil where its record has another use by now.
func (t *table) get(r ref) *group {
	if g := &t.groups[r.index]; g.generation == r.generation {
		return g
	}
	return nil
}

// queue is a heap of records, the lowest randomness first. It implements
// heap.Interface without boxing: Push and Pop leave the value to the caller.
type queue struct {
	t     *table
	items []int32
}

func (q *queue) Len() int           { return len(q.items) }
func (q *queue) Less(i, j int) bool { return q.t.groups[q.items[i]].r < q.t.groups[q.items[j]].r }
func (q *queue) Swap(i, j int) {
	q.items[i], q.items[j] = q.items[j], q.items[i]
	q.t.groups[q.items[i]].at, q.t.groups[q.items[j]].at = int32(i), int32(j)
}
func (q *queue) Push(any) {}
func (q *queue) Pop() any { q.items = q.items[:len(q.items)-1]; return nil }

func (q *queue) add(index int32) {
	q.items = append(q.items, index)
	q.t.groups[index].at = int32(len(q.items) - 1)
	heap.Fix(q, len(q.items)-1)
}

func (q *queue) remove(g *group) {
	heap.Remove(q, int(g.at))
	g.at = -1
}
