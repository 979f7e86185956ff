// Package attr is the registry: every span, event, metric and attribute name of
// the lift-sys convention, once, with its type, unit, allowed values, meaning,
// stability and source.
//
// # Constants
//
// An attribute's name is a typed constant, so that it makes a key-value pair by
// itself:
//
//	span.SetAttributes(attr.UserID.String("u-42"), attr.SessionHolesCount.Int(3))
//
// Span, event and metric names are plain string constants that begin with Span,
// Event and Metric; columns that only Honeycomb writes begin with Column. The
// rest of a constant's name is the registered name in CamelCase, and a metric
// drops the lift prefix: lift.llm.cost is [MetricLLMCost].
//
// # The table
//
// [All] returns the table behind the constants, [Lookup] one row of it. The
// documentation in docs/ATTRIBUTES.md, the Honeycomb columns, boards and alerts
// and the histogram boundaries come from there, and tests compare it with what
// is really emitted. The table is built at its first use, so that a service
// which never asks for it pays nothing.
//
// # Two names for one fact
//
// Where OpenTelemetry names the same fact as the product does, a span carries
// both, and [Def].Twin holds the other one. OpenTelemetry's gen_ai names left
// its Go packages at v1.42, so this package owns them: as released in semantic
// conventions v1.41.0, the last release that defines them. Their new home,
// github.com/open-telemetry/semantic-conventions-genai, had no release
// when this was looked up (November 2026); its pending renames are in [Def].Note.
package attr

//go:generate go run ../internal/registrydoc ../docs/ATTRIBUTES.md
