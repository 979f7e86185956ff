package honeycomb_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
)

func TestForPaidPlansKeepsEverything(t *testing.T) {
	for _, plan := range []honeycomb.PlanKind{honeycomb.Pro, honeycomb.Enterprise} {
		d, left := good().For(plan)
		if diff := cmp.Diff(good(), d, sameSecrets); diff != "" || left != nil {
			t.Errorf("%s has room for all of it, left out %v (-want +got):\n%s", plan, left, diff)
		}
	}
}

func TestForFreeTurnsSLOsIntoAverages(t *testing.T) {
	d, left := good().For(honeycomb.Free)
	want := good()
	expression := want.Fields[0].Expression
	want.Fields = append(want.Fields, honeycomb.CalculatedField{
		Alias: "sli.ok.percent", Description: "100 where sli.ok is true and 0 where it is false, to be averaged.",
		Expression: "IF(EQUALS(" + expression + ", true), 100, EQUALS(" + expression + ", false), 0)",
	})
	average := func(back time.Duration) honeycomb.Query {
		return honeycomb.Query{Calculations: []honeycomb.Calculation{honeycomb.Calculate[honeycomb.Column](honeycomb.Avg, "sli.ok.percent")}, TimeRange: back}
	}
	want.Boards[0].Panels[2] = honeycomb.Panel{
		Query: &honeycomb.SavedQuery{
			Name: "Requests succeed (average)", Description: "Which share of events was good, in percent? The objective is 95 %.",
			Query: average(24 * time.Hour),
		},
		Charts: []honeycomb.Chart{{Type: honeycomb.ChartStat}}, Position: want.Boards[0].Panels[2].Position,
	}
	want.Triggers = append(want.Triggers, honeycomb.Trigger{
		Name: "Requests succeed (average)", Query: average(time.Hour), Threshold: honeycomb.Threshold{Op: honeycomb.Less, Value: 95},
		Frequency: 15 * time.Minute, Recipients: []string{"page"},
	})
	want.SLOs = nil
	if diff := cmp.Diff(want, d, sameSecrets); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wantLeft := []honeycomb.Omission{
		{"SLO", "Requests succeed", "the free plan has no SLOs; boards show the average of sli.ok.percent instead"},
		{"burn alert", "Requests succeed", "the free plan has no SLOs; nobody is told of 2 % of the budget used within 1h"},
		{"burn alert", "Requests succeed", "the free plan has no SLOs; nobody is told of budget exhausted within 4h"},
	}
	if diff := cmp.Diff(wantLeft, left); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
	if err := d.Validate(honeycomb.Free); err != nil {
		t.Errorf("what is left does not fit: %v", err)
	}
}

func TestForFreeKeepsWhatMattersMost(t *testing.T) {
	trigger := func(name string, rank int) honeycomb.Trigger {
		return honeycomb.Trigger{
			Name: name, Rank: rank, Frequency: time.Minute, Threshold: honeycomb.Threshold{Op: honeycomb.Greater},
			Query: honeycomb.Query{Breakdowns: honeycomb.Columns(attr.HTTPRoute), TimeRange: time.Minute},
		}
	}
	tests := []struct {
		name, reason string
		triggers     []honeycomb.Trigger
		want, left   []string
	}{
		{"two", "both fit", []honeycomb.Trigger{trigger("a", 2), trigger("b", 1)}, []string{"a", "b"}, nil},
		{"ranked", "the first two by rank, in the definition's order", []honeycomb.Trigger{trigger("a", 3), trigger("b", 2), trigger("c", 1)}, []string{"b", "c"}, []string{"a"}},
		{"some unranked", "no rank is the last", []honeycomb.Trigger{trigger("a", 0), trigger("b", 9), trigger("c", 8)}, []string{"b", "c"}, []string{"a"}},
		{"unranked", "then the first defined", []honeycomb.Trigger{trigger("a", 0), trigger("b", 0), trigger("c", 0)}, []string{"a", "b"}, []string{"c"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, left := honeycomb.Definition{Triggers: tt.triggers}.For(honeycomb.Free)
			var got, gone []string
			for _, t := range d.Triggers {
				got = append(got, t.Name)
			}
			for _, o := range left {
				gone = append(gone, o.Name)
			}
			if diff := cmp.Diff([][]string{tt.want, tt.left}, [][]string{got, gone}); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			if err := d.Validate(honeycomb.Free); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestForFreeSaysWhatNobodyIsToldOf(t *testing.T) {
	d := good()
	d.SLOs, d.Boards = nil, nil
	d.Triggers = append(d.Triggers, d.Triggers[0], d.Triggers[0])
	d.Triggers[1].Name, d.Triggers[2].Name = "b", "c"
	_, left := d.For(honeycomb.Free)
	want := []honeycomb.Omission{{
		"trigger", "c",
		"the free plan has 2 triggers, and others rank higher; nobody is told of AVG(error_percent) by http.route over 5m > 10, every 2m, compared by percentage with 24h ago",
	}}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
