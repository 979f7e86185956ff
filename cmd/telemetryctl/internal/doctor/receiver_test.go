package doctor_test

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/lift-sys/telemetry/cmd/telemetryctl/internal/doctor"
)

// TestReceiver goes through what a receiver of OTLP may answer. empty is to the
// request without content, span to the one with the test span.
func TestReceiver(t *testing.T) {
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.WriteHeader(code)
		}
	}
	tests := []struct {
		name        string
		empty, span http.HandlerFunc
		want        string
	}{
		{
			name: "takes all",
			want: `ok key: receiver:4318 accepts an export with what OTEL_EXPORTER_OTLP_HEADERS says
ok test span: accepted; trace 5b8aa5a2d2c872e8321cf37308d69df2, span "telemetryctl.doctor"
`,
		},
		{
			name: "credentials", empty: status(http.StatusUnauthorized),
			want: `failure key: receiver:4318 refuses the credentials: 401 Unauthorized → correct OTEL_EXPORTER_OTLP_HEADERS; names and values are joined by = and percent-encoded
skipped test span: not sent: what is wrong above comes first
`,
		},
		{
			name: "wrong path", empty: status(http.StatusNotFound),
			want: `failure key: receiver:4318 has nothing at http://receiver:4318/v1/traces: 404 Not Found → OTEL_EXPORTER_OTLP_ENDPOINT wants the base address; OTEL_EXPORTER_OTLP_TRACES_ENDPOINT wants all of it, /v1/traces included
skipped test span: not sent: what is wrong above comes first
`,
		},
		{
			name: "redirect", empty: func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "https://elsewhere.example.com/", http.StatusTemporaryRedirect)
			},
			want: `failure key: receiver:4318 redirects (307 Temporary Redirect), which is not followed because it would carry headers along → set the endpoint to the final address
skipped test span: not sent: what is wrong above comes first
`,
		},
		{
			name: "web page", empty: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				_, _ = io.WriteString(w, "<html>Sign in</html>")
			},
			want: `failure key: receiver:4318 answers with a web page: it is no OTLP receiver → correct the endpoint, or see what proxy stands in between
skipped test span: not sent: what is wrong above comes first
`,
		},
		{
			name: "JSON alone", empty: status(http.StatusUnsupportedMediaType),
			want: `failure key: receiver:4318 does not take protobuf: 415 Unsupported Media Type → enable OTLP over HTTP with protobuf at the receiver
skipped test span: not sent: what is wrong above comes first
`,
		},
		{
			name: "no empty exports", empty: status(http.StatusBadRequest),
			want: `skipped key: receiver:4318 does not take an export without content; the test span will tell
ok test span: accepted; trace 5b8aa5a2d2c872e8321cf37308d69df2, span "telemetryctl.doctor"
`,
		},
		{
			name: "trouble with empty exports alone", empty: status(http.StatusInternalServerError),
			want: `warning key: receiver:4318 answers 500 Internal Server Error → look at the receiver's own log
ok test span: accepted; trace 5b8aa5a2d2c872e8321cf37308d69df2, span "telemetryctl.doctor"
`,
		},
		{
			name: "partial success that refuses the span", span: func(w http.ResponseWriter, _ *http.Request) {
				data, _ := proto.Marshal(&collector.ExportTraceServiceResponse{PartialSuccess: &collector.ExportTracePartialSuccess{
					RejectedSpans: 1, ErrorMessage: "the month's events are used up",
				}})
				w.Header().Set("Content-Type", "application/x-protobuf")
				_, _ = w.Write(data)
			},
			want: `ok key: receiver:4318 accepts an export with what OTEL_EXPORTER_OTLP_HEADERS says
failure test span: refused: POST http://receiver:4318/v1/traces: 200 OK: the month's events are used up → read what the receiver says; its own log may say more
`,
		},
		{
			name: "refuses the span", span: status(http.StatusTeapot),
			want: `ok key: receiver:4318 accepts an export with what OTEL_EXPORTER_OTLP_HEADERS says
failure test span: refused: POST http://receiver:4318/v1/traces: 418 I'm a teapot → read what the receiver says; its own log may say more
`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := backend(t, nil, func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") != "Bearer "+token {
					t.Errorf("the receiver got the header %q", r.Header.Get("Authorization"))
				}
				answer := tt.empty
				if r.ContentLength != 0 {
					answer = tt.span
				}
				if answer != nil {
					answer(w, r)
				}
			})
			r := examine(t, server.URL, map[string]string{
				"OTEL_EXPORTER_OTLP_ENDPOINT": "{}", "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20" + token,
			}, doctor.Options{})
			if diff := cmp.Diff(tt.want, found(r, server.URL, "key", "test span")); diff != "" {
				t.Errorf("checks (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMetrics(t *testing.T) {
	tests := []struct {
		name   string
		env    map[string]string
		status int
		want   string
	}{
		{"taken", nil, 200, "ok metrics: accepted by receiver:4318\n"},
		{"no such path", nil, 404, "failure metrics: receiver:4318 has nothing at http://receiver:4318/v1/metrics: 404 Not Found → where the receiver takes traces alone, set OTEL_METRICS_EXPORTER=none\n"},
		{"other answer", nil, 503, "warning metrics: receiver:4318 answers 503 Service Unavailable → look at the receiver's own log\n"},
		{"off", map[string]string{"OTEL_METRICS_EXPORTER": "none"}, 200, "skipped metrics: metrics are not sent\n"},
		{"alone", map[string]string{"OTEL_TRACES_EXPORTER": "none"}, 200, "skipped metrics: looked at above: traces are not sent\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := backend(t, nil, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				if r.URL.Path == "/v1/metrics" {
					w.WriteHeader(tt.status)
				}
			})
			variables := map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "{}"}
			maps.Copy(variables, tt.env)
			r := examine(t, server.URL, variables, doctor.Options{})
			if diff := cmp.Diff(tt.want, found(r, server.URL, "metrics")); diff != "" {
				t.Errorf("checks (-want +got):\n%s", diff)
			}
		})
	}
}

