package env_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/internal/env"
)

func TestEndpoints(t *testing.T) {
	const base, one = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
	// Each row gives an endpoint and the traces URL it stands for.
	for _, test := range []struct {
		name, reason, variable, text, want, warning string
	}{
		{name: "base", variable: base, text: "https://collector.example.com:4318", want: "https://collector.example.com:4318/v1/traces", reason: "the specification appends the signal's path to a base endpoint"},
		{name: "base with slash", variable: base, text: "https://c.example.com/", want: "https://c.example.com/v1/traces", reason: "no double slash"},
		{name: "base with path", variable: base, text: "https://c.example.com/otlp/", want: "https://c.example.com/otlp/v1/traces", reason: "relative to the base path"},
		{name: "base that names the signal", variable: base, text: "https://c.example.com/otlp/v1/traces", want: "https://c.example.com/otlp/v1/traces", reason: "a path is not doubled"},
		{name: "base that names another signal", variable: base, text: "https://c.example.com/v1/metrics/", want: "https://c.example.com/v1/traces", reason: "the path is replaced, whichever signal's it is"},
		{name: "escaped slash", variable: base, text: "https://c.example.com/a%2Fb", want: "https://c.example.com/a%2Fb/v1/traces", reason: "an escaped slash stays one"},
		{name: "no scheme, Honeycomb", variable: base, text: "api.honeycomb.io:443", want: "https://api.honeycomb.io:443/v1/traces", warning: "no key for api.honeycomb.io", reason: "as Honeycomb's documentation prints it; plain OTel sends to https:///v1/traces"},
		{name: "no scheme, loopback name", variable: base, text: "localhost:4318", want: "http://localhost:4318/v1/traces", reason: "nobody has TLS on localhost"},
		{name: "no scheme, loopback address", variable: base, text: "127.0.0.1:4318", want: "http://127.0.0.1:4318/v1/traces", reason: "the same by address"},
		{name: "no scheme, loopback IPv6", variable: base, text: "[::1]:4318", want: "http://[::1]:4318/v1/traces", reason: "the same in IPv6"},
		{name: "no scheme, with path", variable: base, text: "localhost:4318/v1/traces", want: "http://localhost:4318/v1/traces", reason: "both traps at once"},
		{name: "no scheme, other host", variable: base, text: "collector:4318", want: "https://collector:4318/v1/traces", warning: "has no scheme and is taken as https", reason: "the safe guess, and said, because the collector may well be plain"},
		{name: "no scheme, evil host", variable: base, text: "localhost.evil.com:4318", want: "https://localhost.evil.com:4318/v1/traces", warning: "has no scheme", reason: "only the end of a name counts"},
		{name: "upper case", variable: base, text: "HTTPS://C.example.com", want: "https://C.example.com/v1/traces", reason: "schemes have no case"},
		{name: "empty port", variable: base, text: "https://c.example.com:", want: "https://c.example.com/v1/traces", reason: "the default port is meant"},
		{name: "gRPC port", variable: base, text: "http://collector:4317", want: "http://collector:4317/v1/traces", warning: "port 4317 is usually OTLP over gRPC", reason: "the commonest mistake of all"},
		{name: "one signal", variable: one, text: "https://c.example.com/my/traces", want: "https://c.example.com/my/traces", reason: "the specification: used as it is"},
		{name: "one signal, trailing slash", variable: one, text: "https://c.example.com/v1/traces/", want: "https://c.example.com/v1/traces/", reason: "as it is means as it is"},
		{name: "one signal, no path", variable: one, text: "https://c.example.com", want: "https://c.example.com/", warning: "has no path and is used as it is", reason: "the specification demands /, which no receiver listens on"},
		{name: "one signal, no scheme", variable: one, text: "localhost:4318/v1/traces", want: "http://localhost:4318/v1/traces", reason: "a scheme is missing here too"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := env.Resolve(env.Explicit{}, environment{test.variable: test.text}.get)
			if err != nil {
				t.Fatalf("%v; %s", err, test.reason)
			}
			if c.Traces.URL != test.want {
				t.Errorf("%q is %q, want %q: %s", test.text, c.Traces.URL, test.want, test.reason)
			}
			said := strings.Join(c.Warnings, "\n")
			if (said != "") != (test.warning != "") || !strings.Contains(said, test.warning) {
				t.Errorf("warnings %q, want %q: %s", said, test.warning, test.reason)
			}
		})
	}
}

func TestEndpointInsecure(t *testing.T) {
	run(t, []scenario{
		{
			name:        "no scheme, by the environment",
			reason:      "insecure is how the specification spells http for an endpoint without a scheme",
			environment: environment{"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318", "OTEL_EXPORTER_OTLP_INSECURE": "true"},
			want: func(c *env.Config) {
				sending(c, "http://collector:4318/v1/traces", "http://collector:4318/v1/metrics")
				c.Traces.Insecure, c.Metrics.Insecure = true, true
			},
		},
		{
			name:        "https stays",
			reason:      "a scheme takes precedence over insecure, by the specification",
			explicit:    env.Explicit{Endpoint: "https://collector:4318", Insecure: true},
			environment: environment{},
			want: func(c *env.Config) {
				sending(c, "https://collector:4318/v1/traces", "https://collector:4318/v1/metrics")
				c.Traces.Insecure, c.Metrics.Insecure = true, true
			},
		},
		{
			name:        "for one signal",
			reason:      "the choice for traces says nothing about metrics",
			environment: environment{"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:443", "OTEL_EXPORTER_OTLP_TRACES_INSECURE": "true"},
			want: func(c *env.Config) {
				sending(c, "http://collector:443/v1/traces", "https://collector:443/v1/metrics")
				c.Traces.Insecure = true
			},
		},
	})
}

