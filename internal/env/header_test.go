package env_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/internal/env"
)

const collector = "https://collector:4318"

// withHeaders expects both signals to carry the headers to the collector.
func withHeaders(traces, metrics env.Headers) func(*env.Config) {
	return func(c *env.Config) {
		sending(c, collector+"/v1/traces", collector+"/v1/metrics")
		c.Traces.Headers, c.Metrics.Headers = traces, metrics
	}
}

func TestHeaders(t *testing.T) {
	const endpoint, all, one = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"
	both := func(h env.Headers) func(*env.Config) { return withHeaders(h, h) }
	run(t, []scenario{
		{
			name:        "environment",
			reason:      "names fold to lower case, values are decoded once, blanks and empty entries do not count",
			environment: environment{endpoint: collector, all: " Authorization = Bearer%20a%2Cb=c%2520 ,, x-tenant=7,"},
			want:        both(env.Headers{"authorization": "Bearer a,b=c%20", "x-tenant": "7"}),
		},
		{
			name:        "options over environment",
			reason:      "plain OTel replaces all; merging keeps the tenant that the operator set",
			explicit:    env.Explicit{Headers: map[string]string{"X-Tenant": "8", "x-new": "1%20"}},
			environment: environment{endpoint: collector, all: "x-tenant=7,x-old=2"},
			want:        both(env.Headers{"x-tenant": "8", "x-old": "2", "x-new": "1%20"}),
		},
		{
			name:        "one signal over all",
			reason:      "the signal's list replaces the general one, as OpenTelemetry has it: no vendor sees another's key",
			environment: environment{endpoint: collector, all: "authorization=one-vendor", one: "x-api-key=other-vendor"},
			want:        withHeaders(env.Headers{"x-api-key": "other-vendor"}, env.Headers{"authorization": "one-vendor"}),
		},
		{
			name:        "no value",
			reason:      "an empty value is one",
			environment: environment{endpoint: collector, all: "x-empty="},
			want:        both(env.Headers{"x-empty": ""}),
		},
		{
			name:        "not where nothing is sent",
			reason:      "console traces need no headers, so mistakes in them do not matter",
			environment: environment{"OTEL_TRACES_EXPORTER": "console", all: "nonsense"},
			want: func(c *env.Config) {
				on(c)
				c.Traces = env.Signal{Exporter: env.ExporterConsole, Console: true}
			},
		},
	})
}

func TestHeaderErrors(t *testing.T) {
	const pairs = "want name=value pairs joined by commas, with any comma and percent sign inside a value percent-encoded"
	row := func(name, reason, headers, want string) scenario {
		return scenario{name: name, reason: reason, wantErr: want, environment: environment{
			"OTEL_EXPORTER_OTLP_ENDPOINT": collector, "OTEL_EXPORTER_OTLP_HEADERS": headers,
		}}
	}
	run(t, []scenario{
		row("no name", "the entry may be the key itself, so only its number is said",
			"a=1,"+environmentKey, "telemetry: OTEL_EXPORTER_OTLP_HEADERS: entry 2: "+pairs),
		row("colon", "the name then holds the key",
			"x-honeycomb-team: "+environmentKey+"=", "telemetry: OTEL_EXPORTER_OTLP_HEADERS: entry 1: "+pairs),
		row("bad percent", "the value must not be shown",
			"authorization=100%secret", "telemetry: OTEL_EXPORTER_OTLP_HEADERS: entry 1: "+pairs),
		row("line break", "net/http would refuse every request",
			"x-a=1%0d%0ax-b: 2", `telemetry: OTEL_EXPORTER_OTLP_HEADERS: header "x-a" has a value with a control character: remove it`),
		row("the exporter's own", "another content type would make every request unreadable",
			"Content-Type=application/json", `telemetry: OTEL_EXPORTER_OTLP_HEADERS: header "content-type" is the exporter's own: remove it`),
		{
			name: "option", reason: "options are checked the same way",
			explicit: env.Explicit{Endpoint: collector, Headers: map[string]string{"x a": "1"}},
			wantErr:  `telemetry: WithHeaders "x a": want the name of an HTTP header`,
		},
	})
}

func TestHeadersPrintMasked(t *testing.T) {
	h := env.Headers{"x-honeycomb-team": environmentKey, "authorization": "Bearer abc"}
	const want = "authorization: …, 10 characters; x-honeycomb-team: hcaik_…, 64 characters"
	if got := h.String(); got != want {
		t.Errorf("String() = %q, want %q", got, want)
	}
	signal := env.Signal{Exporter: env.ExporterOTLP, Headers: h}
	inJSON, err := json.Marshal(signal)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "headers", h, "signal", signal)
	for how, text := range map[string]string{
		"%v": fmt.Sprintf("%v", signal), "%+v": fmt.Sprintf("%+v", signal), "%#v": fmt.Sprintf("%#v", signal),
		"json": string(inJSON), "slog": log.String(), "pointer": fmt.Sprintf("%+v", &signal),
	} {
		if strings.Contains(text, environmentKey) || strings.Contains(text, "Bearer") || !strings.Contains(text, "hcaik_…") {
			t.Errorf("%s prints %s", how, text)
		}
	}
}

func FuzzHeaders(f *testing.F) {
	for _, seed := range []string{"a=b", "a=b,c=d", "a=%20b%2C", "=", ",", "a", "a==", "a=%", "x-honeycomb-team=k", "a=1;p=2", "A=1,a=2", "a=%0a", "ä=1", "authorization=Basic%20eDp5"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e := environment{"OTEL_EXPORTER_OTLP_ENDPOINT": collector, "OTEL_EXPORTER_OTLP_HEADERS": text}
		c, err := env.Resolve(env.Explicit{}, e.get)
		if err != nil {
			if c.Enabled {
				t.Fatal("an error and yet enabled")
			}
			return
		}
		for name, v := range c.Traces.Headers {
			if name != strings.ToLower(name) || name == "" || strings.ContainsAny(name, " :,=\r\n\t") {
				t.Errorf("%q has the name %q", text, name)
			}
			if strings.ContainsAny(v, "\r\n\x00") || v != strings.TrimSpace(v) {
				t.Errorf("%q has the value %q", text, v)
			}
		}
		for _, s := range c.Settings {
			v, sent := c.Traces.Headers[strings.TrimPrefix(s.Name, "traces.header.")]
			// A value that is part of its own mask cannot be told from it.
			if sent && s.Name != "traces.header.x-honeycomb-dataset" && len(v) > 20 && strings.Contains(s.Value, v) {
				t.Errorf("%s shows %q", s.Name, v)
			}
		}
	})
}
