package honeycomb_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

// post makes something as a person with another tool does, and returns its id.
func post(t *testing.T, api *fakehoneycomb.API, path, body string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://api.honeycomb.io"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Honeycomb-Team", fakehoneycomb.DefaultKey)
	r.Header.Set("Content-Type", "application/json")
	response, err := api.Transport().RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var made struct{ ID, Error string }
	if err := json.NewDecoder(response.Body).Decode(&made); err != nil || made.ID == "" {
		t.Fatalf("%s: %v %s", path, err, made.Error)
	}
	return made.ID
}

// TestQueriesChangedByHand checks what Honeycomb's UI can do to a saved query
// and to a panel, which never shows in a description.
func TestQueriesChangedByHand(t *testing.T) {
	const dataset = fakehoneycomb.DefaultDataset
	panel := func(o fakehoneycomb.Object) map[string]any {
		return o["panels"].([]any)[1].(map[string]any)["query_panel"].(map[string]any)
	}
	tests := []struct {
		name string
		edit func(t *testing.T, api *fakehoneycomb.API)
		want string
	}{
		{
			"panel shows another query", func(t *testing.T, api *fakehoneycomb.API) {
				query := post(t, api, "/1/queries/"+dataset, `{"calculations":[{"op":"COUNT"}]}`)
				annotation := post(t, api, "/1/query_annotations/"+dataset, `{"name":"Mine","query_id":"`+query+`"}`)
				api.Edit(fakehoneycomb.KindBoard, id(only(t, api, fakehoneycomb.KindBoard, "")), func(o fakehoneycomb.Object) {
					panel(o)["query_id"], panel(o)["query_annotation_id"] = query, annotation
				})
			},
			"~ board \"Small board\"\n    panels / \"Mine\": - COUNT over 2h (another saved query)",
		},
		{
			"saved query of another query", func(t *testing.T, api *fakehoneycomb.API) {
				query := post(t, api, "/1/queries/"+dataset, `{"calculations":[{"op":"COUNT"}]}`)
				api.Edit(fakehoneycomb.KindAnnotation, id(only(t, api, fakehoneycomb.KindAnnotation, "Slow")), func(o fakehoneycomb.Object) {
					o["query_id"] = query
				})
			},
			"~ saved query \"Slow\"\n    query: COUNT over 2h → P95(duration_ms)",
		},
		{
			"a query that this package cannot express", func(t *testing.T, api *fakehoneycomb.API) {
				query := post(t, api, "/1/queries/"+dataset, `{"start_time":1,"end_time":2}`)
				api.Edit(fakehoneycomb.KindAnnotation, id(only(t, api, fakehoneycomb.KindAnnotation, "Slow")), func(o fakehoneycomb.Object) {
					o["query_id"] = query
				})
			},
			"~ saved query \"Slow\"\n    query: {\"end_time\":2,\"start_time\":1} → P95(duration_ms)",
		},
		{
			"a query that is gone", func(t *testing.T, api *fakehoneycomb.API) {
				api.Edit(fakehoneycomb.KindAnnotation, id(only(t, api, fakehoneycomb.KindAnnotation, "Slow")), func(o fakehoneycomb.Object) {
					o["query_id"] = "gone"
				})
			},
			"~ saved query \"Slow\"\n    query: a query that this dataset does not have → P95(duration_ms)",
		},
		{
			"mark of a saved query", func(t *testing.T, api *fakehoneycomb.API) {
				api.Edit(fakehoneycomb.KindAnnotation, id(only(t, api, fakehoneycomb.KindAnnotation, "Slow")), func(o fakehoneycomb.Object) {
					o["description"] = "Which routes are slow?\n(managed by small, query 000000000000)"
				})
			},
			"~ saved query \"Slow\"\n    description: (managed by small, query 000000000000) → (managed by small, query ",
		},
		{
			"mark of a burn alert removed", func(t *testing.T, api *fakehoneycomb.API) {
				api.Edit(fakehoneycomb.KindBurnAlert, id(api.Objects(fakehoneycomb.KindBurnAlert)[0]), func(o fakehoneycomb.Object) {
					o["description"] = "Runbook: https://example.com/runbooks#errors"
				})
			},
			"~ burn alert \"Small SLO: budget exhausted within 4h\"\n    description: + (managed by small)",
		},
		{
			"schedule of a trigger", func(t *testing.T, api *fakehoneycomb.API) {
				api.Edit(fakehoneycomb.KindTrigger, id(only(t, api, fakehoneycomb.KindTrigger, "")), func(o fakehoneycomb.Object) {
					o["evaluation_schedule"] = map[string]any{"window": map[string]any{"start_time": "13:00"}}
				})
			},
			"~ trigger \"Small trigger\"\n    schedule: - {\"window\":{\"start_time\":\"13:00\"}}",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			api, client := applied(t)
			tt.edit(t, api)
			d, s := small()
			if got := plan(t, client, d, s).String(); !strings.HasPrefix(got, tt.want) {
				t.Errorf("plan:\n%s\nwant:\n%s", got, tt.want)
			}
			bring(t, client, d, s)
		})
	}
}

