package main

import (
	"context"
	"io"
	"log/slog"
	"sync"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/lens/internal/notify"
	"github.com/lift-sys/telemetry/lens/internal/sql"
	"github.com/lift-sys/telemetry/lens/internal/store"
	"github.com/lift-sys/telemetry/lens/internal/watch"
)

// alertFlags say who is told of alerts, besides the terminal.
type alertFlags struct {
	SlackWebhookURL string `env:"LENS_SLACK_WEBHOOK_URL" placeholder:"URL" help:"Incoming webhook of Slack that alerts are sent to. Others can read flags: set the variable."`
	WebhookURL      string `env:"LENS_WEBHOOK_URL" placeholder:"URL" help:"Address that alerts are posted to as JSON. Set the variable if it holds a secret."`
	WebhookToken    string `env:"LENS_WEBHOOK_TOKEN" placeholder:"TOKEN" help:"Bearer token for that address. Set the variable."`
}

// alerts are evaluated until they are stopped.
type alerts struct {
	watch  *watch.Watch
	outbox *notify.Outbox
}

// senders returns who is told.
func (f alertFlags) senders(terminal io.Writer) ([]notify.Sender, error) {
	list := []notify.Sender{notify.NewTerminal(terminal)}
	if f.SlackWebhookURL != "" {
		s, err := notify.NewSlack(f.SlackWebhookURL)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	if f.WebhookURL != "" {
		w, err := notify.NewWebhook(f.WebhookURL, f.WebhookToken)
		if err != nil {
			return nil, err
		}
		list = append(list, w)
	}
	return list, nil
}

// newAlerts returns the alerts of a definition over a store. base is the address of
// the page.
func newAlerts(f alertFlags, d honeycomb.Definition, s *store.Store, base string, terminal io.Writer) (*alerts, error) {
	senders, err := f.senders(terminal)
	if err != nil {
		return nil, err
	}
	outbox := notify.NewOutbox(senders...)
	w, err := watch.New(d, sql.Source{Database: s, Fields: d.Fields}, outbox, base, watch.Options{Logger: slog.New(slog.NewTextHandler(terminal, nil))})
	if err != nil {
		return nil, err
	}
	return &alerts{w, outbox}, nil
}

// start evaluates and delivers. What it returns stops both and waits for them.
func (a *alerts) start(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { a.outbox.Run(ctx) })
	wg.Go(func() { a.watch.Run(ctx) })
	return func() {
		cancel()
		wg.Wait()
	}
}