func TestEndpointErrors(t *testing.T) {
	const name = "telemetry: OTEL_EXPORTER_OTLP_ENDPOINT "
	var scenarios []scenario
	for _, row := range []struct{ name, reason, text, want string }{
		{"gRPC scheme", "not spoken here", "grpc://collector:4317", `"grpc://collector:4317": want http:// or https:// in front of the host`},
		{"socket", "not spoken here", "unix:///run/otel.sock", `"unix:///run/otel.sock": want http:// or https:// in front of the host`},
		{"no host", "a URL to nowhere", "https:///v1/traces", `"https:///v1/traces": want a host, as in https://collector.example.com:4318 or https://[::1]:4318`},
		{"quotes", "an env file keeps them", `"collector"`, `"\"collector\"": want a host, as in https://collector.example.com:4318 or https://[::1]:4318`},
		{"blank inside", "no host has one", "https://my collector", `"https://my collector": want a URL such as https://collector.example.com:4318`},
		{"port zero", "nobody listens there", "https://collector:0", `"https://collector:0": want a port from 1 to 65535`},
		{"port too large", "there is no such port", "collector:99999", `"collector:99999": want a port from 1 to 65535`},
		{"bare IPv6", "ambiguous without brackets", "::1:4318", `"::1:4318": want a URL such as https://collector.example.com:4318`},
		{"one slash", "a typing mistake", "https:/collector", `"https:/collector": want a URL such as https://collector.example.com:4318`},
		{"user info", "the password must not be shown, nor silently dropped", "https://user:pa55word@collector", `"https://…@collector": credentials in a URL are not sent: put them into OTEL_EXPORTER_OTLP_HEADERS as authorization=Basic%20…`},
		{"user info that does not parse", "net/url would quote the password", "https://user:pa55%zz@collector", `"https://…@collector": want a URL such as https://collector.example.com:4318`},
		{"query", "a token must not be shown, nor silently dropped", "https://collector/?token=pa55word", `"https://collector/?…": a query or fragment is not sent: remove it, and put a token into OTEL_EXPORTER_OTLP_HEADERS`},
		{"fragment", "never sent", "https://collector/#x", `"https://collector/?…": a query or fragment is not sent: remove it, and put a token into OTEL_EXPORTER_OTLP_HEADERS`},
		{"a key", "put into the wrong variable", "https://" + environmentKey + ":x", `"…, 74 characters": want a URL such as https://collector.example.com:4318`},
	} {
		scenarios = append(scenarios, scenario{
			name: row.name, reason: row.reason, environment: environment{"OTEL_EXPORTER_OTLP_ENDPOINT": row.text}, wantErr: name + row.want,
		})
	}
	run(t, scenarios)
}

func FuzzEndpoint(f *testing.F) {
	for _, seed := range []string{
		"https://api.honeycomb.io", "api.honeycomb.io:443", "localhost:4318", "[::1]:4318", "https://u:p@h/", "http://h/v1/traces/", "//h", "h?x#y",
		"https://api.honeycomb.io.evil.com", "https://evilhoneycomb.io", "https://api.honeycomb.io@evil.com", `https://evil.com\@api.honeycomb.io`, "https://h/%2e%2e/v1/traces",
	} {
		f.Add(seed)
	}
	const secret = "hcaik_seldom-seen-secret"
	f.Fuzz(func(t *testing.T, text string) {
		e := environment{"OTEL_EXPORTER_OTLP_ENDPOINT": text, "OTEL_SERVICE_NAME": "api", "HONEYCOMB_API_KEY": secret}
		c, err := env.Resolve(env.Explicit{}, e.get)
		if said := render(c); strings.Contains(said, secret) || err != nil && strings.Contains(err.Error(), secret) {
			t.Fatalf("the key shows: %s %v", said, err)
		}
		if err != nil {
			if c.Enabled || c.Traces.URL != "" {
				t.Fatalf("an error and yet %+v", c.Traces)
			}
			return
		}
		for signal, path := range map[*env.Signal]string{&c.Traces: "/v1/traces", &c.Metrics: "/v1/metrics"} {
			u, err := url.Parse(signal.URL)
			if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
				t.Fatalf("%q became %q (%v)", text, signal.URL, err)
			}
			if !strings.HasSuffix(u.Path, path) {
				t.Errorf("%q became %q, not under %s", text, signal.URL, path)
			}
			host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
			ours := host == "honeycomb.io" || strings.HasSuffix(host, ".honeycomb.io") || strings.TrimSpace(text) == ""
			if (signal.Headers["x-honeycomb-team"] == secret) != ours {
				t.Errorf("%q: host %q, key attached: %v", text, host, !ours)
			}
			if _, sent := signal.Headers["x-honeycomb-team"]; sent && u.Scheme != "https" {
				t.Errorf("%q sends the key over %s", text, u.Scheme)
			}
		}
		// What was resolved is a base that resolves to itself.
		again, err := env.Resolve(env.Explicit{Endpoint: c.Traces.URL}, nil)
		if err != nil || again.Traces.URL != c.Traces.URL {
			t.Errorf("%q became %q, which became %q (%v)", text, c.Traces.URL, again.Traces.URL, err)
		}
	})
}
