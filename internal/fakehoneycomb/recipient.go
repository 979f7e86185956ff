package fakehoneycomb

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// PagerDutyKeyLength is how long an integration key is.
const PagerDutyKeyLength = 32

// target is what people know a recipient by.
func (o Object) target() string {
	details := o.object("details")
	switch o.text("type") {
	case "slack":
		return details.text("slack_channel")
	case "email":
		return details.text("email_address")
	case "pagerduty":
		return details.text("pagerduty_integration_name")
	}
	return details.text("webhook_name")
}

func checkRecipient(c *call, o Object) *problem {
	details := o.object("details")
	if details == nil {
		return invalid("details", "details is required")
	}
	kind := o.text("type")
	if c.old != nil && c.old.text("type") != kind {
		return invalid("type", "type cannot be changed")
	}
	switch kind {
	case "slack":
		if !c.api.slack {
			return &problem{
				status: http.StatusUnprocessableEntity, field: "type",
				title: "Slack is not connected: complete the Slack OAuth flow in the Integration Center first",
			}
		}
	case "email":
		if !strings.Contains(details.text("email_address"), "@") {
			return invalid("details.email_address", "invalid email address")
		}
	case "pagerduty":
		if len(details.text("pagerduty_integration_key")) != PagerDutyKeyLength {
			return invalid("details.pagerduty_integration_key", "an integration key has %d characters", PagerDutyKeyLength)
		}
	case "webhook", "msteams_workflow":
		if !strings.HasPrefix(details.text("webhook_url"), "http") {
			return invalid("details.webhook_url", "invalid URL")
		}
	default:
		return invalid("type", "unknown recipient type %q", kind)
	}
	if o.target() == "" {
		return invalid("details", "the recipient has no name")
	}
	for _, other := range c.api.store[place{KindRecipient, c.scope}] {
		if other.text("type") == kind && other.target() == o.target() && (c.old == nil || other.text("id") != c.old.text("id")) {
			return conflict("a %s recipient %q already exists", kind, o.target())
		}
	}
	return nil
}

func recipientInUse(c *call, o Object) string {
	uses := func(alert Object) bool {
		return slices.ContainsFunc(alert.list("recipients"), func(r Object) bool { return r.text("id") == o.text("id") })
	}
	for _, t := range c.api.team(KindTrigger, c.scope) {
		if uses(t) {
			return fmt.Sprintf("trigger %q", t.text("name"))
		}
	}
	if slices.ContainsFunc(c.api.team(KindBurnAlert, c.scope), uses) {
		return "a burn alert"
	}
	return ""
}

func checkMarker(_ *call, o Object) *problem {
	if o.text("message") == "" && o.text("type") == "" {
		return invalid("message", "a marker needs a message or a type")
	}
	start, started := o.number("start_time")
	if end, ok := o.number("end_time"); ok && started && end < start {
		return invalid("end_time", "end_time is before start_time")
	}
	return nil
}
