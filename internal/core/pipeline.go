// Package core is the machinery behind every typed helper: the state of a
// span, the scope of a request, roll-ups, metrics, and the processor that
// hands ended spans to whatever delivers them.
//
// It knows no provider, no environment variable and no wire format.
package core

import (
	"cmp"
	"log/slog"
	"reflect"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/failure"
	ours "github.com/lift-sys/telemetry/internal/propagation"
	"github.com/lift-sys/telemetry/internal/sampling"
	"github.com/lift-sys/telemetry/price"
)

// ScopeName is the instrumentation scope of all spans and metrics of this
// library.
const ScopeName = "github.com/lift-sys/telemetry"

// Config says what a [Pipeline] is made of.
type Config struct {
	TracerProvider trace.TracerProvider
	MeterProvider  metric.MeterProvider
	Version        string // of this library
	// Head is the sampler of TracerProvider, where it is ours: then helpers
	// skip the SDK for spans that are sampled out. Nil otherwise.
	Head       *sampling.Head
	Classify   failure.Classifier // may be nil
	Pricer     price.Pricer       // may be nil
	Propagator propagation.TextMapPropagator
	Hosts      *ours.Hosts // that may see trace headers
	// Sole says that nothing but the sinks of the pipeline's own processor
	// looks at ended spans.
	Sole            bool
	StartAttributes bool // hand a request's attributes to the SDK at Start
	// AttributeLimit bounds the attributes that an open span holds, about as
	// the SDK's own limit does. Default: 1024.
	AttributeLimit int
	// ValueBytes is where attribute values are cut on their way out, in bytes.
	// 0: it is not known.
	ValueBytes int
	Logger     *slog.Logger // for what a person should know; may be nil
	// Redact returns a value without secrets, for the log. It may be nil.
	Redact func(key attribute.Key, value string) string
}

// Pipeline is what helpers report to. Use [NewPipeline], then Start. All
// methods are safe for concurrent use.
type Pipeline struct {
	mu             sync.Mutex // held to turn on or off
	on, stopped    atomic.Bool
	tracerProvider trace.TracerProvider
	meterProvider  metric.MeterProvider
	tracer         trace.Tracer
	head           *sampling.Head
	classify       failure.Classifier
	pricer         price.Pricer
	propagator     propagation.TextMapPropagator
	hosts          *ours.Hosts
	metrics        *Metrics
	open           openSpans
	anchors        anchors
	ending         ending
	counters       counters
	attached       sync.Map
	logger         *slog.Logger
	redact         func(attribute.Key, string) string // may be nil
	notices        notices

	startAttributes bool
	attributeLimit  int
	valueBytes      int
	keeps           bool // a sink holds on to spans
	direct          bool // typed attributes go past the SDK
}

type counters struct{ started, sampledOut, late, badCost, dropped atomic.Uint64 }

// Counts is what a pipeline counted since its start.
type Counts struct {
	Started    uint64 // spans that were recorded
	SampledOut uint64 // spans that were not recorded, by the head decision
	Late       uint64 // LLM calls and costs that ended after a span they belong to
	BadCost    uint64 // costs that were negative, infinite or not a number
	Dropped    uint64 // attributes that a span had no room for, and that its own count does not tell
}

var (
	// live counts the pipelines that are on: while it is 0, a helper returns
	// after one load.
	live atomic.Int64
	// installed serves contexts that name no other pipeline.
	installed atomic.Pointer[Pipeline]
	// providers counts pipelines that must be found by a span's provider.
	providers      atomic.Int64
	providerOwners sync.Map // trace.TracerProvider → *Pipeline
)

// NewPipeline returns a pipeline that is off until Start.
func NewPipeline() *Pipeline { return new(Pipeline) }

// Start connects the pipeline to its providers and turns it on. It must be
// called once, before the pipeline is shared.
func (p *Pipeline) Start(c Config) {
	p.tracerProvider, p.meterProvider = c.TracerProvider, c.MeterProvider
	p.tracer = c.TracerProvider.Tracer(ScopeName, trace.WithInstrumentationVersion(c.Version))
	p.metrics = newMetrics(c.MeterProvider.Meter(ScopeName, metric.WithInstrumentationVersion(c.Version)))
	p.head, p.classify, p.pricer = c.Head, c.Classify, c.Pricer
	p.propagator, p.hosts, p.startAttributes = c.Propagator, c.Hosts, c.StartAttributes
	p.attributeLimit = cmp.Or(c.AttributeLimit, 1024)
	p.valueBytes = c.ValueBytes
	p.direct = c.Sole && !p.keeps
	p.logger, p.redact = c.Logger, c.Redact
	if hashable(c.TracerProvider) {
		providerOwners.Store(c.TracerProvider, p)
	}
	providers.Add(1)
	p.SetEnabled(true)
}

