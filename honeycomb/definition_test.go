package honeycomb_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
)

func TestWith(t *testing.T) {
	a := honeycomb.Definition{Queries: make([]honeycomb.SavedQuery, 1, 8), Recipients: []honeycomb.Recipient{{Name: "r"}}}
	b := honeycomb.Definition{Owner: "b", Runbooks: "https://b", Queries: []honeycomb.SavedQuery{{Name: "b"}}, Boards: []honeycomb.Board{{Name: "b"}}}
	c := honeycomb.Definition{
		Owner: "c", Runbooks: "https://c", Columns: []attr.Def{{Name: "c"}}, Fields: []honeycomb.CalculatedField{{Alias: "c"}},
		Triggers: []honeycomb.Trigger{{Name: "c"}}, SLOs: []honeycomb.SLO{{Name: "c"}}, Recipients: []honeycomb.Recipient{{Name: "c"}},
	}
	got := a.With(b, c)
	want := honeycomb.Definition{
		Owner: "b", Runbooks: "https://b", Queries: []honeycomb.SavedQuery{{}, {Name: "b"}}, Boards: []honeycomb.Board{{Name: "b"}},
		Columns: []attr.Def{{Name: "c"}}, Fields: []honeycomb.CalculatedField{{Alias: "c"}},
		Triggers: []honeycomb.Trigger{{Name: "c"}}, SLOs: []honeycomb.SLO{{Name: "c"}}, Recipients: []honeycomb.Recipient{{Name: "r"}, {Name: "c"}},
	}
	if diff := cmp.Diff(want, got, sameSecrets); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if a.Queries[:2][1].Name != "" {
		t.Error("With wrote into the spare room of its receiver's slice")
	}
}

func TestSavedQueriesNamesEachOnce(t *testing.T) {
	shared := honeycomb.SavedQuery{Name: "shared"}
	d := honeycomb.Definition{
		Queries: []honeycomb.SavedQuery{{Name: "own"}, shared},
		Boards:  []honeycomb.Board{{Panels: []honeycomb.Panel{{Text: "t"}, {Query: &shared}, {Query: &honeycomb.SavedQuery{Name: "board"}}}}},
	}
	var got []string
	for _, q := range d.SavedQueries() {
		got = append(got, q.Name)
	}
	if diff := cmp.Diff([]string{"own", "shared", "board"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDescribe(t *testing.T) {
	d := honeycomb.Definition{Runbooks: "https://example.com/r.md"}
	tests := []struct {
		name, description, runbook, want string
	}{
		{"both", "Bad.", "bad", "Bad.\nRunbook: https://example.com/r.md#bad"},
		{"no runbook", "Bad.", "", "Bad."},
		{"no description", "", "bad", "Runbook: https://example.com/r.md#bad"},
		{"nothing", "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, d.Describe(tt.description, tt.runbook)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestUsedColumns(t *testing.T) {
	d := honeycomb.Definition{
		Columns: []attr.Def{{Name: "cart.items", Type: attr.TypeInt, Brief: "Items."}, {Name: "cart.unused", Type: attr.TypeInt}},
		Fields:  []honeycomb.CalculatedField{{Alias: "field", Expression: "EXISTS($llm.tool_calls)"}, {Alias: "broken", Expression: "("}},
		Queries: []honeycomb.SavedQuery{{Name: "q", Query: honeycomb.Query{
			Calculations: []honeycomb.Calculation{honeycomb.Calculate[honeycomb.Column](honeycomb.Sum, "field"), honeycomb.Calculate(honeycomb.Avg, attr.LLMCostUSD), {Op: honeycomb.Count}},
			Breakdowns:   []honeycomb.Column{"cart.items"}, Filters: []honeycomb.Filter{honeycomb.Where(attr.ColumnError, honeycomb.Exists), honeycomb.Where("nobody.knows", honeycomb.Exists)},
			Orders: []honeycomb.Order{{Column: "cart.items"}}, Havings: []honeycomb.Having{{Calculation: honeycomb.Calculate(honeycomb.Avg, attr.LLMCostUSD)}},
		}}},
		Boards:   []honeycomb.Board{{PresetFilters: []honeycomb.PresetFilter{{Column: honeycomb.Column(attr.ServiceName)}}, Panels: []honeycomb.Panel{{Query: &honeycomb.SavedQuery{Name: "p", Query: honeycomb.Query{Breakdowns: honeycomb.Columns(attr.DBTable)}}}}}},
		Triggers: []honeycomb.Trigger{{Query: honeycomb.Query{Breakdowns: honeycomb.Columns(attr.CodeRetries)}}},
	}
	brief := func(name string) string {
		def, ok := attr.Lookup(name)
		if !ok {
			t.Fatalf("no row of %q", name)
		}
		return def.Brief
	}
	want := []honeycomb.ColumnDef{
		{"cart.items", honeycomb.ColumnInteger, "Items."},
		{"code.retries", honeycomb.ColumnInteger, brief("code.retries")},
		{"db.table", honeycomb.ColumnString, brief("db.table")},
		{"error", honeycomb.ColumnBoolean, brief("error")},
		{"llm.cost_usd", honeycomb.ColumnFloat, brief("llm.cost_usd")},
		{"llm.tool_calls", honeycomb.ColumnString, brief("llm.tool_calls")}, // a list is its JSON text
		{"service.name", honeycomb.ColumnString, brief("service.name")},
	}
	if diff := cmp.Diff(want, d.UsedColumns()); diff != "" {
		t.Errorf("every column that something names, once, and no calculated field (-want +got):\n%s", diff)
	}
}
