package core_test

import (
	"testing"

	"go.opentelemetry.io/otel/propagation"

	"github.com/lift-sys/telemetry/internal/core"
	ours "github.com/lift-sys/telemetry/internal/propagation"
)

func TestPassage(t *testing.T) {
	t.Parallel()
	hosts, err := ours.NewHosts("api.example.com")
	if err != nil {
		t.Fatal(err)
	}
	relay := core.NewRelay(ours.New(ours.Config{WithoutTraces: true}), hosts)
	relay.SetEnabled(true)
	if relay.Enabled() {
		t.Error("a relay must never record")
	}
	relay.Stop()
	const parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	for _, tt := range []struct {
		name, reason string
		pipeline     *core.Pipeline
		trace        string
		named        bool
	}{
		{"none", "the W3C's and what is near", core.NewPipeline(), parent, false},
		{"relay", "as it was told", relay, "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx := core.NewContext(t.Context(), tt.pipeline)
			propagator, hosts := core.Passage(ctx)
			out := propagation.MapCarrier{}
			propagator.Inject(propagator.Extract(ctx, propagation.MapCarrier{"traceparent": parent}), out)
			if out["traceparent"] != tt.trace {
				t.Errorf("traceparent %q, want %q: %s", out["traceparent"], tt.trace, tt.reason)
			}
			if !hosts.Allowed("localhost") || hosts.Allowed("api.example.com") != tt.named {
				t.Errorf("api.example.com allowed: %t, want %t: %s", !tt.named, tt.named, tt.reason)
			}
		})
	}
}
