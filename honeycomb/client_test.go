package honeycomb_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

func TestNewClientRefuses(t *testing.T) {
	tests := []struct{ name, key, endpoint, want string }{
		{"no key", " ", honeycomb.EndpointUS, "no key: create a configuration key"},
		{"two keys", "abc def", honeycomb.EndpointUS, "copy it again"},
		{"line break inside", "abc\ndef", honeycomb.EndpointUS, "copy it again"},
		{"password in what is no address", "abc", "https://me:hunter2%zz@example.com", "the endpoint has a user or a password: want an address such as https://api.honeycomb.io"},
		{"password without a scheme", "abc", "me:hunter2@example.com", "the endpoint has a user or a password: want an address such as https://api.honeycomb.io"},
		{"no scheme", "abc", "api.honeycomb.io", `endpoint "api.honeycomb.io": want an address such as https://api.honeycomb.io`},
		{"user in the address", "abc", "https://me@api.honeycomb.io", "want an address"},
		{"without TLS", "abc", "http://api.honeycomb.io", "anybody on the way could read the key: use https"},
		{"without TLS to another machine", "abc", "http://192.0.2.1:8080", "use https, except for this machine"},
		{"other scheme", "abc", "grpc://api.honeycomb.io", "want an address"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := honeycomb.NewClient(tt.key, honeycomb.WithEndpoint(tt.endpoint))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "abc") && tt.key != "abc" {
				t.Errorf("the error shows the key: %v", err)
			}
		})
	}
}

