package benchmarks_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	tracespb "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/lift-sys/telemetry/benchmarks/sink"
)

// TestSameOnTheWire proves that a comparison of times compares the same work:
// what both sides export for each piece of work is equal but for times and
// ids.
func TestSameOnTheWire(t *testing.T) {
	for _, w := range works {
		t.Run(w.name, func(t *testing.T) {
			naive, ours := exported(t, newNaive, w), exported(t, newOurs, w)
			if w.attributes > 0 && len(naive.Spans[0].Attributes) != w.attributes {
				t.Errorf("the naive span has %d attributes, want %d", len(naive.Spans[0].Attributes), w.attributes)
			}
			if w.recordings > 0 && naive.recordings() != w.recordings {
				t.Errorf("naive made %d recordings, want %d", naive.recordings(), w.recordings)
			}
			if diff := cmp.Diff(naive, ours); diff != "" {
				t.Errorf("naive and ours export different things (-naive +ours):\n%s", diff)
			}
		})
	}
}

// output is what a piece of work put on the wire.
type output struct {
	Spans   []span
	Metrics map[string][]point // by name
}

type span struct {
	Name, Kind, Status string
	Attributes         map[string]string
	Events             map[string]map[string]string
}

type point struct {
	Attributes map[string]string
	Count      uint64
	Sum        float64 // not of times
}

func (o output) recordings() (n int) {
	for _, points := range o.Metrics {
		for _, p := range points {
			n += int(p.Count)
		}
	}
	return n
}

func exported(t *testing.T, start func(testing.TB, string, float64) subject, w piece) output {
	t.Helper()
	var wire sink.Recorder
	s := start(t, sink.Start(t, &wire), 1)
	ctx := t.Context()
	if w.inRequest {
		request, end := s.Request(ctx)
		defer end()
		ctx = request
	}
	w.run(s, ctx)
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	out := output{Metrics: map[string][]point{}}
	for _, sp := range wire.Spans() {
		out.Spans = append(out.Spans, readSpan(sp))
	}
	for _, m := range wire.Metrics() {
		out.Metrics[m.Name] = readPoints(m)
	}
	if err := s.Shutdown(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	return out
}

func readSpan(s *tracespb.Span) span {
	out := span{
		Name: s.Name, Kind: s.Kind.String(), Status: s.Status.GetCode().String(),
		Attributes: readAttributes(s.Attributes), Events: map[string]map[string]string{},
	}
	for _, e := range s.Events {
		out.Events[e.Name] = readAttributes(e.Attributes)
	}
	return out
}

// readAttributes keeps of a time only that it is there.
func readAttributes(kvs []*commonpb.KeyValue) map[string]string {
	out := map[string]string{}
	for _, kv := range kvs {
		v := fmt.Sprintf("%T %v", kv.Value.Value, kv.Value)
		if kv.Key == "llm.latency_ms" {
			v = fmt.Sprintf("%T", kv.Value.Value)
		}
		out[kv.Key] = v
	}
	return out
}

func readPoints(m *metricspb.Metric) (points []point) {
	for _, p := range m.GetHistogram().GetDataPoints() {
		sum := p.GetSum()
		if m.Unit == "s" {
			sum = 0
		}
		points = append(points, point{readAttributes(p.Attributes), p.Count, sum})
	}
	for _, p := range m.GetSum().GetDataPoints() {
		points = append(points, point{readAttributes(p.Attributes), 1, p.GetAsDouble() + float64(p.GetAsInt())})
	}
	slices.SortFunc(points, func(a, b point) int {
		return slices.Compare(texts(a.Attributes), texts(b.Attributes))
	})
	return points
}

func texts(m map[string]string) (s []string) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		s = append(s, k, m[k])
	}
	return s
}
