package telemetryhttp

import (
	"net/http"

	"github.com/lift-sys/telemetry/internal/core"
)

// handler is what NewHandler returns.
type handler struct {
	next http.Handler
	handlerConfig
}

// NewHandler returns a handler that serves requests with h, each in a server
// span and a request scope. It belongs outermost, around all middleware. A nil
// h is http.DefaultServeMux.
//
// The span is named "{method} {route}"; the package documentation says where
// the route comes from. An answer of 500 and above marks it as failed, with
// the status code as error.type; a panic does with "panic", its message and its
// stack, and is raised again, so that the server and middleware outside act on
// it as ever. Where nothing was sent before it, there is no status code: the
// server then hangs up, unless middleware outside answers, which is later than
// the span. A client that hangs up gives error.type "canceled" and no
// failure, and http.ErrAbortHandler none at all.
//
// request.id is what middleware outside has put into the X-Request-Id of the
// response, or else that of the request, if it has at most 128 bytes, letters,
// digits and any of "-_.~+/=:@|"; or else it is made. It is on the response
// before h runs; h may replace or delete it.
//
// The http.ResponseWriter that h gets implements what the server's does:
// http.Flusher, http.Hijacker, io.ReaderFrom and all of
// http.ResponseController.
//
// While telemetry is off, the trace and the X-Request-Id that a request brings
// reach helpers, logs and [NewTransport] below, and the id the response, by the
// same rules; no id is made.
//
// Inside another handler of NewHandler that serves the same request, this one
// adds no second span, but its route counts, as with [Routes].
func NewHandler(h http.Handler, opts ...Option) http.Handler {
	if h == nil {
		h = http.DefaultServeMux
	}
	wrapped := &handler{next: h, handlerConfig: handlerConfig{telemetry: itself}}
	for _, o := range opts {
		if o != nil {
			o.applyToHandler(&wrapped.handlerConfig)
		}
	}
	return wrapped
}

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := core.From(h.telemetry(r.Context()))
	switch {
	case p == nil:
		h.pass(w, r)
		return
	case h.skip(r):
		h.next.ServeHTTP(w, r)
		return
	}
	if outer := exchangeOf(r.Context()); outer != nil {
		outer.serveRouted(h.next, w, r)
		return
	}
	x := newExchange(h, p, w, r)
	own := r.WithContext(x.context(r.Context(), p))
	defer func() { handBack(r, own, x.pattern) }()
	x.server.traced.ServeHTTP(x.observe(r.Context(), w), own)
}

func (h *handler) skip(r *http.Request) bool {
	for _, skip := range h.skips {
		if guarded(skip, r) {
			return true
		}
	}
	return false
}

// guarded keeps a panic of the service's own predicate from its requests.
func guarded(skip func(*http.Request) bool, r *http.Request) (yes bool) {
	defer func() {
		if recover() != nil {
			yes = false
		}
	}()
	return skip(r)
}
