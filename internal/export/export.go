// Package export connects ended spans and collected metrics to what delivers
// them: our own encoder and pipeline, or any exporter of the OpenTelemetry
// SDK. Either way every string is repaired and redacted first, and every span
// is accounted for.
package export

import (
	"context"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry/internal/env"
)

// Factory makes SDK exporters for a resolved destination. Either may be nil
// where its signal is off.
type Factory func(ctx context.Context, c env.Config) (sdktrace.SpanExporter, sdkmetric.Exporter, error)
