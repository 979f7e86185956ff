package telemetryhttp_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryhttp"
)

// bare is a telemetry without destination whose resource shows what it is
// given.
func bare(t testing.TB, opts ...telemetry.Option) *telemetry.Telemetry {
	t.Helper()
	return newFixture(t, append(opts, telemetry.WithGetenv(func(string) string { return "" }))...).Telemetry
}

// ask sends a request to the page and returns the answer with its body.
func ask(t testing.TB, h http.Handler, method, target, form string, header ...string) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(form))
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Result(), string(body)
}

const browser = "text/html,application/xhtml+xml,*/*;q=0.8"

func TestDebugJSON(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tel := bare(t, telemetry.WithService("api", "1.2.3"))
		_, s := telemetry.Start(telemetry.NewContext(t.Context(), tel), "work")
		s.End(nil)
		resp, body := ask(t, telemetryhttp.NewDebugHandler(tel), "GET", "/debug/telemetry", "")
		if got := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK || got != "application/json; charset=utf-8" {
			t.Errorf("%s, %s", resp.Status, got)
		}
		var got map[string]any
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Fatal(err)
		}
		tally := map[string]any{
			"ended": 0.0, "recovered": 0.0, "replayed": 0.0, "spooled": 0.0, "exported": 0.0, "queued": 0.0, "rejected": 0.0,
			"dropped": map[string]any{"disabled": 0.0, "memory": 0.0, "oversize": 0.0, "poison": 0.0, "shutdown": 0.0, "spool": 0.0, "expired": 0.0},
		}
		stratum := map[string]any{"kept_traces": 0.0, "kept_events": 0.0, "dropped_traces": 0.0, "dropped_events": 0.0, "weight": 0.0}
		want := map[string]any{
			"version": telemetry.Version, "health": "ok", "recording": true, "errors": []any{},
			"stats": map[string]any{
				"spans": tally, "weight": tally, "points": tally, "events": 0.0,
				"started": 1.0, "sampled_out": 0.0, "late_costs": 0.0, "bad_costs": 0.0, "inherited_weights_ignored": 0.0,
				"sanitized": map[string]any{
					"attributes_dropped": 0.0, "events_dropped": 0.0, "links_dropped": 0.0, "non_finite": 0.0, "redacted": 0.0,
					"renamed": 0.0, "mask_failed": 0.0, "repaired": 0.0, "spans_shrunk": 0.0, "truncated": 0.0,
				},
				"sampling": map[string]any{
					"ended": 0.0, "kept": 0.0, "held": 0.0, "dropped": map[string]any{"share": 0.0, "budget": 0.0, "memory": 0.0, "late": 0.0, "shutdown": 0.0},
					"must": stratum, "rest": stratum, "forced": 0.0, "orphans": 0.0, "late": 0.0, "oversize": 0.0, "unknown": 0.0, "bytes": 0.0,
				},
				"budget": map[string]any{
					"per_month": 0.0, "used": 0.0, "window_allowance": 0.0, "window_used": 0.0,
					"metrics_per_month": 0.0, "metrics_used": 0.0, "metrics_dropped": 0.0,
				},
				"requests": 0.0, "retries": 0.0, "bytes_sent": 0.0, "buffered": 0.0, "last_error": "",
				"spool_bytes": 0.0, "spool_error": "",
			},
			"config": map[string]any{"enabled": true, "warnings": []any{}, "settings": settings(tel)},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func settings(tel *telemetry.Telemetry) []any {
	var all []any
	for _, s := range tel.Config().Settings {
		all = append(all, map[string]any{"name": s.Name, "value": s.Value, "source": s.Source})
	}
	return all
}

func TestDebugForms(t *testing.T) {
	t.Parallel()
	h := telemetryhttp.NewDebugHandler(bare(t))
	tests := []struct{ name, reason, target, accept, want string }{
		{"browser", "a person reads", "/", browser, "text/html; charset=utf-8"},
		{"curl", "scripts accept anything", "/", "*/*", "application/json; charset=utf-8"},
		{"asked for JSON", "a machine says so", "/", "application/json", "application/json; charset=utf-8"},
		{"JSON in the query", "the page links to it", "/?format=json", browser, "application/json; charset=utf-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			resp, body := ask(t, h, "GET", tt.target, "", "Accept", tt.accept)
			if got := resp.Header.Get("Content-Type"); got != tt.want || body == "" {
				t.Errorf("%q, want %q: %s", got, tt.want, tt.reason)
			}
			if resp.Header.Get("Cache-Control") != "no-store" || resp.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("headers %v", resp.Header)
			}
		})
	}
	if _, body := ask(t, telemetryhttp.NewDebugHandler(nil), "GET", "/", "", "Accept", browser); !strings.Contains(body, `<span class="state disabled">disabled</span>`) {
		t.Errorf("the page of no telemetry:\n%s", body)
	}
}

