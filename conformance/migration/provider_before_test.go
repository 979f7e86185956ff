package migration_test

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/baggage"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// doc:processor-before

// users copies the user from the baggage onto each span.
type users struct{}

func (users) OnStart(ctx context.Context, span sdktrace.ReadWriteSpan) {
	if id := baggage.FromContext(ctx).Member("user.id").Value(); id != "" {
		span.SetAttributes(attribute.String("user.id", id))
	}
}

func (users) OnEnd(sdktrace.ReadOnlySpan)      {}
func (users) Shutdown(context.Context) error   { return nil }
func (users) ForceFlush(context.Context) error { return nil }

// doc:end

func processorBefore(ctx context.Context) {
	// doc:baggage-before
	member, err := baggage.NewMember("user.id", "u-42")
	if err != nil {
		return
	}
	all, err := baggage.New(member)
	if err != nil {
		return
	}
	ctx = baggage.ContextWithBaggage(ctx, all)
	ctx, span := otel.Tracer("lift-api").Start(ctx, "session.create")
	defer span.End()
	// doc:end
	query(ctx)
}

// query is traced by a library that knows nothing of users.
func query(ctx context.Context) {
	_, span := otel.Tracer("driver").Start(ctx, "query")
	span.End()
}
