package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/core"
)

// Event records a business event, such as attr.EventUserSignedUp: an event on
// the current span and, whether or not the trace is sampled, one in the metric
// lift.events by name. attr.EventHoleResolved also counts in
// lift.holes_resolved.
//
// The name must be of low cardinality. Honeycomb bills each recorded event as
// an event of its own.
func Event(ctx context.Context, name string, kv ...attribute.KeyValue) {
	p := core.From(ctx)
	if p == nil || name == "" {
		return
	}
	p.Metrics().CountEvent(ctx, name)
	if span := trace.SpanFromContext(ctx); span.IsRecording() {
		span.AddEvent(name, trace.WithAttributes(append([]attribute.KeyValue(nil), kv...)...))
	}
}
