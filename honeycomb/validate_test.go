package honeycomb_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
)

// good returns a definition that breaks no rule and has one of everything. Each
// call returns a new one.
func good() honeycomb.Definition {
	query := honeycomb.Query{
		Calculations: []honeycomb.Calculation{{Op: honeycomb.Count}, honeycomb.Calculate(honeycomb.P95, attr.ColumnDurationMS)},
		Breakdowns:   honeycomb.Columns(attr.HTTPRoute),
		Filters:      []honeycomb.Filter{honeycomb.Where(attr.ColumnTraceParentID, honeycomb.DoesNotExist), honeycomb.Where("cart.items", honeycomb.Greater, 3)},
		Orders:       []honeycomb.Order{honeycomb.By(honeycomb.Calculate(honeycomb.P95, attr.ColumnDurationMS))},
		Havings:      []honeycomb.Having{{Calculation: honeycomb.Calculation{Op: honeycomb.Count}, Op: honeycomb.Greater, Value: 5}},
		Limit:        20, TimeRange: 2 * time.Hour, Granularity: time.Minute,
	}
	return honeycomb.Definition{
		Owner: "shop", Runbooks: "https://example.com/runbooks.md",
		Columns: []attr.Def{{Name: "cart.items", Type: attr.TypeInt, Brief: "Items in the cart."}},
		Fields: []honeycomb.CalculatedField{
			{Alias: "sli.ok", Description: "SLI", Expression: "IF(NOT(EXISTS($trace.parent_id)), NOT(EQUALS($error, true)))"},
			{Alias: "error_percent", Expression: "IF(EQUALS($error, true), 100, 0)"},
		},
		Queries: []honeycomb.SavedQuery{{Name: "Busy routes", Description: "Which?", Query: query}},
		Boards: []honeycomb.Board{{
			Name: "Shop", PresetFilters: []honeycomb.PresetFilter{{Column: honeycomb.Column(attr.UserID), Alias: "User"}},
			Tags: []honeycomb.Tag{{Key: "team", Value: "shop/web-1"}},
			Panels: []honeycomb.Panel{
				{Text: "# Shop", Position: &honeycomb.Position{Width: 12, Height: 2}},
				{Query: &honeycomb.SavedQuery{Name: "Requests"}, Style: honeycomb.Combo, Charts: []honeycomb.Chart{{Type: honeycomb.ChartLine}}, Position: &honeycomb.Position{Y: 2, Width: 6, Height: 4}},
				{SLO: "Requests succeed", Position: &honeycomb.Position{X: 6, Y: 2, Width: 6, Height: 4}},
			},
		}},
		Triggers: []honeycomb.Trigger{{
			Name: "Errors", Runbook: "errors", Severity: honeycomb.P1,
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{honeycomb.Calculate[honeycomb.Column](honeycomb.Avg, "error_percent")},
				Breakdowns:   honeycomb.Columns(attr.HTTPRoute), TimeRange: 5 * time.Minute,
			},
			Threshold: honeycomb.Threshold{Op: honeycomb.Greater, Value: 10}, Frequency: 2 * time.Minute, Recipients: []string{"chat", "page"},
			Baseline: honeycomb.Baseline{Offset: 24 * time.Hour, Type: honeycomb.ByPercentage},
		}},
		SLOs: []honeycomb.SLO{{
			Name: "Requests succeed", SLI: "sli.ok", TargetPerMillion: 950_000, Days: 30,
			BurnAlerts: []honeycomb.BurnAlert{
				{Type: honeycomb.BudgetRate, Window: time.Hour, ThresholdPerMillion: 20_000, Recipients: []string{"page"}},
				{Type: honeycomb.ExhaustionTime, Exhaustion: 4 * time.Hour, Recipients: []string{"chat"}},
			},
		}},
		Recipients: []honeycomb.Recipient{
			{Name: "chat", Type: honeycomb.Slack, Target: "#shop"},
			{Name: "mail", Type: honeycomb.Email, Target: "shop@example.com"},
			{Name: "page", Type: honeycomb.PagerDuty, Key: honeycomb.SecretEnv("PD_KEY")},
			{Name: "hook", Type: honeycomb.Webhook, URL: honeycomb.SecretValue("https://example.com/hook"), Key: honeycomb.SecretValue("shared")},
			{Name: "teams", Type: honeycomb.MSTeamsWorkflow, URL: honeycomb.SecretEnv("TEAMS_URL")},
		},
	}
}

func TestGoodDefinitionIsValid(t *testing.T) {
	if err := good().Validate(honeycomb.Pro); err != nil {
		t.Errorf("the base of the tests below breaks a rule:\n%v", err)
	}
	if err := (honeycomb.Definition{}).Validate(honeycomb.Free); err != nil {
		t.Errorf("nothing breaks no rule, got %v", err)
	}
}

// rule is a definition that breaks one rule, and all that is said about it.
type rule struct {
	name  string
	spoil func(*honeycomb.Definition)
	want  string
}

