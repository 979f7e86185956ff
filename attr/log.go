package attr

import "go.opentelemetry.io/otel/attribute"

// The log group: what a log record says on the span that it marks. The record's
// own attributes stand beside these as log.attr.*, so that they do not mix with
// columns of the same name.
const (
	LogMessage attribute.Key = "log.message"
	LogOmitted attribute.Key = "log.omitted"
)

var logDefs = []Def{
	{
		Name: string(LogMessage), Type: TypeString, Package: inSlog, Source: SourceLift, Stability: Development,
		Brief: "The message of a log record.", Note: "On the event log.error only. The record's attributes stand beside it as log.attr.*.",
	},
	{
		Name: string(LogOmitted), Type: TypeInt, Unit: "records", Package: inSlog, Source: SourceLift, Stability: Development,
		Brief: "Log records of the process that gave no event since the last one, because of the limit.", Note: "On the event log.error only, where there were any.",
	},
}
