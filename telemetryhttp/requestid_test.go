package telemetryhttp_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/telemetryhttp"
)

func TestRequestID(t *testing.T) {
	long := strings.Repeat("a", 128)
	public := telemetryhttp.WithPublicEndpoint()
	tests := []struct {
		name, reason string
		request      string // X-Request-Id of the request
		outside      string // as set on the response by middleware outside
		opts         []telemetryhttp.Option
		want         string // "" is a made one
	}{
		{"taken", "one id through all services", "r-1", "", nil, "r-1"},
		{"uuid", "the common form", "7b0e4b1e-6c55-4a1c-9e0a-0d6a1d1d8a11", "", nil, "7b0e4b1e-6c55-4a1c-9e0a-0d6a1d1d8a11"},
		{"base64", "another common form", "aGVsbG8+/w==", "", nil, "aGVsbG8+/w=="},
		{"longest", "128 bytes fit", long, "", nil, long},
		{"absent", "each request has one", "", "", nil, ""},
		{"too long", "an id is no place for data", long + "a", "", nil, ""},
		{"space", "ids stand in logs and queries", "a b", "", nil, ""},
		{"quote", "ids stand in logs and queries", `a"b`, "", nil, ""},
		{"control", "ids stand in headers", "a\x01b", "", nil, ""},
		{"not ASCII", "ids stand in headers", "ä", "", nil, ""},
		{"public", "a client on the internet decides no attribute", "r-1", "", []telemetryhttp.Option{public}, ""},
		{"outside", "middleware outside has decided already", "r-1", "o-1", nil, "o-1"},
		{"outside public", "it may be trusted", "r-1", "o-1", []telemetryhttp.Option{public}, "o-1"},
		{"outside invalid", "what cannot be repeated is replaced", "r-1", "o 1", nil, "r-1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			r := httptest.NewRequestWithContext(f.context(t), http.MethodGet, "/", http.NoBody)
			if tt.request != "" {
				r.Header.Set("X-Request-Id", tt.request)
			}
			w := httptest.NewRecorder()
			if tt.outside != "" {
				w.Header().Set("X-Request-Id", tt.outside)
			}
			telemetryhttp.NewHandler(status(200), tt.opts...).ServeHTTP(w, r)
			got := view(f.ended(t)).Attrs["request.id"]
			if tt.want != "" && got != tt.want {
				t.Errorf("%s: request.id %v, want %q", tt.reason, got, tt.want)
			}
			if made := regexp.MustCompile(`^[A-Z2-7]{26}$`); tt.want == "" && !made.MatchString(got.(string)) {
				t.Errorf("%s: request.id %v, want a random one", tt.reason, got)
			}
			diff(t, "response", w.Result().Header.Values("X-Request-Id"), []string{got.(string)})
		})
	}
}

func TestRequestIDOfHandler(t *testing.T) {
	tests := []struct {
		name, reason string
		edit         func(http.Header)
		want         []string
	}{
		{"kept", "the client can quote it", func(http.Header) {}, []string{"r-1"}},
		{"set", "the handler has the last word", func(h http.Header) { h.Set("X-Request-Id", "mine") }, []string{"mine"}},
		{"added", "a reverse proxy adds its upstream's", func(h http.Header) { h.Add("X-Request-Id", "mine") }, []string{"mine"}},
		{"deleted", "the handler has the last word", func(h http.Header) { h.Del("X-Request-Id") }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			res := f.do(t, telemetryhttp.NewHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				tt.edit(w.Header())
				w.WriteHeader(http.StatusOK)
			})), http.MethodGet, "/", "X-Request-Id", "r-1")
			diff(t, tt.reason, res.Header.Values("X-Request-Id"), tt.want)
		})
	}
}

func FuzzRequestID(f *testing.F) {
	for _, s := range []string{"", "r-1", "a b", "\x00", "ä", strings.Repeat("a", 129), "Root=1-67891233-abcdef"} {
		f.Add(s)
	}
	fix := newFixture(f)
	safe := regexp.MustCompile(`^[A-Za-z0-9._~+/=:@|-]{1,128}$`)
	h := telemetryhttp.NewHandler(status(200))
	f.Fuzz(func(t *testing.T, id string) {
		fix.spans.Reset()
		r := httptest.NewRequestWithContext(fix.context(t), http.MethodGet, "/", http.NoBody)
		r.Header["X-Request-Id"] = []string{id}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		got := w.Result().Header.Get("X-Request-Id")
		if !safe.MatchString(got) {
			t.Fatalf("%q became %q", id, got)
		}
		if safe.MatchString(id) != (got == id) {
			t.Fatalf("%q became %q", id, got)
		}
	})
}
