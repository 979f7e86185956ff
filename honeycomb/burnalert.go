package honeycomb

import (
	"fmt"
	"time"
)

// BurnAlertType says what a burn alert watches.
type BurnAlertType string

// ExhaustionTime alerts when the budget will be gone within a time, at the
// present rate. BudgetRate alerts when more than a share of the budget went
// within a window.
const (
	ExhaustionTime BurnAlertType = "exhaustion_time"
	BudgetRate     BurnAlertType = "budget_rate"
)

// BurnAlert alerts somebody when an SLO's budget goes too fast. It has no name
// in Honeycomb; the SLO, the type and what belongs to the type identify it.
type BurnAlert struct {
	Type BurnAlertType
	// Description, at most 1023 characters together with the link to the runbook.
	Description string
	// Runbook is the anchor of the alert's section in the definition's runbooks.
	Runbook string
	// Exhaustion of an ExhaustionTime alert, in whole minutes.
	Exhaustion time.Duration
	// Window of a BudgetRate alert, in whole minutes, at least an hour.
	Window time.Duration
	// ThresholdPerMillion of the budget of a BudgetRate alert: 20000 is 2 %.
	ThresholdPerMillion int
	// Recipients are the names of recipients of the same definition, at least
	// one.
	Recipients []string
	// Severity for people and PagerDuty.
	Severity Severity
}

// String returns the condition as a person writes it down.
func (b BurnAlert) String() string {
	if b.Type == BudgetRate {
		return fmt.Sprintf("%s %% of the budget used within %s", number(float64(b.ThresholdPerMillion)/10_000), span(b.Window))
	}
	return "budget exhausted within " + span(b.Exhaustion)
}
