package telemetryslog_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryslog"
)

// withoutTime makes the output of examples the same each time.
var withoutTime = &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}}

// printer is an exporter that prints what a span says about errors.
type printer struct{}

func (printer) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	for _, s := range spans {
		fmt.Println(s.Name(), s.Status().Code, s.Status().Description)
		for _, e := range s.Events() {
			fmt.Println(" ", e.Name)
			for _, kv := range e.Attributes {
				fmt.Printf("    %s=%s\n", kv.Key, kv.Value.String())
			}
		}
	}
	return nil
}

func (printer) Shutdown(context.Context) error { return nil }

// The ids stand at the top level, whatever groups the logger has.
func ExampleNewHandler() {
	tel, err := telemetry.New(context.Background(), telemetry.WithSpanExporter(printer{}))
	if err != nil {
		log.Print(err)
	}
	logger := slog.New(telemetryslog.NewHandler(slog.NewJSONHandler(os.Stdout, withoutTime)))

	// In a service, telemetryhttp.NewHandler and the helpers make this context.
	ctx := telemetry.Extract(telemetry.NewContext(context.Background(), tel), map[string]string{
		"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
		"session.id":  "s-1", "request.id": "r-1",
	})
	logger.InfoContext(ctx, "session stored", "holes", 3)
	logger.WithGroup("db").InfoContext(ctx, "slow", "rows", 7)
	logger.Info("without a context")
	if err := tel.Shutdown(ctx); err != nil {
		log.Print(err)
	}
	// Output:
	// {"level":"INFO","msg":"session stored","holes":3,"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","session.id":"s-1","request.id":"r-1"}
	// {"level":"INFO","msg":"slow","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","session.id":"s-1","request.id":"r-1","db":{"rows":7}}
	// {"level":"INFO","msg":"without a context"}
}

// An error that is logged shows on the span, too.
func ExampleWithErrors() {
	tel, err := telemetry.New(context.Background(), telemetry.WithSpanExporter(printer{}))
	if err != nil {
		log.Print(err)
	}
	logger := slog.New(telemetryslog.NewHandler(slog.NewTextHandler(io.Discard, nil),
		telemetryslog.WithErrors()))

	ctx, span := telemetry.Start(telemetry.NewContext(context.Background(), tel), "cache.warm")
	logger.ErrorContext(ctx, "cache is cold", "err", errors.New("connection refused"), "shard", 3)
	span.End(nil)
	if err := tel.Shutdown(ctx); err != nil {
		log.Print(err)
	}
	// Output:
	// cache.warm Error connection refused
	//   log.error
	//     log.message=cache is cold
	//     error.type=*errors.errorString
	//     exception.type=*errors.errorString
	//     exception.message=connection refused
	//     log.attr.shard=3
}
