package honeycomb

import (
	"cmp"
	"fmt"
	"net/url"
	"time"
)

type triggerBody struct {
	ID          string               `json:"id,omitempty"`
	Name        string               `json:"name"`
	Description string               `json:"description"`
	Disabled    bool                 `json:"disabled"`
	Query       *Query               `json:"query,omitempty"`
	QueryID     string               `json:"query_id,omitempty"`
	AlertType   AlertType            `json:"alert_type"`
	Threshold   thresholdBody        `json:"threshold"`
	Frequency   int                  `json:"frequency"` // seconds
	Recipients  []alertRecipientBody `json:"recipients"`
	Baseline    *baselineBody        `json:"baseline_details,omitempty"`
	Tags        []Tag                `json:"tags"`
}

type thresholdBody struct {
	Op            FilterOp `json:"op"`
	Value         float64  `json:"value"`
	ExceededLimit int      `json:"exceeded_limit"`
}

type baselineBody struct {
	OffsetMinutes int          `json:"offset_minutes"`
	Type          BaselineType `json:"type"`
}

// alertRecipientBody refers to a recipient. An id alone does, and then the type
// is sent empty, as the provider sends it; answers fill in type and target.
type alertRecipientBody struct {
	ID      string                 `json:"id"`
	Type    RecipientType          `json:"type"`
	Target  string                 `json:"target,omitempty"`
	Details *recipientSeverityBody `json:"details,omitempty"`
}

type recipientSeverityBody struct {
	PagerDuty string `json:"pagerduty_severity"`
}

type sloBody struct {
	ID               string  `json:"id,omitempty"`
	Name             string  `json:"name"`
	Description      string  `json:"description"`
	SLI              sliBody `json:"sli"`
	TargetPerMillion int     `json:"target_per_million"`
	TimePeriodDays   int     `json:"time_period_days"`
	Tags             []Tag   `json:"tags"`
}

type sliBody struct {
	Alias Column `json:"alias"`
}

type burnAlertBody struct {
	ID                string               `json:"id,omitempty"`
	AlertType         BurnAlertType        `json:"alert_type"`
	Description       string               `json:"description"`
	ExhaustionMinutes *int                 `json:"exhaustion_minutes,omitempty"`
	WindowMinutes     *int                 `json:"budget_rate_window_minutes,omitempty"`
	Threshold         *int                 `json:"budget_rate_decrease_threshold_per_million,omitempty"`
	SLO               sloRefBody           `json:"slo"`
	Recipients        []alertRecipientBody `json:"recipients"`
}

type sloRefBody struct {
	ID string `json:"id"`
}

type recipientBody struct {
	ID      string               `json:"id,omitempty"`
	Type    RecipientType        `json:"type"`
	Details recipientDetailsBody `json:"details"`
}

type recipientDetailsBody struct {
	SlackChannel             string `json:"slack_channel,omitempty"`
	EmailAddress             string `json:"email_address,omitempty"`
	PagerDutyIntegrationKey  string `json:"pagerduty_integration_key,omitempty"`
	PagerDutyIntegrationName string `json:"pagerduty_integration_name,omitempty"`
	WebhookName              string `json:"webhook_name,omitempty"`
	WebhookURL               string `json:"webhook_url,omitempty"`
	WebhookSecret            string `json:"webhook_secret,omitempty"`
	WebhookHeaders           any    `json:"webhook_headers"`
}

// triggerBody returns a trigger of d as Honeycomb gets it.
func (d Definition) triggerBody(t Trigger, known ids) (triggerBody, error) {
	recipients, err := d.alertRecipients(t.Recipients, t.Severity, known)
	if err != nil {
		return triggerBody{}, fmt.Errorf("trigger %q: %w", t.Name, err)
	}
	return triggerBody{
		Name: t.Name, Description: d.Describe(t.Description, t.Runbook), Disabled: t.Disabled,
		Query: &t.Query, AlertType: cmp.Or(t.AlertType, OnChange),
		Threshold:  thresholdBody{t.Threshold.Op, t.Threshold.Value, cmp.Or(t.Threshold.ExceededLimit, 1)},
		Frequency:  int(t.Frequency / time.Second),
		Recipients: recipients,
		Baseline:   &baselineBody{int(t.Baseline.Offset / time.Minute), t.Baseline.Type},
		Tags:       nonNil(t.Tags),
	}, nil
}

