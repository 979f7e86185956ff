// Package telemetryotlp delivers through OpenTelemetry's own OTLP exporters,
// otlptracehttp and otlpmetrichttp, instead of the library's encoder and
// sender:
//
//	telemetry.Init(ctx, telemetryotlp.WithExporters())
//
// Destination, headers, TLS and timeouts are those that [telemetry.Init]
// resolves; repair, redaction and accounting stay the same. What changes is
// encoding and delivery: more memory and time per span, retries only as the
// stock exporters know them, and a failed batch counts as rejected as a whole.
// Choose it where company policy asks for the stock parts.
package telemetryotlp

import (
	"context"
	"net/http"
	"os"
	"time"

	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/internal/env"
	"github.com/lift-sys/telemetry/internal/export"
)

// WithExporters makes [telemetry.Init] and [telemetry.New] deliver through the
// stock exporters.
func WithExporters() telemetry.Option {
	return telemetry.WithExporters(func(ctx context.Context, c env.Config) (sdktrace.SpanExporter, sdkmetric.Exporter, error) {
		spans, err := newSpanExporter(ctx, c.Traces)
		if err != nil {
			return nil, nil, err
		}
		metrics, err := newMetricExporter(ctx, c.Metrics, c.Temporality)
		if err != nil {
			return nil, nil, err
		}
		return spans, metrics, nil
	})
}

func newSpanExporter(ctx context.Context, s env.Signal) (sdktrace.SpanExporter, error) {
	if s.Exporter != env.ExporterOTLP {
		return nil, nil
	}
	client, err := newClient(s)
	if err != nil {
		return nil, err
	}
	compression := otlptracehttp.NoCompression
	if s.Gzip {
		compression = otlptracehttp.GzipCompression
	}
	return otlptracehttp.New(ctx,
		otlptracehttp.WithEndpointURL(s.URL), otlptracehttp.WithHeaders(s.Headers),
		otlptracehttp.WithCompression(compression), otlptracehttp.WithHTTPClient(client),
		otlptracehttp.WithTLSClientConfig(nil))
}

func newMetricExporter(ctx context.Context, s env.Signal, t env.Temporality) (sdkmetric.Exporter, error) {
	if s.Exporter != env.ExporterOTLP {
		return nil, nil
	}
	client, err := newClient(s)
	if err != nil {
		return nil, err
	}
	compression := otlpmetrichttp.NoCompression
	if s.Gzip {
		compression = otlpmetrichttp.GzipCompression
	}
	return otlpmetrichttp.New(ctx,
		otlpmetrichttp.WithEndpointURL(s.URL), otlpmetrichttp.WithHeaders(s.Headers),
		otlpmetrichttp.WithCompression(compression), otlpmetrichttp.WithHTTPClient(client),
		otlpmetrichttp.WithTLSClientConfig(nil),
		otlpmetrichttp.WithTemporalitySelector(export.Temporality(t)))
}

// newClient makes the HTTP client of a signal. Left to themselves, the stock
// exporters follow redirects and hand the key in their headers to whatever
// host they are sent to.
//
// The client has the certificates. Those that the exporters find in the
// environment by themselves are cleared: they refuse to start where such a
// variable is set and the endpoint is http.
func newClient(s env.Signal) (*http.Client, error) {
	config, err := s.TLSConfig(os.ReadFile)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: config, ForceAttemptHTTP2: true,
		MaxIdleConns: 1, IdleConnTimeout: 90 * time.Second,
	}
	return &http.Client{
		Transport: transport,
		Timeout:   s.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}, nil
}
