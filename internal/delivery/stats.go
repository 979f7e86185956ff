package delivery

import "time"

// Stats is a snapshot of a pipeline's books since New.
type Stats struct {
	Spans  Tally // spans
	Weight Tally // the weight of those spans: how many each stands for
	Points Tally // metric points

	// Events is what a backend made of the spans that it accepted: each span,
	// and each of its span events and links, is an event of its own.
	Events uint64

	Requests  uint64 // attempts, of both signals
	Retries   uint64 // attempts that followed a failed one
	BytesSent uint64 // request bodies as sent (compressed) that got an answer
	Buffered  uint64 // bytes of memory held now: blocks, requests in flight, spare blocks

	SpoolBytes uint64 // on the disk, without the journal
	SpoolError string // of the last disk operation that failed; empty when the disk works

	// ScopeOverflow counts calls of Scope answered with the nameless scope
	// because the table of scopes was full.
	ScopeOverflow uint64

	LastSuccess time.Time // of the last 2xx answer; zero before the first
	LastFailure time.Time // of the last attempt without one; zero before the first
	LastError   string    // what that failure was; never holds a header's value
}

// Tally counts what became of one kind of item. At any moment
// Appended + Recovered = Exported + Rejected + Queued + Spooled + Dropped.Total().
type Tally struct {
	Appended  uint64 // handed to the pipeline
	Recovered uint64 // found in the spool, left by a process that ended
	Exported  uint64 // accepted by the backend
	Replayed  uint64 // of those, the ones that came from the spool
	Rejected  uint64 // refused for good: partial success, statuses such as 404
	Queued    uint64 // waiting or in flight
	Spooled   uint64 // in the spool; after Shutdown, for the next process
	Dropped   Dropped
}

// Dropped counts items given up, by reason.
type Dropped struct {
	Memory   uint64 // the buffers were full
	Poison   uint64 // the backend answered 400 to it
	Oversize uint64 // larger than a request may be, or 413 to it
	Shutdown uint64 // left at Shutdown, or appended after
	Disabled uint64 // its signal is off
	Spool    uint64 // to keep the spool's bounds, or damaged on the disk
	Expired  uint64 // older in the spool than it keeps
}

// Total is the sum over all reasons.
func (d Dropped) Total() uint64 {
	return d.Memory + d.Poison + d.Oversize + d.Shutdown + d.Disabled + d.Spool + d.Expired
}

// lost is what a reader of the log wants to know of: all but what the
// configuration turned off.
func (t Tally) lost() uint64 { return t.Rejected + t.Dropped.Total() - t.Dropped.Disabled }

// Health is a pipeline's state in one word. With two signals it is the worse
// of theirs.
type Health uint8

// The states, from good to bad.
const (
	HealthDisabled     Health = iota // both signals off, or after Shutdown
	HealthOK                         // the last attempt succeeded, or there was none
	HealthDegraded                   // retrying, or something was lost in the last minute
	HealthStalled                    // nothing got through for 30 s of trying
	HealthUnauthorized               // the backend answers 401 or 403
)

// String returns the state's name: ok, degraded, unauthorized, stalled,
// disabled.
func (h Health) String() string {
	switch h {
	case HealthOK:
		return "ok"
	case HealthDegraded:
		return "degraded"
	case HealthStalled:
		return "stalled"
	case HealthUnauthorized:
		return "unauthorized"
	default:
		return "disabled"
	}
}
