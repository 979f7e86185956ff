package sampling_test

import (
	"testing"

	"go.opentelemetry.io/otel/trace"
)

func traceID(t testing.TB, s string) trace.TraceID {
	t.Helper()
	id, err := trace.TraceIDFromHex(s)
	if err != nil {
		t.Fatalf("trace ID %q: %v", s, err)
	}
	return id
}

func traceState(t testing.TB, s string) trace.TraceState {
	t.Helper()
	ts, err := trace.ParseTraceState(s)
	if err != nil {
		t.Fatalf("tracestate %q: %v", s, err)
	}
	return ts
}

func spanContext(t testing.TB, id, tracestate string, sampled, remote bool) trace.SpanContext {
	t.Helper()
	return trace.NewSpanContext(trace.SpanContextConfig{
		TraceID:    traceID(t, id),
		SpanID:     trace.SpanID{7: 1},
		TraceFlags: trace.TraceFlags(0).WithSampled(sampled),
		TraceState: traceState(t, tracestate),
		Remote:     remote,
	})
}
