package propagation

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

// mark is no span but for the random flag. It is a pointer type because the
// span it wraps cannot be compared.
type mark struct{ trace.Span }

var (
	rootMark = &mark{trace.SpanFromContext(trace.ContextWithSpanContext(context.Background(),
		trace.NewSpanContext(trace.SpanContextConfig{TraceFlags: trace.FlagsRandom})))}
	backgroundRoot = trace.ContextWithSpan(context.Background(), rootMark)
)

// Root returns ctx without its current span, and such that a span started from
// it is a new root with the W3C random flag. The flag tells samplers elsewhere
// that the low 56 bits of the trace ID are random, which is true of the SDK's
// own ID generator.
//
// The SDK (v1.47) gives no span the flag of itself, but a new root takes the
// flags of the span context in ctx even though that is invalid. Starting a span
// with trace.WithNewRoot loses the flag; start it from Root instead.
//
// It costs one allocation, and none for context.Background or a ctx that Root
// returned. A nil ctx is context.Background.
func Root(ctx context.Context) context.Context {
	if ctx == nil || ctx == context.Background() {
		return backgroundRoot
	}
	if _, ok := trace.SpanFromContext(ctx).(*mark); ok {
		return ctx
	}
	return trace.ContextWithSpan(ctx, rootMark)
}
