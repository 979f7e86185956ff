package console

import (
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// What the tests of the package's parts need.
var (
	Printable = printable
	Fit       = fit
	Wrap      = wrap
	Duration  = duration
	Dollars   = dollars
	Count     = count
)

// Axis draws bars.
type Axis struct{ axis }

// NewAxis returns an axis over columns.
func NewAxis(start time.Time, length time.Duration, columns int) Axis {
	return Axis{axis{start: start, length: length, columns: columns}}
}

// Bar draws one.
func (a Axis) Bar(start, end time.Time) (blank int, bar string) { return a.bar(start, end) }

// Record copies s as OnEnd does and drops the copy.
func Record(s sdktrace.ReadOnlySpan) string { return newRecord(s).name }

// Enabled resolves a Color.
var Enabled = Color.enabled
