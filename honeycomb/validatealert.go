package honeycomb

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
)

const day = 24 * time.Hour

// baselineOffsets are those that Honeycomb has.
var baselineOffsets = []time.Duration{time.Hour, day, 7 * day, 28 * day}

func (c *checker) triggers(plan PlanKind) {
	names := make([]string, 0, len(c.def.Triggers))
	for _, t := range c.def.Triggers {
		names = append(names, t.Name)
		c.trigger(t)
	}
	c.names("trigger", names)
	if most := plan.Triggers(); most >= 0 && len(names) > most {
		c.fail("triggers", fmt.Sprintf("%d of them, and the %s plan has %d", len(names), plan, most), "use Definition.For, which keeps the first by rank")
	}
}

func (c *checker) trigger(t Trigger) {
	thing := named("trigger", t.Name)
	c.length(thing, "name", t.Name, maxTriggerName)
	c.describe(thing, t.Description, t.Runbook)
	c.tags(thing, t.Tags, OwnerTag)
	c.query(thing, t.Query)
	c.triggerQuery(thing, t)
	if !slices.Contains(thresholdOps, t.Threshold.Op) {
		c.fail(thing, fmt.Sprintf("threshold operator %q is unknown", t.Threshold.Op), "use > >= < or <=")
	}
	if _, err := json.Marshal(t.Threshold.Value); err != nil {
		c.fail(thing, fmt.Sprintf("threshold %v is no number that can be sent", t.Threshold.Value), "use a finite one")
	}
	if n := t.Threshold.ExceededLimit; n < 0 || n > maxExceededLimit {
		c.fail(thing, fmt.Sprintf("exceeded limit %d is out of range", n), fmt.Sprintf("use 1 to %d, or 0 for 1", maxExceededLimit))
	}
	if !slices.Contains([]AlertType{"", OnChange, OnTrue}, t.AlertType) {
		c.fail(thing, fmt.Sprintf("alert type %q is unknown", t.AlertType), "use OnChange or OnTrue")
	}
	if t.Severity > P0 {
		c.fail(thing, fmt.Sprintf("severity %s is unknown", t.Severity), "use P0, P1 or P2")
	}
	switch {
	case t.Baseline == Baseline{}:
	case !slices.Contains(baselineOffsets, t.Baseline.Offset):
		c.fail(thing, fmt.Sprintf("baseline offset %s is not one that Honeycomb has", t.Baseline.Offset), "use 1, 24, 168 or 672 hours")
	case t.Baseline.Type != ByPercentage && t.Baseline.Type != ByValue:
		c.fail(thing, fmt.Sprintf("baseline type %q is unknown", t.Baseline.Type), "use ByPercentage or ByValue")
	}
	c.notify(thing, t.Recipients)
}

// triggerQuery checks what a trigger's query must not have, and its times.
func (c *checker) triggerQuery(thing string, t Trigger) {
	q := t.Query
	aggregates := 0
	for _, calc := range q.canonical().Calculations {
		if calc.Op == Heatmap || calc.Op == Concurrency {
			c.fail(thing, fmt.Sprintf("calculates %s, which no trigger can", calc), "use a percentile or COUNT")
		}
		if !slices.ContainsFunc(q.Havings, func(h Having) bool { return h.Calculation == calc }) {
			aggregates++
		}
	}
	// A single calculation may be the having's own too.
	if len(q.Calculations) > 1 && aggregates != 1 {
		c.fail(thing, fmt.Sprintf("has %d calculations besides those of havings", aggregates), "keep one, which the threshold is compared with")
	}
	if len(q.Havings) > 1 {
		c.fail(thing, fmt.Sprintf("has %d havings, more than 1", len(q.Havings)), "keep one")
	}
	if len(q.Orders) > 0 {
		c.fail(thing, "has orders", "remove them; every group is compared")
	}
	if q.Limit != 0 {
		c.fail(thing, fmt.Sprintf("has the limit %d", q.Limit), "remove it; every group is compared")
	}
	if q.Granularity != 0 {
		c.fail(thing, "has a granularity", "remove it; one value is compared")
	}
	if t.Frequency < time.Minute || t.Frequency > day || t.Frequency%time.Minute != 0 {
		c.fail(thing, fmt.Sprintf("frequency %s is not allowed", span(t.Frequency)), "use whole minutes from 1 to 1440")
		return
	}
	back, most := q.canonical().TimeRange, min(4*t.Frequency, day)
	if back < t.Frequency || back > most {
		c.fail(thing, fmt.Sprintf("time range %s does not fit the frequency %s", span(back), span(t.Frequency)),
			fmt.Sprintf("look back %s to %s, or run every %s", span(t.Frequency), span(most), span(fitting(back))))
	}
}

