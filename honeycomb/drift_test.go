package honeycomb_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

func TestNoDifference(t *testing.T) {
	tests := []struct {
		name, reason string
		kind         fakehoneycomb.Kind
		called       string
		edit         func(fakehoneycomb.Object)
	}{
		{
			"order of recipients", "Honeycomb returns them as it likes",
			fakehoneycomb.KindTrigger, "Small trigger",
			func(o fakehoneycomb.Object) { slices.Reverse(o["recipients"].([]any)) },
		},
		{
			"null description", "it is the same as none", fakehoneycomb.KindSLO, "Small SLO",
			func(o fakehoneycomb.Object) { o["description"] = nil },
		},
		{
			"missing baseline", "it is the same as one of zeros", fakehoneycomb.KindTrigger, "Small trigger",
			func(o fakehoneycomb.Object) { delete(o, "baseline_details") },
		},
		{
			"baseline of zeros", "it is the same as none", fakehoneycomb.KindTrigger, "Small trigger",
			func(o fakehoneycomb.Object) {
				o["baseline_details"] = map[string]any{"offset_minutes": 0.0, "type": ""}
			},
		},
		{
			"defaults left out", "they are what is meant", fakehoneycomb.KindTrigger, "Small trigger",
			func(o fakehoneycomb.Object) {
				delete(o, "alert_type")
				delete(o, "disabled")
				delete(o["threshold"].(map[string]any), "exceeded_limit")
			},
		},
		{
			"query in other words", "strings for numbers, the default limit, another order of filters",
			fakehoneycomb.KindTrigger, "Small trigger",
			func(o fakehoneycomb.Object) {
				o["query"].(map[string]any)["filter_combination"] = "AND"
				o["query"].(map[string]any)["limit"] = 100.0
				o["query"].(map[string]any)["filters"] = []any{}
			},
		},
		{
			"order of tags and panels", "positions say where panels are", fakehoneycomb.KindBoard, "Small board",
			func(o fakehoneycomb.Object) { slices.Reverse(o["panels"].([]any)) },
		},
		{
			"secrets left out", "an answer need not repeat them", fakehoneycomb.KindRecipient, "webhook",
			func(o fakehoneycomb.Object) {
				delete(o["details"].(map[string]any), "webhook_secret")
				o["details"].(map[string]any)["webhook_url"] = "https://hooks.example.com/****"
			},
		},
		{
			"new field in answers", "Honeycomb grows", fakehoneycomb.KindBoard, "Small board",
			func(o fakehoneycomb.Object) { o["popularity"] = 1.0 },
		},
		{
			"blank parts of a query", "they say nothing", fakehoneycomb.KindTrigger, "Small trigger",
			func(o fakehoneycomb.Object) {
				q := o["query"].(map[string]any)
				q["start_time"], q["compare_time_offset_seconds"], q["calculated_fields"], q["filters"] = nil, 0.0, []any{}, nil
			},
		},
		{
			"new part of a query", "a name that nobody knows says nothing yet", fakehoneycomb.KindTrigger, "Small trigger",
			func(o fakehoneycomb.Object) { o["query"].(map[string]any)["usage_mode"] = "new" },
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			api, client := applied(t)
			api.Edit(tt.kind, id(only(t, api, tt.kind, tt.called)), tt.edit)
			d, s := small()
			settled(t, client, d, s)
		})
	}
}

// Validate is strict about the types of values. What Honeycomb or other tools
// coerce is compared by meaning all the same.
func TestFilterTypesAreNoDifference(t *testing.T) {
	api := fakehoneycomb.New(fakehoneycomb.WithRateLimit(0))
	client := newClient(t, api)
	d, s := small()
	d.Triggers[0].Query.Filters = []honeycomb.Filter{
		honeycomb.Where(attr.UserID, honeycomb.Equals, "42"),
		honeycomb.Where(attr.HTTPResponseStatusCode, honeycomb.In, 502, 500),
		honeycomb.Where(attr.ColumnError, honeycomb.Equals, true),
	}
	bring(t, client, d, s)
	api.Edit(fakehoneycomb.KindTrigger, id(only(t, api, fakehoneycomb.KindTrigger, "")), func(o fakehoneycomb.Object) {
		o["query"].(map[string]any)["filters"] = []any{
			map[string]any{"column": "error", "op": "=", "value": "true"},
			map[string]any{"column": "http.response.status_code", "op": "in", "value": []any{"500", "502"}},
			map[string]any{"column": "user.id", "op": "=", "value": 42.0},
		}
	})
	settled(t, client, d, s)
}

