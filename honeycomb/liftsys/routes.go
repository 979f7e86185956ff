package liftsys

import (
	"slices"

	"github.com/lift-sys/telemetry/honeycomb"
)

// PagerDutyKey is the environment variable that has PagerDuty's integration key,
// unless [Routes].Page says otherwise.
const PagerDutyKey = "PAGERDUTY_INTEGRATION_KEY"

// Routes are the recipients behind the channels that alerts name. A nil field
// means the default; an empty one that is not nil means nobody. Burn alerts need
// somebody, so that Engineering cannot be empty on a plan with SLOs.
type Routes struct {
	// Page wakes somebody up: PagerDuty, with the key in PagerDutyKey.
	Page []honeycomb.Recipient
	// Engineering is #engineering-alerts on Slack.
	Engineering []honeycomb.Recipient
	// Performance is #performance on Slack.
	Performance []honeycomb.Recipient
	// Cost is #cost-alerts on Slack.
	Cost []honeycomb.Recipient
}

func (r Routes) withDefaults() Routes {
	slack := func(name, channel string) []honeycomb.Recipient {
		return []honeycomb.Recipient{{Name: name, Type: honeycomb.Slack, Target: channel}}
	}
	if r.Page == nil {
		r.Page = []honeycomb.Recipient{{Name: "lift-sys on call", Type: honeycomb.PagerDuty, Key: honeycomb.SecretEnv(PagerDutyKey)}}
	}
	if r.Engineering == nil {
		r.Engineering = slack("engineering", "#engineering-alerts")
	}
	if r.Performance == nil {
		r.Performance = slack("performance", "#performance")
	}
	if r.Cost == nil {
		r.Cost = slack("cost", "#cost-alerts")
	}
	return r
}

// all returns every recipient once, in the order of the fields. The same one may
// stand behind several channels.
func (r Routes) all() []honeycomb.Recipient {
	var list []honeycomb.Recipient
	for _, to := range slices.Concat(r.Page, r.Engineering, r.Performance, r.Cost) {
		if !slices.Contains(list, to) {
			list = append(list, to)
		}
	}
	return list
}

// names returns the names of recipients, each once.
func names(channels ...[]honeycomb.Recipient) []string {
	var list []string
	for _, to := range slices.Concat(channels...) {
		if !slices.Contains(list, to.Name) {
			list = append(list, to.Name)
		}
	}
	return list
}
