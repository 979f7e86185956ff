package core

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/embedded"
	"go.opentelemetry.io/otel/trace/noop"
)

// randomRoot is what a new root sees as its parent: no span, but with the W3C
// random flag, which the SDK passes on to the root (sdk/trace/tracer.go,
// newSpan). It says that the trace id is random, so that every service can
// sample by it (https://www.w3.org/TR/trace-context-2/#random-trace-id-flag).
var randomRoot trace.Span = &unsampledSpan{
	sc: trace.NewSpanContext(trace.SpanContextConfig{TraceFlags: trace.FlagsRandom}),
}

// unsampledSpan is the span of a trace that is not recorded: it carries ids
// and the decision to children and other services, and ignores the rest.
type unsampledSpan struct {
	embedded.Span

	sc trace.SpanContext
	p  *Pipeline
}

func (s *unsampledSpan) SpanContext() trace.SpanContext { return s.sc }

func (s *unsampledSpan) TracerProvider() trace.TracerProvider {
	if s.p == nil { // randomRoot, which other people's processors may look at
		return noop.NewTracerProvider()
	}
	return s.p.tracerProvider
}

func (*unsampledSpan) IsRecording() bool                       { return false }
func (*unsampledSpan) End(...trace.SpanEndOption)              {}
func (*unsampledSpan) AddEvent(string, ...trace.EventOption)   {}
func (*unsampledSpan) AddLink(trace.Link)                      {}
func (*unsampledSpan) RecordError(error, ...trace.EventOption) {}
func (*unsampledSpan) SetStatus(codes.Code, string)            {}
func (*unsampledSpan) SetName(string)                          {}
func (*unsampledSpan) SetAttributes(...attribute.KeyValue)     {}
