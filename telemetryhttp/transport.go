package telemetryhttp

import (
	"context"
	"net/http"
	"net/url"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	otelpropagation "go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/propagation"
)

// transport is what NewTransport returns.
type transport struct {
	base http.RoundTripper
	transportConfig
}

// NewTransport returns a transport that sends requests with base, each in a
// client span "{method}". A nil base is http.DefaultTransport.
//
// The span ends when the body of the response is closed or read to its end, or
// at an error. An error becomes error.type, error.message and exception.type;
// one that the caller brought about by cancelling is "canceled" and no
// failure. An answer of 400 and above is one, with the status code as
// error.type.
//
// Trace headers are written for hosts that are near and for those named by
// telemetry.WithPropagateTo and [WithPropagateTo], baggage for those named by
// [WithBaggageTo]; for all others such headers are removed, also those that an
// SDK has put there. The host is that of the URL, which is where the request
// goes, and not that of the Host header. Each redirect is judged anew. The
// caller's request is never changed. X-Request-Id is not sent: where the next
// service is to have the same request.id, set the header.
//
// While telemetry is off, the trace that the context has from elsewhere, as from
// [NewHandler], is written and removed by the same rules. A request goes out as
// it is where neither context nor headers have W3C trace context or baggage.
func NewTransport(base http.RoundTripper, opts ...TransportOption) http.RoundTripper {
	if base == nil {
		base = http.DefaultTransport
	}
	t := &transport{base: base, transportConfig: transportConfig{telemetry: itself}}
	for _, o := range opts {
		if o != nil {
			o.applyToTransport(&t.transportConfig)
		}
	}
	return t
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL == nil || r.Header == nil { // base says what is wrong with such a request
		return t.base.RoundTrip(r)
	}
	p := core.From(t.telemetry(r.Context()))
	if p == nil {
		return t.base.RoundTrip(t.pass(r))
	}
	c := t.call(p.Hosts(), r.URL)
	c.base, c.pipeline = t.base, p
	own := r.WithContext(c.context(r.Context()))
	if own.Method == "" {
		own.Method = http.MethodGet // as net/http reads it
	}
	return clientOf(p).RoundTrip(own)
}

// CloseIdleConnections closes those of the transport below, for
// http.Client.CloseIdleConnections.
func (t *transport) CloseIdleConnections() {
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// call judges the host of u. near are the pipeline's own hosts.
func (t *transport) call(near *propagation.Hosts, u *url.URL) *call {
	c := &call{baggage: t.baggageTo.AllowedURL(u)}
	c.trace = c.baggage || near.AllowedURL(u) || t.propagateTo.AllowedURL(u)
	return c
}

// call is one request that is sent.
type call struct {
	base     http.RoundTripper
	pipeline *core.Pipeline
	trace    bool // whether the host may see trace headers
	baggage  bool // and baggage
}

type callKey struct{}

func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// context returns a context that carries c, and from which a span can be
// started.
func (c *call) context(ctx context.Context) context.Context {
	ctx = context.WithValue(core.NewContext(ctx, c.pipeline), callKey{}, c)
	if !trace.SpanContextFromContext(ctx).IsValid() {
		ctx = propagation.Root(ctx)
	}
	return ctx
}

type clientKey struct{}

// clientOf returns what all transports that report to p share.
func clientOf(p *core.Pipeline) *otelhttp.Transport {
	t, _ := p.Attach(clientKey{}, newClient).(*otelhttp.Transport)
	return t
}

func newClient(p *core.Pipeline) any {
	return otelhttp.NewTransport(sender{},
		otelhttp.WithTracerProvider(p.TracerProvider()),
		otelhttp.WithMeterProvider(p.MeterProvider()),
		otelhttp.WithPropagators(outgoing{p}),
		otelhttp.WithSpanNameFormatter(clientName))
}

// outgoing writes to a request what its host may see. otelhttp hands it the
// headers of its own copy.
type outgoing struct{ p *core.Pipeline }

// Extract does nothing: a client injects.
func (outgoing) Extract(ctx context.Context, _ otelpropagation.TextMapCarrier) context.Context {
	return ctx
}

// Fields returns the headers that are written.
func (o outgoing) Fields() []string { return o.p.Propagator().Fields() }

// Inject removes what the host may not see, and adds what it may.
func (o outgoing) Inject(ctx context.Context, carrier otelpropagation.TextMapCarrier) {
	h, ok := carrier.(otelpropagation.HeaderCarrier)
	if c := callOf(ctx); c != nil && ok {
		propagation.Send(ctx, http.Header(h), o.p.Propagator(), c.trace, c.baggage)
	}
}
