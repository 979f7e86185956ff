package telemetry_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/lift-sys/telemetry"
)

// refusing is an exporter that fails.
type refusing struct{}

func (refusing) ExportSpans(context.Context, []sdktrace.ReadOnlySpan) error {
	return errors.New("refused: Bearer abcdefghijklmnopqrstuvwxyz0123456789")
}
func (refusing) Shutdown(context.Context) error { return nil }

func TestStats(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	tel := open(t, telemetry.WithEndpoint(b.URL), telemetry.WithSampleRatio(0.25))
	ctx := telemetry.NewContext(t.Context(), tel)
	const n = 400
	for range n {
		cctx, s := telemetry.Start(ctx, "root")
		spend(cctx)
		s.End(nil)
	}
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := tel.Stats()
	conserved(t, s)
	diff(t, s.Started+s.SampledOut, uint64(2*n), "every span is either recorded or sampled out")
	diff(t, s.Spans.Exported, s.Started, "what was recorded arrived")
	diff(t, s.Weight.Exported, 4*s.Spans.Exported, "and stands for four each")
	diff(t, uint64(len(b.seen().Spans)), s.Spans.Exported, "as the backend saw it")
	if s.LastSuccess.IsZero() || !s.LastFailure.IsZero() || s.LastError != "" || s.BytesSent == 0 {
		t.Errorf("the account of delivery is wrong: %+v", s)
	}
}

func TestStatsOfFailures(t *testing.T) {
	t.Parallel()
	unauthorized := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(unauthorized.Close)
	tests := []struct {
		name, reason string
		opt          telemetry.Option
		want         telemetry.Tally
		health       telemetry.Health
	}{
		{
			"unauthorized", "held until the stop, then dropped", telemetry.WithEndpoint(unauthorized.URL),
			telemetry.Tally{Ended: 1, Dropped: telemetry.Dropped{Shutdown: 1}},
			telemetry.HealthUnauthorized,
		},
		{
			"exporter", "what a foreign exporter fails to export is rejected", telemetry.WithSpanExporter(refusing{}),
			telemetry.Tally{Ended: 1, Rejected: 1},
			telemetry.HealthDegraded,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tel := open(t, tt.opt)
			_, s := telemetry.Start(telemetry.NewContext(t.Context(), tel), "work")
			s.End(nil)
			if err := tel.Flush(t.Context()); err == nil {
				t.Error("Flush must say what did not arrive")
			}
			diff(t, tel.Health(), tt.health, "health")
			if err := tel.Shutdown(t.Context()); err == nil {
				t.Error("Shutdown must say what was lost")
			}
			got := tel.Stats()
			diff(t, got.Spans, tt.want, tt.reason)
			if got.LastError == "" {
				t.Error("the reason is missing")
			}
			if contains(got.LastError, "abcdefghijklmnop") {
				t.Errorf("a secret in the statistics: %s", got.LastError)
			}
		})
	}
}

func TestStatsOfEventsThroughAnExporter(t *testing.T) {
	t.Parallel()
	tel := open(t, telemetry.WithSpanExporter(keeping{tracetest.NewInMemoryExporter()}))
	ctx, s := telemetry.Start(telemetry.NewContext(t.Context(), tel), "work")
	telemetry.Event(ctx, "user.signed_up")
	s.End(nil)
	if err := tel.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	diff(t, tel.Stats().Events, uint64(2), "the span and its event")
}

func TestStatsCountRepairs(t *testing.T) {
	t.Parallel()
	b := newBackend(t)
	tel := open(t, telemetry.WithEndpoint(b.URL))
	_, s := telemetry.StartSession(telemetry.NewContext(t.Context(), tel), telemetry.SessionRequest{Source: "bad \xff text"})
	s.End(nil)
	if err := tel.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := tel.Stats().Sanitized
	if got.Repaired == 0 {
		t.Errorf("a repaired string was not counted: %+v", got)
	}
	diff(t, b.seen().Spans, []string{"session.create"}, "the span arrived")
}

func TestStatsDoNotAllocate(t *testing.T) {
	tel := open(t, telemetry.WithSpanProcessor(nothing{}))
	if n := testing.AllocsPerRun(100, func() { _ = tel.Stats() }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func TestHealthString(t *testing.T) {
	t.Parallel()
	var got []string
	for h := telemetry.HealthDisabled; h <= telemetry.HealthUnauthorized; h++ {
		got = append(got, h.String())
	}
	diff(t, got, []string{"disabled", "ok", "degraded", "stalled", "unauthorized"}, "the words of internal/delivery, in the same order")
}
