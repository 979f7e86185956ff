package alerting_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/alerting"
)

func TestTriggers(t *testing.T) {
	limit := func(n int) func(*honeycomb.Trigger) {
		return func(tr *honeycomb.Trigger) { tr.Threshold.ExceededLimit = n }
	}
	compare := func(op honeycomb.FilterOp, v float64) func(*honeycomb.Trigger) {
		return func(tr *honeycomb.Trigger) { tr.Threshold = honeycomb.Threshold{Op: op, Value: v} }
	}
	tests := []struct {
		name, reason string
		change       func(*honeycomb.Trigger)
		rows         []int64 // of each minute
		want         []string
	}{
		{"on change", "it fires once and resolves once", nil, []int64{2, 3, 5, 2, 3}, []string{
			"P2 Rows fired at 2026-11-23T12:02:00Z: 3 > 2",
			"P2 Rows resolved at 2026-11-23T12:04:00Z: 2, not > 2",
			"P2 Rows fired at 2026-11-23T12:05:00Z: 3 > 2",
			"P2 Rows resolved at 2026-11-23T12:06:00Z: 0, not > 2",
		}},
		{"on true", "it fires at each run", func(tr *honeycomb.Trigger) { tr.AlertType = honeycomb.OnTrue }, []int64{3, 4, 0}, []string{
			"P2 Rows fired at 2026-11-23T12:01:00Z: 3 > 2",
			"P2 Rows fired at 2026-11-23T12:02:00Z: 4 > 2",
			"P2 Rows resolved at 2026-11-23T12:03:00Z: 0, not > 2",
		}},
		{"twice in a row", "once, or twice with a break, is not enough", limit(2), []int64{3, 0, 3, 3, 3, 0}, []string{
			"P2 Rows fired at 2026-11-23T12:04:00Z: 3 > 2",
			"P2 Rows resolved at 2026-11-23T12:06:00Z: 0, not > 2",
		}},
		{"five times in a row", "four are not enough", limit(5), []int64{3, 3, 3, 3, 0, 3, 3, 3, 3, 3}, []string{
			"P2 Rows fired at 2026-11-23T12:10:00Z: 3 > 2",
			"P2 Rows resolved at 2026-11-23T12:11:00Z: 0, not > 2",
		}},
		{"at least", "the threshold itself counts", compare(honeycomb.GreaterOrEqual, 3), []int64{3, 2}, []string{
			"P2 Rows fired at 2026-11-23T12:01:00Z: 3 >= 3",
			"P2 Rows resolved at 2026-11-23T12:02:00Z: 2, not >= 3",
		}},
		{"less", "nothing at all is zero rows", compare(honeycomb.Less, 1), []int64{1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, []string{
			"P2 Rows fired at 2026-11-23T12:00:00Z: 0 < 1",
			"P2 Rows resolved at 2026-11-23T12:01:00Z: 1, not < 1",
			"P2 Rows fired at 2026-11-23T12:02:00Z: 0 < 1",
			"P2 Rows resolved at 2026-11-23T12:03:00Z: 1, not < 1",
		}},
		{"at most", "the threshold itself counts", compare(honeycomb.LessOrEqual, 1), []int64{2, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2}, []string{
			"P2 Rows fired at 2026-11-23T12:00:00Z: 0 <= 1",
			"P2 Rows resolved at 2026-11-23T12:01:00Z: 2, not <= 1",
			"P2 Rows fired at 2026-11-23T12:02:00Z: 1 <= 1",
			"P2 Rows resolved at 2026-11-23T12:03:00Z: 2, not <= 1",
		}},
		{"every other minute over four", "a run looks back over the whole time range, and at multiples of the frequency", func(tr *honeycomb.Trigger) {
			tr.Frequency, tr.Query.TimeRange = 2*time.Minute, 4*time.Minute
		}, []int64{1, 0, 2}, []string{
			"P2 Rows fired at 2026-11-23T12:04:00Z: 3 > 2",
			"P2 Rows resolved at 2026-11-23T12:06:00Z: 2, not > 2",
		}},
		{"an average of nothing", "no value crosses nothing, in either direction", func(tr *honeycomb.Trigger) {
			tr.Query.Calculations = []honeycomb.Calculation{honeycomb.Calculate(honeycomb.Avg, "v")}
			tr.Threshold = honeycomb.Threshold{Op: honeycomb.Less, Value: 50}
		}, []int64{0, 1, 0}, []string{
			"P2 Rows fired at 2026-11-23T12:02:00Z: 5 < 50",
			"P2 Rows resolved at 2026-11-23T12:03:00Z: no value",
		}},
		{"with a having", "the calculation that no having names is compared", func(tr *honeycomb.Trigger) {
			count, most := honeycomb.Calculation{Op: honeycomb.Count}, honeycomb.Calculate(honeycomb.Max, "v")
			tr.Query.Calculations = []honeycomb.Calculation{count, most}
			tr.Query.Havings = []honeycomb.Having{{Calculation: count, Op: honeycomb.Greater, Value: 3}}
		}, []int64{3, 4}, []string{
			"P2 Rows fired at 2026-11-23T12:02:00Z: 5 > 2",
			"P2 Rows resolved at 2026-11-23T12:03:00Z: no value",
		}},
		{"disabled", "it never runs", func(tr *honeycomb.Trigger) { tr.Disabled = true }, []int64{9}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &source{}
			for i, n := range tt.rows {
				s.minute(i, n, map[string]any{"v": 5.0})
			}
			got := lines(t, evaluator(t, trigger(tt.change), s, alerting.Options{}), 11)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func TestGroupsAreOnTheirOwn(t *testing.T) {
	s := &source{}
	for minute, rows := range []map[string]int64{{"a": 3}, {"a": 3, "b": 2}, {"b": 3}, {"b": 3, "": 4}} {
		for k, n := range rows {
			fields := map[string]any{"k": k}
			if k == "" {
				fields = nil
			}
			s.minute(minute, n, fields)
		}
	}
	d := trigger(func(tr *honeycomb.Trigger) {
		tr.Query.Breakdowns = honeycomb.Columns("k")
		tr.Severity = honeycomb.P0
	})
	want := []string{
		"P0 Rows for k = a fired at 2026-11-23T12:01:00Z: 3 > 2",
		"P0 Rows for k = b fired at 2026-11-23T12:03:00Z: 3 > 2",
		"P0 Rows for k = a resolved at 2026-11-23T12:03:00Z: no value",
		"P0 Rows for k = (none) fired at 2026-11-23T12:04:00Z: 4 > 2",
		"P0 Rows for k = (none) resolved at 2026-11-23T12:05:00Z: no value",
		"P0 Rows for k = b resolved at 2026-11-23T12:05:00Z: no value",
	}
	if diff := cmp.Diff(want, lines(t, evaluator(t, d, s, alerting.Options{}), 6)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Groups that are written alike are still two.
func TestGroupsOfOneName(t *testing.T) {
	tests := []struct {
		name  string
		by    []honeycomb.Column
		other map[string]any
		group string
		first map[string]any
	}{
		{"no value, and a text", honeycomb.Columns("k"), map[string]any{"k": "(none)"}, "k = (none)", nil},
		{"a text with a comma", honeycomb.Columns("k", "l"), map[string]any{"k": "a", "l": "b, l = c"}, "k = a, l = b, l = c", map[string]any{"k": "a, l = b", "l": "c"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &source{}
			for minute := range 2 {
				s.minute(minute, 1, tt.other)
			}
			for minute := range 3 {
				s.minute(minute, 3, tt.first)
			}
			d := trigger(func(tr *honeycomb.Trigger) { tr.Query.Breakdowns = tt.by })
			d.Columns = append(d.Columns, attr.Def{Name: "l", Type: attr.TypeString})
			want := []string{
				"P2 Rows for " + tt.group + " fired at 2026-11-23T12:01:00Z: 3 > 2",
				"P2 Rows for " + tt.group + " resolved at 2026-11-23T12:04:00Z: no value",
			}
			if diff := cmp.Diff(want, lines(t, evaluator(t, d, s, alerting.Options{}), 5)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestBaselines(t *testing.T) {
	tests := []struct {
		name string
		kind honeycomb.BaselineType
		want []string
	}{
		{"in percent", honeycomb.ByPercentage, []string{
			"P2 Rows fired at 2026-11-23T13:01:00Z: 60 % > 50 %",
			"P2 Rows resolved at 2026-11-23T13:02:00Z: 50 %, not > 50 %",
		}},
		{"by value", honeycomb.ByValue, []string{
			"P2 Rows fired at 2026-11-23T13:03:00Z: 60 > 50",
			"P2 Rows resolved at 2026-11-23T13:04:00Z: 0, not > 50",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &source{}
			for minute, rows := range map[int]int64{0: 10, 1: 10, 60: 16, 61: 15, 62: 60} {
				s.minute(minute, rows, nil)
			}
			d := trigger(func(tr *honeycomb.Trigger) {
				tr.Baseline = honeycomb.Baseline{Offset: time.Hour, Type: tt.kind}
				tr.Threshold.Value = 50
			})
			e := evaluator(t, d, s, alerting.Options{})
			var got []string
			for i := range 5 {
				said, err := e.Run(t.Context(), start.Add(time.Hour+time.Duration(i)*time.Minute))
				if err != nil {
					t.Fatal(err)
				}
				for _, n := range said {
					got = append(got, n.String())
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
