package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/propagation"

	"github.com/lift-sys/telemetry/internal/core"
)

// Inject writes the trace of ctx into carrier, such as the headers of a queued
// job, so that [Extract] can continue it in another process. Together with the
// trace go user.id, request.id and session.id: a carrier is for peers that
// are trusted. HTTP requests need no Inject; package telemetryhttp does it.
//
// Names in carrier are lower case. Values stand there as they are: a carrier
// that allows less, such as printable ASCII, has to encode them.
//
// While telemetry is off, Inject writes what ctx has from elsewhere, by Extract
// or telemetryhttp, so that a trace which others record goes on.
func Inject(ctx context.Context, carrier map[string]string) {
	if carrier == nil {
		return
	}
	propagator, _ := core.Passage(ctx)
	propagator.Inject(ctx, propagation.MapCarrier(carrier))
	core.InjectIdentity(ctx, carrier)
}

// Extract returns a context that continues the trace that [Inject] wrote into
// carrier, under the same lower-case names. What is not there, or not valid, is
// ignored: an id has at most 128 bytes, letters and digits of ASCII and any of
// "-_.~+/=:@|".
func Extract(ctx context.Context, carrier map[string]string) context.Context {
	if len(carrier) == 0 && core.From(ctx) == nil {
		return ctx
	}
	propagator, _ := core.Passage(ctx)
	ctx = propagator.Extract(ctx, propagation.MapCarrier(carrier))
	return core.ExtractIdentity(ctx, carrier)
}

// Detach returns a context for work that outlives its request: it keeps the
// trace and the ids of ctx, but neither its deadline nor its cancellation.
//
// The spans above may have ended by then. An LLM call that comes later is
// missing from their totals and counted in [Stats].LateCosts; its own span,
// with llm.cost_usd and session.id, and the metrics have it.
func Detach(ctx context.Context) context.Context { return context.WithoutCancel(ctx) }

// WithLink returns a context in which the next span links to the current spans
// of from: work that several requests wait for, or a job that is a trace of its
// own. Each span that a helper starts directly in that context gets the links,
// the spans below it do not.
//
// Where ctx has no trace, the span begins one. Where it should be a new trace
// although ctx has one, pass the context that the worker was started with, or
// context.Background(), instead of the request's:
//
//	ctx = telemetry.WithLink(worker, request)
//
// A link carries no ids: a job that is to have those of the request gets them
// by Inject and Extract. Contexts without a span, or with one that is sampled
// out, are left out, and two of the same span count once. At most 1024 links
// are kept; OTEL_SPAN_LINK_COUNT_LIMIT, 128 by default, says how many of them
// leave the process, the last ones. Honeycomb bills each as an event of its
// own.
func WithLink(ctx context.Context, from ...context.Context) context.Context {
	return core.WithLinks(ctx, from...)
}
