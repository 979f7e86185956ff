package notify

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/lift-sys/telemetry/internal/alerting"
)

// Terminal writes a few lines for each notification.
type Terminal struct {
	mu sync.Mutex
	w  io.Writer
}

// NewTerminal returns the sender to a writer. Each notification is one Write.
func NewTerminal(w io.Writer) *Terminal { return &Terminal{w: w} }

// Name returns terminal.
func (*Terminal) Name() string { return "terminal" }

// Send writes the notification.
func (t *Terminal) Send(_ context.Context, n alerting.Notification) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s ALERT %s: %s\n", n.Time.UTC().Format(time.RFC3339), headline(n), n.Finding())
	for _, line := range []struct{ label, text string }{{"query", n.Link}, {"runbook", n.Runbook}} {
		if line.text != "" {
			fmt.Fprintf(&b, "    %-7s %s\n", line.label, clean(line.text))
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	_, err := io.WriteString(t.w, b.String())
	return err
}
