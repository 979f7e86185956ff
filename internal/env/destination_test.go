package env_test

import (
	"maps"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/internal/env"
)

func TestExporters(t *testing.T) {
	const traces, metrics = "OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER"
	console := env.Signal{Exporter: env.ExporterConsole, Console: true}
	none := env.Signal{Exporter: env.ExporterNone}
	run(t, []scenario{
		{
			name:        "console",
			reason:      "traces here and metrics nowhere, without a warning: that is what was asked for",
			environment: environment{traces: "Console"},
			want:        func(c *env.Config) { on(c); c.Traces = console },
		},
		{
			name:        "console over a destination",
			reason:      "whoever asks for the console alone wants nothing sent, though an endpoint is set",
			environment: environment{traces: "console", metrics: "none", "OTEL_EXPORTER_OTLP_ENDPOINT": collector},
			want:        func(c *env.Config) { on(c); c.Traces = console },
		},
		{
			name:     "console option alone",
			reason:   "an option names a destination",
			explicit: env.Explicit{Console: true},
			want:     func(c *env.Config) { on(c); c.Traces = console },
		},
		{
			name:        "console option beside a destination",
			reason:      "the option adds the console, it takes nothing away",
			explicit:    env.Explicit{Console: true},
			environment: environment{"OTEL_EXPORTER_OTLP_ENDPOINT": collector},
			want:        func(c *env.Config) { withHeaders(nil, nil)(c); c.Traces.Console = true },
		},
		{
			name:        "both by the environment",
			reason:      "the specification has a list here",
			environment: environment{traces: "otlp, console", "OTEL_EXPORTER_OTLP_ENDPOINT": collector},
			want:        func(c *env.Config) { withHeaders(nil, nil)(c); c.Traces.Console = true },
		},
		{
			name:        "otlp by name without an endpoint",
			reason:      "then the specification's default endpoint is asked for too",
			environment: environment{traces: "otlp", metrics: "otlp"},
			want: func(c *env.Config) {
				sending(c, "http://localhost:4318/v1/traces", "http://localhost:4318/v1/metrics")
			},
		},
		{
			name:        "otlp by name with a key",
			reason:      "a destination that is set beats the default one",
			environment: environment{traces: "otlp", "HONEYCOMB_API_KEY": environmentKey},
			want:        func(c *env.Config) { toHoneycomb(c, us, environmentKey) },
		},
		{
			name:        "no metrics",
			reason:      "the usual way to send traces only",
			environment: environment{metrics: "none", "HONEYCOMB_API_KEY": environmentKey},
			want: func(c *env.Config) {
				toHoneycomb(c, us, environmentKey)
				c.Metrics, c.Temporality = none, env.Cumulative
			},
		},
		{
			name:        "none by name",
			reason:      "off by decision needs no advice",
			environment: environment{traces: "none"},
			want:        func(c *env.Config) { c.NoDestination, c.Warnings = false, nil },
		},
		{
			name:        "none over the option's endpoint",
			reason:      "an operator can silence a signal of a program he did not write",
			explicit:    env.Explicit{Endpoint: collector},
			environment: environment{traces: "none"},
			want:        func(c *env.Config) { withHeaders(nil, nil)(c); c.Traces = none },
		},
		{name: "unknown", reason: "not built in", environment: environment{traces: "zipkin"}, wantErr: `telemetry: OTEL_TRACES_EXPORTER "zipkin": want otlp, console or none`},
		{name: "unknown metrics", reason: "not built in", environment: environment{metrics: "prometheus"}, wantErr: `telemetry: OTEL_METRICS_EXPORTER "prometheus": want otlp, console or none`},
		{name: "none and more", reason: "a contradiction", environment: environment{traces: "none,console"}, wantErr: `telemetry: OTEL_TRACES_EXPORTER "none,console": want none alone, or not at all`},
	})
}

