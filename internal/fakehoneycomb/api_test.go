package fakehoneycomb_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestRecorded sends what the Terraform provider sent, and checks that the
// answer repeats all of it.
func TestRecorded(t *testing.T) {
	c := &caller{
		t: t, key: fakehoneycomb.DefaultKey, ids: map[string]string{},
		api: fakehoneycomb.New(fakehoneycomb.WithDataset(fakehoneycomb.DefaultTeam, fakehoneycomb.DefaultEnvironment, "lift-api")),
	}
	c.make("route", "/1/columns/lift-api", `{"key_name":"http.route"}`)
	c.make("parent", "/1/columns/lift-api", `{"key_name":"trace.parent_id"}`)
	c.make("kind", "/1/columns/lift-api", `{"key_name":"meta.annotation_type"}`)
	c.make("status", "/1/columns/lift-api", `{"key_name":"http.response.status_code","type":"integer"}`)
	recorded := map[string]string{} // ids of the recording
	for _, tt := range []struct{ file, id string }{
		{"columns", ""},
		{"queries", "qry0000002"},
		{"derived-columns", ""},
		{"recipients", "rcp0000004"},
		{"query-annotations", "ann0000005"},
		{"slos", "slo0000006"},
		{"triggers", ""},
		{"burn-alerts-exhaustion-time", ""},
		{"burn-alerts-budget-rate", ""},
		{"boards", ""},
	} {
		data, err := os.ReadFile(filepath.Join("..", "..", "honeycomb", "testdata", "recorded", tt.file+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var request struct {
			URL  string         `json:"url"`
			Body map[string]any `json:"body"`
		}
		if err := json.Unmarshal(data, &request); err != nil {
			t.Fatal(err)
		}
		body, err := json.Marshal(request.Body)
		if err != nil {
			t.Fatal(err)
		}
		text := string(body)
		for old, id := range recorded {
			text = strings.ReplaceAll(text, old, id)
		}
		status, answer := c.do(http.MethodPost, request.URL, text)
		var sent, got map[string]any
		if json.Unmarshal([]byte(text), &sent) != nil || json.Unmarshal([]byte(answer), &got) != nil || status >= 300 {
			t.Fatalf("%s: %d %s", tt.file, status, answer)
		}
		if tt.id != "" {
			recorded[tt.id] = got["id"].(string)
		}
		for name := range got {
			if _, ok := sent[name]; !ok {
				delete(got, name)
			}
		}
		for _, name := range []string{"created_at", "updated_at", "last_written", "links", "baseline_details", "recipients"} {
			delete(sent, name)
			delete(got, name)
		}
		if diff := cmp.Diff(sent, got); diff != "" {
			t.Errorf("%s (-sent +answered):\n%s", tt.file, diff)
		}
	}
}

func TestPlans(t *testing.T) {
	c := setUp(t) // has a trigger
	c.api.SetPlan(fakehoneycomb.Free)
	c.make("second", "/1/triggers/lift-sys", okTrigger)
	if status, answer := c.do(http.MethodPost, "/1/triggers/lift-sys", okTrigger); status != http.StatusForbidden || !strings.Contains(answer, "your plan has 2 triggers") {
		t.Errorf("third trigger: %d %s", status, answer)
	}
	if status, _ := c.do(http.MethodPut, "/1/triggers/lift-sys/<second>", okTrigger); status != http.StatusOK {
		t.Errorf("changing a trigger at the cap: %d", status)
	}
	for _, path := range []string{"/1/slos/lift-sys", "/1/burn_alerts/lift-sys?slo_id=<slo>"} {
		if status, answer := c.do(http.MethodGet, path, ""); status != http.StatusForbidden || !strings.Contains(answer, "not part of your plan") {
			t.Errorf("%s: %d %s", path, status, answer)
		}
	}
	c.api.SetPlan(fakehoneycomb.Enterprise)
	c.make("third", "/1/triggers/lift-sys", okTrigger)
}

func TestKeys(t *testing.T) {
	c := setUp(t,
		fakehoneycomb.WithKey(fakehoneycomb.Key{Value: "other", Team: "other", Environment: "test"}),
		fakehoneycomb.WithDataset("other", "test", "lift-sys"),
		fakehoneycomb.WithKey(fakehoneycomb.Key{Value: "prod", Team: fakehoneycomb.DefaultTeam, Environment: "prod"}),
		fakehoneycomb.WithKey(fakehoneycomb.Key{Value: "reader", Team: "other", Environment: "test", Denied: []fakehoneycomb.Permission{fakehoneycomb.Boards}}),
		fakehoneycomb.WithKey(fakehoneycomb.Key{Value: "ingest", Team: "other", Environment: "test", Ingest: true}),
	)
	tests := []struct {
		name, key, path string
		status          int
		want            string
	}{
		{"no key", "", "/1/auth", 401, "unknown API key"},
		{"wrong key", "x", "/1/auth", 401, "unknown API key"},
		{"boards of another team", "other", "/1/boards", 200, "[]"},
		{"columns of another team", "other", "/1/columns/lift-sys", 200, "[]"},
		{"recipients of another team", "other", "/1/recipients", 200, "[]"},
		{"boards of another environment", "prod", "/1/boards", 200, "[]"},
		{"recipients of the whole team", "prod", "/1/recipients", 200, "#c"},
		{"dataset of another environment", "prod", "/1/columns/lift-sys", 404, "dataset not found"},
		{"no permission", "reader", "/1/boards", 403, `lacks the permission \"boards\"`},
		{"another permission", "reader", "/1/columns/lift-sys", 200, "[]"},
		{"ingest", "ingest", "/1/columns/lift-sys", 403, "lacks the permission"},
		{"ingest itself", "ingest", "/1/auth", 200, `"type":"ingest"`},
		{"columns of all datasets", fakehoneycomb.DefaultKey, "/1/columns/__all__", 200, "http.route"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c.key = tt.key
			if status, answer := c.do(http.MethodGet, tt.path, ""); status != tt.status || !strings.Contains(answer, tt.want) {
				t.Errorf("%d %s, want %d with %q", status, answer, tt.status, tt.want)
			}
		})
	}
}

func TestSlackHasToBeConnected(t *testing.T) {
	c := &caller{t: t, key: fakehoneycomb.DefaultKey, api: fakehoneycomb.New(fakehoneycomb.WithoutSlack())}
	if status, answer := c.do(http.MethodPost, "/1/recipients", `{"type":"slack","details":{"slack_channel":"#c"}}`); status != 422 || !strings.Contains(answer, "OAuth") {
		t.Errorf("%d %s", status, answer)
	}
}

func TestRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := fakehoneycomb.New(fakehoneycomb.WithRateLimit(2), fakehoneycomb.WithLatency(time.Second))
		get := func() *http.Response {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/1/auth", nil)
			r.Header.Set("X-Honeycomb-Team", fakehoneycomb.DefaultKey)
			w := httptest.NewRecorder()
			api.ServeHTTP(w, r)
			return w.Result()
		}
		for _, want := range []string{"limit=2, remaining=1, reset=60", "limit=2, remaining=0, reset=59"} {
			if got := get().Header.Get("Ratelimit"); got != want {
				t.Errorf("Ratelimit %q, want %q", got, want)
			}
		}
		refused := get()
		after, err := time.Parse(http.TimeFormat, refused.Header.Get("Retry-After"))
		if refused.StatusCode != http.StatusTooManyRequests || err != nil {
			t.Fatalf("%d, Retry-After: %v", refused.StatusCode, err)
		}
		time.Sleep(time.Until(after))
		if again := get(); again.StatusCode != http.StatusOK {
			t.Errorf("%d after Retry-After", again.StatusCode)
		}
	})
}

