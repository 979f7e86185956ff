package migration_test

import (
	"context"

	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
)

func processorAfter(ctx context.Context) {
	var err error
	// doc:processor-after
	ctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{UserID: "u-42"})
	defer session.End(&err)
	// doc:end
	query(ctx)
}

func keptParts(ctx context.Context, processor sdktrace.SpanProcessor, exporter sdktrace.SpanExporter, reader sdkmetric.Reader) (*telemetry.Telemetry, error) {
	// doc:parts-after
	tel, err := telemetry.Init(ctx,
		telemetry.WithSpanProcessor(processor), // sees spans as they are
		telemetry.WithSpanExporter(exporter),   // gets them in batches, repaired and redacted
		telemetry.WithMetricReader(reader))
	// doc:end
	return tel, err
}

func keptProviders(ctx context.Context, tracers trace.TracerProvider, meters metric.MeterProvider) (*telemetry.Telemetry, error) {
	// doc:providers-after
	tel, err := telemetry.Init(ctx,
		telemetry.WithTracerProvider(tracers),
		telemetry.WithMeterProvider(meters))
	// doc:end
	return tel, err
}