// alertRecipients resolves the names of recipients. PagerDuty alone has a
// severity.
func (d Definition) alertRecipients(names []string, severity Severity, known ids) ([]alertRecipientBody, error) {
	list := []alertRecipientBody{}
	for _, name := range names {
		id, err := find(known.recipients, "recipient", name)
		if err != nil {
			return nil, err
		}
		b := alertRecipientBody{ID: id}
		for _, r := range d.Recipients {
			if r.Name == name && r.Type == PagerDuty {
				b.Details = &recipientSeverityBody{severity.pagerDuty()}
			}
		}
		list = append(list, b)
	}
	return list, nil
}

func (s SLO) body() sloBody {
	return sloBody{
		Name: s.Name, Description: s.Description, SLI: sliBody{s.SLI},
		TargetPerMillion: s.TargetPerMillion, TimePeriodDays: s.Days, Tags: nonNil(s.Tags),
	}
}

// burnAlertBody returns a burn alert of an SLO of d as Honeycomb gets it.
func (d Definition) burnAlertBody(b BurnAlert, slo string, known ids) (burnAlertBody, error) {
	id, err := find(known.slos, "SLO", slo)
	if err != nil {
		return burnAlertBody{}, err
	}
	recipients, err := d.alertRecipients(b.Recipients, b.Severity, known)
	if err != nil {
		return burnAlertBody{}, fmt.Errorf("burn alert of SLO %q: %w", slo, err)
	}
	out := burnAlertBody{
		AlertType: b.Type, Description: d.Describe(b.Description, b.Runbook),
		SLO: sloRefBody{id}, Recipients: recipients,
	}
	if b.Type == BudgetRate {
		out.WindowMinutes, out.Threshold = new(int(b.Window/time.Minute)), &b.ThresholdPerMillion
	} else {
		out.ExhaustionMinutes = new(int(b.Exhaustion / time.Minute))
	}
	return out, nil
}

// body returns the recipient with its secrets revealed, to be sent and never
// shown.
func (r Recipient) body(lookup func(string) (string, bool)) (recipientBody, error) {
	b := recipientBody{Type: r.Type}
	reveal := func(s Secret) (string, error) {
		v, err := s.reveal(lookup)
		if err != nil {
			return "", fmt.Errorf("recipient %q: %w", r.Name, err)
		}
		return v, nil
	}
	var err error
	switch r.Type {
	case Slack:
		b.Details.SlackChannel = r.Target
	case Email:
		b.Details.EmailAddress = r.Target
	case PagerDuty:
		b.Details.PagerDutyIntegrationName = r.Name
		if b.Details.PagerDutyIntegrationKey, err = reveal(r.Key); err != nil {
			return recipientBody{}, err
		}
		if n := len(b.Details.PagerDutyIntegrationKey); n != pagerDutyKeyLength {
			return recipientBody{}, fmt.Errorf("recipient %q: %s has %d characters, and is no PagerDuty integration key: copy all %d from the service's Integrations tab",
				r.Name, r.Key.words(), n, pagerDutyKeyLength)
		}
	case Webhook, MSTeamsWorkflow:
		b.Details.WebhookName = r.Name
		if b.Details.WebhookURL, err = reveal(r.URL); err != nil {
			return recipientBody{}, err
		}
		if !isWebhook(b.Details.WebhookURL) {
			return recipientBody{}, fmt.Errorf("recipient %q: %s is no address of a webhook: write it as %s", r.Name, r.URL.words(), webhookShape)
		}
		if !r.Key.IsZero() {
			if b.Details.WebhookSecret, err = reveal(r.Key); err != nil {
				return recipientBody{}, err
			}
		}
	}
	return b, nil
}

const pagerDutyKeyLength = 32

// isWebhook reports whether a text is an address that Honeycomb can post to.
func isWebhook(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != ""
}

// webhookShape is the advice on an address that must not be quoted.
const webhookShape = "https://host/path; it is not shown here because it may hold a token"

func nonNil[E any](s []E) []E {
	if s == nil {
		return []E{}
	}
	return s
}
