package alerting_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
	"github.com/lift-sys/telemetry/internal/alerting"
	"github.com/lift-sys/telemetry/internal/query"
)

// nothing is a source without rows.
type nothing struct{}

func (nothing) Query(context.Context, honeycomb.Query, time.Time, time.Time) (query.Result, error) {
	return query.Result{}, nil
}

// Each alert of lift-sys says its unit.
func TestUnits(t *testing.T) {
	e, err := alerting.New(liftsys.Define(liftsys.Options{}), nothing{}, alerting.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	for _, s := range e.Status() {
		n := s.About
		n.State, n.Value = alerting.Firing, new(n.Threshold)
		got[n.Alert] = n.Finding()
	}
	want := map[string]string{
		"High error rate":            "10 % > 10 %",
		"Database connection errors": "10 > 10",
		"LLM provider failure":       "50 % > 50 %",
		"LLM cost spike":             "$5 > $5",
		"Slow requests":              "10000 ms > 10000 ms",
		"Code generation failing":    "50 % < 50 %",
		"Average cost per request":   "$0.1 > $0.1",
		"Event budget":               "645161 events > 645161 events",
		"Requests succeed: 2 % of the budget used within 1h":   "2 % >= 2 %",
		"Requests succeed: 10 % of the budget used within 3d":  "10 % >= 10 %",
		"Requests are fast: 2 % of the budget used within 1h":  "2 % >= 2 %",
		"Requests are fast: 10 % of the budget used within 3d": "10 % >= 10 %",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFinding(t *testing.T) {
	tests := []struct {
		name string
		n    alerting.Notification
		want string
	}{
		{"fired", alerting.Notification{State: alerting.Firing, Value: new(15.0505), Op: honeycomb.Greater, Threshold: 10, Unit: "%"}, "15.0505 % > 10 %"},
		{"resolved", alerting.Notification{State: alerting.OK, Value: new(8.0), Op: honeycomb.Greater, Threshold: 10, Unit: "%"}, "8 %, not > 10 %"},
		{"just over", alerting.Notification{State: alerting.Firing, Value: new(10.0004), Op: honeycomb.Greater, Threshold: 10, Unit: "s"}, "10.0004 s > 10 s"},
		{"millions", alerting.Notification{State: alerting.Firing, Value: new(1234567.8), Op: honeycomb.Greater, Threshold: 1e6, Unit: "events"}, "1234568 events > 1000000 events"},
		{"little money", alerting.Notification{State: alerting.Firing, Value: new(0.00000123), Op: honeycomb.Less, Threshold: 0.01, Unit: "$"}, "$1.23e-06 < $0.01"},
		{"less than nothing", alerting.Notification{State: alerting.Firing, Value: new(-2.5), Op: honeycomb.Less, Threshold: -1, Unit: "$"}, "-$2.5 < -$1"},
		{"no unit", alerting.Notification{State: alerting.Firing, Value: new(11.0), Op: honeycomb.Greater, Threshold: 10}, "11 > 10"},
		{"nothing found", alerting.Notification{State: alerting.OK, Op: honeycomb.Greater, Threshold: 10, Unit: "%"}, "no value"},
	}
	for _, tt := range tests {
		if got := tt.n.Finding(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
