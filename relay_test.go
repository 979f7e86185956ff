package telemetry_test

import (
	"context"
	"log/slog"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/internal/core"
)

// A program that is switched off passes traces on to the hosts that it names,
// and so does instrumentation that asks for the global propagator.
func TestInitOffStillRelays(t *testing.T) {
	before := otel.GetTextMapPropagator()
	defer otel.SetTextMapPropagator(before)
	off := telemetry.WithGetenv(func(name string) string {
		return map[string]string{
			"HONEYCOMB_ENABLED": "false", "OTEL_TRACES_SAMPLER": "wrong",
			"LIFT_PROPAGATE_HOSTS": "api.example.com,https://wrong/",
		}[name]
	})
	quiet := telemetry.WithLogger(slog.New(slog.DiscardHandler))
	one, err := telemetry.New(t.Context(), off, quiet)
	if err != nil {
		t.Fatal(err)
	}
	tel, err := telemetry.Init(t.Context(), off, quiet)
	if err != nil {
		t.Fatal(err)
	}
	defer tel.Shutdown(context.WithoutCancel(t.Context()))
	carrier := propagation.MapCarrier{"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
	for name, ctx := range map[string]context.Context{"installed": t.Context(), "named": telemetry.NewContext(t.Context(), one)} {
		if _, hosts := core.Passage(ctx); !hosts.Allowed("api.example.com") || !hosts.Allowed("localhost") || hosts.Allowed("example.org") {
			t.Errorf("%s: the hosts that the environment names must count", name)
		}
		out := propagation.MapCarrier{}
		p := otel.GetTextMapPropagator()
		p.Inject(p.Extract(ctx, carrier), out)
		diff(t, map[string]string(out), map[string]string(carrier), name+": others pass it on too")
	}
}
