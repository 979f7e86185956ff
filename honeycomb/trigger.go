package honeycomb

import (
	"fmt"
	"time"
)

// AlertType says when a trigger notifies. The zero value is OnChange.
type AlertType string

// OnChange notifies when the result crosses the threshold, OnTrue at each run
// that finds it crossed.
const (
	OnChange AlertType = "on_change"
	OnTrue   AlertType = "on_true"
)

// Severity is how urgent an alert is. The zero value is P2.
type Severity uint8

// The severities. P0 and P1 page somebody.
const (
	P2 Severity = iota
	P1
	P0
)

// String returns P0, P1 or P2.
func (s Severity) String() string {
	switch s {
	case P2:
		return "P2"
	case P1:
		return "P1"
	case P0:
		return "P0"
	}
	return fmt.Sprintf("Severity(%d)", uint8(s))
}

// pagerDuty returns the severity in PagerDuty's words.
func (s Severity) pagerDuty() string {
	switch s {
	case P0:
		return "critical"
	case P1:
		return "error"
	}
	return "warning"
}

// Trigger runs a query regularly and alerts somebody. The name identifies it.
type Trigger struct {
	// Name, at most 120 characters.
	Name string
	// Description, at most 1023 characters together with the link to the runbook
	// that is appended; see [Definition.Describe].
	Description string
	// Runbook is the anchor of the alert's section in the definition's runbooks.
	Runbook string
	// Query with one calculation, at most one having, no orders, limit and
	// granularity.
	Query Query
	// Threshold that the result is compared with.
	Threshold Threshold
	// Frequency of the runs: whole minutes from one to 1440. The query's time
	// range is at least that and at most four times that.
	Frequency time.Duration
	// AlertType is OnChange unless told otherwise.
	AlertType AlertType
	// Baseline compares with the result of that long ago: one hour, a day, seven
	// days or 28 days. Zero compares with nothing.
	Baseline Baseline
	// Recipients are the names of recipients of the same definition.
	Recipients []string
	// Severity for people and PagerDuty.
	Severity Severity
	// Rank orders the triggers of a definition by how much they matter, 1 first.
	// A plan with few triggers gets the first of them. Zero ranks last.
	Rank int
	// Disabled keeps the trigger and never runs it.
	Disabled bool
	// Tags of the trigger, besides the one that says who owns it.
	Tags []Tag
}

// Threshold is what a trigger's result is compared with.
type Threshold struct {
	// Op compares: > >= < <=.
	Op    FilterOp
	Value float64
	// ExceededLimit is how many runs in a row have to find the threshold
	// crossed, 1 to 5. Zero means 1.
	ExceededLimit int
}

// BaselineType says what a trigger with a baseline compares.
type BaselineType string

// ByPercentage compares the change in percent, ByValue the difference.
const (
	ByPercentage BaselineType = "percentage"
	ByValue      BaselineType = "value"
)

// Baseline compares a trigger's result with an earlier one. The zero value does
// not.
type Baseline struct {
	Offset time.Duration
	Type   BaselineType
}

// String returns the condition as a person writes it down:
//
//	COUNT where error = true over 5m > 10, every 5m
func (t Trigger) String() string {
	s := fmt.Sprintf("%s %s %s, every %s", t.Query, t.Threshold.Op, number(t.Threshold.Value), span(t.Frequency))
	if t.Threshold.ExceededLimit > 1 {
		s += fmt.Sprintf(", %d times in a row", t.Threshold.ExceededLimit)
	}
	if t.Baseline.Offset > 0 {
		s += fmt.Sprintf(", compared by %s with %s ago", t.Baseline.Type, span(t.Baseline.Offset))
	}
	return s
}
