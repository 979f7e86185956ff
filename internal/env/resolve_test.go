package env_test

import (
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/internal/env"
)

func TestSwitches(t *testing.T) {
	run(t, []scenario{
		{
			name:   "nothing set",
			reason: "a program without a destination is off, and is told once how to change that",
		},
		{
			name:        "OTEL_SDK_DISABLED",
			reason:      "the standard switch beats every option, and a mistake elsewhere does no harm",
			explicit:    env.Explicit{Endpoint: "https://collector:4318"},
			environment: environment{"OTEL_SDK_DISABLED": "TRUE", "OTEL_TRACES_SAMPLER": "nonsense"},
			want:        func(c *env.Config) { c.NoDestination, c.Warnings = false, nil },
		},
		{
			name:        "HONEYCOMB_ENABLED false",
			reason:      "the product's own switch does the same",
			environment: environment{"HONEYCOMB_ENABLED": "False", "HONEYCOMB_API_KEY": environmentKey},
			want: func(c *env.Config) {
				c.NoDestination, c.Warnings = false, nil
				c.Temporality = env.Delta
			},
		},
		{
			name:        "HONEYCOMB_ENABLED true",
			reason:      "true is the default and switches nothing on by itself",
			environment: environment{"HONEYCOMB_ENABLED": "true"},
		},
		{
			name:        "HONEYCOMB_ENABLED garbage",
			reason:      "whoever wrote 0 meant off; the error leaves it off and says how to write it",
			environment: environment{"HONEYCOMB_ENABLED": "0", "HONEYCOMB_API_KEY": environmentKey},
			wantErr:     `telemetry: HONEYCOMB_ENABLED "0": want true or false`,
		},
		{
			name:        "OTEL_SDK_DISABLED other",
			reason:      "only true is true by the specification; anything else is false, with a warning",
			environment: environment{"OTEL_SDK_DISABLED": "1", "OTEL_TRACES_EXPORTER": "console"},
			want: func(c *env.Config) {
				on(c)
				c.Traces = env.Signal{Exporter: env.ExporterConsole, Console: true}
				c.Warnings = []string{`telemetry: OTEL_SDK_DISABLED "1": taken as false; want true or false`}
			},
		},
		{
			name:        "blank is unset",
			reason:      "by the specification an empty variable is an unset one",
			environment: environment{"OTEL_EXPORTER_OTLP_ENDPOINT": "  ", "OTEL_TRACES_SAMPLER": "", "HONEYCOMB_API_KEY": " "},
		},
		{
			name:     "a pipeline of the program's own",
			reason:   "whoever brings an exporter has a destination that this package cannot see",
			explicit: env.Explicit{OwnSpans: true},
			want:     on,
		},
		{
			name:     "metrics of the program's own",
			reason:   "the same holds for a metric reader",
			explicit: env.Explicit{OwnMetrics: true},
			want:     on,
		},
		{
			name:        "everything wrong at once",
			reason:      "a person fixes all mistakes in one go, and each is said once though two signals meet it",
			environment: environment{"OTEL_EXPORTER_OTLP_ENDPOINT": "https://c:4318", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_TIMEOUT": "10s", "OTEL_TRACES_SAMPLER": "sometimes", "OTEL_PROPAGATORS": "b3"},
			wantErr: strings.Join([]string{
				`telemetry: OTEL_EXPORTER_OTLP_PROTOCOL "grpc": want http/protobuf`,
				`telemetry: OTEL_EXPORTER_OTLP_TIMEOUT "10s": want a whole number of milliseconds from 1 to 3600000`,
				`telemetry: OTEL_TRACES_SAMPLER "sometimes": want always_on, always_off, traceidratio, or one of these after parentbased_`,
				`telemetry: OTEL_PROPAGATORS "b3": unknown propagator "b3": want tracecontext, baggage or none`,
			}, "\n"),
		},
	})
}

// TestSettings holds what a person sees: every value, its source, the masks.
func TestSettings(t *testing.T) {
	for _, s := range []scenario{
		{name: "nothing"},
		{name: "honeycomb_key", environment: environment{"HONEYCOMB_API_KEY": environmentKey, "OTEL_SERVICE_NAME": "api"}},
		{name: "options", explicit: env.Explicit{
			ServiceName: "lift-api", ServiceVersion: "1.4.0", Environment: "production",
			Endpoint: "https://collector.example.com:4318", Headers: map[string]string{"Authorization": "Bearer abcdefghijkl"},
			Compression: "none", Timeout: 5e9, SampleRatio: new(0.25), MetricInterval: 15e9, Temporality: env.LowMemory,
			Propagators: []string{"tracecontext"}, PropagateTo: []string{"api.example.com"}, Console: true, Insecure: true,
		}},
		{name: "environment", environment: everything()},
		{name: "disabled", environment: environment{"OTEL_SDK_DISABLED": "true", "HONEYCOMB_API_KEY": environmentKey}},
		{name: "wrong", environment: environment{"OTEL_EXPORTER_OTLP_ENDPOINT": "grpc://collector:4317"}},
	} {
		t.Run(s.name, func(t *testing.T) {
			c, err := env.Resolve(s.explicit, s.environment.get)
			text := render(c)
			if err != nil {
				text += "error: " + err.Error() + "\n"
			}
			golden(t, "settings_"+s.name, text)
		})
	}
}

// TestSettingsSources holds the promise of Setting.Source.
func TestSettingsSources(t *testing.T) {
	c, err := env.Resolve(env.Explicit{ServiceVersion: "1", SampleRatio: new(0.5)}, everything().get)
	if err != nil {
		t.Fatal(err)
	}
	if c.Settings[0].Name != "enabled" {
		t.Errorf("the first setting is %q, want the verdict", c.Settings[0].Name)
	}
	seen := map[string]bool{}
	for _, s := range c.Settings {
		if seen[s.Name] {
			t.Errorf("%s is told twice", s.Name)
		}
		seen[s.Name] = true
		kind, name, _ := strings.Cut(s.Source, " ")
		if kind != "default" && (kind != "option" && kind != "environment" || name == "") {
			t.Errorf("%s: source %q", s.Name, s.Source)
		}
	}
}

func TestNilEnvironment(t *testing.T) {
	c, err := env.Resolve(env.Explicit{}, nil)
	if err != nil || !c.NoDestination {
		t.Errorf("got %+v, %v; nil is an empty environment", c, err)
	}
}
