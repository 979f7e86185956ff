package telemetryhttp

import (
	"context"
	"io"
	"net/http"

	"github.com/felixge/httpsnoop"
	"go.opentelemetry.io/otel/baggage"
	otelpropagation "go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/propagation"
)

// pass serves a request while telemetry is off. What it brings reaches helpers,
// logs and calls below as ever, so that a trace which others record is not cut
// here; where it brings nothing, it is served as it is.
func (h *handler) pass(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	traced := propagation.Carries(r.Header) && !trace.SpanContextFromContext(ctx).IsValid()
	id := givenID(w.Header(), r.Header, h.public)
	switch {
	case traced && h.public:
		ctx = context.WithValue(ctx, strangerKey{}, true)
	case traced:
		propagator, _ := core.Passage(h.telemetry(ctx))
		ctx = propagator.Extract(ctx, otelpropagation.HeaderCarrier(r.Header))
	case id == "":
		h.next.ServeHTTP(w, r)
		return
	}
	if id != "" {
		ctx, w = core.WithIdentity(ctx, "", id, ""), passID(w, id)
	}
	own := r.WithContext(ctx)
	defer func() { handBack(r, own, own.Pattern) }()
	h.next.ServeHTTP(w, own)
}

// strangerKey marks the context of a request whose trace is a client's that is
// not trusted. A reverse proxy would send it on, header by header.
type strangerKey struct{}

// passID returns w, made to send one id: that of the handler where it adds one,
// and else the given.
func passID(w http.ResponseWriter, id string) http.ResponseWriter {
	return httpsnoop.Wrap(w, httpsnoop.Hooks{
		WriteHeader: func(next httpsnoop.WriteHeaderFunc) httpsnoop.WriteHeaderFunc {
			return func(status int) { leaveAlone(w.Header(), id); next(status) }
		},
		Write: func(next httpsnoop.WriteFunc) httpsnoop.WriteFunc {
			return func(b []byte) (int, error) { leaveAlone(w.Header(), id); return next(b) }
		},
		ReadFrom: func(next httpsnoop.ReadFromFunc) httpsnoop.ReadFromFunc {
			return func(src io.Reader) (int64, error) { leaveAlone(w.Header(), id); return next(src) }
		},
		Flush: func(next httpsnoop.FlushFunc) httpsnoop.FlushFunc {
			return func() { leaveAlone(w.Header(), id); next() }
		},
	})
}

// pass returns r as it goes out while telemetry is off: with the trace that its
// context has from elsewhere, for hosts that may see it. Where neither the
// context nor r have one, it is r itself.
func (t *transport) pass(r *http.Request) *http.Request {
	ctx := r.Context()
	held := trace.SpanContextFromContext(ctx).IsValid() || t.baggageTo != nil && baggage.FromContext(ctx).Len() > 0
	if !held && !propagation.Carries(r.Header) {
		return r
	}
	c := new(call) // of a host that may see nothing
	propagator, hosts := core.Passage(t.telemetry(ctx))
	if held || ctx.Value(strangerKey{}) == nil {
		c = t.call(hosts, r.URL)
	}
	own := r.WithContext(ctx)
	own.Header = r.Header.Clone()
	propagation.Send(ctx, own.Header, propagator, c.trace, c.baggage)
	return own
}
