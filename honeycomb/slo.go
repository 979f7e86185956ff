package honeycomb

import "fmt"

// SLO is an objective: which share of events is good over a time. The name
// identifies it.
type SLO struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	// SLI is the alias of a calculated field of the same definition: true for a
	// good event, false for a bad one, null for one that does not count.
	SLI Column `json:"sli"`
	// TargetPerMillion is the share of good events, 0 to 999999: 950000 is 95 %.
	TargetPerMillion int `json:"target_per_million"`
	// Days that the objective looks back, at least one.
	Days int `json:"time_period_days"`
	// BurnAlerts of the SLO.
	BurnAlerts []BurnAlert `json:"burn_alerts,omitempty"`
	// Tags of the SLO, besides the one that says who owns it.
	Tags []Tag `json:"tags,omitempty"`
}

// Percent returns the target in percent: 95.
func (s SLO) Percent() float64 { return float64(s.TargetPerMillion) / 10_000 }

// String returns the objective in one line: 95 % of sli.request_success over 30 days.
func (s SLO) String() string {
	return fmt.Sprintf("%s %% of %s over %d days", number(s.Percent()), s.SLI, s.Days)
}
