package telemetry

import (
	"cmp"
	"time"

	"github.com/lift-sys/telemetry/internal/delivery"
	"github.com/lift-sys/telemetry/internal/export"
)

// Stats says what became of everything that was recorded since [Init]. At any
// moment, for spans, their weight and metric points alike:
//
//	Ended + Recovered = Exported + Rejected + Queued + Spooled + Dropped.Total()
//
// Recovered and Spooled are 0 without [WithSpool].
// Where there are several destinations, each counts for itself.
type Stats struct {
	Spans  Tally // spans that were sampled
	Weight Tally // what those spans stand for
	Points Tally // metric points

	// Events is what a backend made of Spans.Exported, and bills: each span, and
	// each of its span events and links, is an event of its own. Weight does not
	// matter to it.
	Events uint64

	Started    uint64 // spans that were recorded, open ones included
	SampledOut uint64 // spans that were not recorded, by the sampling decision
	LateCosts  uint64 // LLM calls and costs that came after the end of a span they belong to
	BadCosts   uint64 // costs that were negative, infinite or not a number

	InheritedWeightsIgnored uint64 // sampling weights of remote parents that nobody should believe

	Sampling  Sampling // what was decided at the end of traces; zero without WithTailSampling
	Budget    EventBudget
	Sanitized Sanitized // what had to be changed before it could leave

	Requests  uint64 // export requests
	Retries   uint64 // of those, repetitions after a failure
	BytesSent uint64 // as sent, after compression
	Buffered  uint64 // bytes of memory that wait for delivery

	SpoolBytes uint64 // on the disk, without the file of SpoolAlways
	SpoolError string // of the last operation of the disk, where it failed

	LastSuccess time.Time // of an export; zero before the first
	LastFailure time.Time // of an export; zero before the first
	LastError   string    // of the last failed export; never a secret
}

// Tally counts what became of one kind of item.
type Tally struct {
	Ended     uint64 // handed to delivery
	Recovered uint64 // found in the spool, left by a process that ended
	Exported  uint64 // accepted by the backend
	Replayed  uint64 // of those, the ones that came from the spool
	Rejected  uint64 // refused by the backend for good
	Queued    uint64 // waiting in memory or on the way
	Spooled   uint64 // in the spool; what is left there is for the next process
	Dropped   Dropped
}

// Dropped counts items given up, by reason.
type Dropped struct {
	Memory   uint64 // the buffers were full
	Poison   uint64 // the backend refused the item itself
	Oversize uint64 // larger than a request may be
	Shutdown uint64 // left when the process stopped
	Disabled uint64 // its signal is off
	Spool    uint64 // to keep the spool's bounds, or damaged on the disk
	Expired  uint64 // older in the spool than it keeps
}

// Total is the sum over all reasons.
func (d Dropped) Total() uint64 {
	return d.Memory + d.Poison + d.Oversize + d.Shutdown + d.Disabled + d.Spool + d.Expired
}

// Sanitized counts what was changed so that it could be sent.
type Sanitized struct {
	Repaired          uint64 // strings with invalid UTF-8
	Redacted          uint64 // secrets, and values that the mask changed
	MaskFailed        uint64 // values that the mask panicked over
	Truncated         uint64 // values over the size limit
	Renamed           uint64 // attributes that would overwrite the backend's own columns
	NonFinite         uint64 // NaN and infinite numbers
	AttributesDropped uint64 // over the count limit, here or in OpenTelemetry's SDK
	EventsDropped     uint64
	LinksDropped      uint64
	SpansShrunk       uint64 // spans over the size limit
}

// Health is the state of delivery, for a person or a readiness page. It is
// never a reason to stop serving.
type Health uint8

// The states of delivery.
const (
	HealthDisabled     Health = iota // nothing is sent: off, without a destination, or after Shutdown
	HealthOK                         // the last export worked, or none was needed yet
	HealthDegraded                   // exports or the spool fail and are tried again, or something was lost in the last minute
	HealthStalled                    // nothing got through for 30 s of trying
	HealthUnauthorized               // the backend refuses the key
)

