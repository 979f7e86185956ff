package frameworks_test

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/lift-sys/telemetry/telemetryhttp"
)

// doc:chi-route

// chiRoute tells the server span which route chi chose. chi knows the whole of
// it, those of mounted routers included, once the request was served.
func chiRoute(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { telemetryhttp.SetRoute(r.Context(), chi.RouteContext(r.Context()).RoutePattern()) }()
		next.ServeHTTP(w, r)
	})
}

// doc:end

func serveChi() http.Handler {
	// doc:chi
	router := chi.NewRouter()
	router.Use(chiRoute, middleware.Recoverer)
	router.Route("/api", func(router chi.Router) {
		router.Get("/sessions/{id}", func(w http.ResponseWriter, r *http.Request) {
			if err := refine(r.Context(), chi.URLParam(r, "id")); err != nil {
				http.Error(w, "cannot refine the session", http.StatusInternalServerError)
			}
		})
	})
	handler := telemetryhttp.NewHandler(router)
	// doc:end
	return handler
}
