package honeycomb_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

// The plan is what somebody says it is, and free unless they say something: it
// must not hide SLOs whose burn alerts go on.
func TestSLOsOfALargerPlan(t *testing.T) {
	api, client := applied(t)
	d, s := small()
	s.Plan = honeycomb.Free
	changes := plan(t, client, d, s)
	if diff := cmp.Diff([]string{`SLO "Small SLO"`}, changes.Stale); diff != "" {
		t.Errorf("stale (-want +got):\n%s", diff)
	}
	if got := changes.String(); !strings.Contains(got, `panels / SLO "Small SLO": -`) {
		t.Errorf("the plan does not name the SLO of the panel:\n%s", got)
	}
	destroyed, err := client.Destroy(t.Context(), d, s)
	if err != nil {
		t.Fatal(err)
	}
	if left := leaving(t, destroyed); left != nil {
		t.Errorf("left %q", left)
	}
	for _, kind := range []fakehoneycomb.Kind{fakehoneycomb.KindSLO, fakehoneycomb.KindBurnAlert} {
		if n := len(api.Objects(kind)); n > 0 {
			t.Errorf("%d %s stay", n, kind)
		}
	}
}

func TestPruneOnASmallerPlanDeletesSLOs(t *testing.T) {
	api, client := applied(t)
	d, s := small()
	s.Plan, s.Prune = honeycomb.Free, true
	bring(t, client, d, s)
	if n := len(api.Objects(fakehoneycomb.KindBurnAlert)); n > 0 {
		t.Errorf("%d burn alerts stay", n)
	}
}

func TestKeyThatMayNotSeeSLOs(t *testing.T) {
	api, _ := applied(t)
	api.SetKey(fakehoneycomb.Key{
		Value: "narrow", Team: fakehoneycomb.DefaultTeam, Environment: fakehoneycomb.DefaultEnvironment,
		Denied: []fakehoneycomb.Permission{fakehoneycomb.SLOs},
	})
	client, err := honeycomb.NewClient("narrow", honeycomb.WithTransport(api.Transport()))
	if err != nil {
		t.Fatal(err)
	}
	d, s := small()
	s.Plan = honeycomb.Free
	changes, err := client.Destroy(t.Context(), d, s)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{`SLOs were not looked at, because the key lacks the permission "slos" (Manage SLOs); if there are any, they stay`}
	for what, c := range map[string]*honeycomb.Changes{"destroy": changes, "plan": plan(t, client, d, s)} {
		if diff := cmp.Diff(want, c.Notes); diff != "" {
			t.Errorf("notes of %s (-want +got):\n%s", what, diff)
		}
	}
}

// Between plan and apply somebody puts the SLO on a board of theirs.
func TestSLOThatStaysKeepsItsBurnAlerts(t *testing.T) {
	api, client := applied(t)
	d, s := small()
	changes, err := client.Destroy(t.Context(), d, s)
	if err != nil {
		t.Fatal(err)
	}
	want := census(api)
	slo := id(only(t, api, fakehoneycomb.KindSLO, ""))
	post(t, api, "/1/boards", `{"name":"Theirs","type":"flexible","panels":[{"type":"slo","slo_panel":{"slo_id":"`+slo+`"}}]}`)
	left := leaving(t, changes)
	if diff := cmp.Diff([]string{`SLO: 409: SLO is in use by board "Theirs"`, `calculated field: 409: calculated field is in use by SLO "Small SLO"`}, left); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	for name, n := range want {
		if got := census(api)[name]; strings.HasPrefix(name, string(fakehoneycomb.KindBurnAlert)) && got != n {
			t.Errorf("%d of %s, want %d as before", got, name, n)
		}
	}
	if n := len(api.Objects(fakehoneycomb.KindBurnAlert)); n != 2 {
		t.Errorf("%d burn alerts, want 2", n)
	}
	bring(t, client, d, s)
}

func TestBurnAlertThatIsNoLongerDefined(t *testing.T) {
	api, client := applied(t)
	d, s := small()
	d.SLOs[0].BurnAlerts = d.SLOs[0].BurnAlerts[:1]
	changes := plan(t, client, d, s)
	if diff := cmp.Diff([]string{`burn alert "Small SLO: 2 % of the budget used within 1h"`}, changes.Stale); diff != "" || !changes.Empty() {
		t.Errorf("stale (-want +got):\n%s\nchanges:\n%s", diff, changes)
	}
	s.Prune = true
	bring(t, client, d, s)
	if n := len(api.Objects(fakehoneycomb.KindBurnAlert)); n != 1 {
		t.Errorf("%d burn alerts, want 1", n)
	}
}

func TestForeignBurnAlert(t *testing.T) {
	edit := map[string]func(fakehoneycomb.Object){
		"words of a person": func(o fakehoneycomb.Object) { o["description"] = "made by Ann" },
		"another owner":     func(o fakehoneycomb.Object) { o["description"] = "(managed by other)" },
		"other recipients": func(o fakehoneycomb.Object) {
			o["description"], o["recipients"] = "", o["recipients"].([]any)[:1]
		},
	}
	for name, disown := range edit {
		t.Run(name, func(t *testing.T) {
			api, client := applied(t)
			for _, o := range api.Objects(fakehoneycomb.KindBurnAlert) {
				if o["alert_type"] == string(honeycomb.BudgetRate) {
					api.Edit(fakehoneycomb.KindBurnAlert, id(o), disown)
				}
			}
			d, s := small()
			_, err := client.Plan(t.Context(), d, s)
			if want := `burn alert "Small SLO: 2 % of the budget used within 1h": exists with the id`; err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, want one with %s", err, want)
			}
			s.Adopt = true
			bring(t, client, d, s)
			s.Adopt = false
			settled(t, client, d, s)
		})
	}
}