// fitting is the smallest frequency that a time range is allowed with.
func fitting(back time.Duration) time.Duration {
	quarter := min(back, day) / 4
	return max((quarter + time.Minute - 1).Truncate(time.Minute), time.Minute)
}

// describe checks an alert's description with the link to its runbook.
func (c *checker) describe(thing, description, runbook string) {
	c.length(thing, "description with the runbook's address", c.def.Describe(description, runbook), maxDescription)
	if runbook != "" && c.def.Runbooks == "" {
		c.fail(thing, fmt.Sprintf("has the runbook %q, and the definition no address of runbooks", runbook), "set Runbooks")
	}
}

// notify checks the names of recipients.
func (c *checker) notify(thing string, names []string) {
	for i, n := range names {
		if !slices.ContainsFunc(c.def.Recipients, func(r Recipient) bool { return r.Name == n }) {
			c.fail(thing, fmt.Sprintf("notifies %q, which is no recipient", n), "define it in Recipients, or name one of those")
		}
		if slices.Contains(names[:i], n) {
			c.fail(thing, fmt.Sprintf("notifies %q twice", n), "keep one")
		}
	}
}

func (c *checker) slos(plan PlanKind) {
	names := make([]string, 0, len(c.def.SLOs))
	for _, s := range c.def.SLOs {
		names = append(names, s.Name)
		c.slo(s)
	}
	c.names("SLO", names)
	if !plan.SLOs() && len(names) > 0 {
		c.fail("SLOs", fmt.Sprintf("%d of them, and the %s plan has none", len(names), plan), "use Definition.For, which turns them into averages, or a pro or enterprise plan")
	}
}

func (c *checker) slo(s SLO) {
	thing := named("SLO", s.Name)
	c.length(thing, "name", s.Name, maxSLOName)
	c.length(thing, "description", s.Description, maxDescription)
	c.tags(thing, s.Tags, OwnerTag)
	if s.TargetPerMillion < 0 || s.TargetPerMillion > maxTargetPerMillion {
		c.fail(thing, fmt.Sprintf("target %d per million is out of range", s.TargetPerMillion), fmt.Sprintf("use 0 to %d; 950000 is 95 %%", maxTargetPerMillion))
	}
	if s.Days < 1 {
		c.fail(thing, fmt.Sprintf("looks back %d days", s.Days), "use at least 1; 30 is usual")
	}
	switch i := slices.IndexFunc(c.def.Fields, func(f CalculatedField) bool { return f.Alias == s.SLI }); {
	case i < 0:
		c.fail(thing, fmt.Sprintf("SLI %q is no calculated field", s.SLI), "define it in Fields")
	case c.types[s.SLI] != ColumnBoolean && c.types[s.SLI] != "":
		c.fail(thing, fmt.Sprintf("SLI %q is of type %s", s.SLI, c.types[s.SLI]), "make it true for a good event, false for a bad one and null for one that does not count")
	}
	seen := make(map[string]bool)
	for _, b := range s.BurnAlerts {
		alert := fmt.Sprintf("%s burn alert %q", thing, b)
		if seen[b.String()] {
			c.fail(alert, "is defined twice", "keep one")
		}
		seen[b.String()] = true
		c.burnAlert(alert, s, b)
	}
}

