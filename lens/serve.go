package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/lift-sys/telemetry/honeycomb/liftsys"
	"github.com/lift-sys/telemetry/lens/internal/page"
	"github.com/lift-sys/telemetry/lens/internal/server"
)

// serve receives and shows.
type serve struct {
	alertFlags

	Addr  string `default:"127.0.0.1:4318" help:"Address to listen on. Any but a loopback one needs a token."`
	URL   string `name:"url" env:"LENS_URL" placeholder:"URL" help:"Address of the page as others open it, for the links of alerts. Otherwise --addr, with this machine's name for a wildcard."`
	Token string `env:"LENS_TOKEN" help:"Token that services and the page have to send."`
}

// Run serves until ctx ends.
func (c *serve) Run(ctx context.Context, flags *databaseFlags) error {
	if err := c.check(); err != nil {
		return err
	}
	s, err := flags.open(ctx)
	if err != nil {
		return err
	}
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return errors.Join(fmt.Errorf("listen: %w: stop what uses the address, or choose another with --addr", err), s.Close())
	}
	definition := liftsys.Define(liftsys.Options{})
	alerts, err := newAlerts(c.alertFlags, definition, s, c.base(l.Addr()), os.Stderr)
	if err != nil {
		return errors.Join(err, l.Close(), s.Close())
	}
	stop := alerts.start(ctx)
	h := &http.Server{
		Handler: server.Handler(server.Options{
			Store: s, Definition: definition, Page: page.Handler(), Alerts: alerts.watch,
			Token: c.Token, Version: version(), Started: time.Now(),
		}),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
	}
	fmt.Fprintf(os.Stderr, "lens: http://%s shows what arrives at the same address, and keeps it in %s\n", l.Addr(), flags.DB)
	done := make(chan error, 1)
	go func() { done <- h.Serve(l) }()
	select {
	case err = <-done:
	case <-ctx.Done():
		wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		err = h.Shutdown(wait)
	}
	stop()
	return errors.Join(err, s.Close())
}

// base is the address of the page in links.
func (c *serve) base(listening net.Addr) string {
	if c.URL != "" {
		return strings.TrimRight(c.URL, "/")
	}
	host, port, err := net.SplitHostPort(listening.String())
	if err != nil {
		return "http://" + listening.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		if name, err := os.Hostname(); err == nil {
			host = name
		}
	}
	return "http://" + net.JoinHostPort(host, port)
}

// check refuses to be open to the network without a token.
func (c *serve) check() error {
	if u, err := url.Parse(c.URL); c.URL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("url %q: write http://host:port or https://host", c.URL)
	}
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return fmt.Errorf("address %q: %w: write host:port", c.Addr, err)
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() || c.Token != "" {
		return nil
	}
	return fmt.Errorf("address %q can be reached from other machines: set a token with LENS_TOKEN, or listen on 127.0.0.1", c.Addr)
}

// version is that of the module, or that of the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value[:min(len(s.Value), 12)]
		}
	}
	return info.Main.Version
}
