package tail_test

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/otlp"
	"github.com/lift-sys/telemetry/internal/sampling"
	"github.com/lift-sys/telemetry/internal/tail"
)

// TestForgottenUnbiased has more traces than there is memory of decisions, so
// that spans end whose trace was decided and forgotten. Those must not get a
// second chance: what is left of the others stands for them already.
func TestForgottenUnbiased(t *testing.T) {
	const step = 100 * time.Millisecond
	tests := []struct {
		name      string
		perStep   int
		busy      int // steps in which traces begin at that rate
		calm      int // steps after that, with one trace in each
		root      int // steps that a root lasts
		child     int // steps until a child of the root ends; 0: it has none
		perSecond int64
		reason    string
	}{
		{"open traces", 20, 600, 0, 50, 0, 0, "they are evicted in one period, and end in the next"},
		{"open traces, budget", 20, 600, 0, 50, 0, 20, "likewise in front of a budget"},
		{"traces of half a minute", 10, 200, 600, 300, 0, 0, "they end periods after their eviction"},
		{"late children, budget", 300, 1, 600, 1, 360, 20, "traces kept are forgotten no later than those dropped with them"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				out := new(counter)
				c := tail.Config{Out: out, Rules: errorsOnly, Head: sampling.NewHead(sampling.HeadConfig{RecordAll: true}), Groups: 512}
				if tt.perSecond > 0 {
					c.Budget = budget(tt.perSecond)
				}
				b := tail.New(c)
				r := rand.New(rand.NewPCG(7, 7))
				begin := func(parent trace.SpanContext) trace.SpanContext {
					id := parent.TraceID()
					if !parent.IsValid() {
						binary.BigEndian.PutUint64(id[:], r.Uint64()|1)
						binary.BigEndian.PutUint64(id[8:], r.Uint64())
					}
					var sid trace.SpanID
					binary.BigEndian.PutUint64(sid[:], r.Uint64()|1)
					sc := trace.NewSpanContext(trace.SpanContextConfig{TraceID: id, SpanID: sid, TraceFlags: trace.FlagsSampled})
					b.Start(sc, parent)
					return sc
				}
				type end struct{ sc, parent trace.SpanContext }
				due := make(map[int][]end)
				truth := 0
				for i := range tt.busy + tt.calm + max(tt.root, tt.child) + 1 {
					n := 0
					switch {
					case i < tt.busy:
						n = tt.perStep
					case i < tt.busy+tt.calm:
						n = 1
					}
					for range n {
						truth++
						root := begin(trace.SpanContext{})
						due[i+tt.root] = append(due[i+tt.root], end{sc: root})
						if tt.child > 0 {
							truth++
							due[i+tt.child] = append(due[i+tt.child], end{begin(root), root})
						}
					}
					for _, e := range due[i] {
						s := stub("work", e.sc, e.parent)
						b.End(s, 0, otlp.AppendSpan(nil, s, nil))
					}
					delete(due, i)
					time.Sleep(step)
				}
				time.Sleep(sampling.MinWindow)
				b.Shutdown()
				s := b.Stats()
				if s.Ended != uint64(truth) || s.Ended != s.Kept+s.Dropped.Total() {
					t.Fatalf("the books do not balance: %+v", s)
				}
				if s.Orphans == 0 {
					t.Fatal("nothing was forgotten")
				}
				t.Logf("%d spans stand for %.0f of %d, %d orphans", s.Kept, out.all.weight, truth, s.Orphans)
				if tt.child > 0 {
					out.all.variance *= 2 // both spans of a trace stand or fall together
				}
				out.all.check(t, tt.reason+": spans", float64(truth))
			})
		})
	}
}

// TestForgottenChance has a span that ends when its trace is forgotten, and says
// what is known of its chance.
func TestForgottenChance(t *testing.T) {
	below := func(sampled bool, tracestate string) func(*testing.T, *pipe) context.Context {
		return func(t *testing.T, p *pipe) context.Context {
			ctx, root := p.start(remote(t.Context(), traceID(0xff), sampled, tracestate), "root")
			root.End()
			return ctx
		}
	}
	root := func(t *testing.T, p *pipe) context.Context {
		ctx, root := p.start(t.Context(), "root")
		root.End()
		return ctx
	}
	tests := []struct {
		name  string
		head  sampling.HeadConfig
		above func(*testing.T, *pipe) context.Context
		want  span
		why   string
	}{
		{"root", on, root, span{"late", 1, 0, "ot=th:0", true}, "all are kept"},
		{"remote with th", on, below(true, "ot=th:c"), span{"late", 4, 0, "ot=th:c", true}, "it is in the tracestate"},
		{"remote without", on, below(true, "a=b"), span{"late", 1, 0, "a=b", true}, "nobody knows"},
		{"another provider", on, func(t *testing.T, p *pipe) context.Context {
			sc := trace.NewSpanContext(trace.SpanContextConfig{TraceID: traceID(0xff), SpanID: trace.SpanID{9}, TraceFlags: trace.FlagsSampled})
			ctx := trace.ContextWithSpanContext(t.Context(), sc)
			_, s := p.start(ctx, "first")
			s.End()
			return ctx
		}, span{"late", 1, 0, "", true}, "its sampler is not known"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPipe(t, tt.head, tail.Config{Rules: errorsOnly, Groups: 8, Encoding: tail.EncodeCollector})
				ctx := tt.above(t, p)
				for range 2 * 8 {
					_, s := p.start(t.Context(), "more")
					s.End()
					p.Flush()
				}
				orphans := p.Stats().Orphans
				_, s := p.start(ctx, "late")
				s.End()
				p.Flush()
				if p.Stats().Orphans != orphans+1 {
					t.Error("the trace was not forgotten")
				}
				i := slices.IndexFunc(p.spans(), func(s span) bool { return s.Name == "late" })
				if i < 0 {
					t.Fatal("it is lost")
				}
				if diff := cmp.Diff(tt.want, p.spans()[i]); diff != "" {
					t.Errorf("%s (-want +got):\n%s", tt.why, diff)
				}
				p.Shutdown()
			})
		})
	}
}
