package sampling_test

import (
	"maps"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/sampling"
)

// FuzzTraceState sends hostile tracestates through every kind of Head.
func FuzzTraceState(f *testing.F) {
	for _, s := range []string{
		"", "ot=th:8", "ot=th:c;rv:6e6d1a75832a2f", "a=b,ot=th:0;p:8,c=d", "ot=th:;;th", "ot=;", "ot= ;th:8", "ot=th:8;th:8",
		"ot=a ;th:X", "ot=rv:80000000000000;th ;th", "ot=rv:ffffffffffffff;th:ffffffffffffff", "ot=" + strings.Repeat("a", 256), "ot=" + strings.Repeat("x:1;", 63) + "y:2",
	} {
		f.Add(s, uint64(1)<<63, true, true)
		f.Add(s, uint64(0), false, false)
	}
	heads := []*sampling.Head{
		sampling.NewHead(on), sampling.NewHead(off), sampling.NewHead(half),
		sampling.NewHead(parentOn), sampling.NewHead(parentHalf),
	}
	f.Fuzz(func(t *testing.T, s string, low uint64, sampled, remote bool) {
		ts, err := trace.ParseTraceState(s)
		if err != nil {
			return
		}
		id := randomID(1, low)
		parent := trace.NewSpanContext(trace.SpanContextConfig{
			TraceID: id, SpanID: trace.SpanID{1}, TraceState: ts, Remote: remote,
			TraceFlags: trace.TraceFlags(0).WithSampled(sampled),
		})
		for i, h := range heads {
			d := h.Decide(id, parent)
			parentBased := i >= 3
			if parentBased && d.Record != sampled {
				t.Fatalf("%s: Record = %t below a parent of %t", h.Description(), d.Record, sampled)
			}
			if parentBased && !remote && d.TraceState.String() != ts.String() {
				t.Fatalf("%s: local tracestate %q became %q", h.Description(), ts, d.TraceState)
			}
			checkTraceState(t, h.Description(), ts, d.TraceState)
			w := sampling.Weight(parent.WithTraceState(d.TraceState))
			switch {
			case w < 1:
				t.Fatalf("%s: weight %d", h.Description(), w)
			case parentBased && remote && d.Record && w > sampling.DefaultMaxInheritedWeight+1:
				t.Fatalf("%s: inherited a weight of %d from %q", h.Description(), w, ts)
			case i == 2 && d.Record && w != 2, i < 2 && w != 1:
				t.Fatalf("%s: weight %d from %q", h.Description(), w, d.TraceState)
			}
			if sampling.Randomness(id, d.TraceState) != sampling.Randomness(id, ts) {
				t.Fatalf("%s: %q has another randomness than %q", h.Description(), d.TraceState, ts)
			}
		}
	})
}

// checkTraceState holds what came out against what came in: valid, and all
// members but "ot" as they were, save one that may give way to it.
func checkTraceState(t *testing.T, name string, in, out trace.TraceState) {
	t.Helper()
	if _, err := trace.ParseTraceState(out.String()); err != nil {
		t.Fatalf("%s: %q became %q: %v", name, in, out, err)
	}
	members := func(ts trace.TraceState) map[string]string {
		m := make(map[string]string)
		ts.Walk(func(k, v string) bool {
			if k != "ot" {
				m[k] = v
			}
			return true
		})
		return m
	}
	if before, after := members(in), members(out); in.Len() < 32 && !maps.Equal(before, after) {
		t.Fatalf("%s: %q became %q: other members changed", name, in, out)
	}
}
