// Package otlp appends OTLP protobuf messages to byte slices, without
// intermediate structs, and reads the answers to them.
//
// It writes what the stock exporters write, field by field, after passing every
// value through a [sanitize.Sanitizer]; the tests hold its bytes against theirs.
// Field numbers are those of opentelemetry-proto v1.11, package paths
// opentelemetry.proto.{common,resource,trace,metrics}.v1 and collector.*.v1.
//
// Spans are encoded one by one when they end. A span is framed as an element of
// ScopeSpans.spans, so that a batch is made by copying, and its length is written
// in a fixed width, so that [Amend] can still add to it.
package otlp
