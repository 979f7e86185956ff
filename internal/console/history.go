package console

import (
	"slices"

	oteltrace "go.opentelemetry.io/otel/trace"
)

// history knows which spans were printed not long ago, so that a child that
// ends after its parent's tree was printed is recognised as late. It holds at
// most max spans and forgets the oldest trace first.
type history struct {
	max   int
	spans int
	ids   map[oteltrace.TraceID][]oteltrace.SpanID
	order []oteltrace.TraceID
}

func newHistory(spans int) history {
	return history{max: spans, ids: make(map[oteltrace.TraceID][]oteltrace.SpanID)}
}

// add notes that t is printed.
func (h *history) add(t *trace) {
	ids, ok := h.ids[t.id]
	if !ok {
		h.order = append(h.order, t.id)
	}
	for i := range t.spans {
		ids = append(ids, t.spans[i].id)
	}
	h.ids[t.id] = ids
	h.spans += len(t.spans)
	for h.spans > h.max {
		oldest := h.order[0]
		h.order = slices.Delete(h.order, 0, 1)
		h.spans -= len(h.ids[oldest])
		delete(h.ids, oldest)
	}
}

// has reports whether the span of that trace was printed.
func (h *history) has(trace oteltrace.TraceID, span oteltrace.SpanID) bool {
	return slices.Contains(h.ids[trace], span)
}
