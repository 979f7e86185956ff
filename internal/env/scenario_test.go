package env_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/env"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Keys of the right shapes; none was ever real.
const (
	environmentKey = "hcaik_01h9z8x7w6v5t4s3r2q1p0n9m8aBcDeFgHiJkLmNoPqRsTuVwXyZ012345"
	classicKey     = "hcaic_01h9z8x7w6v5t4s3r2q1p0n9m8abcdefghijklmnopqrstuvwxyz012345"
	hexKey         = "0123456789abcdef0123456789abcdef"
	olderKey       = "Abc4Def5Ghi6Jkl7Mno8Pq"
	managementKey  = "hcamk_01h9z8x7w6v5t4s3r2q1p0n9m8"
)

// environment stands for the process's environment.
type environment map[string]string

func (e environment) get(name string) string { return e[name] }

// A scenario is one program in one environment.
type scenario struct {
	name        string
	reason      string
	explicit    env.Explicit
	environment environment
	// want turns the defaults, sending nowhere, into what is expected.
	want func(*env.Config)
	// wantErr is the whole text of the error; the Config is then compared only
	// in being switched off.
	wantErr string
}

// nowhere is what Resolve returns where nothing is said, but for Settings.
func nowhere() env.Config {
	return env.Config{
		NoDestination:  true,
		Traces:         env.Signal{Exporter: env.ExporterNone},
		Metrics:        env.Signal{Exporter: env.ExporterNone},
		ServiceName:    "lift-sys",
		Resource:       []attribute.KeyValue{attr.ServiceName.String("lift-sys")},
		Sampler:        env.Sampler{Kind: env.AlwaysOn, Ratio: 1, ParentBased: true},
		WeightEncoding: env.WeightHoneycomb,
		Temporality:    env.Cumulative,
		MetricInterval: time.Minute,
		MetricTimeout:  30 * time.Second,
		SelfMetrics:    true,
		Propagators:    []string{"tracecontext", "baggage"},
		Limits: env.Limits{
			Attributes: 128, ValueBytes: 8192, Events: 128, Links: 128, EventAttributes: 128, LinkAttributes: 128,
		},
		Warnings: []string{
			"telemetry: no destination; set HONEYCOMB_API_KEY or OTEL_EXPORTER_OTLP_ENDPOINT, or OTEL_TRACES_EXPORTER=console to see traces here",
		},
	}
}

// on switches the expected configuration on and drops the advice.
func on(c *env.Config) {
	c.Enabled, c.NoDestination, c.Warnings = true, false, nil
}

// sending expects both signals to go to a receiver, with the defaults.
func sending(c *env.Config, traces, metrics string) {
	on(c)
	c.Traces = env.Signal{Exporter: env.ExporterOTLP, URL: traces, Gzip: true, Timeout: 10 * time.Second}
	c.Metrics = env.Signal{Exporter: env.ExporterOTLP, URL: metrics, Gzip: true, Timeout: 10 * time.Second}
}

// toHoneycomb expects both signals to go to Honeycomb.
func toHoneycomb(c *env.Config, base, key string) {
	sending(c, base+"/v1/traces", base+"/v1/metrics")
	c.Honeycomb, c.Traces.Honeycomb, c.Metrics.Honeycomb = true, true, true
	c.Temporality = env.Delta
	c.Traces.Headers = env.Headers{"x-honeycomb-team": key}
	c.Metrics.Headers = env.Headers{"x-honeycomb-team": key, "x-honeycomb-dataset": "lift-sys_metrics"}
}

var sameConfig = cmp.Options{
	cmp.Comparer(func(a, b attribute.Value) bool { return a.Type() == b.Type() && a.String() == b.String() }),
	cmpopts.IgnoreFields(env.Config{}, "Settings"), // the golden files hold them
}

func run(t *testing.T, scenarios []scenario) {
	t.Helper()
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			got, err := env.Resolve(s.explicit, s.environment.get)
			if s.wantErr != "" {
				s.checkError(t, got, err)
				return
			}
			if err != nil {
				t.Fatalf("error %v; %s", err, s.reason)
			}
			want := nowhere()
			if s.want != nil {
				s.want(&want)
			}
			if diff := cmp.Diff(want, got, sameConfig); diff != "" {
				t.Errorf("%s\n(-want +got):\n%s", s.reason, diff)
			}
		})
	}
}

func (s scenario) checkError(t *testing.T, got env.Config, err error) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; %s", s.reason)
	}
	if diff := cmp.Diff(s.wantErr, err.Error()); diff != "" {
		t.Errorf("%s\n(-want +got):\n%s", s.reason, diff)
	}
	none := env.Signal{Exporter: env.ExporterNone}
	if got.Enabled || got.NoDestination || cmp.Diff(none, got.Traces) != "" || cmp.Diff(none, got.Metrics) != "" {
		t.Errorf("the configuration is not inert: %+v", got)
	}
}

// render shows a configuration as a person would read it.
func render(c env.Config) string {
	var b strings.Builder
	for _, s := range c.Settings {
		b.WriteString(s.Name + " = " + s.Value + "  [" + s.Source)
		if s.Secret {
			b.WriteString(", secret")
		}
		b.WriteString("]\n")
	}
	for _, w := range c.Warnings {
		b.WriteString("! " + w + "\n")
	}
	return b.String()
}

// golden compares a text with a file under testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run go test -update", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got); rewrite it with -update if this is meant:\n%s", path, diff)
	}
}
