package telemetryhttp

import (
	"context"
	"fmt"
	"net/http"

	"go.opentelemetry.io/otel"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/internal/propagation"
)

// An Option configures [NewHandler].
type Option interface{ applyToHandler(*handlerConfig) }

// A TransportOption configures [NewTransport].
type TransportOption interface{ applyToTransport(*transportConfig) }

// A CommonOption configures [NewHandler] and [NewTransport].
type CommonOption interface {
	Option
	TransportOption
}

// finder returns a context that names the telemetry which serves another one.
type finder func(context.Context) context.Context

// itself is the finder of those that were told nothing.
func itself(ctx context.Context) context.Context { return ctx }

type handlerConfig struct {
	telemetry finder
	skips     []func(*http.Request) bool
	public    bool
}

type transportConfig struct {
	telemetry   finder
	propagateTo *propagation.Hosts // beside the pipeline's own
	baggageTo   *propagation.Hosts
}

type handlerOption func(*handlerConfig)

func (o handlerOption) applyToHandler(c *handlerConfig) { o(c) }

type transportOption func(*transportConfig)

func (o transportOption) applyToTransport(c *transportConfig) { o(c) }

type finderOption struct{ find finder }

func (o finderOption) applyToHandler(c *handlerConfig)     { c.telemetry = o.find }
func (o finderOption) applyToTransport(c *transportConfig) { c.telemetry = o.find }

// WithTelemetry reports to t, whatever the context of the request says, and
// makes the helpers below do the same. With a nil t nothing is recorded.
// Default: what serves the context, which is what telemetry.Init set up unless
// telemetry.NewContext named another.
func WithTelemetry(t *telemetry.Telemetry) CommonOption {
	base := telemetry.NewContext(context.Background(), t)
	return finderOption{func(context.Context) context.Context { return base }}
}

// WithSkip leaves out the requests for which skip returns true, such as health
// checks: they have neither span nor metrics. Of several, one that returns
// true suffices. skip must be safe for concurrent use; where it panics, the
// request is not left out. Default: none is left out.
func WithSkip(skip func(*http.Request) bool) Option {
	return handlerOption(func(c *handlerConfig) {
		if skip != nil {
			c.skips = append(c.skips, skip)
		}
	})
}

// WithPublicEndpoint says that requests come from clients which are not
// trusted. They decide nothing here: the span is a new root that links to the
// client's, tracestate and baggage are ignored, and request.id is made rather
// than taken from X-Request-Id. Default: clients are trusted peers, whose
// traces are continued.
func WithPublicEndpoint() Option {
	return handlerOption(func(c *handlerConfig) { c.public = true })
}

// WithPropagateTo adds hosts that may see trace headers to those of the
// telemetry that is reported to, in the same notation; see
// telemetry.WithPropagateTo. A pattern that is malformed is reported to
// otel.Handle and left out. Default: none.
func WithPropagateTo(hosts ...string) TransportOption {
	list := hostList("WithPropagateTo", hosts)
	return transportOption(func(c *transportConfig) { c.propagateTo = list })
}

// WithBaggageTo names the hosts that may see baggage, as far as
// telemetry.WithBaggageKeys lets it out. They may see trace headers too. The
// notation is that of [WithPropagateTo]. Default: none.
func WithBaggageTo(hosts ...string) TransportOption {
	list := hostList("WithBaggageTo", hosts)
	return transportOption(func(c *transportConfig) { c.baggageTo = list })
}

// hostList is a list of only what it names: what is near is on the pipeline's.
func hostList(option string, hosts []string) *propagation.Hosts {
	list, err := propagation.NewBaggageHosts(hosts...)
	if err != nil {
		otel.Handle(fmt.Errorf("telemetryhttp: %s: %w", option, err))
	}
	return list
}
