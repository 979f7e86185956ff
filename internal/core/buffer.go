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
