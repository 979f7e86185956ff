package core

import (
	"sync"

	"go.opentelemetry.io/otel/attribute"
)

// Attribute slices are pooled: the SDK copies what it is given, so a slice is
// free again as soon as SetAttributes returns.
var attributePool = sync.Pool{New: func() any {
	return new(make([]attribute.KeyValue, 0, initialAttributes))
}}

const (
	initialAttributes = 40  // of the richest span, an LLM call at the root of a trace
	maxPooled         = 256 // larger slices are left to the collector
)

// bound shortens a to at most limit attributes once it holds twice as many, so
// that a span which is edited for ever, a job's progress say, does not grow for
// ever, and shortening costs little per edit. It returns how many went: of
// several with one key the last value stays, of different keys the first ones.
func bound(a []attribute.KeyValue, limit int) (out []attribute.KeyValue, dropped int) {
	if len(a) <= 2*limit {
		return a, 0
	}
	out = unique(a)
	if dropped = len(out) - limit; dropped <= 0 {
		return out, 0
	}
	clear(out[limit:])
	return out[:limit], dropped
}

func getAttributes() *[]attribute.KeyValue {
	return attributePool.Get().(*[]attribute.KeyValue)
}

func putAttributes(a *[]attribute.KeyValue) {
	if cap(*a) > maxPooled {
		return
	}
	clear(*a) // values must not outlive the span
	*a = (*a)[:0]
	attributePool.Put(a)
}
