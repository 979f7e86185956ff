package telemetrytest_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// Not parallel: what OpenTelemetry reports reaches every recorder.
func TestErrors(t *testing.T) {
	report := errors.New("exporter broke")
	var outside []error
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { outside = append(outside, err) }))

	f := judge(t, func(t *fakeT) {
		telemetrytest.Context(t)
		otel.Handle(nil)
		otel.Handle(report)
	})
	if !strings.Contains(f.text(), "errors that OpenTelemetry reported (remove their cause, or use AllowErrors):\n    exporter broke\n") {
		t.Errorf("want the error in the failure, got:\n%s", f.text())
	}

	var got [2][]error
	f = judge(t, func(t *fakeT) {
		_, a := telemetrytest.Context(t, telemetrytest.AllowErrors())
		_, b := telemetrytest.Context(t, telemetrytest.AllowErrors())
		otel.Handle(report)
		got = [2][]error{a.Errors(), b.Errors()}
	})
	if f.text() != "" {
		t.Errorf("AllowErrors: %s", f.text())
	}
	for _, errs := range got {
		if len(errs) != 1 || !errors.Is(errs[0], report) {
			t.Errorf("errors %v, want %v", errs, report)
		}
	}

	if len(outside) != 0 {
		t.Errorf("errors of a test reached the handler outside of it: %v", outside)
	}
	otel.Handle(report)
	if len(outside) != 1 {
		t.Errorf("the handler was not put back")
	}
}

func TestShutdownError(t *testing.T) {
	f := judge(t, func(t *fakeT) {
		telemetrytest.Context(t, telemetrytest.With(telemetry.WithMetricReader(brokenReader{sdkmetric.NewManualReader()})))
	})
	if !strings.Contains(f.text(), "shutdown: ") || !strings.Contains(f.text(), "reader broke") {
		t.Errorf("want the error of Shutdown, got:\n%s", f.text())
	}
}

type brokenReader struct{ *sdkmetric.ManualReader }

func (r brokenReader) Shutdown(ctx context.Context) error {
	return errors.Join(errors.New("reader broke"), r.ManualReader.Shutdown(ctx))
}
