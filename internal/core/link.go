package core

import (
	"context"
	"slices"

	"go.opentelemetry.io/otel/trace"
)

// maxLinks bounds the links that a context gathers. By default the SDK keeps
// 128 of them and counts the rest.
const maxLinks = 1024

// linkKey finds the links that the next span of a context gets. A typed span
// hides those above it.
type linkKey struct{}

// links is a node of a context.
type links struct {
	context.Context
	at   trace.SpanID // the current span where the links were put
	list []trace.Link
}

func (l *links) Value(key any) any {
	if key == (linkKey{}) {
		return l
	}
	return l.Context.Value(key)
}

// WithLinks returns a context whose next typed spans link to the current spans
// of from. Spans that are not sampled are left out, for a link to them leads
// nowhere, and so are spans that are linked to already.
func WithLinks(ctx context.Context, from ...context.Context) context.Context {
	if live.Load() == 0 {
		return ctx
	}
	l := &links{Context: ctx, at: trace.SpanContextFromContext(ctx).SpanID()}
	if top, ok := ctx.(*links); ok {
		// Calls in a loop must not make a context that is deep.
		l.Context, l.list = top.Context, slices.Clip(top.list)
	} else {
		l.list = slices.Clip(pendingLinks(ctx))
	}
	before := len(l.list)
	for _, f := range from {
		sc := trace.SpanContextFromContext(f)
		if sc.IsValid() && sc.IsSampled() && len(l.list) < maxLinks && !linked(l.list, sc) {
			l.list = append(l.list, trace.Link{SpanContext: sc})
		}
	}
	if len(l.list) == before {
		return ctx
	}
	return l
}

func linked(list []trace.Link, sc trace.SpanContext) bool {
	return slices.ContainsFunc(list, func(l trace.Link) bool {
		return l.SpanContext.SpanID() == sc.SpanID() && l.SpanContext.TraceID() == sc.TraceID()
	})
}

// pendingLinks returns the links that a typed span gets which is started in
// ctx. Where other instrumentation has started a span since they were put
// there, they are none of its children's.
func pendingLinks(ctx context.Context) []trace.Link {
	l, _ := ctx.Value(linkKey{}).(*links)
	if l == nil {
		return nil
	}
	if sc := trace.SpanContextFromContext(ctx); sc.IsValid() && !sc.IsRemote() && sc.SpanID() != l.at {
		return nil
	}
	return l.list
}