// check runs a table of rules. The whole error is compared: it names the thing,
// the rule and the fix, and nothing else is reported.
func check(t *testing.T, plan honeycomb.PlanKind, rules []rule) {
	t.Helper()
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			d := good()
			r.spoil(&d)
			err := d.Validate(plan)
			if err == nil {
				t.Fatalf("accepted, want %s", r.want)
			}
			if diff := cmp.Diff(r.want, err.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			rule, ok := errors.AsType[*honeycomb.RuleError](err)
			if !ok {
				t.Fatalf("%T is no RuleError", err)
			}
			if rule.Thing == "" || rule.Rule == "" || rule.Fix == "" {
				t.Errorf("%+v does not say everything", rule)
			}
		})
	}
}

func TestNameRules(t *testing.T) {
	check(t, honeycomb.Pro, []rule{
		{"a column without a name", func(d *honeycomb.Definition) { d.Columns = append(d.Columns, attr.Def{Type: attr.TypeInt}) }, `column 2: has no name: give it one; it is how it is found again`},
		{"a column twice", func(d *honeycomb.Definition) { d.Columns = append(d.Columns, d.Columns[0]) }, `column "cart.items": another column has this name too: give each a name of its own`},
		{"a column of the registry", func(d *honeycomb.Definition) {
			d.Columns = append(d.Columns, attr.Def{Name: string(attr.UserID), Type: attr.TypeString})
		}, `column "user.id": is in the registry of package attr already: remove it from Columns`},
		{"a column without a type", func(d *honeycomb.Definition) { d.Columns = append(d.Columns, attr.Def{Name: "cart.value"}) }, `column "cart.value": has no type: set Type; Honeycomb makes columns of one type`},
		{"a column's long meaning", func(d *honeycomb.Definition) { d.Columns[0].Brief = strings.Repeat("x", 1024) }, `column "cart.items": meaning has 1024 characters, more than 1023: shorten it`},
		{"a column to have besides that nothing emits", func(d *honeycomb.Definition) { d.AlsoColumns = []honeycomb.Column{"nope"} }, `AlsoColumns: column "nope" is not emitted by anything: use a constant of package attr, define a calculated field, or declare the service's own column in Columns`},
		{"a field twice", func(d *honeycomb.Definition) { d.Fields = append(d.Fields, d.Fields[0]) }, `calculated field "sli.ok": another calculated field has this name too: give each a name of its own`},
		{"a saved query twice", func(d *honeycomb.Definition) { d.Queries = append(d.Queries, d.Queries[0]) }, `saved query "Busy routes": another saved query has this name too: give each a name of its own`},
		{"a saved query with two contents", func(d *honeycomb.Definition) { d.Boards[0].Panels[1].Query.Name = "Busy routes" }, `saved query "Busy routes": stands for two different queries or descriptions: give each a name of its own, or use one value in both places`},
		{"a board without a name", func(d *honeycomb.Definition) { d.Boards[0].Name = "" }, `board 1: has no name: give it one; it is how it is found again`},
		{"a trigger twice", func(d *honeycomb.Definition) { d.Triggers = append(d.Triggers, d.Triggers[0]) }, `trigger "Errors": another trigger has this name too: give each a name of its own`},
		{"an SLO twice", func(d *honeycomb.Definition) { d.SLOs = append(d.SLOs, d.SLOs[0]) }, `SLO "Requests succeed": another SLO has this name too: give each a name of its own`},
		{"a recipient twice", func(d *honeycomb.Definition) { d.Recipients = append(d.Recipients, d.Recipients[0]) }, `recipient "chat": another recipient has this name too: give each a name of its own`},
		{"an owner that is no tag", func(d *honeycomb.Definition) { d.Owner = "The Shop" }, `owner "The Shop": is no value of a tag: begin with a lower-case letter, go on with those, digits, / and -, up to 128 characters`},
	})
}

