package telemetrypgx

import (
	"context"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/internal/core"
)

// An Option configures [NewTracer].
type Option func(*Tracer)

// finder returns the pipeline that serves a context, or nil where there is
// none or it is off.
type finder func(context.Context) *core.Pipeline

// WithTelemetry reports to t, whatever the context of a call says. With a nil
// t nothing is recorded. Default: what serves the context, which is what
// telemetry.Init set up unless telemetry.NewContext named another.
func WithTelemetry(t *telemetry.Telemetry) Option {
	base := telemetry.NewContext(context.Background(), t)
	return func(tr *Tracer) {
		tr.pipeline = func(context.Context) *core.Pipeline { return core.From(base) }
	}
}

// WithoutStatement leaves db.statement and db.query.text out, and whatever is
// quoted in the messages of failures. The operation and the table stay. Default:
// statements are recorded without their literals.
func WithoutStatement() Option {
	return func(tr *Tracer) { tr.noText = true }
}
