package honeycomb_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
)

func TestTriggerRules(t *testing.T) {
	trigger := func(spoil func(*honeycomb.Trigger)) func(*honeycomb.Definition) {
		return func(d *honeycomb.Definition) { spoil(&d.Triggers[0]) }
	}
	times := func(frequency, back time.Duration) func(*honeycomb.Definition) {
		return trigger(func(t *honeycomb.Trigger) { t.Frequency, t.Query.TimeRange = frequency, back })
	}
	const it = `trigger "Errors": `
	check(t, honeycomb.Pro, []rule{
		{"a long name", trigger(func(t *honeycomb.Trigger) { t.Name = strings.Repeat("n", 121) }), `trigger "` + strings.Repeat("n", 121) + `": name has 121 characters, more than 120: shorten it`},
		{"a long description", trigger(func(t *honeycomb.Trigger) { t.Description = strings.Repeat("d", 980) }), it + "description with the runbook's address has 1028 characters, more than 1023: shorten it"},
		{"a runbook without an address", func(d *honeycomb.Definition) { d.Runbooks = "" }, it + `has the runbook "errors", and the definition no address of runbooks: set Runbooks`},
		{"a heatmap", trigger(func(t *honeycomb.Trigger) {
			t.Query.Calculations = []honeycomb.Calculation{honeycomb.Calculate(honeycomb.Heatmap, attr.ColumnDurationMS)}
		}), it + "calculates HEATMAP(duration_ms), which no trigger can: use a percentile or COUNT"},
		{"concurrency", trigger(func(t *honeycomb.Trigger) {
			t.Query.Calculations = []honeycomb.Calculation{{Op: honeycomb.Concurrency}}
		}), it + "calculates CONCURRENCY, which no trigger can: use a percentile or COUNT"},
		{"two calculations", trigger(func(t *honeycomb.Trigger) {
			t.Query.Calculations = append(t.Query.Calculations, honeycomb.Calculation{Op: honeycomb.Count})
		}), it + "has 2 calculations besides those of havings: keep one, which the threshold is compared with"},
		{"two havings", trigger(func(t *honeycomb.Trigger) {
			t.Query.Calculations = append(t.Query.Calculations, honeycomb.Calculation{Op: honeycomb.Count})
			h := honeycomb.Having{Calculation: honeycomb.Calculation{Op: honeycomb.Count}, Op: honeycomb.Greater, Value: 1}
			t.Query.Havings = []honeycomb.Having{h, h}
		}), it + "has 2 havings, more than 1: keep one"},
		{"orders", trigger(func(t *honeycomb.Trigger) { t.Query.Orders = []honeycomb.Order{{Column: t.Query.Breakdowns[0]}} }), it + "has orders: remove them; every group is compared"},
		{"a limit", trigger(func(t *honeycomb.Trigger) { t.Query.Limit = 5 }), it + "has the limit 5: remove it; every group is compared"},
		{"a granularity", trigger(func(t *honeycomb.Trigger) { t.Query.Granularity = 10 * time.Second }), it + "has a granularity: remove it; one value is compared"},
		{"no frequency", times(0, time.Minute), it + "frequency 0s is not allowed: use whole minutes from 1 to 1440"},
		{"a frequency of half minutes", times(90*time.Second, 5*time.Minute), it + "frequency 1m30s is not allowed: use whole minutes from 1 to 1440"},
		{"a frequency of two days", times(48*time.Hour, 48*time.Hour), it + "frequency 2d is not allowed: use whole minutes from 1 to 1440"},
		{"an hour every five minutes", times(5*time.Minute, time.Hour), it + "time range 1h does not fit the frequency 5m: look back 5m to 20m, or run every 15m"},
		{"five minutes every hour", times(time.Hour, 5*time.Minute), it + "time range 5m does not fit the frequency 1h: look back 1h to 4h, or run every 2m"},
		{"the default range every five minutes", times(5*time.Minute, 0), it + "time range 2h does not fit the frequency 5m: look back 5m to 20m, or run every 30m"},
		{"two days every twelve hours", times(12*time.Hour, 48*time.Hour), it + "time range 2d does not fit the frequency 12h: look back 12h to 24h, or run every 6h"},
		{"an unknown threshold", trigger(func(t *honeycomb.Trigger) { t.Threshold.Op = honeycomb.Equals }), it + `threshold operator "=" is unknown: use > >= < or <=`},
		{"no number as threshold", trigger(func(t *honeycomb.Trigger) { t.Threshold.Value = math.NaN() }), it + "threshold NaN is no number that can be sent: use a finite one"},
		{"six times in a row", trigger(func(t *honeycomb.Trigger) { t.Threshold.ExceededLimit = 6 }), it + "exceeded limit 6 is out of range: use 1 to 5, or 0 for 1"},
		{"a negative limit", trigger(func(t *honeycomb.Trigger) { t.Threshold.ExceededLimit = -1 }), it + "exceeded limit -1 is out of range: use 1 to 5, or 0 for 1"},
		{"an unknown alert type", trigger(func(t *honeycomb.Trigger) { t.AlertType = "always" }), it + `alert type "always" is unknown: use OnChange or OnTrue`},
		{"an unknown severity", trigger(func(t *honeycomb.Trigger) { t.Severity = 7 }), it + "severity Severity(7) is unknown: use P0, P1 or P2"},
		{"a baseline of two hours", trigger(func(t *honeycomb.Trigger) { t.Baseline.Offset = 2 * time.Hour }), it + "baseline offset 2h0m0s is not one that Honeycomb has: use 1, 24, 168 or 672 hours"},
		{"a baseline without a type", trigger(func(t *honeycomb.Trigger) { t.Baseline.Type = "" }), it + `baseline type "" is unknown: use ByPercentage or ByValue`},
		{"an unknown recipient", trigger(func(t *honeycomb.Trigger) { t.Recipients[0] = "nobody" }), it + `notifies "nobody", which is no recipient: define it in Recipients, or name one of those`},
		{"a recipient twice", trigger(func(t *honeycomb.Trigger) { t.Recipients[0] = "page" }), it + `notifies "page" twice: keep one`},
	})
}

