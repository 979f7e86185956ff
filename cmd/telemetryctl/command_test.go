package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
	"github.com/lift-sys/telemetry/internal/env"
	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

func TestHelp(t *testing.T) {
	d := newDesk(t)
	whole := d.must(exitOK).Out
	if got := d.must(exitOK, "-h").Out; got != whole {
		t.Error("no arguments and -h differ")
	}
	for _, name := range []string{"plan", "apply", "destroy", "export", "marker", "doctor"} {
		contains(t, whole, "  "+name+" ")
		contains(t, d.must(exitOK, name, "-h").Out, "telemetryctl "+name)
	}
	if got, want := d.must(exitOK, "-version").Out, "telemetryctl "+telemetry.Version+"\n"; got != want {
		t.Errorf("version %q, want %q", got, want)
	}
}

func TestDashes(t *testing.T) {
	got := dashes([]string{"plan", "-dataset", "x", "--plan=pro", "-h", "-", "-1", "--", "-yes"})
	want := []string{"plan", "--dataset", "x", "--plan=pro", "-h", "-", "-1", "--", "-yes"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("arguments (-want +got):\n%s", diff)
	}
}

func TestKeyAndEndpoint(t *testing.T) {
	tests := []struct {
		name string
		env  map[string]string
		team team
		key  string
		want string // endpoint
	}{
		{"defaults", map[string]string{configurationKey: "c"}, team{}, "c", honeycomb.EndpointUS},
		{"the configuration key goes first", map[string]string{configurationKey: "c", apiKey: "a"}, team{}, "c", honeycomb.EndpointUS},
		{"the key of Terraform's provider", map[string]string{apiKey: "a"}, team{}, "a", honeycomb.EndpointUS},
		{"region", map[string]string{apiKey: "a", regionVariable: "EU"}, team{}, "a", honeycomb.EndpointEU},
		{"a flag before its variable", map[string]string{apiKey: "a", regionVariable: "eu"}, team{Region: "us"}, "a", honeycomb.EndpointUS},
		{"a region by flag before an address by variable", map[string]string{apiKey: "a", apiEndpoint: "https://r"}, team{Region: "eu"}, "a", honeycomb.EndpointEU},
		{"an address before a region", map[string]string{apiKey: "a", apiEndpoint: "https://r", regionVariable: "eu"}, team{}, "a", "https://r"},
		{"an address by flag", map[string]string{apiKey: "a", apiEndpoint: "https://r"}, team{APIURL: "https://f"}, "a", "https://f"},
	}
	for _, tt := range tests {
		p := &process{lookup: func(name string) (string, bool) { v, ok := tt.env[name]; return v, ok }}
		key, err := p.key()
		if err != nil || key != tt.key {
			t.Errorf("%s: key %q, %v", tt.name, key, err)
		}
		if got, err := tt.team.endpoint(p); err != nil || got != tt.want {
			t.Errorf("%s: endpoint %q, %v", tt.name, got, err)
		}
	}
}

func TestDatasetFollowsTheService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, fakehoneycomb.WithDataset(fakehoneycomb.DefaultTeam, fakehoneycomb.DefaultEnvironment, "lift-api"))
		delete(d.env, datasetVariable)
		d.env[serviceVariable] = "Lift API"
		contains(t, d.must(exitChanges, "plan").Out, `dataset "lift-api"`)
		d.env[datasetVariable] = fakehoneycomb.DefaultDataset
		contains(t, d.must(exitChanges, "plan").Out, `dataset "lift-sys"`)
		contains(t, d.must(exitChanges, "plan", "-dataset", "lift-api").Out, `dataset "lift-api"`)
		contains(t, d.must(exitChanges, "plan", "-dataset", "__all__").Out, "all datasets", "columns are not made in __all__",
			"-column-dataset NAME says which dataset that is")
	})
}

// TestRecipients goes through all the ways to name them, and each is in place
// of the one before.
func TestRecipients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.env["TELEMETRYCTL_COST"] = "email:cost@example.com, webhook:HOOK_URL"
		d.must(exitOK, "apply", "-plan", "pro", "-recipients", "testdata/recipients.json", "-performance", "none", "-engineering", "teams:HOOK_URL")
		var got []string
		for _, o := range d.api.Objects(fakehoneycomb.KindRecipient) {
			details, _ := o["details"].(map[string]any)
			name := ""
			for _, key := range []string{"slack_channel", "email_address", "pagerduty_integration_name", "webhook_name"} {
				if s, ok := details[key].(string); ok {
					name = s
				}
			}
			got = append(got, o["type"].(string)+" "+name)
		}
		want := []string{"pagerduty night watch", "slack #war-room", "msteams_workflow lift-sys engineering by teams", "email cost@example.com", "webhook lift-sys cost by webhook"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("recipients (-want +got):\n%s", diff)
		}
	})
}

