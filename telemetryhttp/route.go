package telemetryhttp

import (
	"context"
	"net/http"
	"strings"
)

// SetRoute says which route the request of ctx matched, where a router other
// than http.ServeMux chose it. It goes before any pattern; the last call
// counts. Call it from the router's innermost middleware:
//
//	telemetryhttp.SetRoute(r.Context(), chi.RouteContext(r.Context()).RoutePattern()) // chi, after next
//	telemetryhttp.SetRoute(c.Request.Context(), c.FullPath())                         // gin
//	telemetryhttp.SetRoute(c.Request().Context(), c.Path())                           // echo
//
// The route starts at the pattern's first slash; a method and a host before it
// are left out, and a pattern without a slash is ignored. It must be of low
// cardinality: the pattern, never the path. Outside a request that
// [NewHandler] serves, SetRoute does nothing. It is safe for concurrent use.
func SetRoute(ctx context.Context, pattern string) {
	x := exchangeOf(ctx)
	name := routeOf(pattern)
	if x == nil || name == "" {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.route.name, x.route.said = name, true
}

// Routes returns a handler that serves with mux and tells [NewHandler], which
// stands further out, the pattern that matched. It is needed where middleware
// in between hands on a copy of the request, and for a mux behind
// http.StripPrefix, whose pattern is appended to that of the mux outside:
// "/tenants/{tenant}/" and "/users/{id}" give "/tenants/{tenant}/users/{id}".
// Elsewhere it does no harm. Any handler that sets the Pattern of its request
// is as good as an http.ServeMux. A nil mux is http.DefaultServeMux.
func Routes(mux http.Handler) http.Handler {
	if mux == nil {
		mux = http.DefaultServeMux
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if x := exchangeOf(r.Context()); x != nil {
			x.serveRouted(mux, w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// route is what is known of the route of a request.
type route struct {
	name string
	path string // that the innermost mux saw
	said bool   // by SetRoute
}

// serveRouted serves with mux and notes what it matched, also where its
// handler panics.
func (x *exchange) serveRouted(mux http.Handler, w http.ResponseWriter, r *http.Request) {
	before, path := r.Pattern, pathOf(r)
	defer func() {
		if r.Pattern != before { // else it is that of a mux outside
			x.matched(r.Pattern, path)
		}
	}()
	mux.ServeHTTP(w, r)
}

// matched notes that a mux matched pattern for path. A mux inside reports
// before those outside it.
func (x *exchange) matched(pattern, path string) {
	name := routeOf(pattern)
	if name == "" {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case x.route.said:
		return
	case x.route.name != "":
		name = join(name, path, x.route.name, x.route.path)
	}
	x.route.name, x.route.path = name, path
}

// join returns the route of a mux inside another one, from the route and the
// path that each saw. What was stripped from the path is taken from the outer
// route, never from the path itself, whose cardinality has no bound.
func join(outer, outerPath, inner, innerPath string) string {
	stripped, ok := strings.CutSuffix(outerPath, innerPath)
	if !ok || stripped == "" {
		return inner
	}
	left := strings.Count(stripped, "/")
	for i := range len(outer) {
		if outer[i] != '/' {
			continue
		}
		if left == 0 {
			return outer[:i] + inner
		}
		left--
	}
	return strings.TrimSuffix(outer, "/") + inner
}

// routeOf returns the path part of a pattern "[METHOD ][HOST]/[PATH]"; see
// http.ServeMux.
func routeOf(pattern string) string {
	if i := strings.IndexByte(pattern, '/'); i >= 0 {
		return pattern[i:]
	}
	return ""
}
