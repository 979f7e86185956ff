package core

import (
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel/trace"
)

// maxAnchors bounds the spans that are followed; past it, new ones are not.
const maxAnchors = 8192

// anchors finds the request scope of spans that other instrumentation
// started. Nothing can be put into their contexts, so they are known by id
// while they are open.
type anchors struct {
	n  atomic.Int64 // lets the common case, none, skip the lock
	mu sync.Mutex
	m  map[trace.SpanID]*Scope
}

func (a *anchors) get(id trace.SpanID) *Scope {
	if a.n.Load() == 0 {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.m[id]
}

func (a *anchors) put(id trace.SpanID, s *Scope) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.m == nil {
		a.m = make(map[trace.SpanID]*Scope)
	}
	if len(a.m) < maxAnchors {
		a.m[id] = s
		a.n.Store(int64(len(a.m)))
	}
}

// drop forgets the span and returns its scope, if it was followed.
func (a *anchors) drop(id trace.SpanID) *Scope {
	if a.n.Load() == 0 {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.m[id]
	delete(a.m, id)
	a.n.Store(int64(len(a.m)))
	return s
}
