package env_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/env"
)

func TestResource(t *testing.T) {
	const attributes, service = "OTEL_RESOURCE_ATTRIBUTES", "OTEL_SERVICE_NAME"
	// is expects the identity and exactly these attributes.
	is := func(name, version, environment string, more ...attribute.KeyValue) func(*env.Config) {
		return func(c *env.Config) {
			c.ServiceName, c.ServiceVersion, c.Environment = name, version, environment
			c.Resource = append([]attribute.KeyValue{attr.ServiceName.String(name)}, more...)
			if version != "" {
				c.Resource = append(c.Resource, attr.ServiceVersion.String(version))
			}
			slices.SortFunc(c.Resource, func(a, b attribute.KeyValue) int { return strings.Compare(string(a.Key), string(b.Key)) })
		}
	}
	newer, older := attr.DeploymentEnvironmentName, attr.DeploymentEnvironment
	run(t, []scenario{
		{
			name: "options", reason: "the code speaks where the environment is silent; the environment has both names",
			explicit: env.Explicit{ServiceName: "api", ServiceVersion: "1.4.0", Environment: "production", Resource: []attribute.KeyValue{attribute.Int("pod.index", 3)}},
			want:     is("api", "1.4.0", "production", newer.String("production"), older.String("production"), attribute.Int("pod.index", 3)),
		},
		{
			name: "environment over code", reason: "operators relabel programs that they did not write",
			explicit:    env.Explicit{ServiceName: "api", ServiceVersion: "1", Environment: "production", Resource: []attribute.KeyValue{attribute.String("team", "a")}},
			environment: environment{attributes: "service.name=lower,service.version=2,deployment.environment.name=staging,team=b", service: "canary"},
			want:        is("canary", "2", "staging", newer.String("staging"), older.String("staging"), attribute.String("team", "b")),
		},
		{
			name: "service.name among the attributes", reason: "it serves where OTEL_SERVICE_NAME is unset",
			explicit: env.Explicit{ServiceName: "api"}, environment: environment{attributes: "service.name=relabelled"},
			want: is("relabelled", "", ""),
		},
		{
			name: "the older name alone", reason: "it still beats the code, under both names",
			explicit: env.Explicit{Environment: "production"}, environment: environment{attributes: "deployment.environment=staging"},
			want: is("lift-sys", "", "staging", newer.String("staging"), older.String("staging")),
		},
		{
			name: "both names", reason: "whoever sets both means both; the newer one counts",
			environment: environment{attributes: "deployment.environment=stage,deployment.environment.name=staging"},
			want:        is("lift-sys", "", "staging", newer.String("staging"), older.String("stage")),
		},
		{
			name: "the older name in code", reason: "the code may use either name",
			explicit: env.Explicit{Resource: []attribute.KeyValue{older.String("dev")}},
			want:     is("lift-sys", "", "dev", newer.String("dev"), older.String("dev")),
		},
		{
			name: "option over attribute", reason: "the named option is more exact than an attribute of its name",
			explicit: env.Explicit{ServiceName: "api", Resource: []attribute.KeyValue{attr.ServiceName.String("other"), attr.ServiceVersion.String("7")}},
			want:     is("api", "7", ""),
		},
		{
			name: "percent-encoding", reason: "commas and equal signs must be encoded, names and values alike",
			environment: environment{attributes: " a%2Cb = x%3Dy%2C%C3%A4 , c = d e ,, empty= "},
			want:        is("lift-sys", "", "", attribute.String("a,b", "x=y,ä"), attribute.String("c", "d e")),
		},
		{
			name: "empty names", reason: "an empty service name is an absent one",
			explicit: env.Explicit{ServiceName: " ", Resource: []attribute.KeyValue{attr.ServiceName.String("")}}, environment: environment{attributes: "service.name="},
			want: is("lift-sys", "", ""),
		},
		{name: "no equal sign", reason: "the value may be secret, so only its place is said", environment: environment{attributes: "a=b,c"}, wantErr: "telemetry: OTEL_RESOURCE_ATTRIBUTES: entry 2: want name=value pairs joined by commas, with any comma and percent sign inside a value percent-encoded"},
		{name: "bad percent", reason: "plain OTel keeps the raw value and logs", environment: environment{attributes: "a=100%"}, wantErr: "telemetry: OTEL_RESOURCE_ATTRIBUTES: entry 1: want name=value pairs joined by commas, with any comma and percent sign inside a value percent-encoded"},
		{name: "no name", reason: "an attribute needs one", environment: environment{attributes: "=b"}, wantErr: "telemetry: OTEL_RESOURCE_ATTRIBUTES: entry 1: want name=value pairs joined by commas, with any comma and percent sign inside a value percent-encoded"},
		{name: "no name in code", reason: "options are checked too", explicit: env.Explicit{Resource: []attribute.KeyValue{{}}}, wantErr: "telemetry: WithResourceAttributes: an attribute has no name: give it one"},
	})
}

func FuzzResource(f *testing.F) {
	for _, seed := range []string{"a=b", "a=b,a=c", "service.name=%20", "%3D=%2C", "deployment.environment=x", "a=%zz", ",,", "service.name=a%2Cb,service.version=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := env.Resolve(env.Explicit{}, environment{"OTEL_RESOURCE_ATTRIBUTES": text}.get)
		if c.ServiceName == "" {
			t.Error("no service name")
		}
		if err != nil {
			return
		}
		var keys []attribute.Key
		for _, kv := range c.Resource {
			if kv.Key == "" || kv.Value.AsString() == "" {
				t.Errorf("%q gives %q=%q", text, kv.Key, kv.Value.AsString())
			}
			keys = append(keys, kv.Key)
		}
		if sorted := slices.Compact(slices.Sorted(slices.Values(keys))); cmp.Diff(sorted, keys) != "" {
			t.Errorf("%q gives %q, want each once, sorted", text, keys)
		}
	})
}
