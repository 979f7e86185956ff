package telemetry_test

import (
	"fmt"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

// A caller who sets too many attributes loses some of them, not what boards
// and totals need.
func TestCrowdedSpanKeepsItsOwnAttributes(t *testing.T) {
	exporter := tracetest.NewInMemoryExporter()
	ctx, r := record(t, telemetry.WithSpanExporter(exporter))
	ctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{ID: "s-1", UserID: "u-1"})
	for i := range 200 {
		session.Set(attribute.Int(fmt.Sprintf("mine.%d", i), i))
	}
	_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{})
	telemetry.RecordCost(ctx, 0.5)
	call.End(nil)
	session.End(nil)
	if err := r.tel.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	spans := exporter.GetSpans()
	got := values(spans[len(spans)-1].Attributes)
	for _, k := range []attribute.Key{attr.SessionID, attr.UserID, attr.SessionLLMCalls, attr.RequestCostUSD} {
		if got[string(k)] == nil {
			t.Errorf("%s is missing among %d attributes", k, len(got))
		}
	}
	if len(got) != 128 || r.tel.Stats().Sanitized.AttributesDropped == 0 {
		t.Errorf("%d attributes, %d counted as dropped; want 128 and some", len(got), r.tel.Stats().Sanitized.AttributesDropped)
	}
}
