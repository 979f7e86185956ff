package receive_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	collectormetrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	"google.golang.org/protobuf/proto"

	"github.com/lift-sys/telemetry/lens/internal/receive"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// memory keeps the values of a column, when it is not busy.
type memory struct {
	t      *testing.T
	busy   bool
	values []any
}

func (m *memory) Append(_ context.Context, b *table.Batch) error {
	if m.busy {
		return receive.ErrBusy
	}
	for _, r := range rows(m.t, b) {
		m.values = append(m.values, r.Fields["lift.sessions"])
	}
	return nil
}

// What a counter added is stored once, though the sink was busy and the sender
// had to send again.
func TestCounterIsStoredOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &memory{t: t}
		h := receive.Handler(sink)
		began := time.Now().Add(time.Second)
		post := func(value, status int) {
			t.Helper()
			body := fmt.Sprintf(`{"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": "lift.sessions", "sum": {
				"aggregationTemporality": 2, "isMonotonic": true,
				"dataPoints": [{"startTimeUnixNano": "%d", "timeUnixNano": "%d", "asInt": "%d"}]}}]}]}]}`, began.UnixNano(), time.Now().UnixNano(), value)
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/metrics", bytes.NewReader([]byte(body)))
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			if h.ServeHTTP(w, r); w.Code != status {
				t.Errorf("status %d, want %d: %s", w.Code, status, w.Body)
			}
		}
		time.Sleep(time.Minute)
		post(5, http.StatusOK)
		time.Sleep(time.Minute)
		sink.busy = true
		post(7, http.StatusTooManyRequests)
		sink.busy = false
		post(7, http.StatusOK)
		post(7, http.StatusOK) // the answer was lost on its way
		time.Sleep(time.Minute)
		post(8, http.StatusOK)
		if diff := cmp.Diff([]any{5.0, 2.0, 1.0}, sink.values); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// No body makes the decoder fail otherwise than with an error, and what it
// accepts is rows that can be stored.
func FuzzMetrics(f *testing.F) {
	point := &metricspb.NumberDataPoint{StartTimeUnixNano: 1, TimeUnixNano: 2, Value: &metricspb.NumberDataPoint_AsInt{AsInt: 5}}
	seed, err := proto.Marshal(&collectormetrics.ExportMetricsServiceRequest{ResourceMetrics: []*metricspb.ResourceMetrics{{
		ScopeMetrics: []*metricspb.ScopeMetrics{{Metrics: []*metricspb.Metric{
			{Name: "s", Data: &metricspb.Metric_Sum{Sum: &metricspb.Sum{AggregationTemporality: 2, IsMonotonic: true, DataPoints: []*metricspb.NumberDataPoint{point}}}},
			{Name: "h", Data: &metricspb.Metric_Histogram{Histogram: &metricspb.Histogram{
				AggregationTemporality: 2, DataPoints: []*metricspb.HistogramDataPoint{{TimeUnixNano: 2, Count: 3, Sum: new(1.5)}},
			}}},
		}}},
	}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, body []byte) {
		recording := receive.NewRecording()
		for range 2 { // the second time, each series is known
			b, err := recording.Metrics(body, now)
			if err == nil {
				rows(t, b)
			}
		}
	})
}
