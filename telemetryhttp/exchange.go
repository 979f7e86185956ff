package telemetryhttp

import (
	"context"
	"net/http"
	"sync"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/core"
)

// exchange is one request and what becomes of it. The context of the request
// carries it, so that it is found behind any middleware.
type exchange struct {
	next    http.Handler
	server  *server
	public  bool
	path    string // as the request arrived
	id      string // request.id
	start   time.Time
	pattern string            // what a mux wrote into the request that was served
	remote  trace.SpanContext // of a client that is not trusted

	mu     sync.Mutex // a handler may outlive its request, and touch the rest
	answer answer
	route  route
}

type exchangeKey struct{}

// exchangeOf returns the exchange that ctx belongs to, or nil.
func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

func newExchange(h *handler, p *core.Pipeline, w http.ResponseWriter, r *http.Request) *exchange {
	x := &exchange{
		next: h.next, server: serverOf(p), public: h.public, path: pathOf(r),
		id:    requestID(w.Header(), r.Header, h.public),
		start: otelhttp.StartTimeFromContext(r.Context()),
	}
	if x.start.IsZero() {
		x.start = time.Now()
	}
	return x
}

// context returns a context that carries x, and in which helpers report to p.
func (x *exchange) context(ctx context.Context, p *core.Pipeline) context.Context {
	return context.WithValue(core.NewContext(ctx, p), exchangeKey{}, x)
}

// handBack writes what the server and middleware outside look for into the
// request they know. What is served is a copy. pattern is what a mux wrote into
// that, or empty.
func handBack(original, served *http.Request, pattern string) {
	if served.MultipartForm != nil {
		original.MultipartForm = served.MultipartForm // the server removes its files
	}
	if pattern != "" {
		original.Pattern = pattern
	}
}

func pathOf(r *http.Request) string {
	if r.URL == nil {
		return ""
	}
	return r.URL.Path
}
