package telemetryhttp

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/internal/core"
)

// FlushOnReturn returns a handler that sends the spans that t has buffered after
// each request, before the response ends, for platforms that freeze the process
// between requests: AWS Lambda behind an HTTP adapter, Cloud Run and Cloud
// Functions while CPU is given to requests only. What is buffered there would
// wait for the next request, or be lost with the instance.
//
// It belongs outside of [NewHandler], so that the request's own span has ended:
//
//	h := telemetryhttp.FlushOnReturn(tel, time.Second, telemetryhttp.NewHandler(mux))
//
// The server ends a response when its handler returns, so the client waits for
// the flush: one round trip to the backend, at most within, where 0 means 1 s.
// What h has flushed, or what fills the server's buffer, is on its way before.
// A flush that does not finish loses nothing by that: what is left goes with
// the next one, and Stats tell of it. Where an instance serves several requests
// at a time, all wait for what any of them recorded, and an LLM call of another
// one that waits for its next attempt ends, as Flush says. Spans that are open, of work that goes on
// after the response, stay open; only Shutdown ends them as unfinished.
//
// Metrics go along with the first request, and then at most once in the
// interval of WithMetricInterval, since each point is billed as an event. An
// instance that is thrown away takes those of its last interval with it.
//
// A panic of h is passed on after the flush. A client that hangs up does not
// shorten it.
func FlushOnReturn(t *telemetry.Telemetry, within time.Duration, h http.Handler) http.Handler {
	within = cmp.Or(within, time.Second)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), within)
			defer cancel()
			_ = t.Flush(core.WithSparseMetrics(ctx)) // what did not go is told of by Stats
		}()
		h.ServeHTTP(w, r)
	})
}