func TestPrecedence(t *testing.T) {
	e := environment{
		"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://second/v1/traces",
		"OTEL_EXPORTER_OTLP_ENDPOINT":        "https://third",
	}
	without := func(names ...string) environment {
		left := maps.Clone(e)
		for _, name := range names {
			delete(left, name)
		}
		return left
	}
	run(t, []scenario{
		{
			name: "option", reason: "options beat the environment, for both signals",
			explicit: env.Explicit{Endpoint: "https://first"}, environment: e,
			want: func(c *env.Config) { sending(c, "https://first/v1/traces", "https://first/v1/metrics") },
		},
		{
			name: "variable of the signal", reason: "it beats the general one, for its signal only", environment: e,
			want: func(c *env.Config) { sending(c, "https://second/v1/traces", "https://third/v1/metrics") },
		},
		{
			name: "general variable", reason: "it serves both", environment: without("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"),
			want: func(c *env.Config) { sending(c, "https://third/v1/traces", "https://third/v1/metrics") },
		},
		{
			name: "Honeycomb", reason: "the lowest of all", environment: environment{"HONEYCOMB_API_KEY": environmentKey},
			want: func(c *env.Config) { toHoneycomb(c, us, environmentKey) },
		},
	})
}

func TestTransport(t *testing.T) {
	const prefix = "OTEL_EXPORTER_OTLP_"
	to := func(more environment) environment {
		more[prefix+"ENDPOINT"] = collector
		return more
	}
	sent := func(change func(*env.Config)) func(*env.Config) {
		return func(c *env.Config) { withHeaders(nil, nil)(c); change(c) }
	}
	run(t, []scenario{
		{name: "no compression", reason: "gzip is the default; none is honoured", environment: to(environment{prefix + "COMPRESSION": "None"}), want: sent(func(c *env.Config) { c.Traces.Gzip, c.Metrics.Gzip = false, false })},
		{name: "compression of one signal", reason: "it beats the general one", environment: to(environment{prefix + "COMPRESSION": "none", prefix + "TRACES_COMPRESSION": "gzip"}), want: sent(func(c *env.Config) { c.Metrics.Gzip = false })},
		{name: "compression option", reason: "it beats both", explicit: env.Explicit{Compression: "gzip"}, environment: to(environment{prefix + "COMPRESSION": "none"}), want: sent(func(*env.Config) {})},
		{name: "timeouts", reason: "milliseconds, by signal", environment: to(environment{prefix + "TIMEOUT": "1500", prefix + "METRICS_TIMEOUT": "2500"}), want: sent(func(c *env.Config) {
			c.Traces.Timeout, c.Metrics.Timeout = 1500*time.Millisecond, 2500*time.Millisecond
		})},
		{name: "timeout option", reason: "it beats both", explicit: env.Explicit{Timeout: 3 * time.Second}, environment: to(environment{prefix + "TIMEOUT": "1500"}), want: sent(func(c *env.Config) { c.Traces.Timeout, c.Metrics.Timeout = 3*time.Second, 3*time.Second })},
		{name: "http/protobuf", reason: "the protocol that is spoken", environment: to(environment{prefix + "PROTOCOL": "HTTP/protobuf"}), want: sent(func(*env.Config) {})},
		{name: "protocol overridden for both signals", reason: "the general variable then counts for nothing", environment: to(environment{prefix + "PROTOCOL": "grpc", prefix + "TRACES_PROTOCOL": "http/protobuf", prefix + "METRICS_PROTOCOL": "http/protobuf"}), want: sent(func(*env.Config) {})},

		{name: "grpc", reason: "plain OTel sends HTTP and says nothing", environment: to(environment{prefix + "PROTOCOL": "grpc"}), wantErr: `telemetry: OTEL_EXPORTER_OTLP_PROTOCOL "grpc": want http/protobuf`},
		{name: "JSON", reason: "not spoken", environment: to(environment{prefix + "METRICS_PROTOCOL": "http/json"}), wantErr: `telemetry: OTEL_EXPORTER_OTLP_METRICS_PROTOCOL "http/json": want http/protobuf`},
		{name: "zstd", reason: "not spoken", environment: to(environment{prefix + "COMPRESSION": "zstd"}), wantErr: `telemetry: OTEL_EXPORTER_OTLP_COMPRESSION "zstd": want gzip or none`},
		{name: "timeout with a unit", reason: "10s would be read as an error by some and as 10 ms by others", environment: to(environment{prefix + "TIMEOUT": "10s"}), wantErr: `telemetry: OTEL_EXPORTER_OTLP_TIMEOUT "10s": want a whole number of milliseconds from 1 to 3600000`},
		{name: "timeout zero", reason: "no limit by the specification, which cannot be had here", environment: to(environment{prefix + "TIMEOUT": "0"}), wantErr: `telemetry: OTEL_EXPORTER_OTLP_TIMEOUT "0": want a whole number of milliseconds from 1 to 3600000`},
		{name: "timeout that overflows", reason: "a duration would wrap to the negative", environment: to(environment{prefix + "TIMEOUT": "9223372036854775807"}), wantErr: `telemetry: OTEL_EXPORTER_OTLP_TIMEOUT "9223372036854775807": want a whole number of milliseconds from 1 to 3600000`},
		{name: "negative option", reason: "options are checked too", explicit: env.Explicit{Timeout: -time.Second}, environment: to(environment{}), wantErr: `telemetry: WithTimeout "-1s": want a duration from 1ms to 1h0m0s`},
	})
}

