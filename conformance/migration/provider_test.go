package migration_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

// Ids reach the spans of other libraries without a processor.
func TestProcessorIsNotNeeded(t *testing.T) {
	before := plain(t, spans, processorBefore, sdktrace.WithSpanProcessor(users{}))
	if diff := cmp.Diff(before, ours(t, spans, processorAfter)); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	want := []string{"span session.create (internal)", "  user.id", "span query (internal)", "  user.id"}
	if diff := cmp.Diff(want, before); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// bill makes a request with an LLM call and another library's span.
func bill(t *testing.T) {
	ctx, session := telemetry.StartSession(t.Context(), telemetry.SessionRequest{ID: "s-1", UserID: "u-42"})
	_, _ = complete(ctx, "a todo list")
	query(ctx)
	session.End(nil)
}

// identified returns which spans have the id of their session.
func identified(spans []sdktrace.ReadOnlySpan) map[string]bool {
	got := map[string]bool{}
	for _, s := range spans {
		got[s.Name()] = slices.ContainsFunc(names("", s.Attributes()), func(name string) bool { return name == string(attr.SessionID) })
	}
	return got
}

// counted reports whether the metrics of helpers arrive.
func counted(t *testing.T, reader sdkmetric.Reader) bool {
	var rm metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &rm); err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(metricLines(rm), func(line string) bool { return strings.HasPrefix(line, "metric "+attr.MetricLLMCost+" ") })
}

func TestPartsAreKept(t *testing.T) {
	recorder, exporter, reader := tracetest.NewSpanRecorder(), tracetest.NewInMemoryExporter(), sdkmetric.NewManualReader()
	tel, err := keptParts(t.Context(), recorder, exporter, reader)
	if err != nil {
		t.Fatal(err)
	}
	bill(t)
	want := map[string]bool{attr.SpanSessionCreate: true, attr.SpanLLMCall: true, "query": true}
	if diff := cmp.Diff(want, identified(recorder.Ended())); diff != "" {
		t.Errorf("processor (-want +got):\n%s", diff)
	}
	if !counted(t, reader) {
		t.Error("the reader has no metric of the call")
	}
	if err := tel.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(want, identified(exporter.GetSpans().Snapshots())); diff != "" {
		t.Errorf("exporter (-want +got):\n%s", diff)
	}
	shutDown(t, tel)
}

// Providers that exist keep their pipeline, and their owner.
func TestProvidersAreKept(t *testing.T) {
	recorder, reader := tracetest.NewSpanRecorder(), sdkmetric.NewManualReader()
	tracers := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder))
	meters := sdkmetric.NewMeterProvider(sdkmetric.WithReader(reader))
	install(t, tracers, meters)
	tel, err := keptProviders(t.Context(), tracers, meters)
	if err != nil {
		t.Fatal(err)
	}
	bill(t)
	want := map[string]bool{attr.SpanSessionCreate: true, attr.SpanLLMCall: true, "query": false}
	if diff := cmp.Diff(want, identified(recorder.Ended())); diff != "" {
		t.Errorf("spans; ids do not reach those of other libraries (-want +got):\n%s", diff)
	}
	if !counted(t, reader) {
		t.Error("the reader has no metric of the call")
	}
	shutDown(t, tel)
	query(context.WithoutCancel(t.Context()))
	if got := len(recorder.Ended()); got != 4 {
		t.Errorf("%d spans after Shutdown, want 4: it stopped a provider that is not its own", got)
	}
}
