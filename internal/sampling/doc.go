// Package sampling decides which traces are recorded and says how many spans
// each recorded one stands for.
//
// Decisions are consistent: all participants compare the trace's randomness R
// with their own rejection threshold T, and keep the trace where R ≥ T. The
// traces kept at a low probability are therefore a subset of those kept at a
// higher one. R is the sub-key rv of the tracestate member "ot", or else the
// low 56 bits of the trace ID. T travels in the sub-key th, from which Weight
// reads how many spans a span stands for.
//
// Head decides when a span starts. It is a sampler for the SDK. Budget decides
// about complete local traces, window by window, so that what is sent never
// exceeds an allowance. Both are thresholds on the same R, so that the largest
// one says what a trace stands for.
//
// Source: OpenTelemetry specification, "TraceState: Probability Sampling" and
// "TraceState Handling", both in status Development, read at commits 1795ad1c
// and ffebc0a0 of open-telemetry/opentelemetry-specification.
package sampling