func (c *checker) burnAlert(thing string, s SLO, b BurnAlert) {
	switch b.Type {
	case ExhaustionTime:
		if b.Exhaustion < 0 || b.Exhaustion%time.Minute != 0 {
			c.fail(thing, fmt.Sprintf("exhaustion time %s is no whole number of minutes", b.Exhaustion), "use minutes, 0 for when the budget is gone")
		}
		if b.Window != 0 || b.ThresholdPerMillion != 0 {
			c.fail(thing, "has the window or threshold of a budget rate", "remove them, or use the type BudgetRate")
		}
	case BudgetRate:
		if b.Window < minBudgetRateMinutes*time.Minute || b.Window > time.Duration(s.Days)*day || b.Window%time.Minute != 0 {
			c.fail(thing, fmt.Sprintf("window %s is not allowed", b.Window), "use whole minutes, from an hour up to the days of the SLO")
		}
		if b.ThresholdPerMillion < 1 || b.ThresholdPerMillion > 1_000_000 {
			c.fail(thing, fmt.Sprintf("threshold %d per million is out of range", b.ThresholdPerMillion), "use 1 to 1000000; 20000 is 2 % of the budget")
		}
		if b.Exhaustion != 0 {
			c.fail(thing, "has an exhaustion time", "remove it, or use the type ExhaustionTime")
		}
	default:
		c.fail(thing, fmt.Sprintf("type %q is unknown", b.Type), "use ExhaustionTime or BudgetRate")
	}
	if b.Severity > P0 {
		c.fail(thing, fmt.Sprintf("severity %s is unknown", b.Severity), "use P0, P1 or P2")
	}
	c.describe(thing, b.Description, b.Runbook)
	if len(b.Recipients) == 0 {
		c.fail(thing, "notifies nobody", "name at least one recipient")
	}
	c.notify(thing, b.Recipients)
}

func (c *checker) recipients() {
	names := make([]string, 0, len(c.def.Recipients))
	for _, r := range c.def.Recipients {
		names = append(names, r.Name)
		c.recipient(r)
	}
	c.names("recipient", names)
}

func (c *checker) recipient(r Recipient) {
	thing := named("recipient", r.Name)
	target, needURL, needKey, mayKey := false, false, false, false
	switch r.Type {
	case Slack:
		target = true
		if len(r.Target) < 2 || (r.Target[0] != '#' && r.Target[0] != '@') || strings.ContainsAny(r.Target, " \t\r\n,") {
			c.fail(thing, fmt.Sprintf("Slack channel %q is not allowed", r.Target), "write it as #channel or @person")
		}
	case Email:
		target = true
		if a, err := mail.ParseAddress(r.Target); err != nil || a.Address != r.Target {
			c.fail(thing, fmt.Sprintf("email address %q is not allowed", r.Target), "write it as name@example.com")
		}
	case PagerDuty:
		needKey = true
		if n := len(r.Key.given()); r.Key.env == "" && n > 0 && n != pagerDutyKeyLength {
			c.fail(thing, fmt.Sprintf("integration key has %d characters", n), fmt.Sprintf("copy all %d from the service's Integrations tab", pagerDutyKeyLength))
		}
	case Webhook, MSTeamsWorkflow:
		needURL, mayKey = true, r.Type == Webhook
		if v := r.URL.given(); v != "" && !isWebhook(v) {
			c.fail(thing, "URL is not allowed", "write it as "+webhookShape)
		}
	default:
		c.fail(thing, fmt.Sprintf("type %q is unknown", r.Type), "use Slack, Email, PagerDuty, Webhook or MSTeamsWorkflow")
		return
	}
	switch {
	case !target && r.Target != "":
		c.fail(thing, fmt.Sprintf("a %s recipient has no target", r.Type), "remove Target; the name is what Honeycomb shows")
	case needURL && r.URL.IsZero():
		c.fail(thing, "has no URL", "set URL with SecretEnv or SecretValue")
	case !needURL && !r.URL.IsZero():
		c.fail(thing, fmt.Sprintf("a %s recipient has no URL", r.Type), "remove URL")
	case needKey && r.Key.IsZero():
		c.fail(thing, "has no integration key", "set Key with SecretEnv or SecretValue")
	case !needKey && !mayKey && !r.Key.IsZero():
		c.fail(thing, fmt.Sprintf("a %s recipient has no key", r.Type), "remove Key")
	}
	if strings.TrimSpace(r.Name) != r.Name {
		c.fail(thing, "has a name with white space around it", "remove the white space")
	}
}