func TestTriggersThatAreAllowed(t *testing.T) {
	tests := []struct {
		name, reason string
		spoil        func(*honeycomb.Trigger)
	}{
		{"a count with a having", "the having's calculation is not compared", func(t *honeycomb.Trigger) {
			t.Query.Calculations = append(t.Query.Calculations, honeycomb.Calculation{Op: honeycomb.Count})
			t.Query.Havings = []honeycomb.Having{{Calculation: honeycomb.Calculation{Op: honeycomb.Count}, Op: honeycomb.Greater, Value: 10}}
		}},
		{"a having of the one calculation", "it is both", func(t *honeycomb.Trigger) {
			t.Query.Havings = []honeycomb.Having{{Calculation: t.Query.Calculations[0], Op: honeycomb.Greater, Value: 1}}
		}},
		{"no calculation", "that counts", func(t *honeycomb.Trigger) { t.Query.Calculations = nil }},
		{"an hour every 15 minutes", "four times", func(t *honeycomb.Trigger) { t.Frequency, t.Query.TimeRange = 15*time.Minute, time.Hour }},
		{"a day every day", "the longest", func(t *honeycomb.Trigger) { t.Frequency, t.Query.TimeRange = 24*time.Hour, 24*time.Hour }},
		{"a minute every minute", "the shortest", func(t *honeycomb.Trigger) { t.Frequency, t.Query.TimeRange = time.Minute, time.Minute }},
		{"no baseline", "most have none", func(t *honeycomb.Trigger) { t.Baseline = honeycomb.Baseline{} }},
		{"nobody", "a trigger may only show", func(t *honeycomb.Trigger) { t.Recipients = nil }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := good()
			tt.spoil(&d.Triggers[0])
			if err := d.Validate(honeycomb.Pro); err != nil {
				t.Errorf("%v: %s", err, tt.reason)
			}
		})
	}
}

