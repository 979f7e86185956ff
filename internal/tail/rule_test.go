package tail_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/tail"
)

// TestRules runs one trace of two spans past each rule; nothing else keeps it.
func TestRules(t *testing.T) {
	tests := []struct {
		name  string
		rule  tail.Rule
		root  func(trace.Span)
		child func(trace.Span)
		want  bool
		why   string
	}{
		{"error below", tail.Rule{Failed: true}, nil, fail, true, "anywhere in the trace"},
		{"error at the root", tail.Rule{Failed: true}, fail, nil, true, "anywhere in the trace"},
		{"no error", tail.Rule{Failed: true}, nil, nil, false, "nothing failed"},
		{"slow", tail.Rule{Slow: 2 * time.Second}, nil, func(trace.Span) { time.Sleep(2 * time.Second) }, true, "as long as the rule says"},
		{"fast", tail.Rule{Slow: 2 * time.Second}, nil, func(trace.Span) { time.Sleep(time.Second) }, false, "shorter"},
		{"expensive", tail.Rule{CostUSD: 0.5}, set(attr.CostOtherUSD.Float64(0.2)), set(attr.LLMCostUSD.Float64(0.3)), true, "the sum counts"},
		{"roll-ups", tail.Rule{CostUSD: 0.5}, set(attr.RequestCostUSD.Float64(0.3)), set(attr.LLMCostUSD.Float64(0.3)), false, "no dollar counts twice"},
		{"attribute", tail.Rule{Attribute: attr.UserID.String("u-42")}, nil, set(attr.UserID.String("u-42")), true, "equal"},
		{"other value", tail.Rule{Attribute: attr.UserID.String("u-42")}, nil, set(attr.UserID.String("u-43")), false, "not equal"},
		{"other type", tail.Rule{Attribute: attribute.Int64("n", 1)}, nil, set(attribute.Float64("n", 1)), false, "not equal"},
		{"any value", tail.Rule{Attribute: attribute.KeyValue{Key: "n"}}, nil, set(attribute.Bool("n", false)), true, "the key is there"},
		{"list", tail.Rule{Attribute: attribute.StringSlice("l", []string{"a", "b"})}, set(attribute.StringSlice("l", []string{"a", "b"})), nil, true, "equal lists"},
		{"name", tail.Rule{Name: "child"}, nil, nil, true, "a span has it"},
		{"other name", tail.Rule{Name: "chil"}, nil, nil, false, "whole names"},
		{"nothing", tail.Rule{}, fail, fail, false, "the zero rule matches nothing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPipe(t, off, tail.Config{Rules: []tail.Rule{tt.rule}})
				ctx, root := p.start(t.Context(), "root")
				_, child := p.start(ctx, "child")
				for _, c := range []struct {
					do   func(trace.Span)
					span trace.Span
				}{{tt.root, root}, {tt.child, child}} {
					if c.do != nil {
						c.do(c.span)
					}
				}
				child.End()
				root.End()
				time.Sleep(time.Second)
				want := []string(nil)
				if tt.want {
					want = []string{"child", "root"}
				}
				if diff := cmp.Diff(want, p.names()); diff != "" {
					t.Errorf("%s (-want +got):\n%s", tt.why, diff)
				}
				p.books()
				p.Shutdown()
			})
		})
	}
}

func set(kv ...attribute.KeyValue) func(trace.Span) {
	return func(s trace.Span) { s.SetAttributes(kv...) }
}
