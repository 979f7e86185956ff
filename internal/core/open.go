package core

import (
	"slices"
	"sync"
)

// openSpans knows the typed spans that are recorded and not yet ended, so that
// a service that stops can still say what it was doing. It is split, so that
// spans of different goroutines seldom meet.
type openSpans struct {
	shards [8]struct {
		mu    sync.Mutex
		first *Span
		n     int
	}
}

// maxOpen bounds the spans that one shard knows: those that nobody ends would
// otherwise stay for ever. Past it new ones are not known, and a service that
// stops does not end them.
const maxOpen = 512

// openLink makes a span an element of one shard's list. Guarded by the
// shard's mutex.
type openLink struct {
	shard      uint8
	linked     bool
	prev, next *Span
}

func (o *openSpans) add(s *Span) {
	id := s.otel.SpanContext().SpanID()
	s.link.shard = id[7] % uint8(len(o.shards))
	sh := &o.shards[s.link.shard]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.n >= maxOpen {
		return
	}
	sh.n++
	s.link.linked, s.link.next = true, sh.first
	if sh.first != nil {
		sh.first.link.prev = s
	}
	sh.first = s
}

func (o *openSpans) remove(s *Span) {
	sh := &o.shards[s.link.shard]
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if !s.link.linked {
		return
	}
	if s.link.prev != nil {
		s.link.prev.link.next = s.link.next
	} else {
		sh.first = s.link.next
	}
	if s.link.next != nil {
		s.link.next.link.prev = s.link.prev
	}
	sh.n--
	s.link = openLink{}
}

// all returns the open spans, the youngest first, so that children can be
// ended before their parents.
func (o *openSpans) all() []*Span {
	var spans []*Span
	for i := range o.shards {
		sh := &o.shards[i]
		sh.mu.Lock()
		for s := sh.first; s != nil; s = s.link.next {
			spans = append(spans, s)
		}
		sh.mu.Unlock()
	}
	slices.SortFunc(spans, func(a, b *Span) int { return b.start.Compare(a.start) })
	return spans
}
