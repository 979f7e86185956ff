package benchmarks_test

import (
	"context"
	"testing"

	"github.com/lift-sys/telemetry/benchmarks/ours"
	"github.com/lift-sys/telemetry/benchmarks/sink"
)

// TestAllocs counts what the benchmarks' pieces of work allocate until End has
// returned, with the whole pipeline behind them. Of a recorded span 3 are the
// SDK's; one is the copy that the SDK hands out of a list. The numbers are exact: fewer is good news that belongs
// here too.
func TestAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates, and makes sync.Pool drop items at random")
	}
	for _, tt := range []struct {
		name   string
		ratio  float64
		parent bool
		run    func(s *ours.Telemetry, ctx context.Context)
		want   float64
		reason string
	}{
		{"LLM call, root", 1, false, (*ours.Telemetry).RootCall, 7, "2 of the caller: finish reasons and cost; 1 list"},
		{"LLM call, child", 1, true, (*ours.Telemetry).ChildCall, 7, "2 of the caller: finish reasons and cost; 1 list"},
		{"LLM call without optional facts", 1, false, (*ours.Telemetry).BareCall, 4, "the library's own and the SDK's"},
		{"session", 1, false, (*ours.Telemetry).Session, 6, "2 of the caller"},
		{"ir", 1, true, (*ours.Telemetry).IR, 6, "2 of the caller"},
		{"codegen", 1, true, (*ours.Telemetry).Codegen, 6, "2 of the caller"},
		{"step", 1, true, (*ours.Telemetry).Step, 4, "the library's own and the SDK's"},
		{"event in a step", 1, true, (*ours.Telemetry).Event, 10, "the SDK's event, its option and its queue"},
		{"cost in a step", 1, true, (*ours.Telemetry).Cost, 4, "booking a cost is free"},
		{"four recordings", 1, false, (*ours.Telemetry).Metrics, 0, "options are kept per series"},
		{"four recordings in a sampled trace", 1, true, (*ours.Telemetry).Metrics, 0, "exemplars included"},
		{"LLM call, sampled-out root", 0, false, (*ours.Telemetry).RootCall, 4, "2 of the caller; the span and its context"},
		{"LLM call in a sampled-out trace", 0, true, (*ours.Telemetry).ChildCall, 3, "2 of the caller; the span"},
		{"Start in a sampled-out trace", 0, true, (*ours.Telemetry).Empty, 0, "the context is the caller's own"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newOurs(t, sink.Start(t, sink.Discard), tt.ratio).(*ours.Telemetry)
			defer s.Shutdown(context.WithoutCancel(t.Context()))
			ctx := t.Context()
			if tt.parent {
				request, end := s.Request(ctx)
				defer end()
				ctx = request
			}
			if got := testing.AllocsPerRun(200, func() { tt.run(s, ctx) }); got != tt.want {
				t.Errorf("%v allocations, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}
