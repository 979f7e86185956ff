package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/honeycomb/liftsys"
	"github.com/lift-sys/telemetry/internal/alerting"
	"github.com/lift-sys/telemetry/lens/internal/receive"
	"github.com/lift-sys/telemetry/lens/internal/sql"
	"github.com/lift-sys/telemetry/lens/internal/store"
)

func open(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "lens.duckdb"), MinFree: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Lens evaluates all that the definition has.
func TestEveryAlert(t *testing.T) {
	d := liftsys.Define(liftsys.Options{})
	a, err := newAlerts(alertFlags{}, d, open(t), "http://127.0.0.1:4318", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	want := len(d.Triggers)
	for _, s := range d.SLOs {
		want += len(s.BurnAlerts)
	}
	if got := len(a.watch.Status()); got != want {
		t.Errorf("%d alerts, want %d", got, want)
	}
}

// The event budget's alert fires where a day's events are more than a 31st of the
// month's, told by a counter that counts from the service's start.
func TestEventBudget(t *testing.T) {
	// Twice the day's share was sent before, and is not counted again.
	const before = 2 * liftsys.EventsPerMonth / 31
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name   string
		minute int // events
		want   alerting.State
	}{
		// It is 448.03 a minute.
		{"beyond", 449, alerting.Firing},
		{"short", 448, alerting.OK},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, recording := open(t), receive.NewRecording()
			const minutes = 24 * 60
			points := make([]string, minutes+1) // the first is from a minute before the day
			for i := range points {
				at := now.Add(time.Duration(i-len(points)) * time.Minute)
				points[i] = fmt.Sprintf(`{"startTimeUnixNano": "1", "timeUnixNano": "%d", "asInt": "%d"}`, at.UnixNano(), before+i*tt.minute)
			}
			b, err := recording.JSON(fmt.Appendf(nil, `{"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": "lift.telemetry.exported",
				"sum": {"aggregationTemporality": 2, "isMonotonic": true, "dataPoints": [%s]}}]}]}]}`, strings.Join(points, ",")), now)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Append(t.Context(), b); err != nil {
				t.Fatal(err)
			}
			d := liftsys.Define(liftsys.Options{})
			e, err := alerting.New(d, sql.Source{Database: s, Fields: d.Fields}, alerting.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := e.Run(t.Context(), now); err != nil {
				t.Fatal(err)
			}
			for _, status := range e.Status() {
				if status.About.Alert != liftsys.EventBudget {
					continue
				}
				if status.About.State != tt.want || status.About.Value == nil || *status.About.Value != float64(minutes*tt.minute) {
					t.Errorf("it is %s at %v, want %s at %d", status.About.State, status.About.Value, tt.want, minutes*tt.minute)
				}
				return
			}
			t.Error("there is no such alert")
		})
	}
}
