// Package conformance has tests alone. They hold the library against the parts
// it stands on and replaces, over real connections and with OpenTelemetry's own
// protobuf types as the judge:
//
//   - the traps of plain OpenTelemetry, each shown there and absent here;
//   - our encoder against the stock exporters, field by field;
//   - delivery to backends that are down, slow or hostile.
//
// It is a module of its own, so that what it needs burdens nobody else.
package conformance
