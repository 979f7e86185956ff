package honeycomb_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
)

func TestQueryString(t *testing.T) {
	p95 := honeycomb.Calculate(honeycomb.P95, attr.ColumnDurationMS)
	tests := []struct {
		name  string
		query honeycomb.Query
		want  string
	}{
		{"nothing", honeycomb.Query{}, "COUNT over 2h"},
		{"everything", honeycomb.Query{
			Calculations: []honeycomb.Calculation{p95, {Op: honeycomb.Count}}, Breakdowns: honeycomb.Columns(attr.HTTPRoute, attr.UserID),
			Filters: []honeycomb.Filter{honeycomb.Where(attr.ColumnTraceParentID, honeycomb.DoesNotExist), honeycomb.Where(attr.HTTPRoute, honeycomb.In, "/a", "/b")},
			Havings: []honeycomb.Having{{Calculation: p95, Op: honeycomb.Greater, Value: 0.5}},
			Orders:  []honeycomb.Order{honeycomb.By(p95), {Column: honeycomb.Column(attr.UserID)}}, Limit: 10, TimeRange: 90 * time.Minute, Granularity: 30 * time.Second,
		}, `P95(duration_ms), COUNT by http.route, user.id where trace.parent_id does-not-exist and http.route in ["/a", "/b"] ` +
			`having P95(duration_ms) > 0.5 order by P95(duration_ms) descending, user.id limit 10 over 1h30m every 30s`},
		{"or", honeycomb.Query{Filters: []honeycomb.Filter{honeycomb.Where(attr.ColumnError, honeycomb.Equals, true), honeycomb.Where(attr.CodeRetries, honeycomb.Greater, 1e6)}, FilterCombination: honeycomb.Or, TimeRange: 7 * 24 * time.Hour}, "COUNT where error = true or code.retries > 1000000 over 7d"},
		{"a day", honeycomb.Query{TimeRange: 24 * time.Hour}, "COUNT over 24h"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.query.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestQueryEqual(t *testing.T) {
	route, user := honeycomb.Where(attr.HTTPRoute, honeycomb.Exists), honeycomb.Where(attr.UserID, honeycomb.Equals, "u")
	tests := []struct {
		name, reason string
		a, b         honeycomb.Query
		want         bool
	}{
		{"nothing and a count of two hours", "the defaults", honeycomb.Query{}, honeycomb.Query{Calculations: []honeycomb.Calculation{{Op: honeycomb.Count}}, TimeRange: 2 * time.Hour, FilterCombination: honeycomb.And}, true},
		{"filters in another order", "the order means nothing", honeycomb.Query{Filters: []honeycomb.Filter{route, user}}, honeycomb.Query{Filters: []honeycomb.Filter{user, route}}, true},
		{"a list in another order", "the order means nothing", honeycomb.Query{Filters: []honeycomb.Filter{honeycomb.Where("c", honeycomb.In, 1, 2)}}, honeycomb.Query{Filters: []honeycomb.Filter{honeycomb.Where("c", honeycomb.In, 2, 1)}}, true},
		{"a list with a repetition", "a list is a set", honeycomb.Query{Filters: []honeycomb.Filter{honeycomb.Where("c", honeycomb.In, 1, 2, 1)}}, honeycomb.Query{Filters: []honeycomb.Filter{honeycomb.Where("c", honeycomb.In, 1, 2)}}, true},
		{"an int and a float", "JSON gives back floats", honeycomb.Query{Filters: []honeycomb.Filter{honeycomb.Where("c", honeycomb.Equals, 500)}}, honeycomb.Query{Filters: []honeycomb.Filter{honeycomb.Where("c", honeycomb.Equals, 500.0)}}, true},
		{"a number as JSON wrote it", "some decoders keep the text", honeycomb.Query{Filters: []honeycomb.Filter{honeycomb.Where("c", honeycomb.Equals, json.Number("5e2"))}}, honeycomb.Query{Filters: []honeycomb.Filter{honeycomb.Where("c", honeycomb.Equals, 500)}}, true},
		{"nil and empty", "null against nothing", honeycomb.Query{Breakdowns: []honeycomb.Column{}, Filters: []honeycomb.Filter{}, Orders: []honeycomb.Order{}, Havings: []honeycomb.Having{}}, honeycomb.Query{}, true},
		{"OR of one filter", "there is nothing to combine", honeycomb.Query{Filters: []honeycomb.Filter{user}, FilterCombination: honeycomb.Or}, honeycomb.Query{Filters: []honeycomb.Filter{user}}, true},
		{"OR of two filters", "it means something", honeycomb.Query{Filters: []honeycomb.Filter{user, route}, FilterCombination: honeycomb.Or}, honeycomb.Query{Filters: []honeycomb.Filter{user, route}}, false},
		{"a number and a string", "they select different rows", honeycomb.Query{Filters: []honeycomb.Filter{honeycomb.Where("c", honeycomb.Equals, 5)}}, honeycomb.Query{Filters: []honeycomb.Filter{honeycomb.Where("c", honeycomb.Equals, "5")}}, false},
		{"calculations in another order", "charts follow it", honeycomb.Query{Calculations: []honeycomb.Calculation{{Op: honeycomb.Count}, honeycomb.Calculate(honeycomb.Max, "c")}}, honeycomb.Query{Calculations: []honeycomb.Calculation{honeycomb.Calculate(honeycomb.Max, "c"), {Op: honeycomb.Count}}}, false},
		{"breakdowns in another order", "tables follow it", honeycomb.Query{Breakdowns: []honeycomb.Column{"a", "b"}}, honeycomb.Query{Breakdowns: []honeycomb.Column{"b", "a"}}, false},
		{"a column with a comma", "it is one column", honeycomb.Query{Breakdowns: []honeycomb.Column{"a, b"}}, honeycomb.Query{Breakdowns: []honeycomb.Column{"a", "b"}}, false},
		{"another time range", "it shows other rows", honeycomb.Query{TimeRange: time.Hour}, honeycomb.Query{}, false},
		{"another limit", "it shows other groups", honeycomb.Query{Limit: 5}, honeycomb.Query{}, false},
		{"another granularity", "it draws other points", honeycomb.Query{Granularity: time.Minute}, honeycomb.Query{}, false},
		{"another direction", "it shows other groups first", honeycomb.Query{Breakdowns: []honeycomb.Column{"a"}, Orders: []honeycomb.Order{{Column: "a"}}}, honeycomb.Query{Breakdowns: []honeycomb.Column{"a"}, Orders: []honeycomb.Order{{Column: "a", Descending: true}}}, false},
		{"havings in another order", "the order means nothing", honeycomb.Query{Havings: []honeycomb.Having{{Value: 1}, {Value: 2}}}, honeycomb.Query{Havings: []honeycomb.Having{{Value: 2}, {Value: 1}}}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.a.Equal(tt.b) != tt.want || tt.b.Equal(tt.a) != tt.want {
				t.Errorf("%s and %s: equal is %t, want %t: %s", tt.a, tt.b, tt.a.Equal(tt.b), tt.want, tt.reason)
			}
		})
	}
}

func TestEqualLeavesTheQueryAlone(t *testing.T) {
	q := honeycomb.Query{Filters: []honeycomb.Filter{honeycomb.Where("b", honeycomb.In, 2, 1), honeycomb.Where("a", honeycomb.Exists)}, Havings: []honeycomb.Having{{Value: 2}, {Value: 1}}}
	want := q.String()
	if q.Equal(honeycomb.Query{}) {
		t.Error("a query with filters is equal to one without")
	}
	if diff := cmp.Diff(want, q.String()); diff != "" {
		t.Errorf("the query itself changed (-before +after):\n%s", diff)
	}
}

func TestStrings(t *testing.T) {
	d := good()
	tests := []struct {
		name string
		got  fmt.Stringer
		want string
	}{
		{"trigger", d.Triggers[0], "AVG(error_percent) by http.route over 5m > 10, every 2m, compared by percentage with 24h ago"},
		{"trigger that waits", honeycomb.Trigger{Threshold: honeycomb.Threshold{Op: honeycomb.Less, Value: 0.5, ExceededLimit: 3}, Frequency: time.Hour}, "COUNT over 2h < 0.5, every 1h, 3 times in a row"},
		{"SLO", d.SLOs[0], "95 % of sli.ok over 30 days"},
		{"burn alert", d.SLOs[0].BurnAlerts[0], "2 % of the budget used within 1h"},
		{"exhaustion", d.SLOs[0].BurnAlerts[1], "budget exhausted within 4h"},
		{"text panel", d.Boards[0].Panels[0], `text "# Shop"`},
		{"query panel", d.Boards[0].Panels[1], `"Requests": COUNT over 2h`},
		{"SLO panel", d.Boards[0].Panels[2], `SLO "Requests succeed"`},
		{"a list of strings that looks like one", honeycomb.Where("c", honeycomb.In, `a", "b`), `c in ["a\", \"b"]`},
		{"P0", honeycomb.P0, "P0"},
		{"P1", honeycomb.P1, "P1"},
		{"P2", honeycomb.P2, "P2"},
		{"unknown severity", honeycomb.Severity(9), "Severity(9)"},
		{"unknown plan", honeycomb.PlanKind(9), "PlanKind(9)"},
		{"omission", honeycomb.Omission{"trigger", "t", "why"}, `trigger "t": why`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.got.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestQueryJSONRefusesWhatItCannotHold(t *testing.T) {
	var q honeycomb.Query
	err := json.Unmarshal([]byte(`{"start_time": 5}`), &q)
	if want := `query specification: json: unknown field "start_time"`; err == nil || err.Error() != want {
		t.Errorf("error is %v, want %s: a query that was read in part would be another one", err, want)
	}
}

func TestParsePlanKind(t *testing.T) {
	for _, k := range []honeycomb.PlanKind{honeycomb.Free, honeycomb.Pro, honeycomb.Enterprise} {
		if got, err := honeycomb.ParsePlanKind(k.String()); got != k || err != nil {
			t.Errorf("ParsePlanKind(%q) = %s, %v", k.String(), got, err)
		}
	}
	_, err := honeycomb.ParsePlanKind("Pro")
	if want := `plan "Pro" is unknown: use free, pro or enterprise`; err == nil || err.Error() != want {
		t.Errorf("error is %v, want %s", err, want)
	}
}
