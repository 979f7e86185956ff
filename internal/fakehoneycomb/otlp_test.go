package fakehoneycomb_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

// TestExports: a service may send to the address of the API.
func TestExports(t *testing.T) {
	api := fakehoneycomb.New(fakehoneycomb.WithRateLimit(1),
		fakehoneycomb.WithKey(fakehoneycomb.Key{Value: "ingest", Team: "acme", Environment: "test", Ingest: true}),
		fakehoneycomb.WithKey(fakehoneycomb.Key{Value: "denied", Team: "acme", Denied: []fakehoneycomb.Permission{fakehoneycomb.Events}}))
	const protobuf = "application/x-protobuf"
	tests := []struct {
		name, key, path, kind string
		status                int
	}{
		{"traces", "ingest", "/v1/traces", protobuf, http.StatusOK},
		{"metrics", "ingest", "/v1/metrics", protobuf, http.StatusOK},
		{"JSON", "ingest", "/v1/traces", "application/json", http.StatusOK},
		{"unknown key", "wrong", "/v1/traces", protobuf, http.StatusUnauthorized},
		{"key that may not send", "denied", "/v1/traces", protobuf, http.StatusForbidden},
		{"another kind", "ingest", "/v1/traces", "text/plain", http.StatusUnsupportedMediaType},
		{"no such signal", "ingest", "/v1/dreams", protobuf, http.StatusNotFound},
	}
	for _, tt := range tests {
		r := httptest.NewRequest(http.MethodPost, tt.path, strings.NewReader("x"))
		r.Header.Set("X-Honeycomb-Team", tt.key)
		r.Header.Set("Content-Type", tt.kind)
		w := httptest.NewRecorder()
		api.ServeHTTP(w, r)
		if w.Code != tt.status {
			t.Errorf("%s: %d %s, want %d", tt.name, w.Code, w.Body, tt.status)
		}
	}
	if got := len(api.Requests()); got != len(tests) {
		t.Errorf("%d requests are recorded, want %d", got, len(tests))
	}
}
