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

	MetricTelemetrySamplingTraces = "lift.telemetry.sampling.traces"
	MetricTelemetrySamplingWeight = "lift.telemetry.sampling.weight"
	MetricTelemetryBudgetUsed     = "lift.telemetry.budget.used"
	MetricTelemetryBudgetLeft     = "lift.telemetry.budget.left"
)

// What tells the series of sampling and of the event budget apart.
const (
	LiftTelemetryStratum  attribute.Key = "lift.telemetry.stratum"
	LiftTelemetryDecision attribute.Key = "lift.telemetry.decision"
	LiftTelemetryPeriod   attribute.Key = "lift.telemetry.period"
)

// Values of [LiftTelemetryStratum], [LiftTelemetryDecision] and
// [LiftTelemetryPeriod].
const (
	StratumMust     = "must"
	StratumRest     = "rest"
	DecisionKept    = "kept"
	DecisionDropped = "dropped"
	PeriodMonth     = "month"
	PeriodWindow    = "window"
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
	{
		Name: string(LiftTelemetryStratum), Type: TypeString, Package: inRoot, Source: SourceLift, Stability: Development,
		Values: []string{StratumMust, StratumRest},
		Brief:  "Which traces: those that a rule of tail sampling keeps, or all others.",
	},
	{
		Name: string(LiftTelemetryDecision), Type: TypeString, Package: inRoot, Source: SourceLift, Stability: Development,
		Values: []string{DecisionKept, DecisionDropped},
		Brief:  "What tail sampling and the event budget decided.",
	},
	{
		Name: string(LiftTelemetryPeriod), Type: TypeString, Package: inRoot, Source: SourceLift, Stability: Development,
		Values: []string{PeriodMonth, PeriodWindow},
		Brief:  "Of what the event budget tells: the calendar month (UTC), or its last window.",
	},
}
