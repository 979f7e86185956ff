package migration_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"github.com/lift-sys/telemetry/telemetryhttp"
)

func routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/sessions/{id}", func(http.ResponseWriter, *http.Request) {})
	return mux
}

func handlerBefore(mux *http.ServeMux) http.Handler {
	// doc:server-before
	handler := otelhttp.NewHandler(mux, "server")
	// doc:end
	return handler
}

func handlerAfter(mux *http.ServeMux) http.Handler {
	// doc:server-after
	handler := telemetryhttp.NewHandler(mux)
	// doc:end
	return handler
}

func serverOnWire(t *testing.T) (before, after []string) {
	with := func(handler func(*http.ServeMux) http.Handler) func(context.Context) {
		return func(ctx context.Context) {
			srv := httptest.NewServer(handler(routes()))
			defer srv.Close() // waits for the request
			request(t, ctx, srv.Client(), srv.URL)
		}
	}
	return plain(t, both, with(handlerBefore)), ours(t, both, with(handlerAfter))
}

func clientBefore() *http.Client {
	// doc:client-before
	client := &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)}
	// doc:end
	return client
}

func clientAfter() *http.Client {
	// doc:client-after
	client := &http.Client{Transport: telemetryhttp.NewTransport(nil)}
	// doc:end
	return client
}

// clientOnWire also lists the headers that a server gets.
func clientOnWire(t *testing.T) (before, after []string) {
	with := func(client func() *http.Client, headers *[]string) func(context.Context) {
		return func(ctx context.Context) {
			srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				for _, name := range []string{"Traceparent", "Tracestate"} {
					if r.Header.Get(name) != "" {
						*headers = append(*headers, "header "+name)
					}
				}
			}))
			defer srv.Close()
			request(t, ctx, client(), srv.URL)
			http.DefaultClient.CloseIdleConnections()
		}
	}
	var headersBefore, headersAfter []string
	before = plain(t, spans, with(clientBefore, &headersBefore))
	after = ours(t, spans, with(clientAfter, &headersAfter))
	return append(before, headersBefore...), append(after, headersAfter...)
}

func request(t *testing.T, ctx context.Context, client *http.Client, url string) { //nolint:revive // t comes first in tests
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/api/sessions/s-1", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
}
