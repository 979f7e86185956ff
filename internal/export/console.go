package export

import (
	"context"
	"io"
	"os"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry/internal/console"
	"github.com/lift-sys/telemetry/internal/sanitize"
)

// Console prints finished traces, repaired and redacted.
type Console struct {
	printer *console.Printer
	repair  *sanitize.Sanitizer
}

// NewConsole prints to w; nil means standard error, which log readers expect
// and which does not disturb a program's output.
func NewConsole(w io.Writer, repair *sanitize.Sanitizer) *Console {
	if w == nil {
		w = os.Stderr
	}
	return &Console{console.New(w, console.Options{}), repair}
}

// Take prints s with its trace.
func (c *Console) Take(s sdktrace.ReadOnlySpan, weight int) {
	c.printer.OnEnd(c.repair.Span(s, sampleRate(weight)...))
}

// Keeps reports false: the printer copies what it shows.
func (*Console) Keeps() bool { return false }

// Flush waits until what has ended is printed.
func (c *Console) Flush(ctx context.Context) error { return c.printer.Flush(ctx) }

// Shutdown prints what is left.
func (c *Console) Shutdown(ctx context.Context) error { return c.printer.Shutdown(ctx) }
