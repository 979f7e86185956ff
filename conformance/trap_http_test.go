package conformance_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryhttp"
)

// withContext is what most middleware is: it hands on a copy of the request,
// and what the mux writes into the copy nobody outside can see.
func withContext(next http.Handler) http.Handler {
	type key struct{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, "value")))
	})
}

func TestTrapRouteLost(t *testing.T) {
	const route = "/users/{id}"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+route, func(http.ResponseWriter, *http.Request) {})
	foreign := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		telemetryhttp.SetRoute(r.Context(), route)
	})
	serve := func(t *testing.T, h http.Handler) {
		srv := httptest.NewServer(h)
		defer srv.Close()
		resp, err := srv.Client().Get(srv.URL + "/users/42")
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	// What the span of a request is called, and its route.
	type seen struct{ name, route string }

	stock := func(t *testing.T, h http.Handler) seen {
		b := newBackend(t, nil)
		tp := plain(t, stockExporter(t, to(b)))
		serve(t, otelhttp.NewHandler(h, "server", otelhttp.WithTracerProvider(tp)))
		_ = tp.ForceFlush(t.Context())
		return seen{b.span().GetName(), attributeOf(b.span(), "http.route")}
	}
	t.Run("plain", func(t *testing.T) {
		if got := stock(t, mux); got.route != "" {
			gone(t, "otelhttp outside a mux has route "+got.route)
		}
	})
	t.Run("plain behind middleware", func(t *testing.T) {
		if got := stock(t, withContext(mux)); got.name == "GET "+route || got.route != "" {
			gone(t, "otelhttp sees through r.WithContext: "+got.name+" "+got.route)
		}
	})
	for _, tt := range []struct {
		name    string
		handler http.Handler
	}{
		{"ours", mux},
		{"ours behind middleware", withContext(telemetryhttp.Routes(mux))},
		{"ours with another router", withContext(foreign)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBackend(t, nil)
			tel := start(t, telemetry.WithEndpoint(b.URL))
			serve(t, telemetryhttp.NewHandler(tt.handler, telemetryhttp.WithTelemetry(tel)))
			shutdown(t, tel)
			if got, want := (seen{b.span().GetName(), attributeOf(b.span(), "http.route")}), (seen{"GET " + route, route}); got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
		})
	}
}
