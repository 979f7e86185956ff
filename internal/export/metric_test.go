package export_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/lift-sys/telemetry/internal/delivery"
	"github.com/lift-sys/telemetry/internal/env"
	"github.com/lift-sys/telemetry/internal/export"
	"github.com/lift-sys/telemetry/internal/sanitize"
)

// metricExporter keeps the attributes it was given.
type metricExporter struct {
	sdkmetric.Exporter
	export func() error
	got    []string
}

func (m *metricExporter) Export(_ context.Context, rm *metricdata.ResourceMetrics) error {
	for _, p := range rm.ScopeMetrics[0].Metrics[0].Data.(metricdata.Sum[int64]).DataPoints {
		for _, kv := range p.Attributes.ToSlice() {
			m.got = append(m.got, string(kv.Key)+"="+kv.Value.String())
		}
	}
	return m.export()
}

// everyKind holds two points of each kind of data.
func everyKind() *metricdata.ResourceMetrics {
	set := attribute.NewSet(attribute.String("a", "bad \xff"))
	points := []metricdata.DataPoint[int64]{{Attributes: set}, {}}
	floats := []metricdata.DataPoint[float64]{{}, {}}
	var ms []metricdata.Metrics
	for _, data := range []metricdata.Aggregation{
		metricdata.Sum[int64]{DataPoints: points},
		metricdata.Sum[float64]{DataPoints: floats},
		metricdata.Gauge[int64]{DataPoints: points},
		metricdata.Gauge[float64]{DataPoints: floats},
		metricdata.Histogram[int64]{DataPoints: make([]metricdata.HistogramDataPoint[int64], 2)},
		metricdata.Histogram[float64]{DataPoints: make([]metricdata.HistogramDataPoint[float64], 2)},
		metricdata.ExponentialHistogram[int64]{DataPoints: make([]metricdata.ExponentialHistogramDataPoint[int64], 2)},
		metricdata.ExponentialHistogram[float64]{DataPoints: make([]metricdata.ExponentialHistogramDataPoint[float64], 2)},
		metricdata.Summary{DataPoints: make([]metricdata.SummaryDataPoint, 2)},
	} {
		ms = append(ms, metricdata.Metrics{Name: "m", Data: data})
	}
	return &metricdata.ResourceMetrics{ScopeMetrics: []metricdata.ScopeMetrics{{Metrics: ms}}}
}

func TestRepairer(t *testing.T) {
	tests := []struct {
		name, reason string
		export       func() error
		off, fails   bool
		want         delivery.Tally
	}{
		{"works", "every kind of point counts", func() error { return nil }, false, false, delivery.Tally{Appended: 18, Exported: 18}},
		{"fails", "what is refused is counted", func() error { return errors.New("no") }, false, true, delivery.Tally{Appended: 18, Rejected: 18}},
		{"panics", "a panic never reaches the service", func() error { panic("no") }, false, true, delivery.Tally{Appended: 18, Rejected: 18}},
		{"off", "while off, what is collected is thrown away", nil, true, false, delivery.Tally{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := &metricExporter{export: tt.export}
			r := export.NewRepairer(e, sanitize.New(sanitize.Limits{}), func() bool { return !tt.off })
			if err := r.Export(t.Context(), everyKind()); (err != nil) != tt.fails {
				t.Errorf("error %v", err)
			}
			if d := cmp.Diff(tt.want, r.Books().Items); d != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, d)
			}
			if d := cmp.Diff([]string{"a=bad \uFFFD"}, e.got); !tt.off && d != "" {
				t.Errorf("repaired (-want +got):\n%s", d)
			}
		})
	}
}

func TestTemporality(t *testing.T) {
	for pref, want := range map[env.Temporality]metricdata.Temporality{
		env.Delta: metricdata.DeltaTemporality, env.Cumulative: metricdata.CumulativeTemporality,
		env.LowMemory: metricdata.DeltaTemporality, "": metricdata.CumulativeTemporality,
	} {
		if got := export.Temporality(pref)(sdkmetric.InstrumentKindHistogram); got != want {
			t.Errorf("%q: histograms are %v, want %v", pref, got, want)
		}
	}
	if got := export.Temporality(env.Delta)(sdkmetric.InstrumentKindUpDownCounter); got != metricdata.CumulativeTemporality {
		t.Errorf("an up-down counter is always cumulative, not %v", got)
	}
}
