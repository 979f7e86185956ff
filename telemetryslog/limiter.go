package telemetryslog

import (
	"sync"
	"time"

	"go.opentelemetry.io/otel/trace"
)

const (
	eventsPerSpan   = 4
	eventsPerSecond = 10
)

// limiter bounds how many records give an event. The zero value is ready; it is
// safe for concurrent use.
type limiter struct {
	mu      sync.Mutex
	window  time.Time // when the current second began
	events  int       // in it
	omitted int64     // records without an event since the last one
	// spans are those that were marked last. Two that share a slot push each
	// other out, which costs no more than a few events beyond the limit.
	spans [256]struct {
		id     trace.SpanID
		events uint8
	}
}

// admit decides about a record on a span: whether it is the first one there,
// whether it gives an event, and how many did not since the last event.
func (l *limiter) admit(id trace.SpanID, now time.Time) (first, event bool, omitted int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	slot := &l.spans[id[len(id)-1]]
	if slot.id != id {
		first, slot.id, slot.events = true, id, 0
	}
	if now.Sub(l.window) >= time.Second {
		l.window, l.events = now, 0
	}
	if slot.events >= eventsPerSpan || l.events >= eventsPerSecond {
		l.omitted++
		return first, false, 0
	}
	slot.events++
	l.events++
	omitted, l.omitted = l.omitted, 0
	return first, true, omitted
}
