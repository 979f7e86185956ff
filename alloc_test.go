package telemetry_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

func call(ctx context.Context) {
	_, c := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Provider: attr.ProviderAnthropic, Model: "claude-sonnet-4-5"})
	c.SetResponse(telemetry.LLMResponse{Model: "claude-sonnet-4-5", Usage: telemetry.Usage{InputTokens: 3, OutputTokens: 4}})
	c.End(nil)
}

func startEnd(ctx context.Context) {
	_, s := telemetry.Start(ctx, "work")
	s.End(nil)
}

// The numbers are exact: fewer is good news that belongs here too.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates, and makes sync.Pool drop items at random")
	}
	reader := sdkmetric.NewManualReader()
	on := open(t, telemetry.WithSpanProcessor(nothing{}), telemetry.WithMetricReader(reader))
	dropping := open(t, telemetry.WithSpanProcessor(nothing{}), telemetry.WithMetricReader(sdkmetric.NewManualReader()),
		telemetry.WithSampleRatio(0))
	recorded := telemetry.NewContext(t.Context(), on)
	out := telemetry.NewContext(t.Context(), dropping)
	below, root := telemetry.Start(out, "root")
	defer root.End(nil)
	inRoot, recordedRoot := telemetry.Start(recorded, "root")
	defer recordedRoot.End(nil)
	disabled := open(t, telemetry.WithSpanProcessor(nothing{}))
	disabled.SetEnabled(false)
	off := telemetry.NewContext(t.Context(), disabled)

	tests := []struct {
		name string
		f    func()
		want float64
	}{
		{"recorded LLM call", func() { call(recorded) }, 8},
		{"recorded LLM call below a span", func() { call(inRoot) }, 8},
		{"recorded span", func() { startEnd(recorded) }, 4},
		{"sampled-out root", func() { startEnd(out) }, 2},
		{"sampled-out LLM call at the root", func() { call(out) }, 2},
		{"Start below a sampled-out span", func() { startEnd(below) }, 0},
		{"LLM call below a sampled-out span", func() { call(below) }, 1},
		{"event, sampled out", func() { telemetry.Event(below, attr.EventUserSignedUp) }, 0},
		{"cost, sampled out", func() { telemetry.RecordCost(below, 0.5) }, 0},
		{"Start, off", func() { startEnd(off) }, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.f()
			if got := testing.AllocsPerRun(200, tt.f); got != tt.want {
				t.Errorf("%v allocations, want %v", got, tt.want)
			}
		})
	}
}

// What is decided at the end of a trace allocates nothing over recording it.
func TestAllocationsOfSampling(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	away := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	t.Cleanup(away.Close)
	got := map[string]float64{}
	for name, opts := range map[string][]telemetry.Option{
		"plain":  nil,
		"tail":   {telemetry.WithTailSampling()},
		"budget": {telemetry.WithEventBudget(telemetry.Budget{})},
	} {
		ctx := telemetry.NewContext(t.Context(), open(t, append(opts, telemetry.WithEndpoint(away.URL))...))
		trace := func() {
			ctx, root := telemetry.Start(ctx, "root")
			startEnd(ctx)
			root.End(nil)
		}
		for range 5000 { // until every record has been used
			trace()
		}
		got[name] = testing.AllocsPerRun(2000, trace)
	}
	diff(t, got, map[string]float64{"plain": 8, "tail": 8, "budget": 8}, "for two spans")
}

// While no pipeline of the process is on, a helper is one load. These tests
// must not run next to others that have one on, so they are not parallel.
//
// Requests and results have no pointers here: a struct that also holds strings
// lets its pointers escape, because escape analysis does not tell fields
// apart, so each new(3) is an allocation of 8 bytes in the caller.
func TestAllocationsWhileOff(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	tel, err := telemetry.Init(t.Context(), telemetry.WithSpanProcessor(nothing{}))
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	everyKind := func() {
		call(ctx)
		startEnd(ctx)
		_, s := telemetry.StartSession(ctx, telemetry.SessionRequest{UserID: "u"})
		s.Set(attribute.Int("a", 1))
		s.SetResult(telemetry.SessionResult{Status: telemetry.SessionActive})
		s.End(nil)
		_, ir := telemetry.StartIR(ctx, telemetry.IRRequest{Provider: "p"})
		ir.SetResult(telemetry.IRResult{ValidationStatus: telemetry.Valid})
		ir.End(nil)
		_, c := telemetry.StartCodegen(ctx, telemetry.CodegenRequest{Language: "go"})
		c.SetResult(telemetry.CodegenResult{RetryReason: "syntax"})
		c.End(nil)
		telemetry.RecordCost(ctx, 1)
		telemetry.Event(ctx, attr.EventUserSignedUp)
	}
	tel.SetEnabled(false)
	switched := testing.AllocsPerRun(100, everyKind)
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	stopped := testing.AllocsPerRun(100, everyKind)
	diff(t, map[string]float64{"switched off": switched, "before Init": stopped},
		map[string]float64{"switched off": 0, "before Init": 0}, "off costs nothing")
}

func BenchmarkLLMCall(b *testing.B) {
	on := open(b, telemetry.WithSpanProcessor(nothing{}))
	out := open(b, telemetry.WithSpanProcessor(nothing{}), telemetry.WithSampleRatio(0))
	for _, bb := range []struct {
		name string
		ctx  context.Context
	}{
		{"recorded", telemetry.NewContext(b.Context(), on)},
		{"sampled out", telemetry.NewContext(b.Context(), out)},
		{"off", telemetry.NewContext(b.Context(), nil)},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				call(bb.ctx)
			}
		})
	}
}
