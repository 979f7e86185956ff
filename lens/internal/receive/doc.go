// Package receive takes OTLP/HTTP, traces and metrics, protobuf and JSON, and
// makes rows of the shape that Honeycomb would give them.
//
// The shape is that of package internal/event, which says where it is from. Spans
// in protobuf are read straight off the wire here, several times as fast as the
// generated code does; a test proves both equal.
package receive
