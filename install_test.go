package telemetry_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"

	"go.opentelemetry.io/otel"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
)

// byValue is a provider that cannot be compared.
type byValue struct {
	trace.TracerProvider
	_ []int
}

func TestShutdownWithAProviderByValue(t *testing.T) {
	tel, err := telemetry.Init(t.Context(), telemetry.WithTracerProvider(byValue{TracerProvider: sdktrace.NewTracerProvider()}))
	if err != nil {
		t.Fatal(err)
	}
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// handler is a log handler made of a function.
type handler func()

func (handler) Enabled(context.Context, slog.Level) bool    { return true }
func (h handler) Handle(context.Context, slog.Record) error { h(); return nil }
func (h handler) WithAttrs([]slog.Attr) slog.Handler        { return h }
func (h handler) WithGroup(string) slog.Handler             { return h }

func TestLogHandlerThatReportsToOpenTelemetry(t *testing.T) {
	for name, h := range map[string]handler{
		"reports": func() { otel.Handle(errors.New("again")) },
		"panics":  func() { panic("broken") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tel, err := telemetry.Init(t.Context(), telemetry.WithSpanProcessor(nothing{}), telemetry.WithLogger(slog.New(h)))
				if err != nil {
					t.Fatal(err)
				}
				otel.Handle(errors.New("no"))
				otel.Handle(errors.New("no"))
				if err := tel.Shutdown(t.Context()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}
