package telemetry

import "github.com/lift-sys/telemetry/internal/tail"

// Sampling says what [WithTailSampling] and [WithEventBudget] have decided. At
// any moment, in spans,
//
//	Ended = Kept + Dropped.Total() + Held
//
// and what is kept is Ended of [Stats].Spans.
type Sampling struct {
	Ended   uint64 // spans that came
	Kept    uint64 // handed to delivery
	Held    uint64 // waiting for the decision about their trace
	Dropped SampledOut

	Must Stratum // traces that a rule keeps
	Rest Stratum // all others

	Forced   uint64 // traces decided before their root had ended
	Orphans  uint64 // spans whose trace was not known any more, each decided by itself
	Late     uint64 // spans kept after their trace was
	Oversize uint64 // traces that alone were larger than the budget's allowance
	Unknown  uint64 // kept traces that another service sampled without saying how

	Bytes int // of memory in use for encoded spans
}

// SampledOut counts spans of traces that were not kept, by reason.
type SampledOut struct {
	Share  uint64 // outside of the sampling ratio, and no rule kept the trace
	Budget uint64 // no allowance in the event budget
	Memory uint64 // too much was open at once; also orphans whose trace may have gone for that
	Late   uint64 // the trace was kept, and then the event budget was used up

	Shutdown uint64 // ended when telemetry had stopped, and nothing was decided about the trace
}

// Total is the sum over all reasons.
func (d SampledOut) Total() uint64 { return d.Share + d.Budget + d.Memory + d.Late + d.Shutdown }

// Stratum counts traces, each the part of it in this process, by what was
// decided.
type Stratum struct {
	KeptTraces, KeptEvents       uint64  // events are spans, span events and links
	DroppedTraces, DroppedEvents uint64  // and so are these; what ended after the drop is left out
	Weight                       float64 // traces that those kept stand for
}

func samplingOf(s tail.Stats) Sampling {
	return Sampling{
		Ended: s.Ended, Kept: s.Kept, Held: s.Held, Dropped: SampledOut(s.Dropped),
		Must: stratum(s.Must), Rest: stratum(s.Rest),
		Forced: s.Forced, Orphans: s.Orphans, Late: s.Late, Oversize: s.Oversize, Unknown: s.Unknown,
		Bytes: s.Bytes,
	}
}

func stratum(s tail.Stratum) Stratum {
	return Stratum{
		KeptTraces: s.Kept.Traces, KeptEvents: s.Kept.Events,
		DroppedTraces: s.Dropped.Traces, DroppedEvents: s.Dropped.Events, Weight: s.Weight,
	}
}
