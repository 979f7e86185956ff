package sampling_test

import (
	"testing"
	"time"

	"github.com/lift-sys/telemetry/internal/sampling"
)

// hourly returns a budget that accrues n events an hour in May.
func hourly(n int64) *sampling.Budget {
	return sampling.NewBudget(sampling.BudgetConfig{EventsPerMonth: n * 31 * 24}, may)
}

func TestBudgetWindow(t *testing.T) {
	tests := []struct {
		name, reason string
		budget       *sampling.Budget
		want         time.Duration
	}{
		{"large", "nobody waits longer than needed", hourly(360_000), sampling.MinWindow},
		{"small", "64 events accrue", hourly(3600), 64 * time.Second},
		{"smaller", "spans do not wait for ever", hourly(60), sampling.MaxWindow},
		{"nothing", "no division by zero", hourly(0), sampling.MaxWindow},
		{"told", "the caller knows better", sampling.NewBudget(sampling.BudgetConfig{EventsPerMonth: 1, Window: time.Second}, may), time.Second},
	}
	for _, tt := range tests {
		if got := tt.budget.Window().Round(time.Millisecond); got != tt.want {
			t.Errorf("%s: %v, want %v: %s", tt.name, got, tt.want, tt.reason)
		}
	}
}

func TestBudgetDue(t *testing.T) {
	june := time.Date(2026, time.June, 1, 0, 0, 1, 0, time.UTC)
	tests := []struct {
		name, reason string
		cost, most   int
		now          time.Time
		elapsed      time.Duration
		want         bool
	}{
		{"early", "all fit, but a window has a length", 1, 1, may, 63 * time.Second, false},
		{"plain", "half of the allowance holds the dearest", 1000, 12, may, 65 * time.Second, true},
		{"idle", "no trace at all", 0, 0, may, 65 * time.Second, true},
		{"dear, alone", "all fit", 60, 60, may, 65 * time.Second, true},
		{"dear", "the others would spend what it needs", 1000, 60, may, 65 * time.Second, false},
		{"dear, later", "half holds it now", 1000, 60, may, 121 * time.Second, true},
		{"too dear", "nobody waits for it", 1000, 900, may, sampling.MaxWindow, true},
		{"new month", "which begins with nothing", 1000, 12, june, 65 * time.Second, false},
	}
	for _, tt := range tests {
		b := hourly(3600)
		if got := b.Due(tt.cost, tt.most, tt.now, tt.elapsed); got != tt.want {
			t.Errorf("%s: %t: %s", tt.name, got, tt.reason)
		}
		if b.Ledger().Left() != 0 {
			t.Errorf("%s: the question has changed the ledger", tt.name)
		}
	}
}
