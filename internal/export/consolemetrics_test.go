package export_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/lift-sys/telemetry/internal/export"
	"github.com/lift-sys/telemetry/internal/sanitize"
)

// broken is a writer whose reader has gone.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("gone") }

func TestConsoleMetrics(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	on := false
	mp := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewPeriodicReader(
		export.NewConsoleMetrics(&out, sanitize.New(sanitize.Limits{}), func() bool { return on }),
	)))
	defer func() { _ = mp.Shutdown(t.Context()) }()
	flush := func() {
		if err := mp.ForceFlush(t.Context()); err != nil {
			t.Error(err)
		}
	}
	m := mp.Meter("test")
	calls, _ := m.Int64Counter("calls", metric.WithUnit("{call}"))
	cost, _ := m.Float64Counter("cost")
	took, _ := m.Float64Histogram("took", metric.WithUnit("s"))
	flush()
	on = true
	for range 2 {
		calls.Add(t.Context(), 2, metric.WithAttributes(attribute.String("to", "a\x1b[2Jb")))
		calls.Add(t.Context(), 1, metric.WithAttributes(attribute.String("token", "Bearer abcdefghijklmnopqrstuvwxyz0123456789")))
		cost.Add(t.Context(), 0.25)
		took.Record(t.Context(), 1)
		took.Record(t.Context(), 2)
		out.Reset()
		flush()
	}
	const want = `metrics
  calls to="a\x1b[2Jb"    4 {call}
  calls token=[redacted]  2 {call}
  cost                    0.5
  took                    4 times, mean 1.5 s
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("sums since the start, nothing that steers a terminal, no secret (-want +got):\n%s", diff)
	}
}

func TestConsoleMetricsWhereNobodyReads(t *testing.T) {
	t.Parallel()
	mp := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewPeriodicReader(
		export.NewConsoleMetrics(broken{}, sanitize.New(sanitize.Limits{}), func() bool { return true }),
	)))
	c, _ := mp.Meter("test").Int64Counter("calls")
	c.Add(t.Context(), 1)
	if err := mp.Shutdown(t.Context()); err == nil {
		t.Error("want an error that says so")
	}
}
