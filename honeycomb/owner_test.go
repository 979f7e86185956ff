package honeycomb_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

func TestForeignThings(t *testing.T) {
	tests := []struct {
		name   string
		kind   fakehoneycomb.Kind
		disown func(fakehoneycomb.Object)
		want   string
	}{
		{
			"board", fakehoneycomb.KindBoard, func(o fakehoneycomb.Object) { o["tags"] = []any{} },
			`board "Small board": exists with the id`,
		},
		{
			"trigger of another owner", fakehoneycomb.KindTrigger,
			func(o fakehoneycomb.Object) {
				o["tags"] = []any{map[string]any{"key": honeycomb.OwnerTag, "value": "other"}}
			},
			`is managed by "other": rename one of them, or adopt it`,
		},
		{
			"calculated field", fakehoneycomb.KindField,
			func(o fakehoneycomb.Object) { o["description"], o["expression"] = "mine", "1" },
			`calculated field "failed.percent": exists with the id`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			api, client := applied(t)
			api.Edit(tt.kind, id(api.Objects(tt.kind)[0]), tt.disown)
			d, s := small()
			if _, err := client.Plan(t.Context(), d, s); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
			s.Adopt = true
			bring(t, client, d, s)
			s.Adopt = false
			settled(t, client, d, s)
		})
	}
}

func TestForeignFieldOfEqualContentIsUsed(t *testing.T) {
	api, client := applied(t)
	field := only(t, api, fakehoneycomb.KindField, "failed.percent")
	api.Edit(fakehoneycomb.KindField, id(field), func(o fakehoneycomb.Object) { o["description"] = "mine" })
	d, s := small()
	settled(t, client, d, s)
}

func TestStaleAndPrune(t *testing.T) {
	api, client := applied(t)
	d, s := small()
	d.Boards, d.Triggers, d.Queries, d.SLOs = nil, nil, nil, nil
	d.Fields = d.Fields[:1]
	changes := plan(t, client, d, s)
	want := []string{`saved query "Slow again"`, `saved query "Slow"`, `SLO "Small SLO"`, `board "Small board"`, `trigger "Small trigger"`, `calculated field "sli.ok"`}
	slices.Sort(want)
	slices.Sort(changes.Stale)
	if diff := cmp.Diff(want, changes.Stale); diff != "" || !changes.Empty() {
		t.Errorf("stale (-want +got):\n%s\nchanges:\n%s", diff, changes)
	}
	s.Prune = true
	bring(t, client, d, s)
	for _, kind := range []fakehoneycomb.Kind{fakehoneycomb.KindBoard, fakehoneycomb.KindTrigger, fakehoneycomb.KindSLO, fakehoneycomb.KindBurnAlert, fakehoneycomb.KindAnnotation} {
		if n := len(api.Objects(kind)); n > 0 {
			t.Errorf("%d %s are left", n, kind)
		}
	}
}

func TestPruneMakesRoomOnTheFreePlan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := fakehoneycomb.New()
		client := newClient(t, api)
		bring(t, client, liftsysDefinition(), settings(honeycomb.Free))
		api.SetPlan(fakehoneycomb.Free)
		s := settings(honeycomb.Free)
		s.Prune = true
		d := liftsysDefinition()
		for i := range d.Triggers {
			d.Triggers[i].Name += " (new)"
		}
		bring(t, client, d, s)
		if n := len(api.Objects(fakehoneycomb.KindTrigger)); n != fakehoneycomb.FreeTriggers {
			t.Errorf("%d triggers, want %d", n, fakehoneycomb.FreeTriggers)
		}
	})
}

func TestTwoOwnersLeaveEachOtherAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := fakehoneycomb.New()
		client := newClient(t, api)
		d, s := small()
		bring(t, client, d, s)
		s.Prune = true
		bring(t, client, liftsysDefinition(), s)
		settled(t, client, d, s)
	})
}

func TestDestroy(t *testing.T) {
	api, client := applied(t)
	other := liftsysDefinition()
	_, s := small()
	bring(t, client, other, s)
	mine := fakehoneycomb.New(fakehoneycomb.WithRateLimit(0))
	bring(t, newClient(t, mine), other, s)
	d, _ := small()
	changes, err := client.Destroy(t.Context(), d, s)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	if err := changes.Apply(t.Context(), func(p honeycomb.Progress) {
		if p.Left != "" {
			left = append(left, p.Left)
		}
	}); err != nil {
		t.Fatal(err)
	}
	want := census(mine)
	want["columns trace.parent_id"] = 1 // only the small definition names it, and columns stay
	for _, kept := range []string{"slack", "email", "webhook", "pagerduty"} {
		want["recipients "+kept] += map[string]int{"slack": 1, "email": 1, "webhook": 1, "pagerduty": 1}[kept]
	}
	if diff := cmp.Diff(want, census(api)); diff != "" || left != nil {
		t.Errorf("left %q, stored (-want +got):\n%s", left, diff)
	}
	for _, r := range api.Writes() {
		if r.Method == http.MethodDelete && (r.Kind == fakehoneycomb.KindColumn || r.Kind == fakehoneycomb.KindQuery || r.Kind == fakehoneycomb.KindRecipient) {
			t.Errorf("%s %s", r.Method, r.Path)
		}
	}
	s.Recipients = true
	if changes, err = client.Destroy(t.Context(), d, s); err != nil {
		t.Fatal(err)
	}
	if err := changes.Apply(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	want = census(mine)
	want["columns trace.parent_id"] = 1
	if diff := cmp.Diff(want, census(api)); diff != "" {
		t.Errorf("with recipients: stored (-want +got):\n%s", diff)
	}
}

func TestDestroyLeavesWhatIsInUse(t *testing.T) {
	api, client := applied(t)
	api.Edit(fakehoneycomb.KindBoard, id(only(t, api, fakehoneycomb.KindBoard, "")), func(o fakehoneycomb.Object) {
		o["name"], o["tags"] = "Somebody's", []any{}
	})
	d, s := small()
	alerts := api.Objects(fakehoneycomb.KindBurnAlert)
	changes, err := client.Destroy(t.Context(), d, s)
	if err != nil {
		t.Fatal(err)
	}
	noted := []string{
		`SLO "Small SLO" stays, because board "Somebody's" shows it`,
		`saved query "Slow" stays, because board "Somebody's" shows it`,
	}
	if diff := cmp.Diff(noted, changes.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	left := leaving(t, changes)
	want := []string{`calculated field: 409: calculated field is in use by SLO "Small SLO"`}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(alerts, api.Objects(fakehoneycomb.KindBurnAlert)); diff != "" {
		t.Errorf("burn alerts of the SLO that stays (-before +after):\n%s", diff)
	}
}

// leaving applies the changes and returns what they left undone.
func leaving(t *testing.T, changes *honeycomb.Changes) (left []string) {
	t.Helper()
	if err := changes.Apply(t.Context(), func(p honeycomb.Progress) {
		if p.Left != "" {
			left = append(left, p.Change.Kind+": "+p.Left)
		}
	}); err != nil {
		t.Fatal(err)
	}
	return left
}
