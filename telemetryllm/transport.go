package telemetryllm

import (
	"errors"
	"net/http"

	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/pick"
	"github.com/lift-sys/telemetry/internal/propagation"
	"github.com/lift-sys/telemetry/telemetryhttp"
)

// transport is what NewTransport returns.
type transport struct {
	base  http.RoundTripper
	plain http.RoundTripper // for what is no call of a model
	config
}

// NewTransport returns a transport that sends requests with base and records
// those that call a language model, each logical call as one llm.call span. A
// nil base is http.DefaultTransport. Other requests get the client span of
// [telemetryhttp.NewTransport]. The transport is safe for concurrent use.
//
// What is sent and what the caller reads are the same bytes at the same moments
// as without the transport; an answer that is not understood costs attributes
// and never the call.
func NewTransport(base http.RoundTripper, opts ...Option) http.RoundTripper {
	if base == nil {
		base = http.DefaultTransport
	}
	t := &transport{base: base, config: config{pipeline: core.From}}
	for _, o := range opts {
		if o != nil {
			o(&t.config)
		}
	}
	var plain []telemetryhttp.TransportOption
	if t.telemetry != nil {
		plain = append(plain, telemetryhttp.WithTelemetry(*t.telemetry))
	}
	if len(t.hosts) > 0 {
		plain = append(plain, telemetryhttp.WithPropagateTo(t.hosts...))
	}
	t.plain = telemetryhttp.NewTransport(base, plain...)
	return t
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	p := t.pipeline(r.Context())
	if p == nil || r.URL == nil || r.Header == nil || r.Method != http.MethodPost {
		return t.plain.RoundTrip(r)
	}
	if r.Context().Value(attemptKey{}) != nil { // a transport like this one is above
		return t.base.RoundTrip(r)
	}
	out := newOutgoing(r, t.ahead(), compiled().request, pick.Limits{})
	to := newTarget(r)
	to.body, to.ahead = out.value()
	var f format
	if out.doc != nil {
		f = formatOf(to)
	}
	if f == nil {
		out.release()
		res, err := t.plain.RoundTrip(out.request(r.Context()))
		if res != nil {
			res.Request = r
		}
		return res, err
	}
	a := t.begin(p, r, f, to, out)
	if to.ahead {
		if t.streamUsage {
			out.askUsage(f, to)
		}
		out.release()
	}
	return a.send(out)
}

// send sends the request of the attempt.
func (a *attempt) send(out *outgoing) (res *http.Response, err error) {
	own := out.request(a)
	a.headers(a.p, own)
	returned := false
	defer func() {
		if !returned { // the transport below panics
			a.broken(errPanic)
		}
	}()
	res, err = a.base.RoundTrip(own)
	returned = true
	if res != nil && res.Request == own {
		res.Request = out.r
	}
	switch {
	case err != nil:
		a.broken(err)
	case res == nil: // which net/http says is wrong
		a.broken(errNoAnswer)
	default:
		a.answered(res)
	}
	return res, err
}

var (
	errPanic    = errors.New("the transport panicked")
	errNoAnswer = errors.New("the transport returned neither an answer nor an error")
)

// ahead is how large a request body may be to be read before it is sent.
func (t *transport) ahead() int64 {
	if t.streamUsage {
		return maxChanged
	}
	return maxAhead
}

// headers writes to r, which is our own copy, what its host may see.
func (t *transport) headers(p *core.Pipeline, r *http.Request) {
	traced := p.Hosts().AllowedURL(r.URL) || t.propagateTo.AllowedURL(r.URL)
	if !traced && !propagation.Tells(r.Header) {
		return
	}
	r.Header = r.Header.Clone()
	propagation.Send(r.Context(), r.Header, p.Propagator(), traced, false)
}

// CloseIdleConnections closes those of the transport below, for
// http.Client.CloseIdleConnections.
func (t *transport) CloseIdleConnections() {
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