// hashable reports whether a caller's provider can be the key of a map. Its
// type alone does not tell: a struct may hold another provider.
func hashable(tp trace.TracerProvider) bool { return reflect.ValueOf(tp).Comparable() }

// Stop turns the pipeline off for good and ends the typed spans that are
// still open.
func (p *Pipeline) Stop() {
	p.mu.Lock()
	again := p.stopped.Swap(true)
	p.enable(false) // first, so that no new span escapes
	p.mu.Unlock()
	if again {
		return
	}
	p.EndOpen()
	if hashable(p.tracerProvider) {
		providerOwners.CompareAndDelete(p.tracerProvider, p)
	}
	providers.Add(-1)
	installed.CompareAndSwap(p, nil)
}

// SetEnabled turns recording on or off. Spans that are open keep their state.
// After Stop it does nothing.
func (p *Pipeline) SetEnabled(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.stopped.Load() {
		p.enable(on)
	}
}

func (p *Pipeline) enable(on bool) {
	if p.on.Swap(on) == on {
		return
	}
	if on {
		live.Add(1)
	} else {
		live.Add(-1)
	}
}

// Enabled reports whether new spans are recorded.
func (p *Pipeline) Enabled() bool { return p.on.Load() }

// Install makes p serve contexts that name no other pipeline.
func (p *Pipeline) Install() { installed.Store(p) }

// EndHeld ends what integrations hold back in case that more is heard of it:
// they attach a value with a method EndHeld.
func (p *Pipeline) EndHeld() {
	p.attached.Range(func(_, v any) bool {
		if h, ok := v.(interface{ EndHeld() }); ok {
			h.EndHeld()
		}
		return true
	})
}

// EndOpen ends every open typed span as unfinished and returns how many.
func (p *Pipeline) EndOpen() int {
	p.EndHeld()
	spans := p.open.all()
	for _, s := range spans {
		s.endUnfinished()
	}
	return len(spans)
}

// Metrics returns the instruments.
func (p *Pipeline) Metrics() *Metrics { return p.metrics }

// Pricer returns the pricer, or nil.
func (p *Pipeline) Pricer() price.Pricer { return p.pricer }

// Propagator returns what carries traces to other processes.
func (p *Pipeline) Propagator() propagation.TextMapPropagator { return p.propagator }

// ValueBytes returns where attribute values are cut, in bytes; 0 where that is
// not known.
func (p *Pipeline) ValueBytes() int { return p.valueBytes }

// Hosts returns the hosts that may see trace headers.
func (p *Pipeline) Hosts() *ours.Hosts { return p.hosts }

// MeterProvider returns the provider that p records metrics with.
func (p *Pipeline) MeterProvider() metric.MeterProvider { return p.meterProvider }

// Classify returns the custom error classifier, or nil.
func (p *Pipeline) Classify() failure.Classifier { return p.classify }

// CountLate counts facts that came after the end of their span.
func (p *Pipeline) CountLate() { p.counters.late.Add(1) }

// CountBadCost counts a cost that was refused.
func (p *Pipeline) CountBadCost() { p.counters.badCost.Add(1) }

// Counts returns what was counted so far.
func (p *Pipeline) Counts() Counts {
	c := &p.counters
	return Counts{
		Started: c.started.Load(), SampledOut: c.sampledOut.Load(),
		Late: c.late.Load(), BadCost: c.badCost.Load(), Dropped: c.dropped.Load(),
	}
}

// TracerProvider returns the provider that p records with.
func (p *Pipeline) TracerProvider() trace.TracerProvider { return p.tracerProvider }

// owner returns the pipeline whose provider made span, or nil.
func owner(span trace.Span) *Pipeline {
	if !span.SpanContext().IsValid() || span.SpanContext().IsRemote() {
		return nil
	}
	tp := span.TracerProvider()
	if tp == nil || !hashable(tp) {
		return nil
	}
	p, _ := providerOwners.Load(tp)
	found, _ := p.(*Pipeline)
	return found
}