// TestRecipientsOfNobody: null in the file is the default, an empty list nobody,
// and plan names those who are told of nothing.
func TestRecipientsOfNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		name := filepath.Join(t.TempDir(), "recipients.json")
		if err := os.WriteFile(name, []byte(`{"page": null, "performance": []}`), 0o600); err != nil {
			t.Fatal(err)
		}
		out := d.must(exitChanges, "plan", "-recipients", name).Out
		contains(t, out, `+ lift-sys on call  pagerduty "lift-sys on call"`, `no alert that fits the free plan notifies recipient "cost"`)
		if strings.Contains(out, "#performance") {
			t.Errorf("an empty list is not nobody:\n%s", out)
		}
	})
}

// TestVariables holds what the program reads against the table that
// docs/CONFIGURATION.md is made of.
func TestVariables(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.terminal = true
		delete(d.env, configurationKey)
		d.env[apiKey] = testKey
		d.must(exitChanges, "plan")
		delete(d.env, datasetVariable)
		d.must(exitError, "plan")
		var documented []string
		for _, v := range env.CommandVariables() {
			documented = append(documented, v.Name)
		}
		slices.Sort(documented)
		if diff := cmp.Diff(documented, slices.Sorted(maps.Keys(d.read))); diff != "" {
			t.Errorf("variables (-documented +read):\n%s", diff)
		}
	})
}

func TestExport(t *testing.T) {
	d := newDesk(t)
	clear(d.env) // needs neither a key nor the recipients' secrets
	definition := liftsys.Define(liftsys.Options{})
	for _, plan := range []honeycomb.PlanKind{honeycomb.Free, honeycomb.Pro} {
		asJSON, err := honeycomb.ExportJSON(definition, plan)
		if err != nil {
			t.Fatal(err)
		}
		asTerraform, err := honeycomb.ExportTerraform(definition, plan)
		if err != nil {
			t.Fatal(err)
		}
		r := d.must(exitOK, "export", "-format", "json", "-plan", plan.String())
		if diff := cmp.Diff(string(asJSON), r.Out); diff != "" {
			t.Errorf("json (-want +got):\n%s", diff)
		}
		if got := d.must(exitOK, "export", "-plan", plan.String()).Out; got != r.Out {
			t.Error("json is not the default")
		}
		if says := strings.Contains(r.Err, " things are left out on the free plan"); says != (plan == honeycomb.Free) {
			t.Errorf("on %s: %q", plan, r.Err)
		}
		if diff := cmp.Diff(string(asTerraform), d.must(exitOK, "export", "-format=terraform", "-plan", plan.String()).Out); diff != "" {
			t.Errorf("terraform (-want +got):\n%s", diff)
		}
	}
	contains(t, d.must(exitOK, "export", "-format", "terraform", "-plan", "pro", "-cost", "email:cfo@example.com").Out, `"cfo@example.com"`)
	if n := len(d.api.Requests()); n > 0 {
		t.Errorf("export made %d requests", n)
	}
}

func TestMarker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		r := d.must(exitOK, "marker", "-message", "lift-api 1.5.0", "-url", "https://example.com/1.5.0", "-start", "2026-11-23T10:00:00Z", "-end", "2026-11-23T10:05:00Z")
		if want := "Marked deploy in dataset __all__: lift-api 1.5.0\n"; r.Out != want {
			t.Errorf("output %q, want %q", r.Out, want)
		}
		d.must(exitOK, "marker", "-message", "rollback", "-type", "rollback", "-dataset", "lift-sys")
		var got []fakehoneycomb.Object
		for _, o := range d.api.Objects(fakehoneycomb.KindMarker) {
			for _, name := range []string{"id", "created_at", "updated_at"} {
				delete(o, name)
			}
			got = append(got, o)
		}
		start := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC).Unix()
		want := []fakehoneycomb.Object{
			{"message": "lift-api 1.5.0", "type": "deploy", "url": "https://example.com/1.5.0", "start_time": float64(start), "end_time": float64(start + 300)},
			{"message": "rollback", "type": "rollback", "start_time": float64(time.Now().Unix())},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("markers (-want +got):\n%s", diff)
		}
	})
}
