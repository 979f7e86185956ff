package naive

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/benchmarks/work"
)

// Request starts the session that calls are made for.
func (t *Telemetry) Request(ctx context.Context) (reqCtx context.Context, end func()) {
	ctx, span := t.tracer.Start(ctx, attr.SpanSessionCreate)
	return ctx, func() { span.End() }
}

// RootCall is an LLM call outside any request: the root of its trace.
func (t *Telemetry) RootCall(ctx context.Context) {
	ctx, span := t.tracer.Start(ctx, attr.SpanLLMCall, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
		attribute.String("gen_ai.operation.name", "chat"),
		attribute.String("llm.provider", work.Provider),
		attribute.String("gen_ai.provider.name", work.Provider),
		attribute.String("llm.model", work.Model),
		attribute.String("gen_ai.request.model", work.Model),
		attribute.Bool("llm.streaming", false),
	))
	defer span.End()
	start := time.Now()

	finishCall(span)
	elapsed := time.Since(start)
	span.SetAttributes(attribute.Float64("llm.latency_ms", float64(elapsed)/float64(time.Millisecond)))
	span.SetAttributes(
		attribute.Float64("request.llm_cost_usd", work.CostUSD),
		attribute.Int64("request.llm_calls", 1),
		attribute.Int64("request.llm_input_tokens", work.InputTokens),
		attribute.Int64("request.llm_output_tokens", work.OutputTokens),
		attribute.Float64("request.cost_usd", work.CostUSD),
	)
	t.record(ctx, elapsed, attribute.String("llm.provider", work.Provider), attribute.String("llm.model", work.Model))
}

// ChildCall is an LLM call in the request that ctx belongs to.
func (t *Telemetry) ChildCall(ctx context.Context) {
	ctx, span := t.tracer.Start(ctx, attr.SpanLLMCall, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
		attribute.String("gen_ai.operation.name", "chat"),
		attribute.String("llm.provider", work.Provider),
		attribute.String("gen_ai.provider.name", work.Provider),
		attribute.String("llm.provider_route", work.Route),
		attribute.String("llm.model", work.Model),
		attribute.String("gen_ai.request.model", work.Model),
		attribute.Bool("llm.streaming", false),
	))
	defer span.End()
	start := time.Now()
	identify(span)
	span.SetAttributes(attribute.String("gen_ai.conversation.id", work.SessionID))

	finishCall(span)
	elapsed := time.Since(start)
	span.SetAttributes(attribute.Float64("llm.latency_ms", float64(elapsed)/float64(time.Millisecond)))
	t.record(ctx, elapsed, attribute.String("llm.provider", work.Provider),
		attribute.String("llm.provider_route", work.Route), attribute.String("llm.model", work.Model))
}

// finishCall sets what the answer tells.
func finishCall(span trace.Span) {
	span.SetAttributes(
		attribute.Int64("llm.input_tokens", work.InputTokens),
		attribute.Int64("gen_ai.usage.input_tokens", work.InputTokens),
		attribute.Int64("llm.output_tokens", work.OutputTokens),
		attribute.Int64("gen_ai.usage.output_tokens", work.OutputTokens),
	)
	span.SetAttributes(
		attribute.String("llm.finish_reason", work.Finish),
		attribute.StringSlice("gen_ai.response.finish_reasons", []string{work.Finish}),
	)
	span.SetAttributes(
		attribute.Float64("llm.cost_usd", work.CostUSD),
		attribute.String("llm.cost_source", "provider"),
	)
}

// identify sets whose work it is.
func identify(span trace.Span) {
	span.SetAttributes(
		attribute.String("user.id", work.UserID),
		attribute.String("request.id", work.RequestID),
		attribute.String("session.id", work.SessionID),
	)
}

// Metrics makes the four recordings of one call.
func (t *Telemetry) Metrics(ctx context.Context) {
	t.record(ctx, work.Latency, attribute.String("llm.provider", work.Provider), attribute.String("llm.model", work.Model))
}

func (t *Telemetry) record(ctx context.Context, elapsed time.Duration, cost ...attribute.KeyValue) {
	t.duration.Record(ctx, elapsed.Seconds(), metric.WithAttributes(
		attribute.String("gen_ai.operation.name", "chat"),
		attribute.String("gen_ai.provider.name", work.Provider),
		attribute.String("gen_ai.request.model", work.Model),
	))
	t.tokens.Record(ctx, work.InputTokens, metric.WithAttributes(
		attribute.String("gen_ai.operation.name", "chat"),
		attribute.String("gen_ai.provider.name", work.Provider),
		attribute.String("gen_ai.request.model", work.Model),
		attribute.String("gen_ai.token.type", "input"),
	))
	t.tokens.Record(ctx, work.OutputTokens, metric.WithAttributes(
		attribute.String("gen_ai.operation.name", "chat"),
		attribute.String("gen_ai.provider.name", work.Provider),
		attribute.String("gen_ai.request.model", work.Model),
		attribute.String("gen_ai.token.type", "output"),
	))
	t.cost.Add(ctx, work.CostUSD, metric.WithAttributes(cost...))
}