// Whoever chooses a service's name, or a backend's answer, must not run code
// on the operator's page. The style's hash must be the one that the policy
// allows, or the page has no style.
func TestDebugPageEscapes(t *testing.T) {
	t.Parallel()
	const attack = `"><script>alert(1)</script><img src=x onerror=alert(1)>`
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, attack, http.StatusNotFound)
	}))
	t.Cleanup(backend.Close)
	tel := bare(t, telemetry.WithService(attack, attack), telemetry.WithEndpoint(backend.URL),
		telemetry.WithResourceAttributes(attribute.String("team", attack)))
	_, s := telemetry.Start(telemetry.NewContext(t.Context(), tel), attack)
	s.End(nil)
	_ = tel.Flush(t.Context())
	resp, body := ask(t, telemetryhttp.NewDebugHandler(tel), "GET", "/", "", "Accept", browser)
	if strings.Contains(body, "<script") || strings.Contains(body, "<img") {
		t.Errorf("not escaped:\n%s", body)
	}
	if n := strings.Count(body, "&lt;script&gt;"); n < 3 {
		t.Errorf("%d escaped attacks, want the name, the version and the answer:\n%s", n, body)
	}
	_, rest, _ := strings.Cut(body, "<style>")
	style, _, _ := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(style))
	if policy := resp.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
		t.Errorf("policy %q does not fit the style %q", policy, style)
	}
}

func TestDebugShowsErrorsWithoutSecrets(t *testing.T) {
	t.Parallel()
	const secret = "hcaik_" + "01abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwx"
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "no such key: "+r.Header.Get("X-Honeycomb-Team"), http.StatusUnauthorized)
	}))
	t.Cleanup(backend.Close)
	tel := bare(t, telemetry.WithHoneycomb(secret), telemetry.WithHoneycombEndpoint(backend.URL))
	_, s := telemetry.Start(telemetry.NewContext(t.Context(), tel), "work")
	s.End(nil)
	_ = tel.Flush(t.Context())
	for _, accept := range []string{browser, "application/json"} {
		_, body := ask(t, telemetryhttp.NewDebugHandler(tel), "GET", "/", "", "Accept", accept)
		if !strings.Contains(body, "401 Unauthorized") || !strings.Contains(body, "unauthorized") {
			t.Errorf("the reason is missing:\n%s", body)
		}
		if strings.Contains(body, secret[10:]) {
			t.Errorf("the key is shown:\n%s", body)
		}
	}
}

func TestDebugSwitch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, reason, form string
		header             []string
		without            bool // the option
		status             int
		recording          bool // afterwards
	}{
		{"off", "by a script", "recording=off", nil, false, 200, false},
		{"on", "what is on stays on", "recording=on", nil, false, 200, true},
		{"page", "by the button; the browser then loads the page", "recording=off", []string{"Accept", browser, "Sec-Fetch-Site", "same-origin"}, false, 303, false},
		{"another site", "its page must not reach in", "recording=off", []string{"Sec-Fetch-Site", "cross-site"}, false, 403, true},
		{"another origin", "an older browser", "recording=off", []string{"Origin", "https://evil.example"}, false, 403, true},
		{"nonsense", "neither on nor off", "recording=maybe", nil, false, 400, true},
		{"nothing", "no form", "", nil, false, 400, true},
		{"huge", "nobody sends megabytes", "x=" + url.QueryEscape(strings.Repeat("x", 1<<20)) + "&recording=off", nil, false, 400, true},
		{"not allowed", "only where the service wants it", "recording=off", nil, true, 405, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tel := bare(t)
			opts := []telemetryhttp.DebugOption{telemetryhttp.WithSwitch()}
			if tt.without {
				opts = nil
			}
			resp, body := ask(t, telemetryhttp.NewDebugHandler(tel, opts...), "POST", "http://api.internal/debug/telemetry", tt.form, tt.header...)
			if resp.StatusCode != tt.status || tel.Enabled() != tt.recording {
				t.Errorf("%s, recording %t: want %d and %t: %s", resp.Status, tel.Enabled(), tt.status, tt.recording, tt.reason)
			}
			if tt.status == 200 && !strings.Contains(body, fmt.Sprintf(`"recording": %t`, tt.recording)) {
				t.Errorf("the answer does not tell the new state: %s", body)
			}
			if tt.status == 303 && resp.Header.Get("Location") != "?" {
				t.Errorf("leads to %q", resp.Header.Get("Location"))
			}
		})
	}
}
