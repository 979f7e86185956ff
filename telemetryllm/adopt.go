package telemetryllm

import (
	"context"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
)

// anthropicScope is the instrumentation scope of the spans that the Anthropic
// SDK makes, since v1.81.
const anthropicScope = "com.anthropic.sdk.go"

// isGenAI reports whether span, which is the current one of ctx, is another
// instrumentation's span of a call of a model, to be completed rather than
// doubled.
func isGenAI(ctx context.Context, span trace.Span) bool {
	if !span.IsRecording() {
		return false
	}
	if near := core.Current(ctx); near != nil && near.Otel() == span {
		return false // a typed span, which is no call: that would enclose this one
	}
	s, ok := span.(sdktrace.ReadOnlySpan)
	if !ok || s.SpanKind() != trace.SpanKindClient {
		return false
	}
	if s.InstrumentationScope().Name == anthropicScope {
		return true
	}
	for _, kv := range s.Attributes() {
		switch kv.Key {
		case attr.GenAIOperationName:
			switch kv.Value.AsString() {
			case "invoke_agent", "create_agent", "execute_tool", "invoke_workflow":
				return false // around calls, not one of them
			}
			return true
		case attr.GenAIProviderName, "gen_ai.system": // the older name
			return true
		}
	}
	return false
}
