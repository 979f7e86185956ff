package liftsys

import (
	"time"

	"github.com/lift-sys/telemetry/honeycomb"
)

// slos look back 30 days, over which 5 % may be bad.
func slos(to Routes) []honeycomb.SLO {
	return []honeycomb.SLO{
		{
			Name: RequestsSucceed, Description: "95 % of requests succeed, over 30 days.",
			SLI: SLIRequestSuccess, TargetPerMillion: 950_000, Days: 30,
			BurnAlerts: burnAlerts(to, "requests-succeed"),
		},
		{
			Name: RequestsAreFast, Description: "95 % of requests finish within 10 s, over 30 days.",
			SLI: SLIRequestFast, TargetPerMillion: 950_000, Days: 30,
			BurnAlerts: burnAlerts(to, "requests-are-fast"),
		},
	}
}

// burnAlerts are a fast one that pages, when a month's budget would be gone in
// two days, and a slow one for a leak that no threshold sees.
func burnAlerts(to Routes, runbook string) []honeycomb.BurnAlert {
	return []honeycomb.BurnAlert{
		{
			Type: honeycomb.BudgetRate, Window: time.Hour, ThresholdPerMillion: 20_000, Severity: honeycomb.P1, Runbook: runbook,
			Description: "P1, fast burn. 2 % of the month's budget went within an hour.",
			Recipients:  names(to.Page, to.Engineering),
		},
		{
			Type: honeycomb.BudgetRate, Window: 72 * time.Hour, ThresholdPerMillion: 100_000, Runbook: runbook,
			Description: "P2, slow burn. 10 % of the month's budget went within three days.",
			Recipients:  names(to.Engineering),
		},
	}
}
