package env_test

import (
	"testing"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/env"
)

const us, eu = "https://api.honeycomb.io", "https://api.eu1.honeycomb.io"

func TestHoneycombKey(t *testing.T) {
	run(t, []scenario{
		{
			name:        "key alone",
			reason:      "one variable sets everything up: endpoint, key, dataset of metrics, delta temporality",
			environment: environment{"HONEYCOMB_API_KEY": environmentKey},
			want:        func(c *env.Config) { toHoneycomb(c, us, environmentKey) },
		},
		{
			name:        "never to the OTLP endpoint",
			reason:      "a collector must not see the key, and the program is told that it goes unused",
			environment: environment{"HONEYCOMB_API_KEY": environmentKey, "OTEL_EXPORTER_OTLP_ENDPOINT": collector},
			want: func(c *env.Config) {
				withHeaders(nil, nil)(c)
				c.Warnings = []string{`telemetry: HONEYCOMB_API_KEY is not sent to "https://collector:4318/v1/traces", which is not Honeycomb's; if it may have the key, name it with HONEYCOMB_API_ENDPOINT or WithHoneycombEndpoint instead`}
			},
		},
		{
			name:        "OTLP endpoint that is Honeycomb's",
			reason:      "the host decides, not the variable",
			environment: environment{"HONEYCOMB_API_KEY": environmentKey, "OTEL_EXPORTER_OTLP_ENDPOINT": "api.eu1.honeycomb.io:443"},
			want:        func(c *env.Config) { toHoneycomb(c, eu+":443", environmentKey) },
		},
		{
			name:        "a host that only looks like Honeycomb's",
			reason:      "the name must end in .honeycomb.io",
			environment: environment{"HONEYCOMB_API_KEY": environmentKey, "OTEL_EXPORTER_OTLP_ENDPOINT": "https://api.honeycomb.io.evil.com"},
			want: func(c *env.Config) {
				sending(c, "https://api.honeycomb.io.evil.com/v1/traces", "https://api.honeycomb.io.evil.com/v1/metrics")
				c.Warnings = []string{`telemetry: HONEYCOMB_API_KEY is not sent to "https://api.honeycomb.io.evil.com/v1/traces", which is not Honeycomb's; if it may have the key, name it with HONEYCOMB_API_ENDPOINT or WithHoneycombEndpoint instead`}
			},
		},
		{
			name:        "one signal elsewhere",
			reason:      "each signal finds its own way; the key follows metrics only",
			environment: environment{"HONEYCOMB_API_KEY": environmentKey, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": collector + "/v1/traces"},
			want: func(c *env.Config) {
				toHoneycomb(c, us, environmentKey)
				c.Traces.URL, c.Traces.Honeycomb, c.Traces.Headers = collector+"/v1/traces", false, nil
			},
		},
		{
			name:        "option",
			reason:      "an option beats the OTLP endpoint of the environment, and the key of the environment",
			explicit:    env.Explicit{HoneycombKey: environmentKey, HoneycombRegion: "eu"},
			environment: environment{"HONEYCOMB_API_KEY": olderKey, "OTEL_EXPORTER_OTLP_ENDPOINT": collector},
			want:        func(c *env.Config) { toHoneycomb(c, eu, environmentKey) },
		},
		{
			name:     "option with blanks",
			reason:   "a key that was read from a file has a line break; blank options are unset",
			explicit: env.Explicit{HoneycombKey: environmentKey + "\n", Endpoint: " "},
			want:     func(c *env.Config) { toHoneycomb(c, us, environmentKey) },
		},
		{
			name:        "key in a header",
			reason:      "OTel's own way to set the key; it stands above HONEYCOMB_API_KEY as OTEL_ variables do",
			environment: environment{"OTEL_EXPORTER_OTLP_ENDPOINT": us, "OTEL_EXPORTER_OTLP_HEADERS": "x-honeycomb-team=" + olderKey, "HONEYCOMB_API_KEY": environmentKey},
			want:        func(c *env.Config) { toHoneycomb(c, us, olderKey) },
		},
		{
			name:        "key as option over a header of the environment",
			reason:      "options beat the environment however it is spelled",
			explicit:    env.Explicit{HoneycombKey: environmentKey},
			environment: environment{"OTEL_EXPORTER_OTLP_HEADERS": "x-honeycomb-team=" + olderKey},
			want:        func(c *env.Config) { toHoneycomb(c, us, environmentKey) },
		},
		{
			name:        "key in a header of the program's own",
			reason:      "within the options too, a header that spells the key out is the more exact",
			explicit:    env.Explicit{HoneycombKey: environmentKey, Headers: map[string]string{"X-Honeycomb-Team": olderKey}},
			environment: environment{"HONEYCOMB_API_KEY": classicKey},
			want:        func(c *env.Config) { toHoneycomb(c, us, olderKey) },
		},
		{
			name:        "no key",
			reason:      "Honeycomb will answer 401 to everything; better said now",
			environment: environment{"OTEL_EXPORTER_OTLP_ENDPOINT": us},
			want: func(c *env.Config) {
				toHoneycomb(c, us, "")
				c.Traces.Headers, c.Metrics.Headers = nil, env.Headers{"x-honeycomb-dataset": "lift-sys_metrics"}
				c.Warnings = []string{"telemetry: no key for api.honeycomb.io, which will refuse everything; set HONEYCOMB_API_KEY"}
			},
		},
		{
			name:        "unknown shape",
			reason:      "Honeycomb may invent new keys, so it is sent, with a warning that shows no more than its length",
			environment: environment{"HONEYCOMB_API_KEY": "changeme"},
			want: func(c *env.Config) {
				toHoneycomb(c, us, "changeme")
				c.Warnings = []string{"telemetry: HONEYCOMB_API_KEY does not look like a Honeycomb key (8 characters); expected an ingest key, hc?ik_… with 64"}
			},
		},
		{
			name:        "management key",
			reason:      "it cannot send events",
			environment: environment{"HONEYCOMB_API_KEY": managementKey},
			wantErr:     "telemetry: HONEYCOMB_API_KEY: a management key (hc?mk_…) cannot send events: use an ingest key",
		},
		{
			name:        "half a key",
			reason:      "people copy the ID without the secret",
			environment: environment{"HONEYCOMB_API_KEY": environmentKey[:32]},
			wantErr:     "telemetry: HONEYCOMB_API_KEY: the ingest key has 32 characters: want 64 letters and digits, its ID and its secret in one",
		},
		{
			name:        "quotes",
			reason:      "an env file keeps them, and Honeycomb only says 401",
			environment: environment{"HONEYCOMB_API_KEY": `"` + environmentKey + `"`},
			wantErr:     "telemetry: HONEYCOMB_API_KEY: has a blank, a quote or another character that no key has: check how it was copied",
		},
	})
}

func TestHoneycombEndpoint(t *testing.T) {
	run(t, []scenario{
		{
			name:        "region",
			reason:      "eu is another host",
			environment: environment{"HONEYCOMB_API_KEY": environmentKey, "HONEYCOMB_REGION": "EU"},
			want:        func(c *env.Config) { toHoneycomb(c, eu, environmentKey) },
		},
		{
			name:        "unknown region",
			reason:      "a guess would send data to another continent",
			environment: environment{"HONEYCOMB_API_KEY": environmentKey, "HONEYCOMB_REGION": "apac"},
			wantErr:     `telemetry: HONEYCOMB_REGION "apac": want us or eu`,
		},
		{
			name:        "endpoint over region",
			reason:      "an endpoint is more exact; the key goes to it because it was named as Honeycomb's; any key will do there",
			environment: environment{"HONEYCOMB_API_KEY": "refinery-key", "HONEYCOMB_REGION": "eu", "HONEYCOMB_API_ENDPOINT": "https://refinery:8080"},
			want:        func(c *env.Config) { toHoneycomb(c, "https://refinery:8080", "refinery-key") },
		},
		{
			name:        "region option over endpoint variable",
			reason:      "options beat the environment",
			explicit:    env.Explicit{HoneycombRegion: "us"},
			environment: environment{"HONEYCOMB_API_KEY": environmentKey, "HONEYCOMB_API_ENDPOINT": "https://refinery:8080"},
			want:        func(c *env.Config) { toHoneycomb(c, us, environmentKey) },
		},
		{
			name:        "endpoint option",
			reason:      "names a destination by itself, for a test server on this machine even without TLS",
			explicit:    env.Explicit{HoneycombEndpoint: "http://127.0.0.1:8080"},
			environment: environment{"HONEYCOMB_API_KEY": environmentKey, "OTEL_EXPORTER_OTLP_ENDPOINT": collector},
			want:        func(c *env.Config) { toHoneycomb(c, "http://127.0.0.1:8080", environmentKey) },
		},
		{
			name:     "endpoint option beside a key option",
			reason:   "an OTLP endpoint named in code is not Honeycomb's merely because a key is there too",
			explicit: env.Explicit{Endpoint: collector, HoneycombKey: environmentKey},
			want: func(c *env.Config) {
				withHeaders(nil, nil)(c)
				c.Warnings = []string{`telemetry: WithHoneycomb is not sent to "https://collector:4318/v1/traces", which is not Honeycomb's; if it may have the key, name it with HONEYCOMB_API_ENDPOINT or WithHoneycombEndpoint instead`}
			},
		},
	})
}

func TestHoneycombDatasets(t *testing.T) {
	classic := func(key, spans, metrics string) func(*env.Config) {
		return func(c *env.Config) {
			toHoneycomb(c, us, key)
			c.Traces.Headers["x-honeycomb-dataset"] = spans
			c.Metrics.Headers["x-honeycomb-dataset"] = metrics
		}
	}
	named := func(c *env.Config, name string) {
		c.ServiceName, c.Resource = name, []attribute.KeyValue{attr.ServiceName.String(name)}
	}
	run(t, []scenario{
		{
			name:        "classic key",
			reason:      "without a dataset Honeycomb refuses spans, so they go to the one of the service's name, and that is said",
			environment: environment{"HONEYCOMB_API_KEY": classicKey, "OTEL_SERVICE_NAME": "api"},
			want: func(c *env.Config) {
				classic(classicKey, "api", "api_metrics")(c)
				named(c, "api")
				c.Warnings = []string{`telemetry: a classic Honeycomb key needs a dataset for spans; using "api", the service name; set HONEYCOMB_DATASET to choose another`}
			},
		},
		{
			name:        "classic key of 32 digits with a dataset",
			reason:      "the older shape; nothing to warn of",
			environment: environment{"HONEYCOMB_API_KEY": hexKey, "HONEYCOMB_DATASET": "my spans", "HONEYCOMB_METRICS_DATASET": "my numbers"},
			want:        classic(hexKey, "my spans", "my numbers"),
		},
		{
			name:        "options",
			reason:      "options beat the environment",
			explicit:    env.Explicit{HoneycombDataset: "a", HoneycombMetricsDataset: "b"},
			environment: environment{"HONEYCOMB_API_KEY": hexKey, "HONEYCOMB_DATASET": "c", "HONEYCOMB_METRICS_DATASET": "d"},
			want:        classic(hexKey, "a", "b"),
		},
		{
			name:        "environment key with a dataset",
			reason:      "Honeycomb would ignore it, and the user would look for the spans in vain",
			environment: environment{"HONEYCOMB_API_KEY": environmentKey, "HONEYCOMB_DATASET": "spans"},
			want: func(c *env.Config) {
				toHoneycomb(c, us, environmentKey)
				c.Warnings = []string{`telemetry: HONEYCOMB_DATASET "spans" has no effect on spans: with this kind of key Honeycomb names their dataset after service.name, "lift-sys"`}
			},
		},
		{
			name:        "environment key with the service's dataset",
			reason:      "no mismatch, no warning",
			environment: environment{"HONEYCOMB_API_KEY": olderKey, "HONEYCOMB_DATASET": "lift-sys"},
			want:        func(c *env.Config) { toHoneycomb(c, us, olderKey) },
		},
		{
			name:        "dataset header",
			reason:      "a header says it exactly and is left alone",
			environment: environment{"HONEYCOMB_API_KEY": classicKey, "OTEL_EXPORTER_OTLP_HEADERS": "x-honeycomb-dataset=mine", "HONEYCOMB_DATASET": "other"},
			want:        classic(classicKey, "mine", "mine"),
		},
		{
			name:        "unknown key with a dataset",
			reason:      "a Refinery may need it",
			environment: environment{"HONEYCOMB_API_KEY": "x", "HONEYCOMB_API_ENDPOINT": us + "/", "HONEYCOMB_DATASET": "d"},
			want: func(c *env.Config) {
				classic("x", "d", "lift-sys_metrics")(c)
				c.Warnings = []string{"telemetry: HONEYCOMB_API_KEY does not look like a Honeycomb key (1 characters); expected an ingest key, hc?ik_… with 64"}
			},
		},
		{
			name:        "service name that HTTP cannot carry",
			reason:      "a header with a control character would make net/http refuse every request",
			environment: environment{"HONEYCOMB_API_KEY": environmentKey, "OTEL_SERVICE_NAME": "a\x01b"},
			want: func(c *env.Config) {
				toHoneycomb(c, us, environmentKey)
				c.Metrics.Headers["x-honeycomb-dataset"] = "a_b_metrics"
				named(c, "a\x01b")
			},
		},
		{
			name:        "dataset that HTTP cannot carry",
			reason:      "what a person typed is not changed behind his back",
			environment: environment{"HONEYCOMB_API_KEY": environmentKey, "HONEYCOMB_METRICS_DATASET": "a\nb"},
			wantErr:     `telemetry: HONEYCOMB_METRICS_DATASET "a\nb": want a name without control characters`,
		},
	})
}

// TestKeyKinds tells kinds apart by what Resolve says of a key at Honeycomb's
// own endpoint: nothing, a dataset for classic ones, a warning or an error.
func TestKeyKinds(t *testing.T) {
	const plain, classic, doubtful, refused = "plain", "classic", "doubtful", "refused"
	for _, test := range []struct{ name, key, want string }{
		{"environment", environmentKey, plain},
		{"environment, another letter", "hcx" + environmentKey[3:], plain},
		{"configuration", olderKey, plain},
		{"classic", classicKey, classic},
		{"classic, older", hexKey, classic},
		{"classic with a capital letter", classicKey[:63] + "A", refused},
		{"one short", environmentKey[:63], refused},
		{"one long", environmentKey + "0", refused},
		{"a dash inside", environmentKey[:63] + "-", refused},
		{"management", managementKey, refused},
		{"ID of a configuration key", "hcalk_01h9z8x7w6v5t4s3r2q1p0n9m8", doubtful},
		{"32 digits, capital", "0123456789ABCDEF0123456789ABCDEF", doubtful},
		{"31 digits", hexKey[:31], doubtful},
		{"22 letters of one case", "abcdefghijklmnopqrstu1", doubtful},
		{"a word", "honeycomb", doubtful},
		{"another vendor's", "sk-ant-abcdefghijklmnop", doubtful},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := env.Resolve(env.Explicit{HoneycombKey: test.key}, nil)
			got := plain
			switch {
			case err != nil:
				got = refused
			case len(c.Warnings) > 0 && c.Traces.Headers["x-honeycomb-dataset"] != "":
				got = classic
			case len(c.Warnings) > 0:
				got = doubtful
			}
			if got != test.want {
				t.Errorf("%s, want %s: %v %v", got, test.want, c.Warnings, err)
			}
		})
	}
}
