package core

import (
	"slices"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// whole is an ended typed span as sinks see it: what the SDK knows, and the
// attributes, which go past the SDK where only sinks look at ended spans. The
// SDK would copy them and find duplicates with a map, at a third of the cost of
// a span.
type whole struct {
	sdktrace.ReadOnlySpan

	attrs   []attribute.KeyValue
	dropped int // attributes, before the span ended
}

// DroppedAttributes returns how many attributes the span had no room for.
func (w *whole) DroppedAttributes() int { return w.ReadOnlySpan.DroppedAttributes() + w.dropped }

// Attributes returns what was set through the handle and, below it, what other
// code set on the OpenTelemetry span.
func (w *whole) Attributes() []attribute.KeyValue { return w.attrs }

// complete joins both parts. For a key that stands in both, the handle counts.
func (w *whole) complete(s sdktrace.ReadOnlySpan) {
	w.ReadOnlySpan = s
	if foreign := s.Attributes(); len(foreign) > 0 {
		w.attrs = slices.Concat(foreign, w.attrs)
	}
	w.attrs = unique(w.attrs)
}

// unique removes attributes without a key and, of several with one key, all but
// the last value, in place. A small filter spares most keys the comparison with
// all others.
func unique(a []attribute.KeyValue) []attribute.KeyValue {
	var seen [4]uint64
	out := a[:0]
	for _, kv := range a {
		k := string(kv.Key)
		if k == "" {
			continue
		}
		n := len(k)
		h := uint(n)*31 + uint(k[n-1])*7 + uint(k[n/2])*131 + uint(k[n/3])*17
		word, bit := h>>6&3, uint64(1)<<(h&63)
		if seen[word]&bit != 0 {
			i := slices.IndexFunc(out, func(o attribute.KeyValue) bool { return o.Key == kv.Key })
			if i >= 0 {
				out[i] = kv
				continue
			}
		}
		seen[word] |= bit
		out = append(out, kv)
	}
	clear(a[len(out):])
	return out
}

// ending holds the typed spans whose OpenTelemetry span is just being ended,
// for the processor to find: the SDK tells it no more than the id.
type ending struct {
	shards [16]struct {
		mu sync.Mutex
		m  map[trace.SpanID]*whole
	}
}

func (e *ending) put(id trace.SpanID, w *whole) {
	sh := &e.shards[id[7]%uint8(len(e.shards))]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.m == nil {
		sh.m = make(map[trace.SpanID]*whole)
	}
	sh.m[id] = w
}

func (e *ending) take(id trace.SpanID) *whole {
	sh := &e.shards[id[7]%uint8(len(e.shards))]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	w := sh.m[id]
	delete(sh.m, id)
	return w
}
