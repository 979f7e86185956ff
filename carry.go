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
func Inject(ctx context.Context, carrier map[string]string) {
	if p := core.From(ctx); p != nil && carrier != nil {
		p.Propagator().Inject(ctx, propagation.MapCarrier(carrier))
		core.InjectIdentity(ctx, carrier)
	}
}

// Extract returns a context that continues the trace that [Inject] wrote into
// carrier. What is not there, or not valid, is ignored.
func Extract(ctx context.Context, carrier map[string]string) context.Context {
	p := core.From(ctx)
	if p == nil {
		return ctx
	}
	ctx = p.Propagator().Extract(ctx, propagation.MapCarrier(carrier))
	return core.ExtractIdentity(ctx, carrier)
}

// Detach returns a context for work that outlives its request: it keeps the
// trace and the ids of ctx, but neither its deadline nor its cancellation.
func Detach(ctx context.Context) context.Context { return context.WithoutCancel(ctx) }
