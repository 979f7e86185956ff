package migration_test

import (
	"context"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// doc:span-before
func parseTraced(ctx context.Context, source string) (*tree, error) {
	ctx, span := otel.Tracer("lift-api").Start(ctx, "parse",
		trace.WithAttributes(attribute.Int("source.bytes", len(source))))
	defer span.End()
	t, err := parse(ctx, source)
	if err != nil {
		span.RecordError(err)
		span.SetStatus(codes.Error, err.Error())
		return nil, err
	}
	return t, nil
}

// doc:end

func spanBefore(ctx context.Context) { _, _ = parseTraced(ctx, "(") }

// doc:llm-before
func completeTraced(ctx context.Context, prompt string) (string, error) {
	ctx, span := otel.Tracer("lift-api").Start(ctx, "anthropic.chat",
		trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(
			attribute.String("llm.vendor", "anthropic"),
			attribute.String("llm.request.model", model),
		))
	defer span.End()
	answer, err := ask(ctx, prompt)
	if err != nil {
		span.RecordError(err)
		span.SetStatus(codes.Error, err.Error())
		return "", err
	}
	span.SetAttributes(
		attribute.Int64("llm.usage.prompt_tokens", answer.inputTokens),
		attribute.Int64("llm.usage.completion_tokens", answer.outputTokens),
		attribute.Float64("llm.usage.cost", answer.dollars),
	)
	return answer.text, nil
}

// doc:end

func llmBefore(ctx context.Context) { _, _ = completeTraced(ctx, "a todo list") }

// doc:tokens-before
func completeMeasured(ctx context.Context, prompt string) (string, error) {
	start := time.Now()
	answer, err := ask(ctx, prompt)
	if err != nil {
		return "", err
	}
	by := metric.WithAttributes(attribute.String("model", model))
	inputTokens.Add(ctx, answer.inputTokens, by)
	outputTokens.Add(ctx, answer.outputTokens, by)
	dollars.Add(ctx, answer.dollars, by)
	latency.Record(ctx, time.Since(start).Seconds(), by)
	return answer.text, nil
}

var (
	meter           = otel.Meter("lift-api")
	inputTokens, _  = meter.Int64Counter("llm.tokens.input")
	outputTokens, _ = meter.Int64Counter("llm.tokens.output")
	dollars, _      = meter.Float64Counter("llm.cost")
	latency, _      = meter.Float64Histogram("llm.latency", metric.WithUnit("s"))
)

// doc:end

// tokensBefore makes the instruments again: those above belong to the provider
// that was the first to be global.
func tokensBefore(ctx context.Context) {
	meter = otel.Meter("lift-api")
	inputTokens, _ = meter.Int64Counter("llm.tokens.input")
	outputTokens, _ = meter.Int64Counter("llm.tokens.output")
	dollars, _ = meter.Float64Counter("llm.cost")
	latency, _ = meter.Float64Histogram("llm.latency", metric.WithUnit("s"))
	_, _ = completeMeasured(ctx, "a todo list")
}

// doc:queue-before
func enqueueTraced(ctx context.Context, j *job) {
	otel.GetTextMapPropagator().Inject(ctx, propagation.MapCarrier(j.headers))
}

func workTraced(j *job) error {
	ctx := otel.GetTextMapPropagator().Extract(context.Background(), propagation.MapCarrier(j.headers))
	ctx, span := otel.Tracer("lift-worker").Start(ctx, "job.run")
	defer span.End()
	err := run(ctx, j)
	if err != nil {
		span.RecordError(err)
		span.SetStatus(codes.Error, err.Error())
	}
	return err
}

// doc:end

func queueBefore(ctx context.Context) {
	ctx, span := otel.Tracer("lift-api").Start(ctx, "session.create")
	j := &job{headers: map[string]string{}}
	enqueueTraced(ctx, j)
	span.End()
	_ = workTraced(j)
}

// doc:batch-before
func runBatchTraced(ctx context.Context, jobs []*job) error {
	var links []trace.Link
	for _, j := range jobs {
		from := otel.GetTextMapPropagator().Extract(context.Background(), propagation.MapCarrier(j.headers))
		links = append(links, trace.LinkFromContext(from))
	}
	ctx, span := otel.Tracer("lift-worker").Start(ctx, "batch.run", trace.WithLinks(links...))
	defer span.End()
	return runAll(ctx, jobs)
}

// doc:end
