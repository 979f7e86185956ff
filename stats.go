package telemetry

import (
	"time"

	"github.com/lift-sys/telemetry/internal/delivery"
)

// Stats says what became of everything that was recorded since [Init]. At any
// moment, for spans, their weight and metric points alike:
//
//	Ended = Exported + Rejected + Queued + Dropped.Total()
//
// Where there are several destinations, each counts for itself.
type Stats struct {
	Spans  Tally // spans that were sampled
	Weight Tally // what those spans stand for
	Points Tally // metric points

	Started    uint64 // spans that were recorded, open ones included
	SampledOut uint64 // spans that were not recorded, by the sampling decision
	LateCosts  uint64 // LLM calls and costs that came after the end of a span they belong to
	BadCosts   uint64 // costs that were negative, infinite or not a number

	InheritedWeightsIgnored uint64 // sampling weights of remote parents that nobody should believe

	Sanitized Sanitized // what had to be changed before it could leave

	Requests  uint64 // export requests
	Retries   uint64 // of those, repetitions after a failure
	BytesSent uint64 // as sent, after compression
	Buffered  uint64 // bytes of memory that wait for delivery

	LastSuccess time.Time // of an export; zero before the first
	LastFailure time.Time // of an export; zero before the first
	LastError   string    // of the last failed export; never a secret
}

// Tally counts what became of one kind of item.
type Tally struct {
	Ended    uint64 // handed to delivery
	Exported uint64 // accepted by the backend
	Rejected uint64 // refused by the backend for good
	Queued   uint64 // waiting or on the way
	Dropped  Dropped
}

// Dropped counts items given up, by reason.
type Dropped struct {
	Memory   uint64 // the buffers were full
	Poison   uint64 // the backend refused the item itself
	Oversize uint64 // larger than a request may be
	Shutdown uint64 // left when the process stopped
	Disabled uint64 // its signal is off
}

// Total is the sum over all reasons.
func (d Dropped) Total() uint64 {
	return d.Memory + d.Poison + d.Oversize + d.Shutdown + d.Disabled
}

// Sanitized counts what was changed so that it could be sent.
type Sanitized struct {
	Repaired          uint64 // strings with invalid UTF-8
	Redacted          uint64 // secrets
	Truncated         uint64 // values over the size limit
	Renamed           uint64 // attributes that would overwrite the backend's own columns
	NonFinite         uint64 // NaN and infinite numbers
	AttributesDropped uint64 // over the count limit
	EventsDropped     uint64
	LinksDropped      uint64
	SpansShrunk       uint64 // spans over the size limit
}

// Health is the state of delivery, for a person or a readiness page. It is
// never a reason to stop serving.
type Health uint8

// The states of delivery.
const (
	HealthDisabled     Health = iota // nothing is recorded or sent
	HealthOK                         // the last export worked, or none was needed yet
	HealthDegraded                   // exports fail and are tried again, or something was lost in the last minute
	HealthStalled                    // nothing got through for 30 s of trying
	HealthUnauthorized               // the backend refuses the key
)

// String returns the state in one word.
func (h Health) String() string { return delivery.Health(h).String() }

// plus adds the books of a second destination.
func (t Tally) plus(u Tally) Tally {
	t.Ended += u.Ended
	t.Exported += u.Exported
	t.Rejected += u.Rejected
	t.Queued += u.Queued
	t.Dropped.Memory += u.Dropped.Memory
	t.Dropped.Poison += u.Dropped.Poison
	t.Dropped.Oversize += u.Dropped.Oversize
	t.Dropped.Shutdown += u.Dropped.Shutdown
	t.Dropped.Disabled += u.Dropped.Disabled
	return t
}

func tally(t delivery.Tally) Tally {
	return Tally{
		Ended: t.Appended, Exported: t.Exported, Rejected: t.Rejected, Queued: t.Queued,
		Dropped: Dropped(t.Dropped),
	}
}
