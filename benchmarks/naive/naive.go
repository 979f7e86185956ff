// Package naive is the OpenTelemetry code that most people write: attributes at
// Start, a SetAttributes call per thing learnt, metric.WithAttributes at every
// recording, the stock batch processor, the stock OTLP exporters.
package naive

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/metric"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/lift-sys/telemetry/attr"
)

const scope = "github.com/lift-sys/telemetry/benchmarks"

// Config says where telemetry goes and how much of it.
type Config struct {
	URL   string // of an OTLP/HTTP receiver, without a path
	Ratio float64
	Gzip  bool
	// Transport carries the requests of the span exporter; nil means its own.
	Transport http.RoundTripper
}

// Telemetry is what a service sets up once. All methods are safe for
// concurrent use.
type Telemetry struct {
	tracers *sdktrace.TracerProvider // nil where telemetry is off
	meters  *sdkmetric.MeterProvider
	tracer  trace.Tracer

	duration      metric.Float64Histogram
	tokens        metric.Int64Histogram
	cost, other   metric.Float64Counter
	sessions      metric.Int64Counter
	generations   metric.Int64Counter
	businessEvent metric.Int64Counter
}

// New sets telemetry up.
func New(ctx context.Context, c Config) (*Telemetry, error) {
	spans, err := NewSpanExporter(ctx, c)
	if err != nil {
		return nil, err
	}
	compression := otlpmetrichttp.NoCompression
	if c.Gzip {
		compression = otlpmetrichttp.GzipCompression
	}
	metrics, err := otlpmetrichttp.New(ctx,
		otlpmetrichttp.WithEndpointURL(c.URL+"/v1/metrics"), otlpmetrichttp.WithCompression(compression))
	if err != nil {
		return nil, fmt.Errorf("metric exporter: %w", err)
	}
	res := resource.NewSchemaless(attr.ServiceName.String("lift-api"), attr.ServiceVersion.String("1.4.0"))
	t := &Telemetry{
		tracers: sdktrace.NewTracerProvider(
			sdktrace.WithResource(res), sdktrace.WithBatcher(spans),
			sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(c.Ratio))),
		),
		meters: sdkmetric.NewMeterProvider(
			sdkmetric.WithResource(res), sdkmetric.WithReader(sdkmetric.NewPeriodicReader(metrics)),
		),
	}
	if err := t.instruments(t.tracers, t.meters); err != nil {
		return nil, err
	}
	return t, nil
}

// NewSpanExporter returns the stock span exporter.
func NewSpanExporter(ctx context.Context, c Config) (sdktrace.SpanExporter, error) {
	opts := []otlptracehttp.Option{otlptracehttp.WithEndpointURL(c.URL + "/v1/traces")}
	if c.Gzip {
		opts = append(opts, otlptracehttp.WithCompression(otlptracehttp.GzipCompression))
	}
	if c.Transport != nil {
		opts = append(opts, otlptracehttp.WithHTTPClient(&http.Client{Transport: c.Transport}))
	}
	e, err := otlptracehttp.New(ctx, opts...)
	if err != nil {
		return nil, fmt.Errorf("span exporter: %w", err)
	}
	return e, nil
}

// NewOff returns what services use where telemetry is off: the no-op
// providers.
func NewOff() (*Telemetry, error) {
	return NewFrom(tracenoop.NewTracerProvider(), metricnoop.NewMeterProvider())
}

// NewFrom uses providers that exist, such as the global ones.
func NewFrom(tp trace.TracerProvider, mp metric.MeterProvider) (*Telemetry, error) {
	t := new(Telemetry)
	if err := t.instruments(tp, mp); err != nil {
		return nil, err
	}
	return t, nil
}

func (t *Telemetry) instruments(tp trace.TracerProvider, mp metric.MeterProvider) error {
	t.tracer = tp.Tracer(scope)
	m := mp.Meter(scope)
	var errs [7]error
	t.duration, errs[0] = m.Float64Histogram(attr.MetricGenAIClientOperationDuration, metric.WithUnit("s"),
		metric.WithExplicitBucketBoundaries(0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92))
	t.tokens, errs[1] = m.Int64Histogram(attr.MetricGenAIClientTokenUsage, metric.WithUnit("{token}"),
		metric.WithExplicitBucketBoundaries(1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864))
	t.cost, errs[2] = m.Float64Counter(attr.MetricLLMCost, metric.WithUnit("{USD}"))
	t.other, errs[3] = m.Float64Counter(attr.MetricCost, metric.WithUnit("{USD}"))
	t.sessions, errs[4] = m.Int64Counter(attr.MetricSessions, metric.WithUnit("{session}"))
	t.generations, errs[5] = m.Int64Counter(attr.MetricCodeGenerations, metric.WithUnit("{generation}"))
	t.businessEvent, errs[6] = m.Int64Counter(attr.MetricEvents, metric.WithUnit("{event}"))
	return errors.Join(errs[:]...)
}

// TracerProvider returns the provider, which must not be off.
func (t *Telemetry) TracerProvider() trace.TracerProvider { return t.tracers }

// MeterProvider returns the provider, which must not be off.
func (t *Telemetry) MeterProvider() metric.MeterProvider { return t.meters }

// Flush sends what has ended, and the metrics collected so far.
func (t *Telemetry) Flush(ctx context.Context) error {
	if t.tracers == nil {
		return nil
	}
	return errors.Join(t.tracers.ForceFlush(ctx), t.meters.ForceFlush(ctx))
}

// Shutdown flushes and stops.
func (t *Telemetry) Shutdown(ctx context.Context) error {
	if t.tracers == nil {
		return nil
	}
	return errors.Join(t.tracers.Shutdown(ctx), t.meters.Shutdown(ctx))
}