func TestSecrecy(t *testing.T) {
	const endpoint, headers = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_HEADERS"
	const plain = "http://collector:4318"
	run(t, []scenario{
		{
			name: "no secret", reason: "a collector in the same cluster is often plain, and nothing secret goes there",
			environment: environment{endpoint: plain, headers: "x-tenant=1"},
			want: func(c *env.Config) {
				withHeaders(env.Headers{"x-tenant": "1"}, env.Headers{"x-tenant": "1"})(c)
				c.Traces.URL, c.Metrics.URL = plain+"/v1/traces", plain+"/v1/metrics"
			},
		},
		{
			name: "authorization", reason: "a token must not cross the network in clear text",
			environment: environment{endpoint: plain, headers: "authorization=abc"},
			wantErr:     `telemetry: OTEL_EXPORTER_OTLP_ENDPOINT "http://collector:4318": header "authorization" would cross the network in clear text: use https, or allow it with WithInsecure or OTEL_EXPORTER_OTLP_INSECURE=true`,
		},
		{
			name: "the key", reason: "nor must the key, to a Refinery either",
			environment: environment{"HONEYCOMB_API_ENDPOINT": "http://refinery:8080", "HONEYCOMB_API_KEY": environmentKey},
			wantErr:     `telemetry: HONEYCOMB_API_ENDPOINT "http://refinery:8080": header "x-honeycomb-team" would cross the network in clear text: use https, or allow it with WithInsecure or OTEL_EXPORTER_OTLP_INSECURE=true`,
		},
		{
			name: "by choice", reason: "somebody decided that the network is his own",
			environment: environment{"HONEYCOMB_API_ENDPOINT": "http://refinery:8080", "HONEYCOMB_API_KEY": environmentKey, "OTEL_EXPORTER_OTLP_INSECURE": "true"},
			want: func(c *env.Config) {
				toHoneycomb(c, "http://refinery:8080", environmentKey)
				c.Traces.Insecure, c.Metrics.Insecure = true, true
			},
		},
		{
			name: "loopback", reason: "the packets do not leave the machine",
			environment: environment{endpoint: "http://[::1]:4318", headers: "api-key=abc"},
			want: func(c *env.Config) {
				withHeaders(env.Headers{"api-key": "abc"}, env.Headers{"api-key": "abc"})(c)
				c.Traces.URL, c.Metrics.URL = "http://[::1]:4318/v1/traces", "http://[::1]:4318/v1/metrics"
			},
		},
	})
}
