package attr

import "go.opentelemetry.io/otel/attribute"

// What the way to the backend adds to a span: its weight and its past.
const (
	SampleRate        attribute.Key = "SampleRate"
	TelemetryReplayed attribute.Key = "telemetry.replayed"
)

var deliveryDefs = []Def{
	{
		Name: string(SampleRate), Type: TypeInt, Package: inRoot, Source: sourceHoneycomb, Spans: onEvery,
		Brief: "How many spans this one stands for, at least 1.",
		Note:  "Honeycomb takes it as the span's weight and keeps no column of it.",
	},
	{
		Name: string(TelemetryReplayed), Type: TypeBool, Package: inRoot, Source: SourceLift, Stability: Development, Spans: onResource,
		Brief: "True where the span was sent from the disk spool and may be there twice.",
	},
}