func TestTriggerListedWithTheIDOfItsQuery(t *testing.T) {
	api, client := applied(t)
	api.Edit(fakehoneycomb.KindTrigger, id(only(t, api, fakehoneycomb.KindTrigger, "")), func(o fakehoneycomb.Object) { delete(o, "query") })
	d, s := small()
	settled(t, client, d, s)
}

// brief answers lists of boards without their panels.
type brief struct{ http.RoundTripper }

func (b brief) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := b.RoundTripper.RoundTrip(r)
	if err != nil || r.Method != http.MethodGet || r.URL.Path != "/1/boards" {
		return response, err
	}
	var boards []map[string]any
	if err := json.NewDecoder(response.Body).Decode(&boards); err != nil {
		return nil, err
	}
	for _, b := range boards {
		delete(b, "panels")
	}
	data, err := json.Marshal(boards)
	response.Body = io.NopCloser(bytes.NewReader(data))
	return response, err
}

func TestBoardsListedWithoutPanels(t *testing.T) {
	api, _ := applied(t)
	client, err := honeycomb.NewClient(fakehoneycomb.DefaultKey, honeycomb.WithTransport(brief{api.Transport()}))
	if err != nil {
		t.Fatal(err)
	}
	d, s := small()
	settled(t, client, d, s)
}

// richDefinition uses what the others do not.
func richDefinition() honeycomb.Definition {
	d := smallDefinition()
	d.Boards[0].Tags = []honeycomb.Tag{{Key: "team", Value: "small"}}
	p := &d.Boards[0].Panels[1]
	p.UTC, p.Overlaid, p.Style = true, true, honeycomb.Table
	p.Charts = []honeycomb.Chart{{Type: honeycomb.ChartStacked, OmitMissing: true, Log: true}, {Index: 1, Log: true}}
	p.Query.Query.Calculations = append(p.Query.Query.Calculations, honeycomb.Calculation{Op: honeycomb.Count})
	p.Query.Query.FilterCombination = honeycomb.Or
	p.Query.Query.Orders = []honeycomb.Order{
		honeycomb.By(honeycomb.Calculate(honeycomb.P95, attr.ColumnDurationMS)),
		{Column: honeycomb.Column(attr.HTTPRoute)},
	}
	p.Query.Query.Havings = []honeycomb.Having{{Calculation: honeycomb.Calculation{Op: honeycomb.Count}, Op: honeycomb.Greater, Value: 2.5}}
	p.Query.Query.Limit, p.Query.Query.Granularity = 50, time.Minute
	t := &d.Triggers[0]
	t.Tags, t.Disabled, t.AlertType = []honeycomb.Tag{{Key: "team", Value: "small"}}, true, honeycomb.OnTrue
	t.Baseline = honeycomb.Baseline{Offset: 24 * time.Hour, Type: honeycomb.ByPercentage}
	t.Threshold.ExceededLimit = 3
	t.Query.Filters = []honeycomb.Filter{
		honeycomb.Where(attr.ColumnError, honeycomb.Equals, true),
		honeycomb.Where(attr.HTTPResponseStatusCode, honeycomb.NotIn, 404, 410),
	}
	d.SLOs[0].Tags = []honeycomb.Tag{{Key: "team", Value: "small"}}
	d.Recipients = append(d.Recipients, honeycomb.Recipient{Name: "teams", Type: honeycomb.MSTeamsWorkflow, URL: honeycomb.SecretEnv("TEAMS_URL")})
	d.Recipients[3].Key = honeycomb.Secret{}
	return d
}

func TestEverythingSettles(t *testing.T) {
	api := fakehoneycomb.New(fakehoneycomb.WithRateLimit(0))
	client := newClient(t, api)
	d, s := richDefinition(), settings(honeycomb.Pro)
	bring(t, client, d, s)
	// From the small definition and back, each in one apply.
	changes := bring(t, client, smallDefinition(), s)
	var fields []string
	for _, c := range changes.List {
		if c.Kind == "trigger" {
			for _, f := range c.Fields {
				fields = append(fields, f.String())
			}
		}
	}
	want := []string{
		"alert type: on_true → on_change",
		"baseline: - by percentage with 24h ago",
		"disabled: - yes",
		"query: AVG(failed.percent) where error = true and http.response.status_code not-in [404, 410] over 5m → AVG(failed.percent) over 5m",
		"tags / team: - small",
		"threshold: > 10, 3 times in a row → > 10",
	}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Errorf("the trigger's fields (-want +got):\n%s", diff)
	}
	bring(t, client, d, s)
}