// String returns the state in one word.
func (h Health) String() string { return delivery.Health(h).String() }

// plus adds the books of a second destination, which has no spool.
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
		Ended: t.Appended, Recovered: t.Recovered, Exported: t.Exported, Replayed: t.Replayed,
		Rejected: t.Rejected, Queued: t.Queued, Spooled: t.Spooled,
		Dropped: Dropped(t.Dropped),
	}
}

func (p *pipeline) health() Health {
	if !p.core.Enabled() {
		return HealthDisabled
	}
	health := HealthOK
	if p.out != nil {
		health = Health(p.out.Health())
	}
	if p.noSpool != "" && health != HealthDisabled {
		health = max(health, HealthDegraded)
	}
	for _, b := range p.books() {
		if b.Degraded(time.Now()) {
			health = max(health, HealthDegraded)
		}
	}
	return health
}

// books returns the books of all exporters of the SDK, those of metrics last.
func (p *pipeline) books() []export.Books {
	var all []export.Books
	for _, e := range p.exporters {
		all = append(all, e.Books())
	}
	if p.metrics != nil {
		all = append(all, p.metrics.Books())
	}
	return all
}

func (p *pipeline) stats() Stats {
	counts, repair := p.core.Counts(), p.repair.Counts()
	s := Stats{
		Started: counts.Started, SampledOut: counts.SampledOut, LateCosts: counts.Late, BadCosts: counts.BadCost,
		Sanitized: Sanitized{
			Repaired: repair.Repaired, Redacted: repair.Redacted, MaskFailed: repair.MaskFailed, Truncated: repair.Truncated,
			Renamed: repair.Renamed, NonFinite: repair.NonFinite, AttributesDropped: repair.AttributesDropped + counts.Dropped,
			EventsDropped: repair.EventsDropped, LinksDropped: repair.LinksDropped, SpansShrunk: repair.SpansShrunk,
		},
	}
	if p.head != nil {
		s.InheritedWeightsIgnored = p.head.Ignored()
	}
	if p.tail != nil {
		t := p.tail.Stats()
		s.Sampling = samplingOf(t)
		s.Budget.PerMonth, s.Budget.Used = t.Budget.PerMonth, t.Budget.Used
		s.Budget.WindowAllowance, s.Budget.WindowUsed = t.Budget.WindowAllowance, t.Budget.WindowUsed
	}
	if p.paced != nil {
		m := p.paced.Stats()
		s.Budget.MetricsPerMonth, s.Budget.MetricsUsed, s.Budget.MetricsDropped = m.PerMonth, m.Used, m.Dropped
	}
	if p.out != nil {
		d := p.out.Stats()
		s.Spans, s.Weight, s.Points = tally(d.Spans), tally(d.Weight), tally(d.Points)
		s.Events = d.Events
		s.Requests, s.Retries, s.BytesSent, s.Buffered = d.Requests, d.Retries, d.BytesSent, d.Buffered
		s.SpoolBytes, s.SpoolError = d.SpoolBytes, cmp.Or(d.SpoolError, p.noSpool)
		s.LastSuccess, s.LastFailure, s.LastError = d.LastSuccess, d.LastFailure, d.LastError
	}
	for i, b := range p.books() {
		if i < len(p.exporters) {
			s.Spans, s.Weight = s.Spans.plus(tally(b.Items)), s.Weight.plus(tally(b.Weight))
			s.Events += b.Events
		} else {
			s.Points = s.Points.plus(tally(b.Items))
		}
		if b.LastSuccess.After(s.LastSuccess) {
			s.LastSuccess = b.LastSuccess
		}
		if b.LastFailure.After(s.LastFailure) {
			s.LastFailure, s.LastError = b.LastFailure, b.LastError
		}
	}
	return s
}