func TestSLORules(t *testing.T) {
	slo := func(spoil func(*honeycomb.SLO)) func(*honeycomb.Definition) {
		return func(d *honeycomb.Definition) { spoil(&d.SLOs[0]) }
	}
	burn := func(i int, spoil func(*honeycomb.BurnAlert)) func(*honeycomb.Definition) {
		return slo(func(s *honeycomb.SLO) { spoil(&s.BurnAlerts[i]) })
	}
	const (
		it   = `SLO "Requests succeed": `
		rate = `SLO "Requests succeed" burn alert "2 % of the budget used within 1h": `
		gone = `SLO "Requests succeed" burn alert "budget exhausted within 4h": `
	)
	check(t, honeycomb.Pro, []rule{
		{"a long name", func(d *honeycomb.Definition) {
			d.SLOs[0].Name = strings.Repeat("n", 121)
			d.Boards[0].Panels[2].SLO = d.SLOs[0].Name
		}, `SLO "` + strings.Repeat("n", 121) + `": name has 121 characters, more than 120: shorten it`},
		{"a long description", slo(func(s *honeycomb.SLO) { s.Description = strings.Repeat("d", 1024) }), it + "description has 1024 characters, more than 1023: shorten it"},
		{"a target of 100 %", slo(func(s *honeycomb.SLO) { s.TargetPerMillion = 1_000_000 }), it + "target 1000000 per million is out of range: use 0 to 999999; 950000 is 95 %"},
		{"a negative target", slo(func(s *honeycomb.SLO) { s.TargetPerMillion = -1 }), it + "target -1 per million is out of range: use 0 to 999999; 950000 is 95 %"},
		{"no days", slo(func(s *honeycomb.SLO) { s.Days, s.BurnAlerts = 0, nil }), it + "looks back 0 days: use at least 1; 30 is usual"},
		{"an SLI that is a column", slo(func(s *honeycomb.SLO) { s.SLI = attr.ColumnError }), it + `SLI "error" is no calculated field: define it in Fields`},
		{"an SLI that is a number", slo(func(s *honeycomb.SLO) { s.SLI = "error_percent" }), it + `SLI "error_percent" is of type float: make it true for a good event, false for a bad one and null for one that does not count`},
		{"a burn alert twice", slo(func(s *honeycomb.SLO) { s.BurnAlerts = append(s.BurnAlerts, s.BurnAlerts[0]) }), rate + "is defined twice: keep one"},
		{"an unknown burn alert", burn(1, func(b *honeycomb.BurnAlert) { b.Type = "burn" }), gone + `type "burn" is unknown: use ExhaustionTime or BudgetRate`},
		{"an exhaustion of seconds", burn(1, func(b *honeycomb.BurnAlert) { b.Exhaustion = 90 * time.Second }), `SLO "Requests succeed" burn alert "budget exhausted within 1m30s": exhaustion time 1m30s is no whole number of minutes: use minutes, 0 for when the budget is gone`},
		{"an exhaustion in the past", burn(1, func(b *honeycomb.BurnAlert) { b.Exhaustion = -time.Minute }), `SLO "Requests succeed" burn alert "budget exhausted within -1m": exhaustion time -1m0s is no whole number of minutes: use minutes, 0 for when the budget is gone`},
		{"an exhaustion time with a window", burn(1, func(b *honeycomb.BurnAlert) { b.Window = time.Hour }), gone + "has the window or threshold of a budget rate: remove them, or use the type BudgetRate"},
		{"a window of half an hour", burn(0, func(b *honeycomb.BurnAlert) { b.Window = 30 * time.Minute }), `SLO "Requests succeed" burn alert "2 % of the budget used within 30m": window 30m0s is not allowed: use whole minutes, from an hour up to the days of the SLO`},
		{"a window of seconds", burn(0, func(b *honeycomb.BurnAlert) { b.Window += time.Second }), `SLO "Requests succeed" burn alert "2 % of the budget used within 1h0m1s": window 1h0m1s is not allowed: use whole minutes, from an hour up to the days of the SLO`},
		{"a window of 31 days", burn(0, func(b *honeycomb.BurnAlert) { b.Window = 31 * 24 * time.Hour }), `SLO "Requests succeed" burn alert "2 % of the budget used within 31d": window 744h0m0s is not allowed: use whole minutes, from an hour up to the days of the SLO`},
		{"a threshold of nothing", burn(0, func(b *honeycomb.BurnAlert) { b.ThresholdPerMillion = 0 }), `SLO "Requests succeed" burn alert "0 % of the budget used within 1h": threshold 0 per million is out of range: use 1 to 1000000; 20000 is 2 % of the budget`},
		{"a budget rate with an exhaustion time", burn(0, func(b *honeycomb.BurnAlert) { b.Exhaustion = time.Hour }), rate + "has an exhaustion time: remove it, or use the type ExhaustionTime"},
		{"an unknown severity", burn(0, func(b *honeycomb.BurnAlert) { b.Severity = 9 }), rate + "severity Severity(9) is unknown: use P0, P1 or P2"},
		{"a burn alert's long description", burn(0, func(b *honeycomb.BurnAlert) { b.Description = strings.Repeat("d", 1024) }), rate + "description with the runbook's address has 1024 characters, more than 1023: shorten it"},
		{"a burn alert for nobody", burn(0, func(b *honeycomb.BurnAlert) { b.Recipients = nil }), rate + "notifies nobody: name at least one recipient"},
		{"a burn alert for an unknown recipient", burn(0, func(b *honeycomb.BurnAlert) { b.Recipients = []string{"nobody"} }), rate + `notifies "nobody", which is no recipient: define it in Recipients, or name one of those`},
	})
}

