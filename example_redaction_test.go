package telemetry_test

import (
	"context"
	"fmt"
	"log"
	"regexp"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry"
)

// noted prints the attribute "note" of each span, as it leaves.
type noted struct{}

func (noted) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	for _, s := range spans {
		for _, kv := range s.Attributes() {
			if kv.Key == "note" {
				fmt.Println(kv.Value.AsString())
			}
		}
	}
	return nil
}
func (noted) Shutdown(context.Context) error { return nil }

func note(tel *telemetry.Telemetry, text string) {
	ctx := telemetry.NewContext(context.Background(), tel)
	_, span := telemetry.Start(ctx, "work", attribute.String("note", text))
	span.End(nil)
	if err := tel.Shutdown(ctx); err != nil {
		log.Print(err)
	}
}

// A pattern of one's own, besides the secrets that the library knows.
func ExampleWithRedaction() {
	tel, err := telemetry.New(context.Background(), telemetry.WithSpanExporter(noted{}),
		telemetry.WithRedaction(regexp.MustCompile(`\bC-\d{4}\b`)))
	if err != nil {
		log.Print(err)
	}
	note(tel, "customer C-4711, password=hunter2")
	// Output: customer [redacted], password=[redacted]
}

// A mask decides by the key, too.
func ExampleWithMask() {
	tel, err := telemetry.New(context.Background(), telemetry.WithSpanExporter(noted{}),
		telemetry.WithMask(func(key attribute.Key, value string) string {
			if name, _, ok := strings.Cut(value, "@"); ok && key == "note" {
				return name[:1] + "…@"
			}
			return value
		}))
	if err != nil {
		log.Print(err)
	}
	note(tel, "anna@example.com")
	// Output: a…@
}