func TestFaults(t *testing.T) {
	const column = `{"key_name":"x"}`
	tests := []struct {
		fault  fakehoneycomb.Fault
		status int // 0: no answer
		made   bool
	}{
		{fakehoneycomb.None, 201, true},
		{fakehoneycomb.RateLimited, 429, false},
		{fakehoneycomb.InternalError, 500, false},
		{fakehoneycomb.Unavailable, 503, false},
		{fakehoneycomb.BadGatewayAfter, 502, true},
		{fakehoneycomb.HangUpBefore, 0, false},
		{fakehoneycomb.HangUpAfter, 0, true},
		{fakehoneycomb.TimeoutBefore, 0, false},
		{fakehoneycomb.TimeoutAfter, 0, true},
		{fakehoneycomb.HTML, 200, false},
		{fakehoneycomb.WrongKey, 401, false},
		{fakehoneycomb.Forbidden, 403, false},
	}
	if len(tests) != len(fakehoneycomb.Faults())+1 {
		t.Errorf("%d of %d faults are tested", len(tests)-1, len(fakehoneycomb.Faults()))
	}
	send := func(t *testing.T, transport http.RoundTripper, address string) int {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/1/columns/lift-sys", strings.NewReader(column))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Honeycomb-Team", fakehoneycomb.DefaultKey)
		r.Header.Set("Content-Type", "application/json")
		response, err := (&http.Client{Transport: transport, Timeout: 10 * time.Second}).Do(r)
		if err != nil {
			return 0
		}
		defer func() { _ = response.Body.Close() }()
		if _, err := io.Copy(io.Discard, response.Body); err != nil {
			return 0
		}
		return response.StatusCode
	}
	for _, tt := range tests {
		t.Run(tt.fault.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				api := fakehoneycomb.New()
				api.FailAt(0, tt.fault)
				status := send(t, api.Transport(), "https://api.honeycomb.io")
				made := len(api.Objects(fakehoneycomb.KindColumn)) == 1
				if status != tt.status || made != tt.made {
					t.Errorf("status %d and made %t, want %d and %t", status, made, tt.status, tt.made)
				}
				want := fakehoneycomb.Request{
					Method: "POST", Path: "/1/columns/lift-sys", Kind: fakehoneycomb.KindColumn,
					Body: []byte(column), Fault: tt.fault,
				}
				if tt.fault == fakehoneycomb.None || tt.fault == fakehoneycomb.RateLimited {
					want.Status = tt.status
				}
				if diff := cmp.Diff([]fakehoneycomb.Request{want}, api.Requests()); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
				api.Forget()
				if len(api.Requests()) != 0 {
					t.Error("Forget does not forget")
				}
			})
		})
	}
	t.Run("over a socket", func(t *testing.T) {
		api := fakehoneycomb.New()
		server := httptest.NewServer(api)
		defer server.Close()
		api.FailAt(0, fakehoneycomb.HangUpAfter)
		if status := send(t, server.Client().Transport, server.URL); status != 0 || len(api.Objects(fakehoneycomb.KindColumn)) != 1 {
			t.Errorf("status %d, want a closed connection after the effect", status)
		}
	})
}

func TestReplacingKeepsNothingButDisabled(t *testing.T) {
	c := setUp(t)
	if !c.api.Edit(fakehoneycomb.KindTrigger, c.ids["trigger"], func(o fakehoneycomb.Object) {
		o["disabled"], o["description"], o["tags"] = true, "old", []any{map[string]any{"key": "a", "value": "b"}}
	}) {
		t.Fatal("no trigger")
	}
	if status, answer := c.do(http.MethodPut, "/1/triggers/lift-sys/<trigger>", okTrigger); status != http.StatusOK {
		t.Fatalf("%d %s", status, answer)
	}
	got := c.api.Objects(fakehoneycomb.KindTrigger)[0]
	if got["disabled"] != true || got["description"] != "" || len(got["tags"].([]any)) != 0 {
		t.Errorf("trigger %v", got)
	}
}
