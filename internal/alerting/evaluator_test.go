package alerting_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/alerting"
)

func TestNotificationHasAllThatSomebodyNeeds(t *testing.T) {
	s := &source{}
	s.minute(0, 7, nil)
	d := trigger(func(tr *honeycomb.Trigger) {
		tr.Description, tr.Runbook, tr.Severity, tr.Recipients = "Too many rows.", "rows", honeycomb.P1, []string{"us"}
	})
	d.Runbooks = "https://example.com/runbooks"
	d.Recipients = []honeycomb.Recipient{{Name: "us", Type: honeycomb.Email, Target: "us@example.com"}}
	e := evaluator(t, d, s, alerting.Options{Link: func(q honeycomb.Query, from, to time.Time) string {
		return "lens:" + q.String() + " " + from.Format(time.TimeOnly) + " " + to.Format(time.TimeOnly)
	}})
	got, err := e.Run(t.Context(), start.Add(time.Minute+20*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	want := []alerting.Notification{{
		Alert: "Rows", Severity: honeycomb.P1, State: alerting.Firing, Value: new(7.0), Op: honeycomb.Greater, Threshold: 2,
		Condition: "COUNT over 1m > 2, every 1m", Description: "Too many rows.", Runbook: "https://example.com/runbooks#rows",
		Link: "lens:COUNT over 1m 12:00:00 12:01:00", Recipients: []string{"us"}, Time: start.Add(time.Minute),
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestScheduleFollowsTheClock(t *testing.T) {
	d := trigger(func(tr *honeycomb.Trigger) {
		tr.Frequency, tr.Query.TimeRange, tr.Threshold.Op, tr.Threshold.Value = 5*time.Minute, 5*time.Minute, honeycomb.Less, 1
		tr.AlertType = honeycomb.OnTrue
	})
	e := evaluator(t, d, &source{}, alerting.Options{})
	if !e.Next().IsZero() {
		t.Errorf("next is %s before the first run, want zero", e.Next())
	}
	tests := []struct {
		name   string
		now    time.Duration
		ran    bool
		at     time.Duration
		thenAt time.Duration
	}{
		{"the first run is due at once", 7 * time.Minute, true, 5 * time.Minute, 10 * time.Minute},
		{"too early", 10*time.Minute - 1, false, 0, 10 * time.Minute},
		{"on time", 10 * time.Minute, true, 10 * time.Minute, 15 * time.Minute},
		{"twice at the same time", 10 * time.Minute, false, 0, 15 * time.Minute},
		{"late by more than a run", 33 * time.Minute, true, 30 * time.Minute, 35 * time.Minute},
	}
	for _, tt := range tests {
		said, err := e.Run(t.Context(), start.Add(tt.now))
		if err != nil {
			t.Fatal(err)
		}
		if (len(said) == 1) != tt.ran {
			t.Errorf("%s: %v, ran should be %t", tt.name, said, tt.ran)
		}
		if tt.ran && !said[0].Time.Equal(start.Add(tt.at)) {
			t.Errorf("%s: it looked back from %s", tt.name, said[0].Time)
		}
		if !e.Next().Equal(start.Add(tt.thenAt)) {
			t.Errorf("%s: next is %s", tt.name, e.Next())
		}
	}
}

// A source that fails neither fires nor resolves anything.
func TestAFailedRunChangesNothing(t *testing.T) {
	s := &source{}
	for i := range 4 {
		s.minute(i, 3, nil)
	}
	e := evaluator(t, trigger(nil), s, alerting.Options{})
	run := func(minute int) (int, error) {
		said, err := e.Run(t.Context(), start.Add(time.Duration(minute)*time.Minute))
		return len(said), err
	}
	if n, err := run(1); n != 1 || err != nil {
		t.Fatalf("%d notifications, error %v", n, err)
	}
	s.err = errors.New("disk full")
	n, err := run(2)
	if _, ok := errors.AsType[*alerting.RunError](err); !ok || n != 0 || !errors.Is(err, s.err) {
		t.Errorf("%d notifications, error %v", n, err)
	}
	status := e.Status()[0]
	if status.About.State != alerting.Failed || !errors.Is(status.Err, s.err) || len(status.Groups) != 1 || !status.Since.Equal(start.Add(2*time.Minute)) {
		t.Errorf("status is %+v", status)
	}
	s.err = nil
	if n, err := run(3); n != 0 || err != nil {
		t.Errorf("%d notifications, error %v: it fired already", n, err)
	}
	if status := e.Status()[0]; status.About.State != alerting.Firing || status.Err != nil || !status.Since.Equal(start.Add(3*time.Minute)) {
		t.Errorf("status is %+v", status)
	}
	if n, err := run(5); n != 1 || err != nil {
		t.Errorf("%d notifications, error %v: it should resolve", n, err)
	}
}

func TestStatus(t *testing.T) {
	s := &source{}
	s.minute(0, 3, map[string]any{"k": "a"})
	s.minute(1, 4, map[string]any{"k": "a"})
	s.minute(1, 5, map[string]any{"k": "b"})
	s.minute(1, 1, map[string]any{"k": "c"})
	d := trigger(func(tr *honeycomb.Trigger) {
		tr.Query.Breakdowns = honeycomb.Columns("k")
		tr.Threshold.ExceededLimit = 2
	})
	e := evaluator(t, d, s, alerting.Options{})
	about := alerting.Notification{Alert: "Rows", State: alerting.OK, Op: honeycomb.Greater, Threshold: 2, Condition: "COUNT by k over 1m > 2, every 1m, 2 times in a row"}
	want := alerting.Status{About: about, Query: d.Triggers[0].Query, Frequency: time.Minute}
	if diff := cmp.Diff([]alerting.Status{want}, e.Status()); diff != "" {
		t.Errorf("before the first run (-want +got):\n%s", diff)
	}
	lines(t, e, 2)
	at := start.Add(2 * time.Minute)
	want.About.State, want.About.Value, want.About.Time, want.Since, want.Next = alerting.Firing, new(5.0), at, at, at.Add(time.Minute)
	want.Groups = []alerting.GroupStatus{
		{Group: "k = a", State: alerting.Firing, Value: 4, Since: at},
		{Group: "k = b", State: alerting.Pending, Value: 5, Since: at},
	}
	if diff := cmp.Diff([]alerting.Status{want}, e.Status()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestInvalidDefinition(t *testing.T) {
	_, err := alerting.New(trigger(func(tr *honeycomb.Trigger) { tr.Frequency = 0 }), &source{}, alerting.Options{})
	if _, ok := errors.AsType[*honeycomb.RuleError](err); !ok {
		t.Errorf("error is %v, want a rule", err)
	}
}
