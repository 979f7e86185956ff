package telemetry_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	metricpb "go.opentelemetry.io/proto/otlp/metrics/v1"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

// self keeps the lines about the library itself.
func self(lines []string) []string {
	return slices.DeleteFunc(lines, func(l string) bool { return !strings.HasPrefix(l, "lift.telemetry.") })
}

func TestSelfMetrics(t *testing.T) {
	t.Parallel()
	refuse := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }))
	t.Cleanup(refuse.Close)
	good := newBackend(t)
	tests := []struct {
		name, reason, url string
		want              func(points uint64) []string // of which some are metrics about the library
	}{
		{
			"accepted", "a span, its event and its link are three; nothing is there before it counts", good.URL,
			func(points uint64) []string {
				return []string{
					"lift.telemetry.exported{} = 3 {event}",
					fmt.Sprintf("lift.telemetry.points{} = %d {point}", points),
					"lift.telemetry.redacted{} = 1 {value}",
				}
			},
		},
		{
			"refused", "losses by signal and reason; what did not arrive was not exported", refuse.URL,
			func(points uint64) []string {
				return []string{
					fmt.Sprintf("lift.telemetry.dropped{lift.telemetry.reason=rejected lift.telemetry.signal=points} = %d {item}", points),
					"lift.telemetry.dropped{lift.telemetry.reason=rejected lift.telemetry.signal=spans} = 1 {item}",
					"lift.telemetry.redacted{} = 1 {value}",
				}
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			reader := sdkmetric.NewManualReader()
			tel := open(t, telemetry.WithEndpoint(tt.url), telemetry.WithMetricReader(reader))
			ctx := telemetry.NewContext(t.Context(), tel)
			other, _ := telemetry.Start(ctx, "open")
			ctx, s := telemetry.Start(telemetry.WithLink(ctx, other), "work", attr.ErrorMessage.String("Bearer abcdefghijklmnopqrstuvwxyz0123456789"))
			telemetry.Event(ctx, attr.EventUserSignedUp)
			s.End(nil)
			_ = tel.Flush(t.Context())
			got := self(collect(t, reader))
			got = slices.DeleteFunc(got, func(l string) bool { return strings.HasPrefix(l, attr.MetricTelemetryBuffered) })
			diff(t, got, tt.want(tel.Stats().Points.Ended), tt.reason)
		})
	}
}

// What a backend that adds up rows makes of it must be the truth, the last
// spans of the process included.
func TestSelfMetricsAddUpInDelta(t *testing.T) {
	t.Parallel()
	budget := telemetry.WithEventBudget(telemetry.Budget{EventsPerMonth: 1 << 50}) // much accrues in no time
	tests := []struct {
		name, reason string
		opts         []telemetry.Option
		timeout      time.Duration
	}{
		{"head", "each export once", nil, 0},
		{"deadline", "the last go first, in half the time", nil, 10 * time.Second},
		{"tail", "spans wait for their trace until Shutdown", []telemetry.Option{telemetry.WithTailSampling()}, 0},
		{"budget", "spans wait for the window until Shutdown", []telemetry.Option{budget}, 0},
		{"budget, deadline", "likewise", []telemetry.Option{budget}, 10 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newBackend(t)
			tel := open(t, append(tt.opts, telemetry.WithEndpoint(b.URL), telemetry.WithTemporality("delta"))...)
			ctx := telemetry.NewContext(t.Context(), tel)
			for range 2 {
				_, s := telemetry.Start(ctx, "work")
				s.End(nil)
				if err := tel.Flush(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			ctx, root := telemetry.Start(ctx, "root")
			_, s := telemetry.Start(ctx, "work")
			s.End(nil)
			if tel.Stats().Spans.Exported != 2 {
				t.Fatal("want a span for Shutdown")
			}
			root.End(nil)
			to := t.Context()
			if tt.timeout > 0 {
				var cancel context.CancelFunc
				to, cancel = context.WithTimeout(to, tt.timeout)
				defer cancel()
			}
			if err := tel.Shutdown(to); err != nil {
				t.Fatal(err)
			}
			diff(t, b.added(t, attr.MetricTelemetryExported), int64(4), tt.reason)
			diff(t, tel.Stats().Events, uint64(4), "as Stats say")
		})
	}
}

// added is the sum of all that arrived of a counter that is sent as deltas.
func (b *backend) added(t *testing.T, name string) (sum int64) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, rm := range b.metrics {
		for _, sm := range rm.ScopeMetrics {
			for _, m := range sm.Metrics {
				if m.Name != name {
					continue
				}
				if d := m.GetSum(); !d.IsMonotonic || d.AggregationTemporality != metricpb.AggregationTemporality_AGGREGATION_TEMPORALITY_DELTA {
					t.Errorf("not a monotonic delta: %v", d)
				}
				for _, p := range m.GetSum().DataPoints {
					sum += p.GetAsInt()
				}
			}
		}
	}
	return sum
}

func TestSelfMetricsCanBeLeftOut(t *testing.T) {
	t.Parallel()
	off := map[string]string{"LIFT_SELF_METRICS": "false"}
	for name, opt := range map[string]telemetry.Option{
		"option":      telemetry.WithoutSelfMetrics(),
		"environment": telemetry.WithGetenv(func(name string) string { return off[name] }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, reader := newBackend(t), sdkmetric.NewManualReader()
			tel := open(t, telemetry.WithEndpoint(b.URL), telemetry.WithMetricReader(reader), opt)
			_, s := telemetry.Start(telemetry.NewContext(t.Context(), tel), "work")
			s.End(nil)
			if err := tel.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			diff(t, self(collect(t, reader)), []string(nil), "no metric about the library")
		})
	}
}

// A provider that outlives the pipeline must not hold on to it.
func TestSelfMetricsLeaveTheCallersProvider(t *testing.T) {
	t.Parallel()
	b, reader := newBackend(t), sdkmetric.NewManualReader()
	mp := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	tel := open(t, telemetry.WithEndpoint(b.URL), telemetry.WithMeterProvider(mp))
	_, s := telemetry.Start(telemetry.NewContext(t.Context(), tel), "work")
	s.End(nil)
	if err := tel.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := self(collect(t, reader)); len(got) == 0 {
		t.Error("no metrics about the library")
	}
	if err := tel.Shutdown(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	diff(t, self(collect(t, reader)), []string(nil), "gone with the pipeline")
}
