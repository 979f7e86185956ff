package console

import (
	"cmp"
	"slices"
	"time"

	oteltrace "go.opentelemetry.io/otel/trace"
)

// grace is how long a tree waits after its local root ended. Children that end
// just after their root join it, and so does the client span of this process
// that called the root.
const grace = 100 * time.Millisecond

// trace is what one tree shows: the spans of one trace that are printed
// together.
type trace struct {
	id    oteltrace.TraceID
	spans []record
	tops  []top
	since time.Time // when its first span came
	due   time.Time // when it is printed; zero while its root is open

	late       bool // its root was printed before
	incomplete bool // its root was still open when it was printed
	missed     int  // spans dropped since the tree before it
}

// top is a span that a tree hangs from: one without a parent in this process,
// or one whose parent was printed before.
type top struct {
	parent oteltrace.SpanID
	remote bool
}

// hold keeps ended spans until their trace can be printed, and then until the
// writer takes it. Both are bounded. It is not safe for concurrent use.
type hold struct {
	maxTraces, maxSpans int

	open      map[oteltrace.TraceID]*trace
	openSpans int

	ready      []trace
	readySpans int
	maxReady   int
	missed     int // spans dropped since the last tree that was handed out

	printed history
}

func newHold(maxTraces, maxSpans int) hold {
	return hold{
		maxTraces: maxTraces,
		maxSpans:  maxSpans,
		maxReady:  maxSpans,
		open:      make(map[oteltrace.TraceID]*trace),
		printed:   newHistory(maxSpans),
	}
}

// add takes a span. It reports whether the goroutine that prints has something
// new to wait for, and how many spans were dropped.
func (h *hold) add(id oteltrace.TraceID, r record, now time.Time) (wake bool, dropped int) {
	t := h.open[id]
	if t == nil {
		if len(h.open) >= h.maxTraces {
			dropped += h.evict()
			wake = true
		}
		t = &trace{id: id, since: now}
		h.open[id] = t
	}

	// What looked like the root may have been called by a span of this process:
	// then the tree waits for the real one.
	t.tops = slices.DeleteFunc(t.tops, func(o top) bool { return o.remote && o.parent == r.id })
	if h.isTop(id, &r) && !(r.remote && t.has(r.parent)) {
		t.tops = append(t.tops, top{parent: r.parent, remote: r.remote})
	}
	t.spans = append(t.spans, r)
	h.openSpans++
	switch {
	case len(t.tops) == 0:
		t.due = time.Time{}
	case t.due.IsZero():
		t.due = now.Add(grace)
		wake = true
	}

	for h.openSpans > h.maxSpans {
		dropped += h.evict()
		wake = true
	}
	return wake, dropped
}

func (h *hold) isTop(id oteltrace.TraceID, r *record) bool {
	return !r.parent.IsValid() || r.remote || h.printed.has(id, r.parent)
}

func (t *trace) has(id oteltrace.SpanID) bool {
	return slices.ContainsFunc(t.spans, func(r record) bool { return r.id == id })
}

// evict gives up waiting for the oldest trace.
func (h *hold) evict() (dropped int) {
	var oldest *trace
	for _, t := range h.open {
		if oldest == nil || t.since.Before(oldest.since) {
			oldest = t
		}
	}
	delete(h.open, oldest.id)
	h.openSpans -= len(oldest.spans)
	oldest.incomplete = len(oldest.tops) == 0
	return h.push(*oldest)
}

// hurry makes every trace whose root has ended due.
func (h *hold) hurry() {
	for _, t := range h.open {
		if !t.due.IsZero() {
			t.due = t.since
		}
	}
}

// release moves the traces that are due at now to the writer's queue, in the
// order they fell due.
func (h *hold) release(now time.Time) {
	var out []*trace
	for _, t := range h.open {
		if !t.due.IsZero() && !t.due.After(now) {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b *trace) int {
		return cmp.Or(a.due.Compare(b.due), a.since.Compare(b.since))
	})
	for _, t := range out {
		part := h.split(t)
		h.openSpans -= len(part.spans)
		if len(t.spans) == 0 {
			delete(h.open, t.id)
		}
		h.push(part)
	}
}

// close moves every trace to the writer's queue. Both are bounded and nothing
// comes after, so none need be dropped.
func (h *hold) close(now time.Time) {
	h.maxReady += h.maxSpans
	h.hurry()
	h.release(now)
	for len(h.open) > 0 {
		h.evict()
	}
}

// due returns when the next trace is due, or the zero time.
func (h *hold) due() time.Time {
	var next time.Time
	for _, t := range h.open {
		if !t.due.IsZero() && (next.IsZero() || t.due.Before(next)) {
			next = t.due
		}
	}
	return next
}

// split takes out of t what can be printed. That is all of it where the root of
// the whole trace has ended. Where only requests inside it have, the other
// spans may belong to a request that still runs: they stay in t.
func (h *hold) split(t *trace) trace {
	out := *t
	t.spans, t.tops, t.due = nil, nil, time.Time{}
	if slices.ContainsFunc(out.spans, func(r record) bool { return !r.parent.IsValid() }) {
		return out
	}

	all := out.spans
	out.spans = nil
	out.late = true
	children := make(map[oteltrace.SpanID][]int, len(all))
	ids := make(map[oteltrace.SpanID]bool, len(all))
	for i := range all {
		children[all[i].parent] = append(children[all[i].parent], i)
		ids[all[i].id] = true
	}
	taken := make([]bool, len(all))
	var stack []int
	for i := range all {
		if r := &all[i]; h.isTop(t.id, r) && !ids[r.parent] {
			stack = append(stack, i)
			taken[i] = true
			out.late = out.late && !r.remote
		}
	}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, c := range children[all[i].id] {
			if !taken[c] {
				taken[c] = true
				stack = append(stack, c)
			}
		}
	}
	for i := range all {
		if taken[i] {
			out.spans = append(out.spans, all[i])
		} else {
			t.spans = append(t.spans, all[i])
		}
	}
	return out
}

// push puts t in the writer's queue. Where the writer has not kept up, the tree
// that has waited longest is dropped.
func (h *hold) push(t trace) (dropped int) {
	h.printed.add(&t)
	h.ready = append(h.ready, t)
	h.readySpans += len(t.spans)
	for h.readySpans > h.maxReady && len(h.ready) > 1 {
		dropped += len(h.ready[0].spans)
		h.readySpans -= len(h.ready[0].spans)
		h.ready = slices.Delete(h.ready, 0, 1)
	}
	h.missed += dropped
	return dropped
}

// next takes a trace from the writer's queue, filling it first where it is
// empty: releasing earlier might drop what waits there already.
func (h *hold) next(now time.Time) (t trace, ok bool) {
	if len(h.ready) == 0 {
		h.release(now)
	}
	if len(h.ready) == 0 {
		return trace{}, false
	}
	t = h.ready[0]
	h.ready = slices.Delete(h.ready, 0, 1)
	h.readySpans -= len(t.spans)
	t.missed, h.missed = h.missed, 0
	return t, true
}
