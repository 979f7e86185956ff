package frameworks_test

import (
	"context"
	"flag"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/conformance/internal/excerpt"
)

var update = flag.Bool("update", false, "write the document again")

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	gin.DefaultErrorWriter = io.Discard // its Recovery prints stacks
	goleak.VerifyTestMain(m)
}

func TestDocument(t *testing.T) {
	parts, err := excerpt.Go(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	excerpt.Check(t, filepath.FromSlash("../../docs/INTEGRATIONS.md"), parts, *update)
}

// recording is what a service has reported.
type recording struct {
	spans  *tracetest.SpanRecorder
	reader *sdkmetric.ManualReader
}

// initialize calls Init, as a service does: what frameworks know of telemetry
// is what is global. So no two tests here run at the same time.
func initialize(t *testing.T) *recording {
	t.Helper()
	r := &recording{tracetest.NewSpanRecorder(), sdkmetric.NewManualReader()}
	tel, err := telemetry.Init(t.Context(),
		telemetry.WithSpanProcessor(r.spans), telemetry.WithMetricReader(r.reader),
		telemetry.WithGetenv(func(string) string { return "" }),
		telemetry.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tel.Shutdown(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return r
}

// span is what is compared of a span: all that a router, an instrumentation
// and this library together must get right.
type span struct {
	Name, Kind, Status string
	Links              int
	Attrs              attrs
	Events             []string
	Children           []span
}

type attrs map[attribute.Key]any

// compared are the attributes that are compared. Others, such as addresses,
// are the instrumentation's own.
func compared(key attribute.Key) bool {
	switch key {
	case attr.HTTPRoute, attr.HTTPResponseStatusCode, attr.UserID, attr.RequestID, attr.SessionID,
		attr.ErrorType, "rpc.method", "rpc.response.status_code", attr.LLMCostUSD:
		return true
	}
	return strings.HasPrefix(string(key), "request.")
}

// tree returns what ended, each span below its parent, in the order of their
// starts.
func (r *recording) tree() []span {
	ended := r.spans.Ended()
	known := map[trace.SpanID]bool{}
	for _, s := range ended {
		known[s.SpanContext().SpanID()] = true
	}
	var below func(parent trace.SpanID, root bool) []span
	below = func(parent trace.SpanID, root bool) []span {
		var list []span
		for _, s := range slices.Backward(ended) {
			if id := s.Parent().SpanID(); root && known[id] || !root && id != parent {
				continue
			}
			out := span{
				Name: s.Name(), Kind: s.SpanKind().String(), Status: s.Status().Code.String(),
				Links: len(s.Links()), Attrs: attrs{}, Children: below(s.SpanContext().SpanID(), false),
			}
			for _, kv := range s.Attributes() {
				if compared(kv.Key) {
					out.Attrs[kv.Key] = kv.Value.AsInterface()
				}
			}
			for _, e := range s.Events() {
				out.Events = append(out.Events, e.Name)
			}
			list = append(list, out)
		}
		return list
	}
	return below(trace.SpanID{}, true)
}

// point is one series of a metric, with the attributes that are compared.
type point struct {
	Metric string
	Count  uint64
	Attrs  attrs
}

// served returns the series of the durations that servers measure.
func (r *recording) served(t *testing.T) []point {
	t.Helper()
	var rm metricdata.ResourceMetrics
	if err := r.reader.Collect(t.Context(), &rm); err != nil {
		t.Fatal(err)
	}
	var list []point
	for _, scope := range rm.ScopeMetrics {
		for _, m := range scope.Metrics {
			h, ok := m.Data.(metricdata.Histogram[float64])
			if !ok || !strings.HasSuffix(m.Name, ".duration") || !strings.Contains(m.Name, ".server.") {
				continue
			}
			for _, dp := range h.DataPoints {
				p := point{m.Name, dp.Count, attrs{}}
				for _, kv := range dp.Attributes.ToSlice() {
					if compared(kv.Key) {
						p.Attrs[kv.Key] = kv.Value.AsInterface()
					}
				}
				list = append(list, p)
			}
		}
	}
	return list
}
