package migration_test

import (
	"context"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

// doc:span-after
func parseSource(ctx context.Context, source string) (t *tree, err error) {
	ctx, span := telemetry.Start(ctx, "parse", attribute.Int("source.bytes", len(source)))
	defer span.End(&err)
	return parse(ctx, source)
}

// doc:end

func spanAfter(ctx context.Context) { _, _ = parseSource(ctx, "(") }

// doc:llm-after
func complete(ctx context.Context, prompt string) (text string, err error) {
	ctx, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{
		Provider: attr.ProviderAnthropic, Model: model,
	})
	defer call.End(&err)
	answer, err := ask(ctx, prompt)
	if err != nil {
		return "", err
	}
	call.SetResponse(telemetry.LLMResponse{
		Usage:   telemetry.Usage{InputTokens: answer.inputTokens, OutputTokens: answer.outputTokens},
		CostUSD: new(answer.dollars),
	})
	return answer.text, nil
}

// doc:end

func llmAfter(ctx context.Context) { _, _ = complete(ctx, "a todo list") }

// doc:queue-after
func enqueue(ctx context.Context, j *job) {
	telemetry.Inject(ctx, j.headers)
}

func work(j *job) (err error) {
	ctx := telemetry.Extract(context.Background(), j.headers)
	ctx, span := telemetry.Start(ctx, "job.run")
	defer span.End(&err)
	return run(ctx, j)
}

// doc:end

func queueAfter(ctx context.Context) {
	ctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{ID: "s-1", UserID: "u-42"})
	j := &job{headers: map[string]string{}}
	enqueue(ctx, j)
	session.End(nil)
	_ = work(j)
}

// doc:batch-after
func runBatch(ctx context.Context, jobs []*job) (err error) {
	var from []context.Context
	for _, j := range jobs {
		from = append(from, telemetry.Extract(ctx, j.headers))
	}
	ctx, span := telemetry.Start(telemetry.WithLink(ctx, from...), "batch.run")
	defer span.End(&err)
	return runAll(ctx, jobs)
}

// doc:end

// doc:detach-after
func refineLater(ctx context.Context) {
	ctx = telemetry.Detach(ctx) // the request ends, and its context with it
	go func() { _ = telemetry.Do(ctx, "session.refine", refine) }()
}

// doc:end
