// Package notify tells people that an alert fired or resolved: by a Slack incoming
// webhook, a webhook of any kind, or on a terminal.
//
// A [Sender] delivers one notification or fails; an [Outbox] keeps the order,
// tries again until it succeeds and never makes anybody wait. Addresses of webhooks are secrets: no
// error has one in it. Requests carry no trace headers and follow no redirect.
package notify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/lift-sys/telemetry/internal/alerting"
)

// Sender delivers notifications, one at a time.
type Sender interface {
	// Name of the sender, as the history shows it.
	Name() string
	// Send returns nil once the notification is delivered, and a [*RejectedError]
	// where trying again is of no use.
	Send(ctx context.Context, n alerting.Notification) error
}

// RejectedError is an answer that will stay what it is.
type RejectedError struct{ Status string }

// Error names the status and what to look at.
func (e *RejectedError) Error() string {
	return fmt.Sprintf("rejected with %q: check the address of the webhook", e.Status)
}

// BusyError is an answer that says when to try again.
type BusyError struct{ After time.Duration }

// Error names the time.
func (e *BusyError) Error() string { return fmt.Sprintf("told to try again in %s", e.After) }

// timeout bounds one attempt.
const timeout = 10 * time.Second

// newClient returns a client of its own, so that nothing that instruments the
// default one adds headers.
func newClient() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConns: 2, IdleConnTimeout: time.Minute},
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// checkURL refuses what is no address of a webhook, without repeating it.
func checkURL(sender, address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return fmt.Errorf("%s: the address is not allowed: write it as https://host/path; it is not shown here because it may hold a token", sender)
	}
	return nil
}

// hide removes the address from an error of net/http.
func hide(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// status turns an answer into an error.
func status(code int, text, retryAfter string) error {
	switch {
	case code >= 200 && code < 300:
		return nil
	case code == http.StatusTooManyRequests || code == http.StatusServiceUnavailable:
		if after, err := time.ParseDuration(retryAfter + "s"); err == nil && after > 0 {
			return &BusyError{after}
		}
		return fmt.Errorf("answered %q", text)
	case code >= 500 || code == http.StatusRequestTimeout:
		return fmt.Errorf("answered %q", text)
	}
	return &RejectedError{text}
}

// headline is the first line of every message: P1 High error rate fired.
func headline(n alerting.Notification) string {
	verb := "fired"
	if n.State == alerting.OK {
		verb = "resolved"
	}
	s := fmt.Sprintf("%s %s %s", n.Severity, n.Alert, verb)
	if n.Group != "" {
		s += " for " + n.Group
	}
	return clean(s)
}

// clean replaces line breaks and what a terminal would obey: values of groups come
// from outside.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '�'
		}
		return r
	}, s)
}