func TestDrift(t *testing.T) {
	tests := []struct {
		name   string
		kind   fakehoneycomb.Kind
		called string
		edit   func(fakehoneycomb.Object)
		want   string
	}{
		{
			"threshold", fakehoneycomb.KindTrigger, "Small trigger",
			func(o fakehoneycomb.Object) { o["threshold"].(map[string]any)["value"] = 99.0 },
			"~ trigger \"Small trigger\"\n    threshold: > 99 → > 10",
		},
		{
			"disabled", fakehoneycomb.KindTrigger, "Small trigger",
			func(o fakehoneycomb.Object) { o["disabled"] = true },
			"~ trigger \"Small trigger\"\n    disabled: - yes",
		},
		{
			"recipient gone", fakehoneycomb.KindTrigger, "Small trigger",
			func(o fakehoneycomb.Object) { o["recipients"] = o["recipients"].([]any)[:3] },
			"~ trigger \"Small trigger\"\n    recipients / pagerduty \"page\": + error",
		},
		{
			"panel moved", fakehoneycomb.KindBoard, "Small board",
			func(o fakehoneycomb.Object) {
				o["panels"].([]any)[1].(map[string]any)["position"].(map[string]any)["width"] = 4.0
			},
			"~ board \"Small board\"\n    panels / \"Slow\" / position: 4×6 at 0,2 → 6×6 at 0,2",
		},
		{
			"panel removed", fakehoneycomb.KindBoard, "Small board",
			func(o fakehoneycomb.Object) { o["panels"] = o["panels"].([]any)[:2] },
			"~ board \"Small board\"\n    panels / SLO \"Small SLO\": + SLO \"Small SLO\"",
		},
		{
			"tag added", fakehoneycomb.KindBoard, "Small board",
			func(o fakehoneycomb.Object) {
				o["tags"] = append(o["tags"].([]any), map[string]any{"key": "mine", "value": "yes"})
			},
			"~ board \"Small board\"\n    tags / mine: - yes",
		},
		{
			"markers hidden", fakehoneycomb.KindBoard, "Small board",
			func(o fakehoneycomb.Object) {
				panel := o["panels"].([]any)[1].(map[string]any)["query_panel"].(map[string]any)
				panel["visualization_settings"].(map[string]any)["hide_markers"] = true
			},
			"~ board \"Small board\"\n    panels / \"Slow\" / markers hidden: - yes",
		},
		{
			"comparison with the past", fakehoneycomb.KindTrigger, "Small trigger",
			func(o fakehoneycomb.Object) {
				o["query"].(map[string]any)["compare_time_offset_seconds"] = 3600.0
			},
			"~ trigger \"Small trigger\"\n    query: {\"calculations\":[{\"column\":\"failed.percent\",\"op\":\"AVG\"}],\"compare_time_offset_seconds\":3600,\"time_range\":300} → AVG(failed.percent) over 5m",
		},
		{
			"target", fakehoneycomb.KindSLO, "Small SLO",
			func(o fakehoneycomb.Object) { o["target_per_million"] = 900_000.0 },
			"~ SLO \"Small SLO\"\n    target: 90 % → 99.5 %",
		},
		{
			"burn alert", fakehoneycomb.KindBurnAlert, "Runbook: https://example.com/runbooks#errors\n(managed by small)",
			func(o fakehoneycomb.Object) { o["exhaustion_minutes"] = 10.0 },
			"~ burn alert \"Small SLO: budget exhausted within 4h\"\n    exhaustion: 10m → 4h",
		},
		{
			"expression", fakehoneycomb.KindField, "failed.percent",
			func(o fakehoneycomb.Object) { o["expression"] = "1" },
			"~ calculated field \"failed.percent\"\n    expression: 1 → IF(EQUALS($error, true), 100, 0)",
		},
		{
			"description of a saved query", fakehoneycomb.KindAnnotation, "Slow",
			func(o fakehoneycomb.Object) {
				o["description"] = "Mine now.\n" + o["description"].(string)[strings.LastIndexByte(o["description"].(string), '\n')+1:]
			},
			"~ saved query \"Slow\"\n    description: Mine now.",
		},
		{
			"secret", fakehoneycomb.KindRecipient, "pagerduty",
			func(o fakehoneycomb.Object) {
				o["details"].(map[string]any)["pagerduty_integration_key"] = strings.Repeat("f", 32)
			},
			"~ recipient \"page\"\n    key: *** → ***",
		},
		{
			"type of a column", fakehoneycomb.KindColumn, "duration_ms",
			func(o fakehoneycomb.Object) { o["type"], o["description"] = "string", "my own words" },
			"~ column \"duration_ms\"\n    type: string → float",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			api, client := applied(t)
			api.Edit(tt.kind, id(only(t, api, tt.kind, tt.called)), tt.edit)
			d, s := small()
			changes := plan(t, client, d, s)
			if len(changes.List) != 1 || !strings.HasPrefix(changes.String(), tt.want) {
				t.Errorf("plan:\n%s\nwant one change:\n%s", changes, tt.want)
			}
			bring(t, client, d, s)
		})
	}
}

func TestAnswersWithNewFields(t *testing.T) {
	for name, d := range map[string]honeycomb.Definition{"small": smallDefinition(), "liftsys": liftsysDefinition(), "rich": richDefinition()} {
		t.Run(name, func(t *testing.T) {
			api := fakehoneycomb.New(fakehoneycomb.WithRateLimit(0), fakehoneycomb.WithNewFields())
			client := newClient(t, api)
			s := settings(honeycomb.Pro)
			bring(t, client, d, s)
			changes, err := client.Destroy(t.Context(), d, s)
			if err != nil {
				t.Fatal(err)
			}
			if left := leaving(t, changes); left != nil {
				t.Errorf("destroy left %q", left)
			}
		})
	}
}

func TestRemovedThingsComeBack(t *testing.T) {
	for _, kind := range []fakehoneycomb.Kind{fakehoneycomb.KindBoard, fakehoneycomb.KindTrigger, fakehoneycomb.KindBurnAlert} {
		t.Run(string(kind), func(t *testing.T) {
			api, client := applied(t)
			want := census(api)
			api.Remove(kind, id(api.Objects(kind)[0]))
			d, s := small()
			bring(t, client, d, s)
			if diff := cmp.Diff(want, census(api)); diff != "" {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDuplicatesGo(t *testing.T) {
	for _, kind := range []fakehoneycomb.Kind{fakehoneycomb.KindBoard, fakehoneycomb.KindTrigger, fakehoneycomb.KindSLO, fakehoneycomb.KindAnnotation, fakehoneycomb.KindBurnAlert} {
		t.Run(string(kind), func(t *testing.T) {
			api, client := applied(t)
			want := census(api)
			original := api.Objects(kind)[0]
			api.Copy(kind, id(original))
			d, s := small()
			bring(t, client, d, s)
			if diff := cmp.Diff(want, census(api)); diff != "" {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
		})
	}
}
