package honeycomb

import (
	"cmp"
	"time"
)

// MarshalJSON returns the definition for people and tools to read: with the
// fields of Honeycomb's API, names where the API has ids, and no secrets.
func (d Definition) MarshalJSON() ([]byte, error) {
	type recipient struct {
		Name   string        `json:"name"`
		Type   RecipientType `json:"type"`
		Target string        `json:"target,omitempty"`
		URL    string        `json:"url,omitempty"`
		Key    string        `json:"key,omitempty"`
	}
	out := struct {
		Owner      string            `json:"owner,omitempty"`
		Runbooks   string            `json:"runbooks,omitempty"`
		Columns    []ColumnDef       `json:"columns,omitempty"`
		Fields     []CalculatedField `json:"calculated_fields,omitempty"`
		Queries    []SavedQuery      `json:"queries,omitempty"`
		Boards     []Board           `json:"boards,omitempty"`
		Triggers   []Trigger         `json:"triggers,omitempty"`
		SLOs       []SLO             `json:"slos,omitempty"`
		Recipients []recipient       `json:"recipients,omitempty"`
	}{
		Owner: d.Owner, Runbooks: d.Runbooks, Columns: d.UsedColumns(), Fields: d.Fields, Queries: d.Queries,
		Boards: d.Boards, Triggers: d.Triggers, SLOs: d.SLOs,
	}
	for _, r := range d.Recipients {
		out.Recipients = append(out.Recipients, recipient{r.Name, r.Type, r.Target, r.URL.String(), r.Key.String()})
	}
	return marshal(out)
}

// MarshalJSON returns the trigger with the fields of Honeycomb's API, times in
// seconds, and what the API has no field for: runbook, severity and rank.
func (t Trigger) MarshalJSON() ([]byte, error) {
	out := struct {
		Name        string        `json:"name"`
		Description string        `json:"description"`
		Runbook     string        `json:"runbook,omitempty"`
		Severity    string        `json:"severity"`
		Rank        int           `json:"rank,omitempty"`
		Query       Query         `json:"query"`
		Threshold   thresholdBody `json:"threshold"`
		Frequency   int           `json:"frequency"`
		AlertType   AlertType     `json:"alert_type"`
		Baseline    *baselineBody `json:"baseline_details,omitempty"`
		Recipients  []string      `json:"recipients"`
		Disabled    bool          `json:"disabled,omitempty"`
		Tags        []Tag         `json:"tags,omitempty"`
	}{
		Name: t.Name, Description: t.Description, Runbook: t.Runbook, Severity: t.Severity.String(), Rank: t.Rank, Query: t.Query,
		Threshold:  thresholdBody{t.Threshold.Op, t.Threshold.Value, cmp.Or(t.Threshold.ExceededLimit, 1)},
		Frequency:  int(t.Frequency / time.Second),
		AlertType:  cmp.Or(t.AlertType, OnChange),
		Recipients: nonNil(t.Recipients), Disabled: t.Disabled, Tags: t.Tags,
	}
	if t.Baseline != (Baseline{}) {
		out.Baseline = &baselineBody{int(t.Baseline.Offset / time.Minute), t.Baseline.Type}
	}
	return marshal(out)
}

// MarshalJSON returns the burn alert with the fields of Honeycomb's API, times in
// minutes, and what the API has no field for: runbook and severity.
func (b BurnAlert) MarshalJSON() ([]byte, error) {
	out := struct {
		Type        BurnAlertType `json:"alert_type"`
		Description string        `json:"description"`
		Runbook     string        `json:"runbook,omitempty"`
		Severity    string        `json:"severity"`
		Exhaustion  *int          `json:"exhaustion_minutes,omitempty"`
		Window      *int          `json:"budget_rate_window_minutes,omitempty"`
		Threshold   *int          `json:"budget_rate_decrease_threshold_per_million,omitempty"`
		Recipients  []string      `json:"recipients"`
	}{
		Type: b.Type, Description: b.Description, Runbook: b.Runbook, Severity: b.Severity.String(), Recipients: nonNil(b.Recipients),
	}
	if b.Type == BudgetRate {
		out.Window, out.Threshold = new(int(b.Window/time.Minute)), &b.ThresholdPerMillion
	} else {
		out.Exhaustion = new(int(b.Exhaustion / time.Minute))
	}
	return marshal(out)
}
