package core

import (
	"context"
	"errors"
	"slices"
	"sync"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/sampling"
)

// Sink takes ended spans. Its methods must not block and must be safe for
// concurrent use, except Flush and Shutdown, which may wait for their context.
type Sink interface {
	// Take is given each sampled span once. weight is how many spans it
	// stands for, at least 1.
	Take(s sdktrace.ReadOnlySpan, weight int)
	Flush(ctx context.Context) error
	Shutdown(ctx context.Context) error
	// Keeps reports whether the sink holds on to spans after Take.
	Keeps() bool
}

// Watcher is a Sink that decides at the end of a trace: it hears of every span
// that starts, and is given spans that are not sampled too.
type Watcher interface {
	Sink
	// Watch is told of each span that starts. It must not block.
	Watch(sc, parent trace.SpanContext)
}

// Processor is the span processor that connects an SDK provider to a
// pipeline: it completes foreign spans and hands ended ones to the sinks.
type Processor struct {
	p       *Pipeline
	sinks   []Sink
	watcher Watcher // among sinks; may be nil
}

var _ sdktrace.SpanProcessor = (*Processor)(nil)

// Processor returns the processor to register with the pipeline's provider.
// At most one of the sinks may be a Watcher. It must be called before Start.
func (p *Pipeline) Processor(sinks ...Sink) *Processor {
	p.keeps = slices.ContainsFunc(sinks, Sink.Keeps)
	pr := &Processor{p: p, sinks: sinks}
	for _, s := range sinks {
		if w, ok := s.(Watcher); ok {
			pr.watcher = w
		}
	}
	return pr
}

// OnStart counts the span. One that other instrumentation started gets the
// identity of its request, and a local root among them a scope.
func (pr *Processor) OnStart(ctx context.Context, span sdktrace.ReadWriteSpan) {
	pr.p.counters.started.Add(1)
	if pr.watcher != nil {
		pr.watcher.Watch(span.SpanContext(), span.Parent())
	}
	if _, typed := ctx.(*Span); typed {
		return // writes its own identity at its end
	}
	_, near, scope := locate(ctx)
	parent := span.Parent()
	switch local := parent.IsValid() && !parent.IsRemote(); {
	case !local && near == nil && scope.passing():
		root := &Scope{p: pr.p, root: span}
		if scope != nil {
			root.Fill(scope.Values())
		}
		scope = root
		pr.p.anchors.put(span.SpanContext().SpanID(), scope)
	case local && scope.passing():
		if above := pr.p.anchors.get(parent.SpanID()); above != nil {
			scope = above
			pr.p.anchors.put(span.SpanContext().SpanID(), scope)
		}
	}
	if scope == nil {
		return
	}
	ids := &scope.Identity
	if near != nil {
		ids = near.ids
	}
	buf := getAttributes()
	*buf = scope.appendIdentity(*buf, ids)
	span.SetAttributes(*buf...)
	putAttributes(buf)
}

// OnEnd hands a sampled span to the sinks, and any span to the Watcher.
func (pr *Processor) OnEnd(span sdktrace.ReadOnlySpan) {
	// Each method of the SDK's snapshot copies all of it.
	sc := span.SpanContext()
	if scope := pr.p.anchors.drop(sc.SpanID()); scope != nil && scope.servedBy(span) {
		scope.ended.Store(true)
	}
	if !sc.IsSampled() && pr.watcher == nil {
		return
	}
	if pr.p.direct {
		if w := pr.p.ending.take(sc.SpanID()); w != nil {
			w.complete(span)
			span = w
		}
	}
	weight := sampling.Weight(sc)
	if !sc.IsSampled() {
		pr.watcher.Take(span, weight)
		return
	}
	for _, s := range pr.sinks {
		s.Take(span, weight)
	}
}

// ForceFlush flushes every sink.
func (pr *Processor) ForceFlush(ctx context.Context) error {
	return pr.each(func(s Sink) error { return s.Flush(ctx) })
}

// Shutdown shuts every sink down.
func (pr *Processor) Shutdown(ctx context.Context) error {
	return pr.each(func(s Sink) error { return s.Shutdown(ctx) })
}

// each calls f for all sinks at once, so that one that hangs does not use up
// the time of the others.
func (pr *Processor) each(f func(Sink) error) error {
	errs := make([]error, len(pr.sinks))
	var wg sync.WaitGroup
	for i, s := range pr.sinks {
		wg.Go(func() { errs[i] = f(s) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// Sampler returns the sampler for the pipeline's provider: head, behind the
// pipeline's switch.
func (p *Pipeline) Sampler(head *sampling.Head) sdktrace.Sampler { return gate{p, head} }

// gate drops everything while its pipeline is off.
type gate struct {
	p    *Pipeline
	head *sampling.Head
}

func (g gate) ShouldSample(params sdktrace.SamplingParameters) sdktrace.SamplingResult {
	if !g.p.on.Load() {
		return sdktrace.SamplingResult{
			Decision:   sdktrace.Drop,
			Tracestate: trace.SpanContextFromContext(params.ParentContext).TraceState(),
		}
	}
	r := g.head.ShouldSample(params)
	if r.Decision == sdktrace.Drop {
		g.p.counters.sampledOut.Add(1)
	}
	return r
}

func (g gate) Description() string { return g.head.Description() }
