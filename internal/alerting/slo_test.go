package alerting_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/alerting"
)

// slo allows a tenth of the events of two days to be bad.
func slo(b honeycomb.BurnAlert) honeycomb.Definition {
	b.Recipients = []string{"us"}
	return honeycomb.Definition{
		Columns:    []attr.Def{{Name: "good", Type: attr.TypeBool}},
		Fields:     []honeycomb.CalculatedField{{Alias: "sli", Expression: "IF(EXISTS($good), $good)"}},
		Recipients: []honeycomb.Recipient{{Name: "us", Type: honeycomb.Email, Target: "us@example.com"}},
		SLOs:       []honeycomb.SLO{{Name: "Good", SLI: "sli", TargetPerMillion: 900_000, Days: 2, BurnAlerts: []honeycomb.BurnAlert{b}}},
	}
}

func (s *source) outcome(minute int, good, bad int64) {
	s.minute(minute, good, map[string]any{"good": true})
	s.minute(minute, bad, map[string]any{"good": false})
	s.minute(minute, 1000, nil) // they do not count
}

func TestBudget(t *testing.T) {
	tests := []struct {
		name             string
		good, bad        int64
		want             alerting.Budget
		compliance, left float64
	}{
		{"nothing", 0, 0, alerting.Budget{}, 100, 100},
		{"all good", 10, 0, alerting.Budget{Good: 10, Allowed: 1}, 100, 100},
		{"half of the budget", 950, 50, alerting.Budget{Good: 950, Bad: 50, Allowed: 100}, 95, 50},
		{"twice the budget", 80, 20, alerting.Budget{Good: 80, Bad: 20, Allowed: 10}, 80, -100},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &source{}
			s.outcome(0, tt.good, tt.bad)
			s.outcome(-2*24*60-1, 0, 500) // before its time
			d := slo(honeycomb.BurnAlert{Type: honeycomb.ExhaustionTime})
			e := evaluator(t, d, s, alerting.Options{})
			got, err := e.Budget(t.Context(), d.SLOs[0], start.Add(time.Minute))
			if err != nil {
				t.Fatal(err)
			}
			got.Allowed = round(got.Allowed)
			if got != tt.want || round(got.Compliance()) != tt.compliance || round(got.Left()) != tt.left {
				t.Errorf("%+v, compliance %v, left %v, want %+v, %v, %v", got, got.Compliance(), got.Left(), tt.want, tt.compliance, tt.left)
			}
		})
	}
}

// round hides that 0.9 is no float.
func round(f float64) float64 { return math.Round(f*1e6) / 1e6 }

// Two days have steps of half an hour.
func TestCourse(t *testing.T) {
	s := &source{}
	s.outcome(-24*60, 800, 0) // a day ago
	s.outcome(-23*60, 100, 40)
	s.outcome(0, 30, 30)
	s.outcome(-49*60, 0, 500) // before its time
	d := slo(honeycomb.BurnAlert{Type: honeycomb.ExhaustionTime})
	e := evaluator(t, d, s, alerting.Options{})
	at := start.Add(10 * time.Minute)
	budget, points, err := e.Course(t.Context(), d.SLOs[0], at)
	if err != nil {
		t.Fatal(err)
	}
	if want, err := e.Budget(t.Context(), d.SLOs[0], at); err != nil || budget != want {
		t.Errorf("budget is %+v, want %+v", budget, want)
	}
	type point struct {
		after time.Duration
		left  float64
	}
	var got []point // where it changes
	for i, p := range points {
		if i == 0 || p.Left != points[i-1].Left {
			got = append(got, point{p.Time.Sub(start), round(p.Left)})
		}
	}
	want := []point{{-23*time.Hour - 30*time.Minute, 100}, {-22*time.Hour - 30*time.Minute, 60}, {10 * time.Minute, 30}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(point{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, points, err := e.Course(t.Context(), d.SLOs[0], start.AddDate(-1, 0, 0)); err != nil || points != nil {
		t.Errorf("a year ago: %v, error %v", points, err)
	}
}

func TestBurnAlerts(t *testing.T) {
	rate := honeycomb.BurnAlert{Type: honeycomb.BudgetRate, Window: time.Hour, ThresholdPerMillion: 200_000, Severity: honeycomb.P1}
	exhaustion := honeycomb.BurnAlert{Type: honeycomb.ExhaustionTime, Exhaustion: 4 * time.Hour}
	tests := []struct {
		name, reason string
		alert        honeycomb.BurnAlert
		bad          map[int]int64 // by minute; a day before there were 1000 good
		want         []string
	}{
		{"a rate", "21 of about 102 went within the hour, and then the hour was over", rate, map[int]int64{0: 10, 20: 11}, []string{
			"P1 Good: 20 % of the budget used within 1h fired at 2026-11-23T12:21:00Z: 20.5681 % >= 20 %",
			"P1 Good: 20 % of the budget used within 1h resolved at 2026-11-23T13:01:00Z: 10.7738 %, not >= 20 %",
		}},
		{"a rate below", "20 of 102 is less than a fifth", rate, map[int]int64{0: 10, 20: 10}, nil},
		{"a rate over two windows", "what went before the hour does not count", rate, map[int]int64{0: 15, 70: 15}, nil},
		{"exhaustion", "21 went within the hour, and 81 last for less than four", exhaustion, map[int]int64{0: 21}, []string{
			"P2 Good: budget exhausted within 4h fired at 2026-11-23T12:01:00Z: 3.8619 h <= 4 h",
			"P2 Good: budget exhausted within 4h resolved at 2026-11-23T13:01:00Z: no value",
		}},
		{"exhaustion later", "20 went within the hour, and 82 last for more than four", exhaustion, map[int]int64{0: 20}, nil},
		{"exhausted", "nothing is left, and it stays so", honeycomb.BurnAlert{Type: honeycomb.ExhaustionTime}, map[int]int64{0: 111, 1: 1}, []string{
			"P2 Good: budget exhausted within 0s fired at 2026-11-23T12:02:00Z: 0 h <= 0 h",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &source{}
			s.outcome(-24*60, 1000, 0)
			for minute, bad := range tt.bad {
				s.outcome(minute, 0, bad)
			}
			got := lines(t, evaluator(t, slo(tt.alert), s, alerting.Options{}), 150)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func TestBurnAlertsRunAsOftenAsTheirWindowAsks(t *testing.T) {
	for window, want := range map[time.Duration]time.Duration{
		time.Hour: time.Minute, 5 * time.Hour: 5 * time.Minute, 48 * time.Hour: 15 * time.Minute,
	} {
		d := slo(honeycomb.BurnAlert{Type: honeycomb.BudgetRate, Window: window, ThresholdPerMillion: 1})
		if got := evaluator(t, d, &source{}, alerting.Options{}).Status()[0].Frequency; got != want {
			t.Errorf("a window of %s runs every %s, want %s", window, got, want)
		}
	}
}
