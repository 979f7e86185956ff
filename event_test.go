package telemetry_test

import (
	"testing"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

func TestEvent(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	telemetry.Event(ctx, attr.EventUserSignedUp) // no span: counted only
	ctx, s := telemetry.Start(ctx, "work")
	telemetry.Event(ctx, attr.EventHoleResolved, attribute.Int("n", 1))
	fctx, foreign := r.tel.TracerProvider().Tracer("x").Start(ctx, "foreign")
	telemetry.Event(fctx, attr.EventSessionCompleted)
	foreign.End()
	s.End(nil)
	telemetry.Event(ctx, attr.EventSessionAbandoned) // the span has ended
	diff(t, r.spans(), []span{
		{Name: "foreign", Parent: "work", Attrs: a{}, Events: []event{{"session.completed", a{}}}},
		{Name: "work", Attrs: a{}, Events: []event{{"hole.resolved", a{"n": int64(1)}}}},
	}, "an event stands on the current span")
}
