// Command ours is the service with this library.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"github.com/lift-sys/telemetry/benchmarks/app"
	"github.com/lift-sys/telemetry/benchmarks/ours"
	"github.com/lift-sys/telemetry/telemetryhttp"
)

type instrumented struct{ *ours.Telemetry }

func (instrumented) Handler(h http.Handler) http.Handler { return telemetryhttp.NewHandler(h) }

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "ours:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	url, llm := app.Arguments()
	tel, err := ours.New(ctx, ours.Config{URL: url, Ratio: 1, Gzip: true})
	if err != nil {
		return err
	}
	return app.Run(ctx, instrumented{tel}, llm)
}
