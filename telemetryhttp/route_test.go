package telemetryhttp_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/telemetryhttp"
)

func muxOf(pattern string, h http.Handler) *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle(pattern, h)
	return mux
}

func TestRoute(t *testing.T) {
	ok := status(200)
	routes := telemetryhttp.Routes
	setRoute := func(pattern string, next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			telemetryhttp.SetRoute(r.Context(), pattern)
		})
	}
	panics := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	tests := []struct {
		name, reason   string
		handler        http.Handler
		method, target string
		want           string // http.route
	}{
		{"mux", "the mux gets our request", muxOf("/api/sessions", ok), "GET", "/api/sessions", "/api/sessions"},
		{"method", "a pattern's method is not part of the route", muxOf("POST /api/sessions", ok), "POST", "/api/sessions", "/api/sessions"},
		{"wildcard", "a path is of too high a cardinality", muxOf("GET /users/{id}/files/{path...}", ok), "GET", "/users/7/files/a/b", "/users/{id}/files/{path...}"},
		{"host", "server.address has the host", muxOf("GET api.example.com/v1/{x}", ok), "GET", "http://api.example.com/v1/7", "/v1/{x}"},
		{"exact slash", "the pattern as it is spelled", muxOf("GET /{$}", ok), "GET", "/", "/{$}"},
		{"redirect", "the mux answers for its own pattern", muxOf("/tree/", ok), "GET", "/tree", "/tree/"},
		{"not found", "no pattern matched", muxOf("/api", ok), "GET", "/wp-login.php", ""},
		{"wrong method", "no pattern matched", muxOf("POST /api", ok), "GET", "/api", ""},
		{"no mux", "nothing has a pattern", ok, "GET", "/users/7", ""},
		{"mux in mux", "the innermost pattern is the most precise", muxOf("/api/", muxOf("GET /api/users/{id}", ok)), "GET", "/api/users/7", "/api/users/{id}"},

		{"copies", "the mux writes into a copy; Routes tells", layer(layer(layer(routes(muxOf("GET /users/{id}", ok))))), "GET", "/users/7", "/users/{id}"},
		{"copies unaided", "a closure hides its mux: no route rather than a wrong one", layer(muxOf("GET /users/{id}", ok)), "GET", "/users/7", ""},
		{"copies not found", "no pattern matched", layer(routes(muxOf("GET /users/{id}", ok))), "GET", "/nope", ""},
		{"routes unneeded", "it does no harm", routes(muxOf("GET /users/{id}", ok)), "GET", "/users/7", "/users/{id}"},
		{"routes around no mux", "the outer pattern counts once", muxOf("/api/", http.StripPrefix("/api", routes(ok))), "GET", "/api/x", "/api/"},
		{
			"strip prefix", "what was stripped is part of the route",
			muxOf("/api/", http.StripPrefix("/api", routes(muxOf("GET /users/{id}", ok)))), "GET", "/api/users/7", "/api/users/{id}",
		},
		{
			"strip prefix unaided", "the outer pattern is all that is seen",
			muxOf("/api/", http.StripPrefix("/api", muxOf("GET /users/{id}", ok))), "GET", "/api/users/7", "/api/",
		},
		{
			"strip variable prefix", "the stripped part comes from the pattern, not from the path",
			layer(routes(muxOf("/tenants/{tenant}/", http.StripPrefix("/tenants/42", layer(routes(muxOf("GET /users/{id}", ok))))))),
			"GET", "/tenants/42/users/7", "/tenants/{tenant}/users/{id}",
		},
		{
			"strip more than the pattern says", "the root pattern says nothing of the prefix",
			muxOf("/", http.StripPrefix("/api", routes(muxOf("GET /users/{id}", ok)))), "GET", "/api/users/7", "/users/{id}",
		},
		{
			"strip what a wildcard took", "a wildcard stands for all it matched",
			muxOf("/t/{rest...}", http.StripPrefix("/t/a/b", routes(muxOf("GET /users/{id}", ok)))), "GET", "/t/a/b/users/7", "/t/{rest...}/users/{id}",
		},
		{
			"three levels", "each level adds its part",
			muxOf("/a/", http.StripPrefix("/a", routes(muxOf("/b/", http.StripPrefix("/b", routes(muxOf("/c/{x}", ok))))))),
			"GET", "/a/b/c/7", "/a/b/c/{x}",
		},

		{"said", "other routers know their own pattern", setRoute("/users/:id", ok), "GET", "/users/7", "/users/:id"},
		{"said over pattern", "who says it knows better than a catch-all mux", muxOf("/", setRoute("/users/:id", ok)), "GET", "/users/7", "/users/:id"},
		{"said within copies", "the holder is in the context", layer(layer(setRoute("/users/:id", ok))), "GET", "/users/7", "/users/:id"},
		{"said like a mux", "a pattern of ServeMux may be passed on", setRoute("GET example.com/users/{id}", ok), "GET", "/users/7", "/users/{id}"},
		{"said without slash", "that is no pattern of a path", muxOf("/", setRoute("users", ok)), "GET", "/users/7", "/"},
		{"said twice", "the last call counts", setRoute("/b", setRoute("/a", ok)), "GET", "/", "/b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			f.do(t, telemetryhttp.NewHandler(tt.handler), tt.method, tt.target)
			s := view(f.ended(t))
			name, series := tt.method, ""
			var route any
			if tt.want != "" {
				name, route, series = tt.method+" "+tt.want, tt.want, "http.route="+tt.want
			}
			if s.Name != name {
				t.Errorf("%s: span %q, want %q", tt.reason, s.Name, name)
			}
			if s.Attrs["http.route"] != route {
				t.Errorf("%s: http.route %v, want %v", tt.reason, s.Attrs["http.route"], route)
			}
			for got := range f.durations(t, serverDuration, "http.route") {
				if strings.ReplaceAll(got, `\`, "") != series {
					t.Errorf("%s: the metric has %q, want %q", tt.reason, got, series)
				}
			}
		})
	}
	t.Run("panic", func(t *testing.T) {
		f := newFixture(t)
		h := telemetryhttp.NewHandler(layer(telemetryhttp.Routes(muxOf("GET /users/{id}", panics))))
		func() {
			defer func() { _ = recover() }()
			f.do(t, h, http.MethodGet, "/users/7")
		}()
		if got := f.ended(t).Name(); got != "GET /users/{id}" {
			t.Errorf("span %q: want the route although the handler panicked", got)
		}
	})
}

func TestUnknownMethod(t *testing.T) {
	f := newFixture(t)
	f.do(t, telemetryhttp.NewHandler(muxOf("/a/{id}", status(200))), "BREW", "/a/1")
	s := view(f.ended(t))
	if s.Name != "HTTP /a/{id}" || s.Attrs["http.request.method"] != "_OTHER" {
		t.Errorf("span %q, method %v: anyone can make methods up", s.Name, s.Attrs["http.request.method"])
	}
}

func TestRoutesAndSetRouteOutsideHandler(t *testing.T) {
	telemetryhttp.SetRoute(t.Context(), "/a")
	f := newFixture(t)
	res := f.do(t, telemetryhttp.Routes(muxOf("/a", status(204))), http.MethodGet, "/a")
	if res.StatusCode != http.StatusNoContent || len(f.spans.Ended()) != 0 {
		t.Errorf("status %d, %d spans", res.StatusCode, len(f.spans.Ended()))
	}
}

func FuzzSetRoute(f *testing.F) {
	for _, s := range []string{"", "/", "GET /a/{id}", "example.com/", "users/:id", "\xff/", "//", "POST "} {
		f.Add(s)
	}
	fix := newFixture(f)
	f.Fuzz(func(t *testing.T, pattern string) {
		fix.spans.Reset()
		h := telemetryhttp.NewHandler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			telemetryhttp.SetRoute(r.Context(), pattern)
		}))
		fix.do(t, h, http.MethodGet, "/")
		s := view(fix.ended(t))
		route, has := s.Attrs["http.route"].(string)
		if has != strings.Contains(pattern, "/") {
			t.Fatalf("%q: http.route present: %t", pattern, has)
		}
		if has && (!strings.HasPrefix(route, "/") || !strings.HasSuffix(pattern, route)) {
			t.Fatalf("%q: http.route %q", pattern, route)
		}
	})
}
