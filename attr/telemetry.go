package attr

import "go.opentelemetry.io/otel/attribute"

// Metrics of the library about itself.
const (
	MetricTelemetryExported   = "lift.telemetry.exported"
	MetricTelemetryPoints     = "lift.telemetry.points"
	MetricTelemetryDropped    = "lift.telemetry.dropped"
	MetricTelemetrySampledOut = "lift.telemetry.sampled_out"
	MetricTelemetryRedacted   = "lift.telemetry.redacted"
	MetricTelemetryRetries    = "lift.telemetry.retries"
	MetricTelemetryBuffered   = "lift.telemetry.buffered"
)

// What tells the series of [MetricTelemetryDropped] apart.
const (
	LiftTelemetrySignal attribute.Key = "lift.telemetry.signal"
	LiftTelemetryReason attribute.Key = "lift.telemetry.reason"
)

// Values of [LiftTelemetrySignal].
const (
	SignalSpans  = "spans"
	SignalPoints = "points"
)

// Values of [LiftTelemetryReason].
const (
	LostRejected = "rejected"
	LostMemory   = "memory"
	LostPoison   = "poison"
	LostOversize = "oversize"
	LostShutdown = "shutdown"
	LostSpool    = "spool"
	LostExpired  = "expired"
)

var telemetryDefs = []Def{
	{
		Name: string(LiftTelemetrySignal), Type: TypeString, Package: inRoot, Source: SourceLift, Stability: Development,
		Values: []string{SignalSpans, SignalPoints},
		Brief:  "What was lost: spans or metric points.",
	},
	{
		Name: string(LiftTelemetryReason), Type: TypeString, Package: inRoot, Source: SourceLift, Stability: Development,
		Values: []string{LostRejected, LostMemory, LostPoison, LostOversize, LostShutdown, LostSpool, LostExpired},
		Brief:  "Why something was lost.",
		Note:   "rejected: the backend refused it for good; memory: the buffers were full; poison: the backend refused the item itself; oversize: larger than a request may be; shutdown: left when the process stopped; spool: over the bounds of the disk spool, or damaged there; expired: too old in the spool.",
	},
}
