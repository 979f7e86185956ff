package page_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/lens/internal/page"
)

func get(t *testing.T, method, target string) *http.Response {
	t.Helper()
	w := httptest.NewRecorder()
	page.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, target, http.NoBody))
	return w.Result()
}

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestPathsAnswer(t *testing.T) {
	index := body(t, get(t, http.MethodGet, "/"))
	asset := regexp.MustCompile(`/assets/[^"]+\.js`).FindString(index)
	if asset == "" {
		t.Fatalf("the page loads no script:\n%s", index)
	}
	tests := []struct {
		name, reason   string
		method, target string
		status         int
		kind, cache    string
	}{
		{"root", "the page", http.MethodGet, "/", 200, "text/html", "no-cache"},
		{"deep link", "an alert's link opens the page, which reads the address", http.MethodGet, "/traces/4bf92f35", 200, "text/html", "no-cache"},
		{"index by name", "no redirect, which a deep link would not survive", http.MethodGet, "/index.html", 200, "text/html", "no-cache"},
		{"climbing", "nothing but the built files can be read", http.MethodGet, "/assets/../../page.go", 200, "text/html", "no-cache"},
		{"script", "its name changes with its content", http.MethodGet, asset, 200, "text/javascript", "public, max-age=31536000, immutable"},
		{"licences", "of what the page contains", http.MethodGet, "/licenses.txt", 200, "text/plain", "no-cache"},
		{"head", "as a browser checks", http.MethodHead, asset, 200, "text/javascript", "public, max-age=31536000, immutable"},
		{"old script", "the page as a script would be an error that nobody understands", http.MethodGet, "/assets/index-old.js", 404, "text/plain", ""},
		{"folder", "what files there are is nobody's business", http.MethodGet, "/assets/", 404, "text/plain", ""},
		{"post", "there is nothing to write", http.MethodPost, "/", 405, "text/plain", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := get(t, tt.method, tt.target)
			kind, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";")
			if res.StatusCode != tt.status || kind != tt.kind || res.Header.Get("Cache-Control") != tt.cache {
				t.Errorf("%s %s: %d %s, cached %q; want %d %s, %q: %s",
					tt.method, tt.target, res.StatusCode, kind, res.Header.Get("Cache-Control"), tt.status, tt.kind, tt.cache, tt.reason)
			}
		})
	}
}

// The policy allows no inline script and no inline style, so the page must have none.
func TestPageObeysItsPolicy(t *testing.T) {
	res := get(t, http.MethodGet, "/")
	policy := res.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the policy %q lacks %q", policy, want)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Errorf("the policy %q allows what is unsafe", policy)
	}
	index := body(t, res)
	for _, bad := range []string{`<script>`, `<style`, ` style=`, ` onload=`, `http://`, `https://`} {
		if strings.Contains(index, bad) {
			t.Errorf("the page contains %q:\n%s", bad, index)
		}
	}
}

func TestAddresses(t *testing.T) {
	query := []byte(`{"filters":[{"column":"name","op":"=","value":"a&b"}]}`)
	at := time.UnixMilli(1_700_000_000_000)
	tests := []struct{ name, reason, got, want string }{
		{"query", "everything in it survives", page.QueryPath(query, at, at.Add(time.Minute)), "/query?end=1700000060000&q=%7B%22filters%22%3A%5B%7B%22column%22%3A%22name%22%2C%22op%22%3A%22%3D%22%2C%22value%22%3A%22a%26b%22%7D%5D%7D&start=1700000000000"},
		{"own range", "no times were given", page.QueryPath([]byte(`{}`), time.Time{}, time.Time{}), "/query?q=%7B%7D"},
		{"alert", "a slash is part of the name", page.AlertPath("Errors / 5 min"), "/alerts/Errors%20%2F%205%20min"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got != tt.want {
				t.Errorf("%s\nwant %s: %s", tt.got, tt.want, tt.reason)
			}
		})
	}
}
