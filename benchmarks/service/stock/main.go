// Command stock is the service with OpenTelemetry as most people write it, but
// with compression, so that all send the same.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"github.com/lift-sys/telemetry/benchmarks/app"
	"github.com/lift-sys/telemetry/benchmarks/naive"
)

type instrumented struct{ *naive.Telemetry }

func (t instrumented) Handler(h http.Handler) http.Handler {
	return otelhttp.NewHandler(h, app.Pattern,
		otelhttp.WithTracerProvider(t.TracerProvider()), otelhttp.WithMeterProvider(t.MeterProvider()))
}

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "stock:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	url, llm := app.Arguments()
	t, err := naive.New(ctx, naive.Config{URL: url, Ratio: 1, Gzip: true})
	if err != nil {
		return err
	}
	return app.Run(ctx, instrumented{t}, llm)
}