func TestPlainHTTPOnThisMachine(t *testing.T) {
	for _, host := range []string{"localhost:8080", "127.0.0.1", "[::1]:8080"} {
		if _, err := honeycomb.NewClient("abc", honeycomb.WithEndpoint("http://"+host)); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestClientShowsNoKey(t *testing.T) {
	c := newClient(t, fakehoneycomb.New())
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if s := fmt.Sprintf(format, c); strings.Contains(s, fakehoneycomb.DefaultKey) {
			t.Errorf("%s shows the key: %s", format, s)
		}
	}
}

func TestAuth(t *testing.T) {
	api := fakehoneycomb.New(fakehoneycomb.WithKey(fakehoneycomb.Key{
		Value: "classic", Team: "acme", Denied: []fakehoneycomb.Permission{fakehoneycomb.Boards},
	}))
	client, err := honeycomb.NewClient("classic\n", honeycomb.WithTransport(api.Transport()))
	if err != nil {
		t.Fatal(err)
	}
	got, err := client.Auth(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := honeycomb.Access{
		Type: "configuration",
		Permissions: map[string]bool{
			"boards": false, "columns": true, "createDatasets": true, "events": true, "markers": true,
			"queries": true, "recipients": true, "slos": true, "triggers": true,
		},
		Team: honeycomb.Place{Name: "acme", Slug: "acme"},
	}
	if diff := cmp.Diff(want, got); diff != "" || !got.Classic() {
		t.Errorf("access (-want +got):\n%s", diff)
	}
}

// TestErrors shows the sentence for everything that a person can get wrong.
func TestErrors(t *testing.T) {
	denied := fakehoneycomb.Key{
		Value: "denied", Team: "acme", Environment: "test",
		Denied: []fakehoneycomb.Permission{fakehoneycomb.Triggers, fakehoneycomb.Recipients},
	}
	ingest := fakehoneycomb.Key{Value: "ingest", Team: "acme", Environment: "test", Ingest: true}
	tests := []struct {
		name     string
		key      string
		endpoint string
		dataset  string
		fault    fakehoneycomb.Fault
		requests int
		want     string
	}{
		{
			name: "wrong key", key: "wrong-key", requests: 1,
			want: "honeycomb: GET /1/auth: 401: unknown API key - check your credentials: https://api.honeycomb.io does not know the key: copy the whole configuration key, and if it belongs to the other region use https://api.eu1.honeycomb.io",
		},
		{
			name: "wrong key in Europe", key: "wrong-key", endpoint: honeycomb.EndpointEU,
			want: "honeycomb: GET /1/auth: 401: unknown API key - check your credentials: https://api.eu1.honeycomb.io does not know the key: copy the whole configuration key, and if it belongs to the other region use https://api.honeycomb.io",
		},
		{
			name: "wrong key at an address of one's own", key: "wrong-key", endpoint: "https://honeycomb.example.com",
			want: "honeycomb: GET /1/auth: 401: unknown API key - check your credentials: https://honeycomb.example.com does not know the key: copy the whole configuration key, and see that it is of the team behind this address",
		},
		{
			name: "an address with a path", endpoint: honeycomb.EndpointUS + "/api",
			want: "honeycomb: GET /1/auth: 404: path not found: is https://api.honeycomb.io/api the address of Honeycomb's API, without a path?",
		},
		{
			name: "a dataset that has to be escaped", dataset: "a b/c",
			want: `honeycomb: dataset "a b/c" is not there (404: dataset not found): send a first event to it, name another, or use the key of its environment`,
		},
		{
			name: "permissions", key: "denied",
			want: `honeycomb: the key lacks the permission "triggers" (Manage Triggers), "recipients" (Manage Recipients): enable it on the key's page in environment "test", or use another key`,
		},
		{
			name: "ingest key", key: "ingest",
			want: `honeycomb: the key is an ingest key, which can send events only: create a configuration key in environment "test"`,
		},
		{
			name: "unknown dataset", dataset: "nope",
			want: `honeycomb: dataset "nope" is not there (404: dataset not found): send a first event to it, name another, or use the key of its environment`,
		},
		{
			name: "web page", fault: fakehoneycomb.HTML, requests: 1,
			want: "honeycomb: GET /1/auth: a web page instead of JSON: is https://api.honeycomb.io the address of Honeycomb's API, and does a proxy stand in between?",
		},
		{
			name: "server errors", fault: fakehoneycomb.InternalError, requests: 5,
			want: "honeycomb: GET /1/auth: 500: internal server error: try again later; https://status.honeycomb.io says how Honeycomb is",
		},
		{
			name: "unreachable", fault: fakehoneycomb.HangUpBefore, requests: 5,
			want: "honeycomb: GET /1/auth: no answer: connection closed by peer before an answer: check the network, HTTPS_PROXY and the endpoint https://api.honeycomb.io",
		},
		{
			name: "silent", fault: fakehoneycomb.TimeoutBefore, requests: 5,
			want: "honeycomb: GET /1/auth: no answer: nothing within 30s: check the network, HTTPS_PROXY and the endpoint https://api.honeycomb.io",
		},
		{
			name: "rate limit", fault: fakehoneycomb.RateLimited, requests: 5,
			want: "honeycomb: GET /1/auth: 429: You have exceeded your rate limit.: something else uses up the key's rate limit; try again in a minute",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				api := fakehoneycomb.New(fakehoneycomb.WithKey(denied), fakehoneycomb.WithKey(ingest))
				api.Inject(func(fakehoneycomb.Request) fakehoneycomb.Fault { return tt.fault })
				key, endpoint := tt.key, tt.endpoint
				if key == "" {
					key = fakehoneycomb.DefaultKey
				}
				if endpoint == "" {
					endpoint = honeycomb.EndpointUS
				}
				client, err := honeycomb.NewClient(key, honeycomb.WithTransport(api.Transport()), honeycomb.WithEndpoint(endpoint+"/"))
				if err != nil {
					t.Fatal(err)
				}
				d, s := small()
				if tt.dataset != "" {
					s.Dataset = tt.dataset
				}
				_, err = client.Plan(t.Context(), d, s)
				if diff := cmp.Diff(tt.want, fmt.Sprint(err)); diff != "" {
					t.Errorf("error (-want +got):\n%s", diff)
				}
				if got := len(api.Requests()); tt.requests > 0 && got != tt.requests {
					t.Errorf("%d requests, want %d", got, tt.requests)
				}
			})
		})
	}
}

