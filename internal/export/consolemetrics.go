package export

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/lift-sys/telemetry/internal/sanitize"
)

// ConsoleMetrics prints metrics, repaired and redacted, as a table of what they
// add up to since the start of the process. The SDK never calls it
// concurrently.
type ConsoleMetrics struct {
	w       io.Writer
	repair  *sanitize.Sanitizer
	enabled func() bool
}

var _ sdkmetric.Exporter = (*ConsoleMetrics)(nil)

// NewConsoleMetrics prints to w. While enabled returns false, what is collected
// is thrown away.
func NewConsoleMetrics(w io.Writer, repair *sanitize.Sanitizer, enabled func() bool) *ConsoleMetrics {
	return &ConsoleMetrics{w, repair, enabled}
}

// Export prints the metrics in one write, so that traces do not get between.
func (c *ConsoleMetrics) Export(_ context.Context, rm *metricdata.ResourceMetrics) error {
	if !c.enabled() {
		return nil
	}
	c.repair.Metrics(rm)
	var lines []string
	for _, scope := range rm.ScopeMetrics {
		for _, m := range scope.Metrics {
			lines = appendSeries(lines, m)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	slices.Sort(lines)
	var b bytes.Buffer
	b.WriteString("metrics\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, line := range lines {
		fmt.Fprintf(w, "  %s\n", line)
	}
	_ = w.Flush() // a buffer accepts every write
	if _, err := c.w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("telemetry: print metrics: %w", err)
	}
	return nil
}

// appendSeries appends a line for each series of m: name, attributes, value.
func appendSeries(lines []string, m metricdata.Metrics) []string {
	switch d := m.Data.(type) {
	case metricdata.Sum[int64]:
		return appendNumbers(lines, m, d.DataPoints)
	case metricdata.Sum[float64]:
		return appendNumbers(lines, m, d.DataPoints)
	case metricdata.Gauge[int64]:
		return appendNumbers(lines, m, d.DataPoints)
	case metricdata.Gauge[float64]:
		return appendNumbers(lines, m, d.DataPoints)
	case metricdata.Histogram[int64]:
		return appendHistograms(lines, m, d.DataPoints)
	case metricdata.Histogram[float64]:
		return appendHistograms(lines, m, d.DataPoints)
	}
	return append(lines, plain(m.Name)+"\tnot shown: neither a number nor a histogram with fixed bounds")
}

func appendNumbers[N int64 | float64](lines []string, m metricdata.Metrics, points []metricdata.DataPoint[N]) []string {
	for _, p := range points {
		lines = append(lines, strings.TrimRight(fmt.Sprintf("%s\t%v %s", series(m.Name, p.Attributes), p.Value, plain(m.Unit)), " "))
	}
	return lines
}

func appendHistograms[N int64 | float64](lines []string, m metricdata.Metrics, points []metricdata.HistogramDataPoint[N]) []string {
	for _, p := range points {
		mean := float64(p.Sum) / float64(max(p.Count, 1))
		lines = append(lines, fmt.Sprintf("%s\t%d times, mean %.4g %s", series(m.Name, p.Attributes), p.Count, mean, plain(m.Unit)))
	}
	return lines
}

func series(name string, set attribute.Set) string {
	var b strings.Builder
	b.WriteString(plain(name))
	for _, kv := range set.ToSlice() {
		fmt.Fprintf(&b, " %s=%s", plain(string(kv.Key)), plain(kv.Value.String()))
	}
	return b.String()
}

// plain quotes what could steer a terminal.
func plain(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(s)
	}
	return s
}

// Temporality is cumulative: a person wants to know how many there were.
func (*ConsoleMetrics) Temporality(sdkmetric.InstrumentKind) metricdata.Temporality {
	return metricdata.CumulativeTemporality
}

// Aggregation is the SDK's default.
func (*ConsoleMetrics) Aggregation(k sdkmetric.InstrumentKind) sdkmetric.Aggregation {
	return sdkmetric.DefaultAggregationSelector(k)
}

// ForceFlush does nothing: what is exported is printed.
func (*ConsoleMetrics) ForceFlush(context.Context) error { return nil }

// Shutdown does nothing.
func (*ConsoleMetrics) Shutdown(context.Context) error { return nil }