// TestWithoutNetwork is what can be found out with no request at all.
func TestWithoutNetwork(t *testing.T) {
	tests := []struct {
		name string
		env  map[string]string
		want string
	}{
		{
			"nothing set", nil,
			`ok configuration: every variable can be read
failure destination: nothing is sent: no variable says where to → set HONEYCOMB_API_KEY or OTEL_EXPORTER_OTLP_ENDPOINT; or OTEL_TRACES_EXPORTER=console to see traces in the terminal
`,
		},
		{
			"switched off",
			map[string]string{"HONEYCOMB_API_KEY": ingestKey, "HONEYCOMB_ENABLED": "false"},
			`ok configuration: every variable can be read
failure destination: nothing is sent: switched off by environment HONEYCOMB_ENABLED → unset the variable to switch it on
`,
		},
		{
			"wrong in two places",
			map[string]string{"HONEYCOMB_API_KEY": ingestKey, "HONEYCOMB_REGION": "asia", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
			`failure configuration: HONEYCOMB_REGION "asia": want us or eu
failure configuration: OTEL_EXPORTER_OTLP_PROTOCOL "grpc": want http/protobuf
failure destination: nothing is sent: Init refuses this configuration → correct the variables above
`,
		},
		{
			"a cut key",
			map[string]string{"HONEYCOMB_API_KEY": "hcaik_hunter2"},
			`failure configuration: HONEYCOMB_API_KEY: the ingest key has 13 characters: want 64 letters and digits, its ID and its secret in one
failure destination: nothing is sent: Init refuses this configuration → correct the variables above
`,
		},
		{
			"in the terminal",
			map[string]string{"OTEL_TRACES_EXPORTER": "console", "OTEL_METRICS_EXPORTER": "none"},
			`ok configuration: every variable can be read
ok destination: traces go to the terminal of the service and nothing over the network
`,
		},
		{
			"the key goes elsewhere",
			map[string]string{"HONEYCOMB_API_KEY": ingestKey, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"},
			`warning configuration: HONEYCOMB_API_KEY is not sent to "http://localhost:4318/v1/traces", which is not Honeycomb's; if it may have the key, name it with HONEYCOMB_API_ENDPOINT or WithHoneycombEndpoint instead
ok destination: traces to http://localhost:4318/v1/traces, metrics to http://localhost:4318/v1/metrics
ok sampling: every trace that begins here is kept
`,
		},
		{
			"sampled",
			map[string]string{"HONEYCOMB_API_KEY": ingestKey, "OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.2", "OTEL_METRICS_EXPORTER": "none"},
			`ok configuration: every variable can be read
ok destination: traces to Honeycomb at https://api.honeycomb.io/v1/traces, metrics nowhere
ok sampling: 20 % of the traces that begin here are kept; metrics count all
`,
		},
		{
			"sampled away",
			map[string]string{"HONEYCOMB_API_KEY": ingestKey, "OTEL_TRACES_SAMPLER": "always_off", "OTEL_TRACES_EXPORTER": "otlp,console"},
			`ok configuration: every variable can be read
ok destination: traces to Honeycomb at https://api.honeycomb.io/v1/traces, metrics to Honeycomb at https://api.honeycomb.io/v1/metrics
failure sampling: no trace that begins here is kept: the sampler is always_off → unset OTEL_TRACES_SAMPLER, or choose parentbased_traceidratio with OTEL_TRACES_SAMPLER_ARG
`,
		},
		{
			"metrics alone",
			map[string]string{"HONEYCOMB_API_KEY": ingestKey, "OTEL_TRACES_EXPORTER": "none"},
			`ok configuration: every variable can be read
warning destination: traces nowhere, metrics to Honeycomb at https://api.honeycomb.io/v1/metrics
ok sampling: every trace that begins here is kept
`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := examine(t, "", tt.env, doctor.Options{Offline: true, Transport: fails{errors.New("the network was used")}})
			if diff := cmp.Diff(tt.want, found(r, "", "configuration", "destination", "sampling")); diff != "" {
				t.Errorf("checks (-want +got):\n%s", diff)
			}
			if got := r.Count(doctor.Skipped); got != 9 {
				t.Errorf("%d checks are said to be skipped, want each of the 9 that need a network", got)
			}
		})
	}
}

func TestOffline(t *testing.T) {
	r := examine(t, "", map[string]string{"HONEYCOMB_API_KEY": ingestKey}, doctor.Options{Offline: true, Service: "lift-api"})
	var text bytes.Buffer
	if err := r.WriteText(&text, nil); err != nil {
		t.Fatal(err)
	}
	golden(t, "offline.txt", text.String())
}