func TestSlackIsExplained(t *testing.T) {
	api := fakehoneycomb.New(fakehoneycomb.WithoutSlack())
	d, s := small()
	err := try(t.Context(), newClient(t, api), d, s)
	for _, want := range []string{
		`create recipient "chat" failed after 10 of 18 changes; apply again to continue from there`,
		"Slack recipients need Honeycomb's Slack app: connect it once under Team settings, Integrations, and apply again",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

// echo answers with what it was sent, as a careless server's error does.
type echo struct{}

func (echo) RoundTrip(r *http.Request) (*http.Response, error) {
	body, _ := io.ReadAll(r.Body)
	message := strings.ReplaceAll(strings.ReplaceAll(string(body), `"`, "'"), "\n", "")
	return &http.Response{
		StatusCode: http.StatusBadRequest,
		Header:     http.Header{"Content-Type": {"application/json"}, "Request-Id": {"req-1"}},
		Body:       io.NopCloser(strings.NewReader(`{"error": "bad: ` + message + r.Header.Get("X-Honeycomb-Team") + `"}`)),
		Request:    r,
	}, nil
}

func TestErrorsShowNoSecrets(t *testing.T) {
	api := fakehoneycomb.New()
	client, err := honeycomb.NewClient(fakehoneycomb.DefaultKey, honeycomb.WithTransport(switcher{api.Transport()}))
	if err != nil {
		t.Fatal(err)
	}
	d, s := small()
	err = try(t.Context(), client, d, s)
	if err == nil || strings.Contains(err.Error(), secret) || !strings.Contains(err.Error(), "***") || !strings.Contains(err.Error(), "(request req-1)") {
		t.Errorf("error %v, want one with asterisks for the secret and the request's id", err)
	}
	if client, err = honeycomb.NewClient(fakehoneycomb.DefaultKey, honeycomb.WithTransport(echo{})); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Auth(t.Context()); err == nil || strings.Contains(err.Error(), fakehoneycomb.DefaultKey) {
		t.Errorf("error %v shows the key", err)
	}
}

// switcher echoes posts of recipients.
type switcher struct{ http.RoundTripper }

func (s switcher) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost && r.URL.Path == "/1/recipients" {
		return echo{}.RoundTrip(r)
	}
	return s.RoundTripper.RoundTrip(r)
}

func TestRedirectIsNotFollowed(t *testing.T) {
	var elsewhere int
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere++ }))
	defer other.Close()
	server := httptest.NewServer(http.RedirectHandler(other.URL+"/1/auth", http.StatusTemporaryRedirect))
	defer server.Close()
	client, err := honeycomb.NewClient("key-of-the-team", honeycomb.WithEndpoint(server.URL), honeycomb.WithTransport(server.Client().Transport))
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Auth(t.Context())
	if err == nil || !strings.Contains(err.Error(), "which is not followed because it would carry the key along") || elsewhere > 0 {
		t.Errorf("error %v after %d requests elsewhere", err, elsewhere)
	}
}

func TestWrongCertificateIsNotRepeated(t *testing.T) {
	server := httptest.NewUnstartedServer(fakehoneycomb.New())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	transport := &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
	defer transport.CloseIdleConnections()
	var waited int
	client, err := honeycomb.NewClient("key-of-the-team", honeycomb.WithEndpoint(server.URL), honeycomb.WithTransport(transport),
		honeycomb.WithWaiting(func(time.Duration, string) { waited++ }))
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Auth(t.Context())
	if err == nil || !strings.Contains(err.Error(), "no proxy replaces its certificate") || waited > 0 {
		t.Errorf("error %v after %d pauses", err, waited)
	}
}

// TestRealConnections runs the whole over sockets: what the transport of the
// fake does not show is how net/http takes a cut connection.
func TestRealConnections(t *testing.T) {
	api := fakehoneycomb.New()
	server := httptest.NewServer(api)
	defer server.Close()
	api.FailAt(5, fakehoneycomb.HangUpBefore)
	client, err := honeycomb.NewClient(fakehoneycomb.DefaultKey, honeycomb.WithEndpoint(server.URL), honeycomb.WithTransport(server.Client().Transport))
	if err != nil {
		t.Fatal(err)
	}
	d, s := small()
	bring(t, client, d, s)
}

func TestApplyEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := fakehoneycomb.New(fakehoneycomb.WithRateLimit(20))
		client := newClient(t, api)
		d, s := small()
		changes := plan(t, client, d, s)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start := time.Now()
		err := changes.Apply(ctx, nil)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 6*time.Second {
			t.Errorf("error %v after %s", err, time.Since(start))
		}
	})
}

func TestMark(t *testing.T) {
	for _, fault := range []fakehoneycomb.Fault{fakehoneycomb.None, fakehoneycomb.HangUpAfter, fakehoneycomb.HangUpBefore, fakehoneycomb.BadGatewayAfter} {
		t.Run(fault.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				api := fakehoneycomb.New()
				api.FailAt(0, fault)
				m := honeycomb.Marker{Message: "v1.2.3", Type: "deploy", URL: "https://example.com/1"}
				if err := newClient(t, api).Mark(t.Context(), fakehoneycomb.DefaultDataset, m); err != nil {
					t.Fatal(err)
				}
				got := only(t, api, fakehoneycomb.KindMarker, "")
				want := fakehoneycomb.Object{
					"id": got["id"], "created_at": got["created_at"], "updated_at": got["updated_at"],
					"message": "v1.2.3", "type": "deploy", "url": "https://example.com/1", "start_time": float64(time.Now().Unix()),
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("marker (-want +got):\n%s", diff)
				}
			})
		})
	}
}
