package attr

import "go.opentelemetry.io/otel/attribute"

// Event names: business events, which are also counted, and the events that a
// span records about itself.
const (
	EventUserSignedUp     = "user.signed_up"
	EventSessionCompleted = "session.completed"
	EventSessionAbandoned = "session.abandoned"
	EventHoleResolved     = "hole.resolved"
	EventException        = "exception"
	EventLLMRetry         = "llm.retry"
	EventLogError         = "log.error"
)

// LiftEventName says which business event a data point of [MetricEvents] counts.
const LiftEventName attribute.Key = "lift.event.name"

var eventDefs = []Def{
	{
		Name: EventUserSignedUp, Package: inRoot, Source: SourceLift, Spans: onEvery,
		Brief: "A person signed up.",
	},
	{
		Name: EventSessionCompleted, Package: inRoot, Source: SourceLift, Spans: onEvery,
		Brief: "A session reached verified code.", Note: "Counted in lift.events; lift.sessions counts what the session helpers report.",
	},
	{
		Name: EventSessionAbandoned, Package: inRoot, Source: SourceLift, Spans: onEvery,
		Brief: "A person gave a session up.", Note: "Counted in lift.events; lift.sessions counts what the session helpers report.",
	},
	{
		Name: EventHoleResolved, Package: inRoot, Source: SourceLift, Spans: onEvery,
		Brief: "A hole of an intermediate representation got its answer.", Note: "Counted by lift.holes_resolved too.",
	},
	{
		Name: EventException, Package: inRoot, Source: sourceExceptions, Spans: onEvery,
		Attributes: []string{string(ExceptionType), string(ExceptionMessage), string(ExceptionStacktrace)},
		Brief:      "An error was recorded or a panic passed through the span.",
		Note:       "Honeycomb bills each event as an event of its own.",
	},
	{
		Name: EventLLMRetry, Package: inLLM, Source: SourceLift, Stability: Development, Spans: onLLM,
		Attributes: []string{string(HTTPResponseStatusCode), string(ErrorType), string(LLMRetryDelayMS)},
		Brief:      "An attempt of an LLM call failed and is tried again.",
	},
	{
		Name: EventLogError, Package: inSlog, Source: SourceLift, Stability: Development, Spans: onEvery,
		Attributes: []string{string(LogMessage), string(LogOmitted), string(ErrorType), string(ExceptionType), string(ExceptionMessage)},
		Brief:      "The service logged an error.",
		Note:       "Honeycomb bills each event as an event of its own.",
	},
}

var businessDefs = []Def{
	{
		Name: string(LiftEventName), Type: TypeString, Package: inRoot, Source: SourceLift, Stability: Development, Open: true,
		Values: []string{EventUserSignedUp, EventSessionCompleted, EventSessionAbandoned, EventHoleResolved},
		Brief:  "The business event that a data point counts.", Note: "On metrics only.",
	},
}
