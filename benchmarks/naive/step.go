package naive

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/benchmarks/work"
)

// Session creates a session.
func (t *Telemetry) Session(ctx context.Context) {
	ctx, span := t.tracer.Start(ctx, attr.SpanSessionCreate, trace.WithAttributes(
		attribute.String("user.id", work.UserID),
		attribute.String("session.source", work.Source),
		attribute.Int("session.prompt_length", work.PromptLength),
	))
	defer span.End()
	span.SetAttributes(
		attribute.String("session.id", work.SessionID),
		attribute.String("session.status", "active"),
		attribute.Int("session.holes_count", work.HolesCount),
	)
	t.sessions.Add(ctx, 1, metric.WithAttributes(
		attribute.String("session.status", "active"),
		attribute.String("session.source", work.Source),
	))
}

// IR translates a prompt.
func (t *Telemetry) IR(ctx context.Context) {
	_, span := t.tracer.Start(ctx, attr.SpanIRGenerate, trace.WithAttributes(
		attribute.String("ir.provider", work.Provider),
		attribute.String("ir.model", work.Model),
	))
	defer span.End()
	identify(span)
	span.SetAttributes(
		attribute.Int("ir.version", work.IRVersion),
		attribute.Int("ir.holes_count", work.HolesCount),
		attribute.Int("ir.constraints_count", work.Constraints),
		attribute.Float64("ir.completeness", work.Completeness),
		attribute.String("ir.validation_status", "valid"),
	)
}

// Codegen generates code.
func (t *Telemetry) Codegen(ctx context.Context) {
	ctx, span := t.tracer.Start(ctx, attr.SpanCodeGenerate, trace.WithAttributes(
		attribute.String("code.language", work.Language),
		attribute.String("code.generator", work.Generator),
	))
	defer span.End()
	identify(span)
	span.SetAttributes(
		attribute.Bool("code.success", true),
		attribute.Bool("code.compilation_success", true),
		attribute.Int("code.lines", work.Lines),
		attribute.Int("code.retries", work.Retries),
	)
	t.generations.Add(ctx, 1, metric.WithAttributes(
		attribute.String("code.language", work.Language),
		attribute.Bool("code.success", true),
	))
}

// Step is work without a helper of its own.
func (t *Telemetry) Step(ctx context.Context) {
	_, span := t.tracer.Start(ctx, work.StepName, trace.WithAttributes(
		attribute.String("app.template", "session"),
		attribute.Int("app.bytes", 512),
		attribute.Bool("app.cached", true),
	))
	defer span.End()
	identify(span)
}

// Event records a business event in a step.
func (t *Telemetry) Event(ctx context.Context) {
	ctx, span := t.tracer.Start(ctx, work.StepName)
	defer span.End()
	identify(span)
	span.AddEvent(work.EventName, trace.WithAttributes(
		attribute.String("app.plan", "free"), attribute.Bool("app.invited", true),
	))
	t.businessEvent.Add(ctx, 1, metric.WithAttributes(attribute.String("lift.event.name", work.EventName)))
}

// Cost books a cost that no token explains in a step.
func (t *Telemetry) Cost(ctx context.Context) {
	ctx, span := t.tracer.Start(ctx, work.StepName)
	defer span.End()
	identify(span)
	span.SetAttributes(attribute.Float64("cost.other_usd", work.OtherUSD))
	t.other.Add(ctx, work.OtherUSD)
}

// Empty is a step that says nothing.
func (t *Telemetry) Empty(ctx context.Context) {
	_, span := t.tracer.Start(ctx, work.StepName)
	span.End()
}
