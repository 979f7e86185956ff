package migration_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// spanLines describes a span by its names, one to a line. Values, which differ
// from run to run, are left out.
func spanLines(s sdktrace.ReadOnlySpan) []string {
	lines := []string{fmt.Sprintf("span %s (%s)", s.Name(), s.SpanKind())}
	if s.Status().Code == codes.Error {
		lines = append(lines, "  status Error")
	}
	if s.SpanContext().TraceState().Len() > 0 {
		lines = append(lines, "  tracestate")
	}
	for range s.Links() {
		lines = append(lines, "  link")
	}
	lines = append(lines, names("  ", s.Attributes())...)
	for _, e := range s.Events() {
		lines = append(lines, "  event "+e.Name)
		lines = append(lines, names("    ", e.Attributes)...)
	}
	return lines
}

// metricLines describes metrics in the same way, sorted by name.
func metricLines(rm metricdata.ResourceMetrics) []string {
	byName := map[string][]string{}
	for _, scope := range rm.ScopeMetrics {
		for _, m := range scope.Metrics {
			if strings.HasPrefix(m.Name, "lift.telemetry.") {
				continue // about the library, not about what was moved to it
			}
			byName[m.Name] = append([]string{fmt.Sprintf("metric %s (%s)", m.Name, m.Unit)}, dimensions(m.Data)...)
		}
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		lines = append(lines, byName[name]...)
	}
	return lines
}

// dimensions are the names of the attributes of all points.
func dimensions(data metricdata.Aggregation) []string {
	var kv []attribute.KeyValue
	add := func(s attribute.Set) { kv = append(kv, s.ToSlice()...) }
	switch d := data.(type) {
	case metricdata.Sum[int64]:
		for _, p := range d.DataPoints {
			add(p.Attributes)
		}
	case metricdata.Sum[float64]:
		for _, p := range d.DataPoints {
			add(p.Attributes)
		}
	case metricdata.Histogram[int64]:
		for _, p := range d.DataPoints {
			add(p.Attributes)
		}
	case metricdata.Histogram[float64]:
		for _, p := range d.DataPoints {
			add(p.Attributes)
		}
	}
	return names("  ", kv)
}

func names(indent string, kv []attribute.KeyValue) []string {
	set := map[string]bool{}
	for _, kv := range kv {
		set[indent+string(kv.Key)] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// diff joins the lines of before and after as a unified diff without context.
func diff(before, after []string) string {
	// longest[i][j] is the length of what before[i:] and after[j:] share.
	longest := make([][]int, len(before)+1)
	for i := range longest {
		longest[i] = make([]int, len(after)+1)
	}
	for i, b := range slices.Backward(before) {
		for j, a := range slices.Backward(after) {
			if b == a {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	var lines []string
	i, j := 0, 0
	for i < len(before) || j < len(after) {
		switch {
		case i < len(before) && j < len(after) && before[i] == after[j]:
			lines = append(lines, "  "+before[i])
			i, j = i+1, j+1
		case j == len(after) || i < len(before) && longest[i+1][j] >= longest[i][j+1]:
			lines = append(lines, "- "+before[i])
			i++
		default:
			lines = append(lines, "+ "+after[j])
			j++
		}
	}
	return strings.Join(lines, "\n")
}
