package sampling_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/sampling"
)

func TestLedger(t *testing.T) {
	april := time.Date(2026, time.April, 10, 0, 0, 0, 0, time.UTC)
	const second = 30 * 24 * 3600 // events a month that make one a second in April
	type step struct {
		wall    time.Time
		elapsed time.Duration
		spend   int
	}
	tests := []struct {
		name  string
		steps []step
		left  int
		month sampling.Month
		why   string
	}{
		{"start", nil, 0, sampling.Month{Start: april.AddDate(0, 0, -9)}, "no burst at the start"},
		{"accrues", []step{{april, 10 * time.Second, 4}}, 6, sampling.Month{Start: april.AddDate(0, 0, -9), Used: 4}, "one a second"},
		{"carries over", []step{{april, time.Hour, 0}}, 600, sampling.Month{Start: april.AddDate(0, 0, -9)}, "ten minutes at most"},
		{"backwards", []step{{april, -time.Hour, 0}}, 0, sampling.Month{Start: april.AddDate(0, 0, -9)}, "time that runs backwards takes nothing"},
		{"debt", []step{{april, 10 * time.Second, 15}}, 0, sampling.Month{Start: april.AddDate(0, 0, -9), Used: 15}, "never negative"},
		{"month's end", []step{{april, 10 * time.Minute, 0}, {april.AddDate(0, 0, 21).Add(31 * time.Second), time.Minute, 0}}, 30, sampling.Month{Start: april.AddDate(0, 0, 21)}, "a new month starts empty, with what has accrued in it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := sampling.NewLedger(second, 0, april)
			for _, s := range tt.steps {
				l.Accrue(s.wall, s.elapsed)
				l.Spend(s.spend)
			}
			if got := l.Left(); got != tt.left {
				t.Errorf("%d left, want %d: %s", got, tt.left, tt.why)
			}
			if diff := cmp.Diff(tt.month, l.Month()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.why, diff)
			}
		})
	}
}

func TestLedgerRestore(t *testing.T) {
	april := time.Date(2026, time.April, 10, 0, 0, 0, 0, time.UTC)
	l := sampling.NewLedger(1000, time.Hour*1000, april)
	l.Restore(sampling.Month{Start: april.AddDate(0, -1, -9), Used: 7})
	l.Restore(sampling.Month{Start: april.AddDate(0, 0, -9), Used: 990})
	l.Accrue(april, 300*time.Hour)
	if got := l.Left(); got != 10 {
		t.Errorf("%d left, want 10: what another process sent this month counts, last month's does not", got)
	}
}

func TestLedgerLend(t *testing.T) {
	april := time.Date(2026, time.April, 10, 0, 0, 0, 0, time.UTC)
	l := sampling.NewLedger(30*24*3600, 0, april)
	got := []bool{l.Lend(3, 5*time.Second), l.Lend(3, 5*time.Second), l.Lend(2, 5*time.Second)}
	if diff := cmp.Diff([]bool{true, false, true}, got); diff != "" {
		t.Errorf("five events accrue ahead (-want +got):\n%s", diff)
	}
	l.Accrue(april, 4*time.Second)
	if l.Left() != 0 {
		t.Error("a loan is paid back first")
	}
}

// TestLedgerHold asks for more than the ledger carries over.
func TestLedgerHold(t *testing.T) {
	now := time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name   string
		n      int
		left   int // after two days
		reason string
	}{
		{"less than it carries", 10, 60, "room for an hour stays"},
		{"more", 90, 90, "room for as much as is asked for"},
		{"more than may be", 10_000, 1440, "a day's at most"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := sampling.NewLedger(30*24*60, time.Hour, now) // one a minute
			l.Hold(tt.n, 24*time.Hour)
			l.Accrue(now.AddDate(0, 0, 2), 48*time.Hour)
			if got := l.Left(); got != tt.left {
				t.Errorf("%d left, want %d: %s", got, tt.left, tt.reason)
			}
		})
	}
	l := sampling.NewLedger(0, time.Hour, now)
	l.Hold(5, time.Hour)
	if l.Until(5) != sampling.Forever {
		t.Error("an empty ledger holds events")
	}
}
