package doctor_test

import (
	"bytes"
	"maps"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/cmd/telemetryctl/internal/doctor"
	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

// TestHealthy is the whole report of a service where all is well, as text and as
// JSON.
func TestHealthy(t *testing.T) {
	server := backend(t, team(), nil)
	r := examine(t, server.URL, map[string]string{
		"HONEYCOMB_API_KEY": ingestKey, "HONEYCOMB_API_ENDPOINT": "{}", "OTEL_SERVICE_NAME": "lift-sys",
	}, doctor.Options{ConfigurationKey: configKey})
	var text, asJSON bytes.Buffer
	if err := r.WriteText(&text, nil); err != nil {
		t.Fatal(err)
	}
	golden(t, "healthy.txt", steady(text.String(), server.URL))
	if err := r.WriteJSON(&asJSON); err != nil {
		t.Fatal(err)
	}
	golden(t, "healthy.json", steady(asJSON.String(), server.URL))
	if !r.Healthy() {
		t.Error("not healthy")
	}
}

func TestKey(t *testing.T) {
	denied := func(value string, ingest bool, denied ...fakehoneycomb.Permission) fakehoneycomb.Option {
		return fakehoneycomb.WithKey(fakehoneycomb.Key{Value: value, Team: "acme", Environment: "test", Ingest: ingest, Denied: denied})
	}
	tests := []struct {
		name    string
		env     map[string]string
		options []fakehoneycomb.Option
		manage  string
		checks  []string
		want    string
	}{
		{
			name: "ingest key", env: map[string]string{"HONEYCOMB_API_KEY": ingestKey},
			checks: []string{"key", "region", "dataset", "boards key"},
			want: `ok key: an ingest key of environment "test" in team "acme"
skipped region: receiver:4318 is not Honeycomb itself
skipped dataset: spans go to dataset "lift-sys"; an ingest key cannot see whether it is there: set HONEYCOMB_CONFIGURATION_KEY
skipped boards key: HONEYCOMB_CONFIGURATION_KEY is not set; only plan, apply and marker need it
`,
		},
		{
			name: "unknown key", env: map[string]string{"HONEYCOMB_API_KEY": otherKey},
			checks: []string{"key", "region", "test span"},
			want: `failure key: receiver:4318 does not know the key → copy the whole key again, and see that it has not been deleted
skipped region: receiver:4318 is not Honeycomb itself
skipped test span: not sent: what is wrong above comes first
`,
		},
		{
			name: "no key", env: map[string]string{},
			checks: []string{"key", "region", "test span"},
			want: `failure key: there is none → set HONEYCOMB_API_KEY to an ingest key of the environment
skipped region: there is no key
skipped test span: not sent: what is wrong above comes first
`,
		},
		{
			name: "configuration key", env: map[string]string{"HONEYCOMB_API_KEY": configKey},
			checks: []string{"key", "dataset"},
			want: `warning key: a configuration key of environment "test" in team "acme": it sends events, and may change more than that → give the service an ingest key, which can do nothing else
ok dataset: spans go to dataset "lift-sys", which exists
`,
		},
		{
			name: "configuration key without events", env: map[string]string{"HONEYCOMB_API_KEY": configKey},
			options: []fakehoneycomb.Option{denied(configKey, false, fakehoneycomb.Events)},
			checks:  []string{"key", "test span"},
			want: `failure key: a key of environment "test" in team "acme" that may not send events → give it the permission Send Events, or use an ingest key
skipped test span: not sent: what is wrong above comes first
`,
		},
		{
			name: "classic key", env: map[string]string{"HONEYCOMB_API_KEY": classicKey, "HONEYCOMB_DATASET": "Old Data"},
			options: []fakehoneycomb.Option{fakehoneycomb.WithDataset("acme", "", "old-data")},
			checks:  []string{"key", "dataset", "metrics"},
			want: `warning key: a configuration key of team "acme", which is classic and has no environments: it sends events, and may change more than that → give the service an ingest key, which can do nothing else
ok dataset: spans go to dataset "old-data", which exists
skipped metrics: metrics go to dataset "lift-sys_metrics" once a service has some
`,
		},
		{
			name: "key of another stage", env: map[string]string{"HONEYCOMB_API_KEY": ingestKey, "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=production"},
			checks: []string{"key"},
			want: `warning key: a key of environment "test" in team "acme", while deployment.environment.name is "production" → the key alone decides the environment: use that of the stage if it is not the right one
`,
		},
		{
			name: "dataset that is made by the first span", env: map[string]string{"HONEYCOMB_API_KEY": ingestKey, "OTEL_SERVICE_NAME": "Lift API/v2"},
			manage: configKey, checks: []string{"dataset", "boards key"},
			want: `ok dataset: spans go to dataset "lift-api-v2", which the first one creates
ok boards key: may manage boards, columns, markers, recipients, SLOs and triggers
`,
		},
		{
			name: "dataset that nobody may make", env: map[string]string{"HONEYCOMB_API_KEY": configKey, "OTEL_SERVICE_NAME": "new"},
			options: []fakehoneycomb.Option{denied(configKey, false, fakehoneycomb.CreateDatasets)},
			checks:  []string{"dataset", "test span"},
			want: `failure dataset: spans go to dataset "new", which does not exist, and the key may not create it → give the key the permission Create Datasets, or correct OTEL_SERVICE_NAME
skipped test span: not sent: what is wrong above comes first
`,
		},
		{
			name: "boards key that can only send", env: map[string]string{"HONEYCOMB_API_KEY": ingestKey}, manage: ingestKey,
			checks: []string{"dataset", "boards key"},
			want: `skipped dataset: spans go to dataset "lift-sys"; asked whether it is there, Honeycomb answers 403
failure boards key: HONEYCOMB_CONFIGURATION_KEY is an ingest key, which can only send → create a configuration key in the environment's settings
`,
		},
		{
			name: "unknown boards key", env: map[string]string{"HONEYCOMB_API_KEY": ingestKey}, manage: otherKey,
			checks: []string{"boards key"},
			want: `failure boards key: receiver:4318 does not know HONEYCOMB_CONFIGURATION_KEY → copy the whole key again; it must be of the same region
`,
		},
		{
			name: "boards key of another environment", env: map[string]string{"HONEYCOMB_API_KEY": ingestKey}, manage: configKey,
			options: []fakehoneycomb.Option{fakehoneycomb.WithKey(fakehoneycomb.Key{Value: configKey, Team: "acme", Environment: "production"})},
			checks:  []string{"boards key"},
			want: `warning boards key: is of environment "production", while data goes to "test": boards there would stay empty → use keys of one environment
`,
		},
		{
			name: "boards key without permissions", env: map[string]string{"HONEYCOMB_API_KEY": ingestKey}, manage: configKey,
			options: []fakehoneycomb.Option{denied(configKey, false, fakehoneycomb.SLOs, fakehoneycomb.Triggers)},
			checks:  []string{"boards key"},
			want: `warning boards key: lacks Manage SLOs, Manage Triggers → enable them on the key's page if plan and apply need them
`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := backend(t, team(tt.options...), nil)
			variables := map[string]string{"HONEYCOMB_API_ENDPOINT": "{}"}
			maps.Copy(variables, tt.env)
			r := examine(t, server.URL, variables, doctor.Options{ConfigurationKey: tt.manage})
			if diff := cmp.Diff(tt.want, found(r, server.URL, tt.checks...)); diff != "" {
				t.Errorf("checks (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRegion asks both regions, each of which knows its own keys.
func TestRegion(t *testing.T) {
	home, empty := team().Transport(), fakehoneycomb.New().Transport()
	const us, eu = "api.honeycomb.io", "api.eu1.honeycomb.io"
	tests := []struct {
		name, region string
		transport    http.RoundTripper
		want         string
		healthy      bool
	}{
		{
			name: "key of the EU", transport: route{us: empty, eu: home},
			want: `failure key: api.honeycomb.io does not know the key
failure region: the key belongs to eu and data goes to us → set HONEYCOMB_REGION=eu
skipped test span: not sent: what is wrong above comes first
`,
		},
		{
			name: "key of the US", region: "eu", transport: route{us: home, eu: empty},
			want: `failure key: api.eu1.honeycomb.io does not know the key
failure region: the key belongs to us and data goes to eu → set HONEYCOMB_REGION=us
skipped test span: not sent: what is wrong above comes first
`,
		},
		{
			name: "deleted key", transport: route{us: empty, eu: empty},
			want: `failure key: neither region knows the key → copy the whole key again, and see that it has not been deleted
ok region: makes no difference
skipped test span: not sent: what is wrong above comes first
`,
		},
		{
			name: "the other region does not answer", transport: route{us: empty},
			want: `failure key: api.honeycomb.io does not know the key → copy the whole key again, and see that it has not been deleted
skipped region: api.eu1.honeycomb.io does not answer
skipped test span: not sent: what is wrong above comes first
`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := examine(t, "", map[string]string{"HONEYCOMB_API_KEY": ingestKey, "HONEYCOMB_REGION": tt.region}, doctor.Options{Transport: tt.transport})
			if diff := cmp.Diff(tt.want, found(r, "", "key", "region", "test span")); diff != "" {
				t.Errorf("checks (-want +got):\n%s", diff)
			}
			if r.Healthy() {
				t.Error("healthy")
			}
		})
	}
}

// TestRegionIsRight needs a key that may not send, because the test span would
// leave for the real Honeycomb.
func TestRegionIsRight(t *testing.T) {
	api := team(fakehoneycomb.WithKey(fakehoneycomb.Key{
		Value: configKey, Team: "acme", Environment: "test", Denied: []fakehoneycomb.Permission{fakehoneycomb.Events},
	}))
	r := examine(t, "", map[string]string{"HONEYCOMB_API_KEY": configKey, "HONEYCOMB_REGION": "eu"},
		doctor.Options{Transport: route{"api.eu1.honeycomb.io": api.Transport()}})
	if got, want := found(r, "", "region"), "ok region: the key belongs to eu\n"; got != want {
		t.Errorf("found %q, want %q", got, want)
	}
}

// TestWebPage is a proxy's login in place of Honeycomb.
func TestWebPage(t *testing.T) {
	api := team()
	api.Inject(func(fakehoneycomb.Request) fakehoneycomb.Fault { return fakehoneycomb.HTML })
	r := examine(t, "", map[string]string{"HONEYCOMB_API_KEY": ingestKey, "OTEL_TRACES_EXPORTER": "none"}, doctor.Options{Transport: api.Transport()})
	want := "failure key: api.honeycomb.io answers with a web page → a proxy may stand in between, or the address is not that of the API\n"
	if diff := cmp.Diff(want, found(r, "", "key")); diff != "" {
		t.Errorf("checks (-want +got):\n%s", diff)
	}
}
