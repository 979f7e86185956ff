package postgres_test

import (
	"context"
	"errors"
	"net"
	"net/url"
	"os"
	"testing"

	"github.com/lift-sys/telemetry/conformance/internal/postgres"
)

func start(t *testing.T) *postgres.Server {
	t.Helper()
	s, err := postgres.Start(t.Context())
	if errors.Is(err, postgres.ErrNotInstalled) && os.Getenv("LIFT_REQUIRE_POSTGRES") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A server can be reached, comes back after a crash at the same address, and
// leaves nothing behind.
func TestServer(t *testing.T) {
	s := start(t)
	u, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	dial := func() error {
		c, err := new(net.Dialer).DialContext(t.Context(), "tcp", u.Host)
		if err == nil {
			err = c.Close()
		}
		return err
	}
	steps := []struct {
		name string
		do   func(context.Context) error
		up   bool
	}{
		{"started", func(context.Context) error { return nil }, true},
		{"down", s.Down, false},
		{"up again", s.Up, true},
		{"stopped", func(context.Context) error { return s.Stop() }, false},
	}
	for _, step := range steps {
		if err := step.do(t.Context()); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if err := dial(); (err == nil) != step.up {
			t.Errorf("%s: reached: %v", step.name, err)
		}
	}
	if _, err := os.Stat(s.Dir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
}