func TestRecipientRules(t *testing.T) {
	recipient := func(i int, spoil func(*honeycomb.Recipient)) func(*honeycomb.Definition) {
		return func(d *honeycomb.Definition) { spoil(&d.Recipients[i]) }
	}
	const chat, mail, page, hook, teams = 0, 1, 2, 3, 4
	const mailFix = "write it as name@example.com"
	check(t, honeycomb.Pro, []rule{
		{"no name", func(d *honeycomb.Definition) { d.Recipients[mail].Name = "" }, `recipient 2: has no name: give it one; it is how it is found again`},
		{"white space around the name", recipient(mail, func(r *honeycomb.Recipient) { r.Name = " mail" }), `recipient " mail": has a name with white space around it: remove the white space`},
		{"an unknown type", recipient(mail, func(r *honeycomb.Recipient) { r.Type = "sms" }), `recipient "mail": type "sms" is unknown: use Slack, Email, PagerDuty, Webhook or MSTeamsWorkflow`},
		{"a channel without #", recipient(chat, func(r *honeycomb.Recipient) { r.Target = "shop" }), `recipient "chat": Slack channel "shop" is not allowed: write it as #channel or @person`},
		{"a channel of #", recipient(chat, func(r *honeycomb.Recipient) { r.Target = "#" }), `recipient "chat": Slack channel "#" is not allowed: write it as #channel or @person`},
		{"no address", recipient(mail, func(r *honeycomb.Recipient) { r.Target = "shop" }), `recipient "mail": email address "shop" is not allowed: ` + mailFix},
		{"an address with a name", recipient(mail, func(r *honeycomb.Recipient) { r.Target = "Shop <shop@example.com>" }), `recipient "mail": email address "Shop <shop@example.com>" is not allowed: ` + mailFix},
		{"a page without a key", recipient(page, func(r *honeycomb.Recipient) { r.Key = honeycomb.Secret{} }), `recipient "page": has no integration key: set Key with SecretEnv or SecretValue`},
		{"half a key", recipient(page, func(r *honeycomb.Recipient) { r.Key = honeycomb.SecretValue("abc") }), `recipient "page": integration key has 3 characters: copy all 32 from the service's Integrations tab`},
		{"a page with a target", recipient(page, func(r *honeycomb.Recipient) { r.Target = "x" }), `recipient "page": a pagerduty recipient has no target: remove Target; the name is what Honeycomb shows`},
		{"a webhook without a URL", recipient(hook, func(r *honeycomb.Recipient) { r.URL = honeycomb.Secret{} }), `recipient "hook": has no URL: set URL with SecretEnv or SecretValue`},
		{"a webhook without a host", recipient(hook, func(r *honeycomb.Recipient) { r.URL = honeycomb.SecretValue("https:///t0ken") }), `recipient "hook": URL is not allowed: write it as https://host/path; it is not shown here because it may hold a token`},
		{"a webhook over FTP", recipient(hook, func(r *honeycomb.Recipient) { r.URL = honeycomb.SecretValue("ftp://h") }), `recipient "hook": URL is not allowed: write it as https://host/path; it is not shown here because it may hold a token`},
		{"a channel with a URL", recipient(chat, func(r *honeycomb.Recipient) { r.URL = honeycomb.SecretEnv("URL") }), `recipient "chat": a slack recipient has no URL: remove URL`},
		{"a workflow with a key", recipient(teams, func(r *honeycomb.Recipient) { r.Key = honeycomb.SecretEnv("KEY") }), `recipient "teams": a msteams_workflow recipient has no key: remove Key`},
	})
}
