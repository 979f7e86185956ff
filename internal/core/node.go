package core

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

// nodeKey finds the nearest of our own nodes in a context: a *Span, a *Scope
// or a *Pipeline. One key, so that one walk up the context answers every
// question.
type nodeKey struct{}

// otelKey is the key under which the OpenTelemetry API keeps the current
// span. The API does not export it, but every lookup reveals it; see
// [Span.Value].
var otelKey = func() any {
	var p keyProbe
	trace.SpanFromContext(&p)
	return p.key
}()

// keyProbe is a context that remembers what it was asked for.
type keyProbe struct {
	context.Context
	key any
}

func (p *keyProbe) Value(key any) any {
	p.key = key
	return nil
}

// NewContext returns a context in which helpers use p, whatever is installed
// by then. Where they would anyway, it is ctx itself.
func NewContext(ctx context.Context, p *Pipeline) context.Context {
	if at, _, _ := named(ctx); at == p {
		return ctx
	}
	return context.WithValue(ctx, nodeKey{}, p)
}

// named returns what the nearest of our own nodes in ctx says.
func named(ctx context.Context) (*Pipeline, *Span, *Scope) {
	switch n := ctx.Value(nodeKey{}).(type) {
	case *Span:
		return n.p, n, n.scope
	case *Scope:
		return n.p, nil, n
	case *Pipeline:
		return n, nil, nil
	}
	return nil, nil, nil
}

// locate returns the pipeline that serves ctx, or nil, and the nearest typed
// span and request scope, if any.
func locate(ctx context.Context) (*Pipeline, *Span, *Scope) {
	if p, span, scope := named(ctx); p != nil {
		return p, span, scope
	}
	if providers.Load() > 0 {
		if p := owner(trace.SpanFromContext(ctx)); p != nil {
			return p, nil, nil
		}
	}
	return installed.Load(), nil, nil
}

// From returns the pipeline that serves ctx, or nil where there is none or it
// is off.
func From(ctx context.Context) *Pipeline {
	if live.Load() == 0 {
		return nil
	}
	p, _, _ := locate(ctx)
	if p == nil || !p.on.Load() {
		return nil
	}
	return p
}

// Current returns the nearest typed span of ctx, or nil.
func Current(ctx context.Context) *Span {
	s, _ := ctx.Value(nodeKey{}).(*Span)
	return s
}

// Live reports whether any pipeline is on. It costs one load.
func Live() bool { return live.Load() > 0 }

// Wanted reports whether a span of no particular kind, started in ctx, would
// do anything: false while telemetry is off, and, counted, inside a trace
// that is sampled out.
func Wanted(ctx context.Context) bool {
	p := From(ctx)
	if p == nil {
		return false
	}
	parent := trace.SpanContextFromContext(ctx)
	if p.head == nil || !parent.IsValid() || (parent.IsSampled() && !parent.IsRemote()) {
		return true
	}
	if p.head.Records(parent.TraceID(), parent) {
		return true
	}
	p.counters.sampledOut.Add(1)
	return false
}