func TestTagRules(t *testing.T) {
	tag := func(tags ...honeycomb.Tag) func(*honeycomb.Definition) {
		return func(d *honeycomb.Definition) { d.Boards[0].Tags = tags }
	}
	many := make([]honeycomb.Tag, 0, 10)
	for c := 'a'; c < 'a'+10; c++ {
		many = append(many, honeycomb.Tag{string(c), "v"})
	}
	const (
		key   = "use at most 32 lower-case letters"
		value = "begin with a lower-case letter, go on with those, digits, / and -, up to 128 characters"
	)
	check(t, honeycomb.Pro, []rule{
		{"an empty key", tag(honeycomb.Tag{"", "v"}), `board "Shop": tag key "" is not allowed: ` + key},
		{"a key with a digit", tag(honeycomb.Tag{"k1", "v"}), `board "Shop": tag key "k1" is not allowed: ` + key},
		{"a long key", tag(honeycomb.Tag{strings.Repeat("k", 33), "v"}), `board "Shop": tag key "` + strings.Repeat("k", 33) + `" is not allowed: ` + key},
		{"an empty value", tag(honeycomb.Tag{"k", ""}), `board "Shop": tag value "" is not allowed: ` + value},
		{"a value that begins with a digit", tag(honeycomb.Tag{"k", "1a"}), `board "Shop": tag value "1a" is not allowed: ` + value},
		{"a value with a space", tag(honeycomb.Tag{"k", "a b"}), `board "Shop": tag value "a b" is not allowed: ` + value},
		{"a long value", tag(honeycomb.Tag{"k", strings.Repeat("v", 129)}), `board "Shop": tag value "` + strings.Repeat("v", 129) + `" is not allowed: ` + value},
		{"a key twice", tag(honeycomb.Tag{"k", "v"}, honeycomb.Tag{"k", "w"}), `board "Shop": tag "k" is there twice: keep one`},
		{"the owner's key", tag(honeycomb.Tag{honeycomb.OwnerTag, "v"}), `board "Shop": tag "` + honeycomb.OwnerTag + `" says whose it is: remove it; Owner and Settings.Dataset set it`},
		{"the dataset's key", tag(honeycomb.Tag{honeycomb.DatasetTag, "v"}), `board "Shop": tag "` + honeycomb.DatasetTag + `" says whose it is: remove it; Owner and Settings.Dataset set it`},
		{"too many", tag(many...), `board "Shop": has 12 tags with the owner's, more than 10: remove some`},
		{"on a trigger", func(d *honeycomb.Definition) { d.Triggers[0].Tags = []honeycomb.Tag{{"K", "v"}} }, `trigger "Errors": tag key "K" is not allowed: ` + key},
		{"on an SLO", func(d *honeycomb.Definition) { d.SLOs[0].Tags = []honeycomb.Tag{{"K", "v"}} }, `SLO "Requests succeed": tag key "K" is not allowed: ` + key},
	})
}

func TestFieldRules(t *testing.T) {
	field := func(expression string) func(*honeycomb.Definition) {
		return func(d *honeycomb.Definition) {
			d.Fields = append(d.Fields, honeycomb.CalculatedField{Alias: "f", Expression: expression})
		}
	}
	check(t, honeycomb.Pro, []rule{
		{"no alias", func(d *honeycomb.Definition) { d.Fields = append(d.Fields, honeycomb.CalculatedField{Expression: "1"}) }, `calculated field 3: has no name: give it one; it is how it is found again`},
		{"the name of a column", func(d *honeycomb.Definition) {
			d.Fields = append(d.Fields, honeycomb.CalculatedField{Alias: "duration_ms", Expression: "1.5"})
		}, `calculated field "duration_ms": has the name of a column: choose another alias`},
		{"a long description", func(d *honeycomb.Definition) { d.Fields[0].Description = strings.Repeat("é", 1024) }, `calculated field "sli.ok": description has 1024 characters, more than 1023: shorten it`},
		{"a long expression", field("`" + strings.Repeat("x", 4094) + "`"), `calculated field "f": expression has 4096 characters, more than 4095: shorten it`},
		{"no expression", field(""), `calculated field "f": expression at character 1: expression is missing: write a function, a $column or a literal: see Honeycomb's calculated field reference`},
		{"an arity", field("IF($error)"), `calculated field "f": expression at character 1: function IF has 1 arguments: give it at least 2: see Honeycomb's calculated field reference`},
		{"a column that nothing emits", field("EXISTS($http.rout)"), `calculated field "f": column "http.rout" is not emitted by anything: use a constant of package attr, define a calculated field, or declare the service's own column in Columns`},
		{"another field", field("NOT($sli.ok)"), `calculated field "f": names the calculated field "sli.ok": repeat that field's expression; fields are made in no certain order`},
		{"EQUALS of two types", field(`EQUALS($error, "true")`), `calculated field "f": EQUALS compares boolean with string, which is never true: compare values of one type; STRING, INT, FLOAT and BOOL convert`},
		{"IN of two types", field("IF(IN($user.id, `a`, 5), 1)"), `calculated field "f": IN compares string with float, which is never true: compare values of one type; STRING, INT, FLOAT and BOOL convert`},
	})
}

func TestPlanRules(t *testing.T) {
	check(t, honeycomb.Free, []rule{
		{"SLOs", func(*honeycomb.Definition) {}, `SLOs: 1 of them, and the free plan has none: use Definition.For, which turns them into averages, or a pro or enterprise plan`},
		{"triggers", func(d *honeycomb.Definition) {
			d.SLOs, d.Boards = nil, nil
			for _, n := range []string{"b", "c"} {
				t := d.Triggers[0]
				t.Name = n
				d.Triggers = append(d.Triggers, t)
			}
		}, `triggers: 3 of them, and the free plan has 2: use Definition.For, which keeps the first by rank`},
	})
}

func TestAllViolationsAreReported(t *testing.T) {
	d := good()
	d.Triggers[0].Threshold.Op = "~"
	d.Boards[0].Panels[0].Text = ""
	d.SLOs[0].Days = 0
	err := d.Validate(honeycomb.Pro)
	want := `board "Shop" panel 1: shows 0 things: set exactly one of Query, Text and SLO
trigger "Errors": threshold operator "~" is unknown: use > >= < or <=
SLO "Requests succeed": looks back 0 days: use at least 1; 30 is usual
SLO "Requests succeed" burn alert "2 % of the budget used within 1h": window 1h0m0s is not allowed: use whole minutes, from an hour up to the days of the SLO`
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
