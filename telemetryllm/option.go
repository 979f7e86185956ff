package telemetryllm

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/propagation"
)

// An Option configures [NewTransport].
type Option func(*config)

type config struct {
	pipeline    func(context.Context) *core.Pipeline
	propagateTo *propagation.Hosts // beside the pipeline's own
	streamUsage bool
	content     *Content // nil: none is captured
	provider    string
	route       string
	telemetry   **telemetry.Telemetry
	hosts       []string
}

// WithTelemetry reports to t, whatever the context of the request says. With a
// nil t nothing is recorded. Default: what serves the context, which is what
// telemetry.Init set up unless telemetry.NewContext named another.
func WithTelemetry(t *telemetry.Telemetry) Option {
	base := telemetry.NewContext(context.Background(), t)
	return func(c *config) {
		c.telemetry = &t
		c.pipeline = func(context.Context) *core.Pipeline { return core.From(base) }
	}
}

// WithProvider names the provider of all calls of the transport, as
// llm.provider and for the price, instead of what is told by the host. Use it
// for a gateway or a server of your own, such as attr.ProviderModal.
func WithProvider(name string) Option {
	return func(c *config) { c.provider = name }
}

// WithProviderRoute sets llm.provider_route of all calls of the transport.
// Default: absent.
func WithProviderRoute(route string) Option {
	return func(c *config) { c.route = route }
}

// WithStreamUsage asks for the token counts of streamed chat completions, which
// OpenAI and its imitators otherwise do not send: it adds
// stream_options.include_usage to requests that stream and say nothing of
// stream_options, where their body lies in memory and has at most 4 MiB. It is
// the only option that changes a request. Servers that do not know the field may
// refuse it. Default: off.
func WithStreamUsage() Option {
	return func(c *config) { c.streamUsage = true }
}

// WithPropagateTo writes trace headers also for the given hosts, in the
// patterns of telemetry.WithPropagateTo. Default: those hosts only that
// telemetry.Init allows; for all others trace headers are removed.
func WithPropagateTo(hosts ...string) Option {
	list, err := propagation.NewBaggageHosts(hosts...)
	if err != nil {
		otel.Handle(fmt.Errorf("telemetryllm.WithPropagateTo: %w", err))
	}
	return func(c *config) { c.propagateTo, c.hosts = list, hosts }
}
