package telemetryhttp

import (
	"net/http"
	"strings"
)

// serverName names the span of an incoming request "{method} {route}", or by
// its method where there is no route
// (https://opentelemetry.io/docs/specs/semconv/http/http-spans/#name).
func serverName(_ string, r *http.Request) string {
	if route := routeOf(r.Pattern); route != "" {
		return method(r) + " " + route
	}
	return method(r)
}

// clientName names the span of an outgoing request by its method. A reverse
// proxy sends requests that still have the pattern of those it serves.
func clientName(_ string, r *http.Request) string { return method(r) }

// method returns the method of r, or HTTP for one that is unknown: anyone can
// make methods up, and names must be few.
func method(r *http.Request) string {
	switch m := strings.ToUpper(r.Method); m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodConnect, http.MethodOptions, http.MethodTrace:
		return m
	}
	return "HTTP"
}
