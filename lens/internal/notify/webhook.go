package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/lift-sys/telemetry/internal/alerting"
)

// Webhook delivers to an address that takes JSON by POST.
type Webhook struct {
	address, token string
	client         *http.Client
}

// NewWebhook returns the sender to an address. A token that is not empty is sent
// as Authorization: Bearer.
func NewWebhook(address, token string) (*Webhook, error) {
	if err := checkURL("webhook", address); err != nil {
		return nil, err
	}
	return &Webhook{address, token, newClient()}, nil
}

// Name returns webhook.
func (*Webhook) Name() string { return "webhook" }

// Message is the body that a webhook gets.
type Message struct {
	Alert       string    `json:"alert"`
	SLO         string    `json:"slo,omitempty"`
	Severity    string    `json:"severity"` // P0, P1 or P2
	State       string    `json:"state"`    // fired or resolved
	Group       string    `json:"group,omitempty"`
	Value       *float64  `json:"value"`
	Op          string    `json:"op"`
	Threshold   float64   `json:"threshold"`
	Unit        string    `json:"unit,omitempty"` // of both: %, $, ms, s, h, or a plural
	Condition   string    `json:"condition"`
	Description string    `json:"description,omitempty"`
	Query       string    `json:"query_url,omitempty"`
	Runbook     string    `json:"runbook_url,omitempty"`
	Recipients  []string  `json:"recipients,omitempty"`
	Time        time.Time `json:"time"`
}

// NewMessage returns the body for a notification.
func NewMessage(n alerting.Notification) Message {
	m := Message{
		Alert: n.Alert, SLO: n.SLO, Severity: n.Severity.String(), State: "fired", Group: n.Group, Value: n.Value,
		Op: string(n.Op), Threshold: n.Threshold, Unit: n.Unit, Condition: n.Condition, Description: n.Description,
		Query: n.Link, Runbook: n.Runbook, Recipients: n.Recipients, Time: n.Time.UTC(),
	}
	if n.State == alerting.OK {
		m.State = "resolved"
	}
	return m
}

// Send posts the notification.
func (w *Webhook) Send(ctx context.Context, n alerting.Notification) error {
	body, err := json.Marshal(NewMessage(n))
	if err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.address, bytes.NewReader(body))
	if err != nil {
		return hide(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if w.token != "" {
		req.Header.Set("Authorization", "Bearer "+w.token)
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return hide(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection can be used again
	return status(resp.StatusCode, resp.Status, resp.Header.Get("Retry-After"))
}
