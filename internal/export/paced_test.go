package export_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/lift-sys/telemetry/internal/export"
	"github.com/lift-sys/telemetry/internal/sampling"
)

// sums is an exporter that adds up what it is given, with the time of each
// export.
type sums struct {
	start  time.Time
	at     []time.Duration
	points int
	total  int64
}

func (s *sums) Export(_ context.Context, rm *metricdata.ResourceMetrics) error {
	s.at = append(s.at, time.Since(s.start))
	for _, scope := range rm.ScopeMetrics {
		for _, m := range scope.Metrics {
			for _, p := range m.Data.(metricdata.Sum[int64]).DataPoints {
				s.points++
				s.total += p.Value
			}
		}
	}
	return nil
}

func (*sums) Temporality(sdkmetric.InstrumentKind) metricdata.Temporality {
	return metricdata.DeltaTemporality
}

func (*sums) Aggregation(k sdkmetric.InstrumentKind) sdkmetric.Aggregation {
	return sdkmetric.DefaultAggregationSelector(k)
}
func (*sums) ForceFlush(context.Context) error { return nil }
func (*sums) Shutdown(context.Context) error   { return nil }

// TestPaced counts with series that cost more than the interval earns, and
// compares what arrives with what was counted.
func TestPaced(t *testing.T) {
	const perSecond = 1 // points that accrue
	tests := []struct {
		name    string
		series  int
		minutes int
		end     time.Duration // after the last export
		at      []time.Duration
		lost    uint64
		why     string
	}{
		{"within", 30, 3, 40 * time.Second, []time.Duration{time.Minute, 2 * time.Minute, 3 * time.Minute, 3*time.Minute + 40*time.Second}, 0, "the interval as configured"},
		{"stretched", 90, 5, 91 * time.Second, []time.Duration{90 * time.Second, 3 * time.Minute, 4*time.Minute + 30*time.Second, 6*time.Minute + 31*time.Second}, 0, "as much later as the points cost"},
		{"stops too soon", 90, 3, 20 * time.Second, []time.Duration{90 * time.Second, 3 * time.Minute}, 90, "the last ones find no allowance"},
		{"more than the ledger held", 4000, 67, 10 * time.Second, []time.Duration{4000 * time.Second}, 4000, "an hour of allowance is not enough: it goes on accruing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				now := time.Now()
				month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
				ledger := sampling.NewLedger(perSecond*int64(month.AddDate(0, 1, 0).Sub(month)/time.Second), time.Hour, now)
				out := &sums{start: now}
				p := export.NewPaced(out, ledger, time.Minute, time.Second)
				mp := sdkmetric.NewMeterProvider(sdkmetric.WithReader(p.Reader()), sdkmetric.WithCardinalityLimit(0))
				counter, err := mp.Meter("m").Int64Counter("c")
				if err != nil {
					t.Fatal(err)
				}
				var truth int64
				count := func() {
					for i := range tt.series {
						counter.Add(t.Context(), 1, metric.WithAttributes(attribute.Int("i", i)))
						truth++
					}
				}
				for range tt.minutes {
					count()
					time.Sleep(time.Minute)
					synctest.Wait()
				}
				time.Sleep(tt.end)
				count()
				if err := p.Shutdown(t.Context()); err != nil {
					t.Error(err)
				}
				for i := range out.at {
					out.at[i] = out.at[i].Round(time.Second)
				}
				if diff := cmp.Diff(tt.at, out.at); diff != "" {
					t.Errorf("%s (-want +got):\n%s", tt.why, diff)
				}
				s := p.Stats()
				if s.Dropped != tt.lost || s.Used != int64(out.points) || float64(s.Used) > time.Since(now).Seconds()*perSecond {
					t.Errorf("%s: %+v, %d points sent", tt.why, s, out.points)
				}
				if tt.lost == 0 && out.total != truth {
					t.Errorf("%d counted, and %d arrived", truth, out.total)
				}
			})
		})
	}
}

func TestPacedFlush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &sums{start: time.Now()}
		p := export.NewPaced(out, sampling.NewLedger(1e9, 0, time.Now()), time.Minute, time.Second)
		mp := sdkmetric.NewMeterProvider(sdkmetric.WithReader(p.Reader()))
		counter, _ := mp.Meter("m").Int64Counter("c")
		time.Sleep(time.Second)
		counter.Add(t.Context(), 5)
		if err := p.Flush(t.Context()); err != nil || out.total != 5 {
			t.Errorf("flush: %v, %d arrived", err, out.total)
		}
		if err := p.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if err := p.Flush(t.Context()); err != nil {
			t.Errorf("a flush afterwards: %v", err)
		}
	})
}

// TestPacedTells loses several collections, and is told of the first.
func TestPacedTells(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []error
		otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { told = append(told, err) }))
		t.Cleanup(func() { otel.SetErrorHandler(otel.ErrorHandlerFunc(func(error) {})) })
		p := export.NewPaced(&sums{start: time.Now()}, sampling.NewLedger(30, time.Hour, time.Now()), time.Minute, time.Second)
		mp := sdkmetric.NewMeterProvider(sdkmetric.WithReader(p.Reader()))
		counter, _ := mp.Meter("m").Int64Counter("c")
		for range 4 {
			for i := range 3 {
				counter.Add(t.Context(), 1, metric.WithAttributes(attribute.Int("i", i)))
			}
			time.Sleep(time.Minute)
			synctest.Wait()
		}
		if len(told) != 1 || !strings.Contains(told[0].Error(), "LIFT_EVENTS_PER_MONTH") || p.Stats().Dropped != 12 {
			t.Errorf("told %v of %d points", told, p.Stats().Dropped)
		}
		counter.Add(t.Context(), 1, metric.WithAttributes(attribute.Int("i", 3)))
		counter.Add(t.Context(), 1)
		if err := p.Flush(t.Context()); err == nil {
			t.Error("a flush says nothing of what it lost")
		}
		if err := p.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
