package sampling

import (
	"fmt"
	"sync/atomic"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// DefaultMaxInheritedWeight is the largest weight a remote parent may hand
// down where HeadConfig does not say.
const DefaultMaxInheritedWeight = 1000

// Kind is the rule for a trace that starts here. Its text is that of
// OTEL_TRACES_SAMPLER without "parentbased_".
type Kind string

// Kinds of rules. The zero value is AlwaysOn.
const (
	AlwaysOn  Kind = "always_on"
	AlwaysOff Kind = "always_off"
	Ratio     Kind = "traceidratio"
)

// HeadConfig configures a Head. The zero value records every span, whatever
// its parent; OpenTelemetry's default is AlwaysOn with ParentBased.
type HeadConfig struct {
	// Kind is the rule for roots, and for all spans without ParentBased.
	// Default: AlwaysOn.
	Kind Kind
	// Ratio is the share of traces to record, 0..1, where Kind is Ratio.
	// See ThresholdFromRatio for values outside of that range.
	Ratio float64
	// ParentBased lets a span that has a parent inherit its decision.
	ParentBased bool
	// MaxInheritedWeight is the largest weight, rounded down, that a remote
	// parent may hand down. The threshold of a larger one is erased, so that
	// no peer can make one request count as millions.
	// Default: DefaultMaxInheritedWeight, also for a negative value.
	MaxInheritedWeight int
	// RecordAll records spans that are not sampled too, so that one can decide
	// at the end of a trace to keep it all the same. Other services see the
	// decision as it is without RecordAll. Default: off.
	RecordAll bool
}

// Decision is what becomes of a span that starts.
type Decision struct {
	// Record is whether the span is recorded.
	Record bool
	// Sampled is whether the span has the sampled flag, which other services
	// follow. It is Record but for a Head with RecordAll.
	Sampled bool
	// TraceState is the span's own, for its span context.
	TraceState trace.TraceState
}

// Head decides about spans when they start. It is safe for concurrent use and
// does not allocate for roots and for children of local spans. The zero value
// is a Head of the zero HeadConfig.
type Head struct {
	threshold   Threshold
	th          string           // threshold as sent; empty at probability 1
	root        trace.TraceState // of a recorded root
	parentBased bool
	recordAll   bool
	maxWeight   int
	description string
	ignored     atomic.Uint64
	doubt       atomic.Bool // see Doubt
}

var _ sdktrace.Sampler = (*Head)(nil)

// NewHead returns a Head that follows c.
func NewHead(c HeadConfig) *Head {
	h := &Head{
		parentBased: c.ParentBased,
		recordAll:   c.RecordAll,
		maxWeight:   c.MaxInheritedWeight,
		description: description(c),
	}
	if h.maxWeight <= 0 {
		h.maxWeight = DefaultMaxInheritedWeight
	}
	switch c.Kind {
	case AlwaysOff:
		h.threshold = Never
	case Ratio:
		h.threshold = ThresholdFromRatio(c.Ratio)
	}
	// At probability 1 no th:0 is sent: it would cost every span and request
	// bytes to say what its absence means to a reader of weights.
	if h.threshold > 0 && h.threshold < Never {
		h.th = h.threshold.String()
		h.root = setThreshold(trace.TraceState{}, h.th)
	}
	return h
}

// Decide returns the decision about a new span of the trace id below parent,
// which is the zero span context for a root.
//
// Without ParentBased every span is decided by its own threshold, which
// replaces any other. With it, children inherit:
//   - of a local parent, its sampled flag and tracestate as they are;
//   - of a remote parent, its sampled flag, and its threshold unless that is
//     malformed, contradicts the flag, or claims too large a weight. Then the
//     threshold is erased and counted in Ignored, and the span stands for
//     itself. A sampled parent without a threshold has an unknown probability,
//     so the span has no threshold either.
//
// Members of other vendors and other sub-keys of "ot" are passed on.
func (h *Head) Decide(id trace.TraceID, parent trace.SpanContext) Decision {
	keep := h.samples(id, parent)
	if h.parentBased && parent.IsValid() {
		return Decision{Record: keep || h.recordAll, Sampled: keep, TraceState: h.inherit(parent)}
	}
	ts := parent.TraceState()
	switch {
	case ts.Len() == 0 && keep:
		ts = h.root
	case ts.Len() == 0:
	case keep:
		ts = setThreshold(ts, h.th)
	default:
		// A threshold next to a cleared sampled flag means nothing downstream.
		ts = setThreshold(ts, "")
	}
	return Decision{Record: keep || h.recordAll, Sampled: keep, TraceState: ts}
}

// Records is the Record of Decide. It counts nothing, so that one may ask
// before a span starts.
func (h *Head) Records(id trace.TraceID, parent trace.SpanContext) bool {
	return h.recordAll || h.samples(id, parent)
}

// samples is the Sampled of Decide.
func (h *Head) samples(id trace.TraceID, parent trace.SpanContext) bool {
	if h.parentBased && parent.IsValid() {
		return parent.IsSampled()
	}
	return h.threshold.Keeps(Randomness(id, parent.TraceState()))
}

// Passed returns the threshold that the local root of sc, a span that h has
// decided about below parent, has passed: Never where it is not sampled. It
// reports false where that is unknown, because a service before this one has
// decided without saying how.
//
// Below a local parent without a threshold, what is further above does not show.
// It is known where h keeps all that begins here and has never met a parent in
// doubt; otherwise it counts as unknown.
func (h *Head) Passed(sc, parent trace.SpanContext) (t Threshold, known bool) {
	if !sc.IsSampled() {
		return Never, true
	}
	if ts := sc.TraceState(); ts.Len() > 0 {
		if t, ok := parseMember(ts.Get(memberKey)).threshold(); ok {
			return t, true
		}
	}
	switch {
	case !h.parentBased || !parent.IsValid():
		return 0, true
	case parent.IsRemote():
		return 0, false
	default: // a trace that begins here has the threshold of h
		return 0, h.threshold == 0 && !h.doubt.Load()
	}
}

// Doubt notes that a sampled parent was met of which the chance is not known. h
// does so itself where a remote one has no threshold that it trusts; that a
// local one is not h's own is for the caller to tell. It cannot be undone.
func (h *Head) Doubt() {
	if !h.doubt.Load() {
		h.doubt.Store(true)
	}
}

// inherit returns the tracestate for a child of parent.
func (h *Head) inherit(parent trace.SpanContext) trace.TraceState {
	ts := parent.TraceState()
	if !parent.IsRemote() {
		return ts
	}
	m := parseMember(ts.Get(memberKey))
	if m.th.count == 0 {
		if parent.IsSampled() {
			h.Doubt()
		}
		return ts
	}
	t, ok := m.threshold()
	consistent := ok && t.Keeps(Randomness(parent.TraceID(), ts)) == parent.IsSampled()
	// A dropped parent hands down no weight that could be too large.
	if consistent && (!parent.IsSampled() || t.weight() < float64(h.maxWeight)+1) {
		return ts
	}
	h.ignored.Add(1)
	if parent.IsSampled() {
		h.Doubt()
	}
	return setThreshold(ts, "")
}

// ShouldSample is Decide for the SDK.
func (h *Head) ShouldSample(p sdktrace.SamplingParameters) sdktrace.SamplingResult {
	d := h.Decide(p.TraceID, trace.SpanContextFromContext(p.ParentContext))
	r := sdktrace.SamplingResult{Decision: sdktrace.Drop, Tracestate: d.TraceState}
	switch {
	case d.Sampled:
		r.Decision = sdktrace.RecordAndSample
	case d.Record:
		r.Decision = sdktrace.RecordOnly
	}
	return r
}

// Ignored returns how many thresholds of remote parents were erased.
func (h *Head) Ignored() uint64 { return h.ignored.Load() }

// Description returns the sampler's name in the form of the specification,
// such as "ParentBased{root:TraceIdRatioBased{0.1},…}".
func (h *Head) Description() string {
	if h.description == "" {
		return description(HeadConfig{})
	}
	return h.description
}

// description returns the name of c's sampler. Names: OpenTelemetry
// specification, "Tracing SDK", Built-in samplers; the form of ParentBased is
// that of the Go SDK.
func description(c HeadConfig) string {
	root := "AlwaysOnSampler"
	switch c.Kind {
	case AlwaysOff:
		root = "AlwaysOffSampler"
	case Ratio:
		root = fmt.Sprintf("TraceIdRatioBased{%g}", c.Ratio)
	}
	if !c.ParentBased {
		return root
	}
	return "ParentBased{root:" + root +
		",remoteParentSampled:AlwaysOnSampler,remoteParentNotSampled:AlwaysOffSampler" +
		",localParentSampled:AlwaysOnSampler,localParentNotSampled:AlwaysOffSampler}"
}
