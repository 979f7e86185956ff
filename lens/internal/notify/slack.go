package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackutilsx"

	"github.com/lift-sys/telemetry/internal/alerting"
)

// Slack delivers to an incoming webhook.
type Slack struct {
	address string
	client  *http.Client
}

// NewSlack returns the sender to an incoming webhook of Slack by its address.
func NewSlack(address string) (*Slack, error) {
	if err := checkURL("slack", address); err != nil {
		return nil, err
	}
	return &Slack{address, newClient()}, nil
}

// SetTransport makes the sender use another transport than its own. It must not be
// called once notifications are sent.
func (s *Slack) SetTransport(t http.RoundTripper) { s.client.Transport = t }

// Name returns slack.
func (*Slack) Name() string { return "slack" }

// Send posts one message, with links to the query and the runbook.
func (s *Slack) Send(ctx context.Context, n alerting.Notification) error {
	err := slack.PostWebhookCustomHTTPContext(ctx, s.address, s.client, slackMessage(n))
	if busy, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return &BusyError{busy.RetryAfter}
	}
	if answer, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return status(answer.Code, answer.Status, "")
	}
	return hide(err)
}

// maxSlackText is how much text a section of Slack's may have.
const maxSlackText = 2900

var slackColors = map[alerting.State]string{alerting.Firing: "danger", alerting.OK: "good"}

func slackMessage(n alerting.Notification) *slack.WebhookMessage {
	title := slackText(headline(n))
	text := fmt.Sprintf("*%s*\n%s\n_%s_", title, slackText(n.Finding()), slackText(clean(n.Condition)))
	if n.Description != "" {
		text += "\n" + slackText(n.Description)
	}
	if n.Link != "" {
		text += "\n<" + slackText(n.Link) + "|Query>"
	}
	if n.Runbook != "" {
		text += "\n<" + slackText(n.Runbook) + "|Runbook>"
	}
	return &slack.WebhookMessage{
		Text: title, // what a phone shows
		Attachments: []slack.Attachment{{
			Color: slackColors[n.State], Fallback: title, Text: text, MarkdownIn: []string{"text"},
			Ts: json.Number(strconv.FormatInt(n.Time.Unix(), 10)),
		}},
	}
}

// slackText escapes what Slack would read as a link or a mention, and cuts.
func slackText(s string) string {
	if r := []rune(s); len(r) > maxSlackText/4 {
		s = string(r[:maxSlackText/4]) + "…"
	}
	return slackutilsx.EscapeMessage(s)
}
