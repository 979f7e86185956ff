package telemetrytest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
)

// Metric is what one instrument has recorded since the start of the test or
// the last [Recorder.Reset]. It is a copy that its owner may change.
type Metric struct {
	Name        string
	Scope       string // instrumentation scope: who records it
	Kind        string // counter, updowncounter, gauge or histogram
	Unit        string
	Description string
	Points      []Point // one for each set of attributes, sorted by these
}

// Point is what a metric has recorded with one set of attributes.
type Point struct {
	Attributes Attributes
	Value      float64   // of a counter or gauge
	Histogram  Histogram // of a histogram
}

// Histogram is a distribution of values. The zero value has none.
type Histogram struct {
	Count    uint64
	Sum      float64
	Min, Max float64   // 0 where Count is
	Bounds   []float64 // upper bounds of the buckets but the last one
	Buckets  []uint64  // one more than Bounds; nil for an exponential histogram
}

// Metrics returns what was recorded, sorted by name. An instrument that has
// recorded nothing is not there, and neither is a point that a callback does
// not observe any more.
func (r *Recorder) Metrics() []Metric {
	r.collecting.Lock()
	defer r.collecting.Unlock()
	r.collect()
	list := make([]Metric, 0, len(r.metrics))
	for _, m := range r.metrics {
		if len(m.points) > 0 {
			list = append(list, m.export())
		}
	}
	slices.SortFunc(list, func(a, b Metric) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Scope, b.Scope))
	})
	return list
}

// Metric returns the one metric of the given name. None or several fail the
// test at once.
func (r *Recorder) Metric(name string) Metric {
	r.t.Helper()
	all := r.Metrics()
	var found []Metric
	for _, m := range all {
		if m.Name == name {
			found = append(found, m)
		}
	}
	if len(found) != 1 {
		r.t.Fatalf("telemetrytest: %d metrics %q, want 1; recorded:\n%s", len(found), name, indent(list(all)))
		return Metric{}
	}
	return found[0]
}

// Counter returns what a counter, or a gauge, has come to: the sum over all
// points that carry all the given attributes, 0 where there are none. A metric
// of another kind, and one that is neither recorded nor in the registry, fails
// the test at once.
func (r *Recorder) Counter(name string, kv ...attribute.KeyValue) float64 {
	r.t.Helper()
	var sum float64
	for _, p := range r.points(name, "counter", kv) {
		sum += p.value
	}
	return sum
}

// Histogram returns what a histogram has recorded in all points that carry all
// the given attributes. It fails the test as [Recorder.Counter] does.
func (r *Recorder) Histogram(name string, kv ...attribute.KeyValue) Histogram {
	r.t.Helper()
	var h Histogram
	for _, p := range r.points(name, "histogram", kv) {
		h.add(p.histogram)
	}
	return h
}

// points returns the matching points of a metric. want is counter or
// histogram.
func (r *Recorder) points(name, want string, kv []attribute.KeyValue) []point {
	r.t.Helper()
	r.collecting.Lock()
	r.collect()
	kind, points := "", []point(nil)
	if d, ok := attr.Lookup(name); ok {
		kind = d.Instrument.String() // empty unless it is a metric
	}
	for id, m := range r.metrics {
		if id.name != name {
			continue
		}
		kind = m.kind
		for _, p := range m.points {
			if carries(p.set, kv) {
				points = append(points, p.copy())
			}
		}
	}
	r.collecting.Unlock()
	switch {
	case kind == "":
		r.t.Fatalf("telemetrytest: no metric %q is registered or recorded; recorded:\n%s", name, indent(list(r.Metrics())))
	case (kind == "histogram") != (want == "histogram"):
		r.t.Fatalf("telemetrytest: metric %q is a %s, not a %s", name, kind, want)
	}
	return points
}

func carries(set attribute.Set, kv []attribute.KeyValue) bool {
	return !slices.ContainsFunc(kv, func(kv attribute.KeyValue) bool {
		v, ok := set.Value(kv.Key)
		return !ok || v != kv.Value
	})
}

// list names metrics for a failure.
func list(metrics []Metric) string {
	var b strings.Builder
	for _, m := range metrics {
		fmt.Fprintf(&b, "%s (%s, %d points)\n", m.Name, m.Kind, len(m.Points))
	}
	return b.String()
}

// add adds the values of o, which has the same bounds unless one is empty.
func (h *Histogram) add(o Histogram) {
	switch {
	case o.Count == 0:
		return
	case h.Count == 0:
		h.Min, h.Max = o.Min, o.Max
	default:
		h.Min, h.Max = min(h.Min, o.Min), max(h.Max, o.Max)
	}
	h.Count += o.Count
	h.Sum += o.Sum
	if h.Buckets == nil {
		h.Bounds, h.Buckets = slices.Clone(o.Bounds), slices.Clone(o.Buckets)
		return
	}
	for i := range min(len(h.Buckets), len(o.Buckets)) {
		h.Buckets[i] += o.Buckets[i]
	}
}
