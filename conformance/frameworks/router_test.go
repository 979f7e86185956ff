package frameworks_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
)

// routers are the frameworks on net/http: each makes the handler of a service
// that serves refine at "/api/sessions/{id}", with the framework's own recovery
// from panics.
var routers = []struct {
	name  string
	route string // as the framework spells it
	serve func() http.Handler
}{
	{"net/http", "/api/sessions/{id}", serveMux},
	{"chi", "/api/sessions/{id}", serveChi},
	{"gin", "/api/sessions/:id", serveGin},
	{"echo v5", "/api/sessions/:id", serveEcho},
	{"echo v4", "/api/sessions/:id", serveEcho4},
}

// get requests path from a real server and returns the status once the server
// is done with the request; 0 is for no answer.
func get(t *testing.T, h http.Handler, path string) int {
	t.Helper()
	srv := httptest.NewUnstartedServer(h)
	srv.Config.ErrorLog = quiet
	srv.Start()
	defer srv.Close() // waits for the request
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Request-Id", "r-1")
	res, err := srv.Client().Do(r)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	return res.StatusCode
}

func TestRouters(t *testing.T) {
	for _, router := range routers {
		for _, tt := range []struct {
			name, reason, id string
			status           int
		}{
			{"works", "one server span by the route's name, with the ids and the sums of what is below", works, http.StatusOK},
			{"fails", "the answer is what failed", fails, http.StatusInternalServerError},
			{"panics", "the framework answers; the typed span knows why", panics, http.StatusInternalServerError},
		} {
			t.Run(router.name+" "+tt.name, func(t *testing.T) {
				r := initialize(t)
				if got := get(t, router.serve(), "/api/sessions/"+tt.id); got != tt.status {
					t.Errorf("status %d, want %d", got, tt.status)
				}
				ids := attrs{attr.RequestID: "r-1", attr.UserID: "u-42", attr.SessionID: tt.id}
				answer := attrs{attr.HTTPRoute: router.route, attr.HTTPResponseStatusCode: int64(tt.status)}
				status, sums := "Unset", rollup
				if tt.status >= http.StatusInternalServerError {
					answer[attr.ErrorType] = strconv.Itoa(tt.status)
					status, sums = "Error", nil
				}
				want := []span{{
					Name: "GET " + router.route, Kind: "server", Status: status,
					Attrs: ids.with(answer).with(sums), Children: refined(ids),
				}}
				if diff := cmp.Diff(want, r.tree()); diff != "" {
					t.Errorf("%s; spans (-want +got):\n%s", tt.reason, diff)
				}
				if diff := cmp.Diff([]point{{"http.server.request.duration", 1, answer}}, r.served(t)); diff != "" {
					t.Errorf("%s; metrics (-want +got):\n%s", tt.reason, diff)
				}
			})
		}
	}
}

// A path that no route has is not a name: anyone can make paths up.
func TestRoutersWithoutRoute(t *testing.T) {
	for _, router := range routers {
		t.Run(router.name, func(t *testing.T) {
			r := initialize(t)
			if got := get(t, router.serve(), "/wp-login.php"); got != http.StatusNotFound {
				t.Errorf("status %d, want %d", got, http.StatusNotFound)
			}
			answer := attrs{attr.HTTPResponseStatusCode: int64(http.StatusNotFound)}
			want := []span{{Name: "GET", Kind: "server", Status: "Unset", Attrs: answer.with(attrs{attr.RequestID: "r-1"})}}
			if diff := cmp.Diff(want, r.tree()); diff != "" {
				t.Errorf("spans (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]point{{"http.server.request.duration", 1, answer}}, r.served(t)); diff != "" {
				t.Errorf("metrics (-want +got):\n%s", diff)
			}
		})
	}
}
