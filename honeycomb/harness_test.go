package honeycomb_test

import (
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// plans pairs the plans of both sides.
var plans = []struct {
	kind honeycomb.PlanKind
	fake fakehoneycomb.Plan
}{
	{honeycomb.Free, fakehoneycomb.Free},
	{honeycomb.Pro, fakehoneycomb.Pro},
	{honeycomb.Enterprise, fakehoneycomb.Enterprise},
}

// secret stands for every secret of the definition. It must never show.
const secret = "0123456789abcdef0123456789abcdef"

func lookup(name string) (string, bool) {
	if strings.Contains(name, "URL") {
		return "https://hooks.example.com/" + secret, true
	}
	return secret, true
}

func settings(plan honeycomb.PlanKind) honeycomb.Settings {
	return honeycomb.Settings{Dataset: fakehoneycomb.DefaultDataset, Plan: plan, Lookup: lookup}
}

func liftsysDefinition() honeycomb.Definition { return liftsys.Define(liftsys.Options{}) }

// smallDefinition has something of every kind.
func smallDefinition() honeycomb.Definition {
	slow := honeycomb.Query{
		Calculations: []honeycomb.Calculation{honeycomb.Calculate(honeycomb.P95, attr.ColumnDurationMS)},
		Breakdowns:   honeycomb.Columns(attr.HTTPRoute),
		Filters: []honeycomb.Filter{
			honeycomb.Where(attr.ColumnTraceParentID, honeycomb.DoesNotExist),
			honeycomb.Where(attr.LLMProvider, honeycomb.In, "openai", "anthropic"),
		},
	}
	errors := honeycomb.Query{
		Calculations: []honeycomb.Calculation{honeycomb.Calculate(honeycomb.Avg, honeycomb.Column("failed.percent"))},
		TimeRange:    5 * time.Minute,
	}
	return honeycomb.Definition{
		Owner:    "small",
		Runbooks: "https://example.com/runbooks",
		Fields: []honeycomb.CalculatedField{
			{Alias: "failed.percent", Description: "100 for a failed span.", Expression: "IF(EQUALS($error, true), 100, 0)"},
			{Alias: "sli.ok", Expression: "IF(EXISTS($http.route), NOT(EXISTS($error)), null)"},
		},
		Queries: []honeycomb.SavedQuery{{Name: "Slow again", Description: "The same in another place.", Query: slow}},
		Boards: []honeycomb.Board{{
			Name: "Small board", Description: "One of each panel.",
			Panels: []honeycomb.Panel{
				{Text: "# Small\nboard", Position: &honeycomb.Position{Width: 12, Height: 2}},
				{
					Query:    &honeycomb.SavedQuery{Name: "Slow", Description: "Which routes are slow?", Query: slow},
					Position: &honeycomb.Position{Y: 2, Width: 6, Height: 6},
					Style:    honeycomb.Combo, Charts: []honeycomb.Chart{{Type: honeycomb.ChartLine}},
				},
				{SLO: "Small SLO", Position: &honeycomb.Position{X: 6, Y: 2, Width: 6, Height: 6}},
			},
			PresetFilters: []honeycomb.PresetFilter{{Column: honeycomb.Column(attr.HTTPRoute), Alias: "Route"}},
		}},
		Triggers: []honeycomb.Trigger{{
			Name: "Small trigger", Description: "Too many errors.", Runbook: "errors", Query: errors,
			Threshold: honeycomb.Threshold{Op: honeycomb.Greater, Value: 10}, Frequency: 5 * time.Minute,
			Recipients: []string{"page", "chat", "mail", "hook"}, Severity: honeycomb.P1,
		}},
		SLOs: []honeycomb.SLO{{
			Name: "Small SLO", SLI: "sli.ok", TargetPerMillion: 995_000, Days: 30,
			BurnAlerts: []honeycomb.BurnAlert{
				{Type: honeycomb.ExhaustionTime, Exhaustion: 4 * time.Hour, Recipients: []string{"page"}, Runbook: "errors"},
				{Type: honeycomb.BudgetRate, Window: time.Hour, ThresholdPerMillion: 20_000, Recipients: []string{"chat", "page"}},
			},
		}},
		Recipients: []honeycomb.Recipient{
			{Name: "page", Type: honeycomb.PagerDuty, Key: honeycomb.SecretEnv("PAGERDUTY_KEY")},
			{Name: "chat", Type: honeycomb.Slack, Target: "#small"},
			{Name: "mail", Type: honeycomb.Email, Target: "small@example.com"},
			{Name: "hook", Type: honeycomb.Webhook, URL: honeycomb.SecretEnv("WEBHOOK_URL"), Key: honeycomb.SecretEnv("WEBHOOK_SECRET")},
		},
	}
}

func newClient(t *testing.T, api *fakehoneycomb.API) *honeycomb.Client {
	t.Helper()
	client, err := honeycomb.NewClient(fakehoneycomb.DefaultKey, honeycomb.WithTransport(api.Transport()))
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// plan returns the changes, which must not fail.
func plan(t *testing.T, c *honeycomb.Client, d honeycomb.Definition, s honeycomb.Settings) *honeycomb.Changes {
	t.Helper()
	changes, err := c.Plan(t.Context(), d, s)
	if err != nil {
		t.Fatalf("plan: %v", err)
	}
	return changes
}

// bring applies the definition and checks that nothing is left to do.
func bring(t *testing.T, c *honeycomb.Client, d honeycomb.Definition, s honeycomb.Settings) *honeycomb.Changes {
	t.Helper()
	changes := plan(t, c, d, s)
	if err := changes.Apply(t.Context(), nil); err != nil {
		t.Fatalf("apply: %v", err)
	}
	settled(t, c, d, s)
	return changes
}

func settled(t *testing.T, c *honeycomb.Client, d honeycomb.Definition, s honeycomb.Settings) {
	t.Helper()
	if again := plan(t, c, d, s); !again.Empty() {
		t.Fatalf("a plan after an apply is not empty:\n%s", again)
	}
}

// census counts what is stored under each name, so that a duplicate shows.
// Queries are left out: a lost answer leaves one that no list can find.
func census(api *fakehoneycomb.API) map[string]int {
	count := map[string]int{}
	for _, kind := range []fakehoneycomb.Kind{
		fakehoneycomb.KindColumn, fakehoneycomb.KindField, fakehoneycomb.KindAnnotation, fakehoneycomb.KindBoard,
		fakehoneycomb.KindTrigger, fakehoneycomb.KindSLO, fakehoneycomb.KindBurnAlert, fakehoneycomb.KindRecipient,
	} {
		for _, o := range api.Objects(kind) {
			count[string(kind)+" "+name(o)]++
		}
	}
	return count
}

func name(o fakehoneycomb.Object) string {
	for _, key := range []string{"name", "alias", "key_name", "description", "type"} {
		if s, ok := o[key].(string); ok && s != "" {
			return s
		}
	}
	return ""
}
