package migration_test

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

type provider interface{ Shutdown(context.Context) error }

// doc:setup-before
func setUp(ctx context.Context) (providers []provider, err error) {
	spans, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, err
	}
	metrics, err := otlpmetrichttp.New(ctx)
	if err != nil {
		return nil, err
	}
	tracers := sdktrace.NewTracerProvider(sdktrace.WithBatcher(spans))
	meters := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewPeriodicReader(metrics)))
	otel.SetTracerProvider(tracers)
	otel.SetMeterProvider(meters)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(
		propagation.TraceContext{}, propagation.Baggage{},
	))
	return []provider{tracers, meters}, nil
}

// doc:end

func grpcBefore(ctx context.Context) (sdktrace.SpanExporter, error) {
	// doc:grpc-before
	return otlptracegrpc.New(ctx, otlptracegrpc.WithEndpointURL("http://collector.internal:4317"))
	// doc:end
}

func resourceBefore(ctx context.Context) (*sdktrace.TracerProvider, error) {
	// doc:resource-before
	res, err := resource.New(ctx,
		resource.WithFromEnv(), resource.WithTelemetrySDK(),
		resource.WithAttributes(
			semconv.ServiceName("lift-api"),
			semconv.ServiceVersion("1.4.0"),
			semconv.DeploymentEnvironmentNameProduction,
			attribute.String("lift.cell", "eu-1"),
		))
	if err != nil {
		return nil, err
	}
	tracers := sdktrace.NewTracerProvider(sdktrace.WithResource(res))
	// doc:end
	return tracers, nil
}

func samplerBefore(exporter sdktrace.SpanExporter) *sdktrace.TracerProvider {
	// doc:sampler-before
	tracers := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(exporter),
		sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(0.5))),
	)
	// doc:end
	return tracers
}

func shutdownBefore(ctx context.Context, providers []provider) (err error) {
	// doc:shutdown-before
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	for _, p := range providers {
		err = errors.Join(err, p.Shutdown(ctx)) // nil, also where spans were lost
	}
	// doc:end
	return err
}
