package honeycomb_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

func small() (honeycomb.Definition, honeycomb.Settings) {
	return smallDefinition(), settings(honeycomb.Pro)
}

// applied returns an API that has the small definition.
func applied(t *testing.T) (*fakehoneycomb.API, *honeycomb.Client) {
	t.Helper()
	api := fakehoneycomb.New(fakehoneycomb.WithRateLimit(0))
	client := newClient(t, api)
	d, s := small()
	bring(t, client, d, s)
	return api, client
}

// only returns the one object of a kind.
func only(t *testing.T, api *fakehoneycomb.API, kind fakehoneycomb.Kind, called string) fakehoneycomb.Object {
	t.Helper()
	var found []fakehoneycomb.Object
	for _, o := range api.Objects(kind) {
		if called == "" || name(o) == called {
			found = append(found, o)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d objects of kind %s called %q, want 1", len(found), kind, called)
	}
	return found[0]
}

func id(o fakehoneycomb.Object) string { return o["id"].(string) }

func TestPlanOfNothing(t *testing.T) {
	api := fakehoneycomb.New()
	d, s := small()
	got := plan(t, newClient(t, api), d, s).String()
	want := `+ column "duration_ms"  float
+ column "error"  boolean
+ column "http.route"  string
+ column "llm.provider"  string
+ column "trace.parent_id"  string
+ calculated field "failed.percent"  IF(EQUALS($error, true), 100, 0)
+ calculated field "sli.ok"  IF(EXISTS($http.route), NOT(EXISTS($error)), null)
+ saved query "Slow again"  P95(duration_ms) by http.route where trace.parent_id does-not-exist and llm.provider in ["openai", "anthropic"] over 2h
+ saved query "Slow"  P95(duration_ms) by http.route where trace.parent_id does-not-exist and llm.provider in ["openai", "anthropic"] over 2h
+ recipient "page"  pagerduty "page"
+ recipient "chat"  slack #small
+ recipient "mail"  email small@example.com
+ recipient "hook"  webhook "hook"
+ SLO "Small SLO"  99.5 % of sli.ok over 30 days
+ board "Small board"  3 panels
+ trigger "Small trigger"  AVG(failed.percent) over 5m > 10, every 5m
+ burn alert "Small SLO: budget exhausted within 4h"
+ burn alert "Small SLO: 2 % of the budget used within 1h"
18 to create, 0 to update, 0 to delete
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("plan (-want +got):\n%s", diff)
	}
	if len(api.Writes()) > 0 {
		t.Errorf("a plan has written: %v", api.Writes())
	}
}

func TestEqualQueriesAreMadeOnce(t *testing.T) {
	api, _ := applied(t)
	posted := 0
	for _, r := range api.Writes() {
		if r.Kind == fakehoneycomb.KindQuery {
			posted++
		}
	}
	if posted != 1 {
		t.Errorf("%d queries were posted, want 1 for two saved queries of equal content", posted)
	}
}

func TestChangedPanelConvergesInOneApply(t *testing.T) {
	api, client := applied(t)
	want := census(api)
	d, s := small()
	d.Boards[0].Panels[1].Query.Query.TimeRange = 24 * time.Hour
	changes := bring(t, client, d, s)
	got := changes.String()
	wantPlan := `~ saved query "Slow"
    query: P95(duration_ms) by http.route where llm.provider in ["anthropic", "openai"] and trace.parent_id does-not-exist over 2h → P95(duration_ms) by http.route where llm.provider in ["anthropic", "openai"] and trace.parent_id does-not-exist over 24h
~ board "Small board"
    panels / "Slow" / query: P95(duration_ms) by http.route where llm.provider in ["anthropic", "openai"] and trace.parent_id does-not-exist over 2h (another saved query)`
	if !strings.HasPrefix(got, wantPlan) {
		t.Errorf("plan:\n%s\nwant:\n%s", got, wantPlan)
	}
	if diff := cmp.Diff(want, census(api)); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
}

func TestSavedQueryOnSomebodysBoardStays(t *testing.T) {
	api, client := applied(t)
	d, s := small()
	api.Edit(fakehoneycomb.KindBoard, id(only(t, api, fakehoneycomb.KindBoard, "")), func(o fakehoneycomb.Object) {
		o["name"], o["tags"] = "Somebody's", []any{}
	})
	d.Boards[0].Panels[1].Query.Query.TimeRange = 24 * time.Hour
	changes := bring(t, client, d, s)
	if len(changes.Notes) != 1 || !strings.Contains(changes.Notes[0], `because board "Somebody's" shows it`) {
		t.Errorf("notes %q, want one about the board that shows the old version", changes.Notes)
	}
}

func TestPanelsWithoutPositions(t *testing.T) {
	api := fakehoneycomb.New(fakehoneycomb.WithRateLimit(0))
	client := newClient(t, api)
	d, s := small()
	for i := range d.Boards[0].Panels {
		d.Boards[0].Panels[i].Position = nil
	}
	bring(t, client, d, s)
	slices.Reverse(d.Boards[0].Panels)
	changes := bring(t, client, d, s)
	if !strings.Contains(changes.String(), "\n    order: ") {
		t.Errorf("plan:\n%s\nwant a change of the order", changes)
	}
}

func TestAllDatasets(t *testing.T) {
	api := fakehoneycomb.New(fakehoneycomb.WithRateLimit(0))
	client := newClient(t, api)
	d, s := small()
	s.Dataset = honeycomb.AllDatasets
	changes := plan(t, client, d, s)
	if len(changes.Notes) != 1 || !strings.Contains(changes.Notes[0], "columns are not made") {
		t.Errorf("notes %q, want one about columns", changes.Notes)
	}
	s.ColumnDataset = fakehoneycomb.DefaultDataset
	changes = bring(t, client, d, s)
	want := []string{
		`SLO "Small SLO": __all__ has no SLOs, which belong to datasets by name; boards show the average of sli.ok.percent instead`,
		`burn alert "Small SLO": __all__ has no SLOs, which belong to datasets by name; nobody is told of budget exhausted within 4h`,
		`burn alert "Small SLO": __all__ has no SLOs, which belong to datasets by name; nobody is told of 2 % of the budget used within 1h`,
	}
	var got []string
	for _, o := range changes.Omissions {
		got = append(got, o.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
	if n := len(api.Objects(fakehoneycomb.KindTrigger)); n != 2 {
		t.Errorf("%d triggers, want the definition's and the one that stands in for burn alerts", n)
	}
}

func TestPlanRefusesBeforeItSends(t *testing.T) {
	tests := []struct {
		name string
		edit func(*honeycomb.Definition, *honeycomb.Settings)
		want string
	}{
		{"no dataset", func(_ *honeycomb.Definition, s *honeycomb.Settings) { s.Dataset = "" }, "no dataset: name the one"},
		{"columns in all", func(_ *honeycomb.Definition, s *honeycomb.Settings) { s.ColumnDataset = "__all__" }, `column dataset "__all__"`},
		{"no owner", func(d *honeycomb.Definition, _ *honeycomb.Settings) { d.Owner = "" }, "has no Owner: set it"},
		{
			"no room for the mark",
			func(d *honeycomb.Definition, _ *honeycomb.Settings) {
				d.Fields[0].Description = strings.Repeat("x", 1020)
			},
			`calculated field "failed.percent": description has 1039 characters with the line "(managed by small)"`,
		},
		{
			"owner's tag taken",
			func(d *honeycomb.Definition, _ *honeycomb.Settings) {
				d.Boards[0].Tags = []honeycomb.Tag{{Key: honeycomb.OwnerTag, Value: "me"}}
			},
			`board "Small board": tag "managedby" says whose it is: remove it`,
		},
		{"invalid", func(d *honeycomb.Definition, _ *honeycomb.Settings) { d.Triggers[0].Frequency = 61 * time.Second }, "nothing was sent: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			api := fakehoneycomb.New()
			d, s := small()
			tt.edit(&d, &s)
			_, err := newClient(t, api).Plan(t.Context(), d, s)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
			if n := len(api.Requests()); n > 0 {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
}
