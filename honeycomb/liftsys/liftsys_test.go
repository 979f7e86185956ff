package liftsys_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
)

var update = flag.Bool("update", false, "rewrite testdata")

var plans = []honeycomb.PlanKind{honeycomb.Free, honeycomb.Pro, honeycomb.Enterprise}

func TestDefinitionFitsEveryPlan(t *testing.T) {
	for _, plan := range plans {
		d, _ := liftsys.Define(liftsys.Options{}).For(plan)
		if err := d.Validate(plan); err != nil {
			t.Errorf("%s: %v", plan, err)
		}
	}
}

// The whole definition on the free plan. On the others it is
// docs/honeycomb-dashboards.json, which the generator's test compares.
func TestGoldenOnTheFreePlan(t *testing.T) {
	d, _ := liftsys.Define(liftsys.Options{}).For(honeycomb.Free)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(d); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", "free.json")
	if *update {
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("run go test ./honeycomb/liftsys -update if it is meant (-golden +got):\n%s", diff)
	}
}

func TestBoardsHaveTheirSixPanels(t *testing.T) {
	type board struct {
		Name    string
		Queries []string
		SLOs    []string
		Texts   int
	}
	var got []board
	for _, b := range liftsys.Define(liftsys.Options{}).Boards {
		row := board{Name: b.Name}
		for _, p := range b.Panels {
			switch {
			case p.Query != nil:
				row.Queries = append(row.Queries, p.Query.Name)
			case p.SLO != "":
				row.SLOs = append(row.SLOs, p.SLO)
			default:
				row.Texts++
			}
		}
		got = append(got, row)
	}
	want := []board{
		{"Request Overview", []string{"Request rate", "Request latency", "Success rate", "Error rate", "Top endpoints", "User activity"}, []string{"Requests succeed", "Requests are fast"}, 1},
		{"Performance", []string{"Slowest operations", "IR generation time", "Code generation time", "LLM latency", "Database", "Retry rate"}, nil, 1},
		{"Errors", []string{"Errors by exception type", "Failed operations", "Error distribution", "Recent errors", "Code generation failures", "LLM errors"}, nil, 1},
		{"Business Metrics", []string{"Sessions created", "Session completion rate", "Holes resolved", "Average holes per session", "Cost per request", "Token usage"}, nil, 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAlertsAreThoseOfTheDesign(t *testing.T) {
	type alert struct {
		Name, Severity string
		Condition      string
		Recipients     []string
	}
	var got []alert
	for _, a := range liftsys.Define(liftsys.Options{}).Triggers {
		got = append(got, alert{a.Name, a.Severity.String(), a.String(), a.Recipients})
	}
	const requests, llm = `where span.kind in ["server", "consumer"] and duration_ms exists`, "where llm.provider exists"
	page := []string{"lift-sys on call", "engineering"}
	want := []alert{
		{"High error rate", "P1", "AVG(lift.error_percent) " + requests + " over 5m > 10, every 2m", page},
		{"Database connection errors", "P0", `COUNT where error.type = "db_connection" and meta.annotation_type does-not-exist over 5m > 10, every 2m`, page},
		{"LLM provider failure", "P1", "AVG(lift.error_percent) by llm.provider " + llm + " over 5m > 50, every 2m", page},
		{"LLM cost spike", "P2", "SUM(llm.cost_usd) " + llm + " over 1h > 5, every 15m", []string{"engineering"}},
		{"Slow requests", "P2", "P95(duration_ms) " + requests + " over 5m > 10000, every 2m", []string{"performance"}},
		{"Code generation failing", "P2", `AVG(lift.code_success_percent) by code.language where name = "code.generate" and meta.annotation_type does-not-exist and code.language exists over 30m < 50, every 10m`, []string{"engineering"}},
		{"Average cost per request", "P2", "AVG(lift.request_cost_usd) " + requests + " over 1h > 0.1, every 15m", []string{"cost"}},
		{"Event budget", "P2", "SUM(lift.telemetry.exported) where lift.telemetry.exported exists over 24h > 645161, every 6h", []string{"engineering"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSLOsHaveAFastAndASlowBurnAlert(t *testing.T) {
	for _, s := range liftsys.Define(liftsys.Options{}).SLOs {
		if s.TargetPerMillion != 950_000 || s.Days != 30 {
			t.Errorf("SLO %q is %s, want 95 %% over 30 days", s.Name, s)
		}
		var got []string
		for _, b := range s.BurnAlerts {
			got = append(got, b.Severity.String()+" "+b.String())
		}
		want := []string{"P1 2 % of the budget used within 1h", "P2 10 % of the budget used within 3d"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("SLO %q (-want +got):\n%s", s.Name, diff)
		}
	}
}

// allQueries returns every query of the definition by what it belongs to.
func allQueries(d honeycomb.Definition) map[string]honeycomb.Query {
	all := make(map[string]honeycomb.Query)
	for _, s := range d.SavedQueries() {
		all["query "+s.Name] = s.Query
	}
	for _, t := range d.Triggers {
		all["trigger "+t.Name] = t.Query
	}
	return all
}

// A column that is registered but that no package writes would stay empty.
func TestEveryColumnIsEmitted(t *testing.T) {
	d := liftsys.Define(liftsys.Options{})
	for _, c := range d.Columns {
		if def, ok := attr.Lookup(c.Name); !ok || def.Kind != attr.KindMetric {
			t.Errorf("column %q is declared beside the registry, want metrics of it alone", c.Name)
		}
	}
	columns := d.UsedColumns()
	if len(columns) < 25 {
		t.Errorf("%d columns are in use, want all that the boards name", len(columns))
	}
	for _, c := range columns {
		def, ok := attr.Lookup(string(c.Name))
		switch {
		case !ok:
			t.Errorf("column %q is not in the registry", c.Name)
		case def.Kind == attr.KindAttribute && def.Package == "":
			t.Errorf("attribute %q is written by no package", c.Name)
		case def.Kind == attr.KindAttribute && len(def.Spans) == 0:
			t.Errorf("attribute %q stands on no span", c.Name)
		}
	}
}

// A query that asks for spans of one name or kind must only name attributes
// which those spans carry.
func TestColumnsStandOnTheSpansThatAreSelected(t *testing.T) {
	for name, q := range allQueries(liftsys.Define(liftsys.Options{})) {
		span := ""
		for _, f := range q.Filters {
			if f.Column == attr.ColumnName && f.Op == honeycomb.Equals {
				span, _ = f.Value.(string)
			}
			if f.Column == honeycomb.Column(attr.LLMProvider) && f.Op == honeycomb.Exists {
				span = attr.SpanLLMCall
			}
		}
		if _, ok := attr.LookupSpan(span); !ok {
			continue // requests, events, or anything
		}
		columns := slices.Clone(q.Breakdowns)
		for _, c := range q.Calculations {
			columns = append(columns, c.Column)
		}
		for _, c := range columns {
			def, ok := attr.Lookup(string(c))
			if !ok || def.Kind != attr.KindAttribute {
				continue // a calculated field or Honeycomb's own
			}
			if !slices.Contains(def.Spans, span) && !slices.Contains(def.Spans, attr.EverySpan) && !slices.Contains(def.Spans, attr.Resource) {
				t.Errorf("%s selects %s, which does not carry %q", name, span, c)
			}
		}
	}
}

func TestQueriesAvoidTheTraps(t *testing.T) {
	has := func(q honeycomb.Query, want honeycomb.Filter) bool {
		return slices.ContainsFunc(q.Filters, func(f honeycomb.Filter) bool { return f.String() == want.String() })
	}
	requests := liftsys.Requests()
	spansOnly := honeycomb.Where(attr.ColumnMetaAnnotationType, honeycomb.DoesNotExist)
	llm := honeycomb.Where(attr.LLMProvider, honeycomb.Exists)
	counted := 0
	for name, q := range allQueries(liftsys.Define(liftsys.Options{})) {
		for _, f := range q.Filters {
			if f.Column == attr.ColumnError && f.Op == honeycomb.Equals || f.Column == honeycomb.Column(attr.ErrorType) {
				counted++
				if !has(q, spansOnly) {
					t.Errorf("%s counts errors and the span events about them too", name)
				}
			}
			if f.Column == attr.ColumnName && (f.Value == attr.SpanLLMCall || f.Value == attr.SpanModalInference) {
				t.Errorf("%s selects LLM calls by name, and misses those of the other name", name)
			}
		}
		for _, c := range q.Calculations {
			if c.Op == honeycomb.CountDistinct {
				t.Errorf("%s uses COUNT_DISTINCT, which ignores the weight of sampled spans", name)
			}
			ofRequests := strings.HasPrefix(string(c.Column), "request.") || c.Column == liftsys.RequestCostUSD
			if ofRequests && slices.ContainsFunc(requests, func(f honeycomb.Filter) bool { return !has(q, f) }) {
				t.Errorf("%s calculates %s without selecting requests", name, c)
			}
			if c.Op == honeycomb.Avg && c.Column == honeycomb.Column(attr.RequestCostUSD) {
				t.Errorf("%s averages paid requests only", name)
			}
			if strings.HasPrefix(string(c.Column), "llm.") && !has(q, llm) {
				t.Errorf("%s calculates %s without selecting LLM calls", name, c)
			}
		}
		if strings.HasPrefix(name, "query ") && q.TimeRange != liftsys.Recent && q.TimeRange != liftsys.Day {
			t.Errorf("%s looks back %s, want 2 or 24 hours", name, q.TimeRange)
		}
	}
	if counted < 6 {
		t.Errorf("%d queries count errors, so that this test checks little", counted)
	}
	for _, b := range liftsys.Define(liftsys.Options{}).Boards {
		for _, p := range b.Panels {
			if p.Query == nil {
				continue
			}
			if want := b.Name == "Business Metrics" || p.Query.Name == "Request rate"; (p.Query.Query.TimeRange == liftsys.Day) != want {
				t.Errorf("panel %q of %s looks back %s", p.Query.Name, b.Name, p.Query.Query.TimeRange)
			}
		}
	}
}

func TestFreePlanKeepsWhatMattersMost(t *testing.T) {
	d, left := liftsys.Define(liftsys.Options{}).For(honeycomb.Free)
	var got []string
	for _, a := range d.Triggers {
		got = append(got, a.Name)
	}
	if diff := cmp.Diff([]string{"High error rate", "Database connection errors"}, got); diff != "" {
		t.Errorf("triggers (-want +got):\n%s", diff)
	}
	kinds := make(map[string]int)
	for _, o := range left {
		kinds[o.Kind]++
	}
	// Six triggers of the definition and the two that would stand in for SLOs.
	if diff := cmp.Diff(map[string]int{"SLO": 2, "burn alert": 4, "trigger": 8}, kinds); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
}

func TestDefinitionIsTheCallersOwn(t *testing.T) {
	d := liftsys.Define(liftsys.Options{})
	d.Boards[0].Panels[1].Position.X = 99
	d.Queries[0].Query.Filters[0].Column = "changed"
	d.Triggers[0].Recipients[0] = "changed"
	d.SLOs[0].BurnAlerts[0].Window = time.Minute
	if err := liftsys.Define(liftsys.Options{}).Validate(honeycomb.Pro); err != nil {
		t.Errorf("changing one definition changed the next: %v", err)
	}
}

func TestRoutes(t *testing.T) {
	mail := honeycomb.Recipient{Name: "mail", Type: honeycomb.Email, Target: "team@example.com"}
	d := liftsys.Define(liftsys.Options{
		Runbooks: "https://wiki.example.com/runbooks",
		Routes:   liftsys.Routes{Page: []honeycomb.Recipient{}, Engineering: []honeycomb.Recipient{mail}, Cost: []honeycomb.Recipient{mail}},
	})
	if err := d.Validate(honeycomb.Pro); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range d.Recipients {
		got = append(got, r.String())
	}
	if diff := cmp.Diff([]string{"email team@example.com", "slack #performance"}, got); diff != "" {
		t.Errorf("recipients, each once (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"mail"}, d.Triggers[0].Recipients); diff != "" {
		t.Errorf("who is told of the error rate, with nobody to page (-want +got):\n%s", diff)
	}
	want := d.Triggers[0].Description + "\nRunbook: https://wiki.example.com/runbooks#high-error-rate"
	if diff := cmp.Diff(want, d.Describe(d.Triggers[0].Description, d.Triggers[0].Runbook)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
