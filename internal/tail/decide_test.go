package tail_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/sampling"
	"github.com/lift-sys/telemetry/internal/tail"
)

var errorsOnly = []tail.Rule{{Failed: true}}

// TestWhen has spans that do not end in the order of the textbook.
func TestWhen(t *testing.T) {
	tests := []struct {
		name string
		do   func(t *testing.T, p *pipe)
		want []string // kept, though the head kept nothing
		late uint64
		why  string
	}{
		{"failed child in the grace", func(t *testing.T, p *pipe) {
			ctx, root := p.start(t.Context(), "root")
			_, child := p.start(ctx, "child")
			root.End()
			time.Sleep(900 * time.Millisecond)
			fail(child)
			child.End()
		}, []string{"child", "root"}, 0, "a second for what is open"},
		{"failed child after the grace", func(t *testing.T, p *pipe) {
			ctx, root := p.start(t.Context(), "root")
			_, child := p.start(ctx, "child")
			root.End()
			time.Sleep(30 * time.Second)
			fail(child)
			child.End()
		}, nil, 0, "the trace was dropped"},
		{"child of a kept trace after 30 s", func(t *testing.T, p *pipe) {
			ctx, root := p.start(t.Context(), "root")
			_, child := p.start(ctx, "child")
			fail(root)
			root.End()
			time.Sleep(30 * time.Second)
			child.End()
		}, []string{"child", "root"}, 1, "late spans follow"},
		{"child that starts after the decision", func(t *testing.T, p *pipe) {
			ctx, root := p.start(t.Context(), "root")
			fail(root)
			root.End()
			time.Sleep(30 * time.Second)
			_, child := p.start(ctx, "child")
			child.End()
		}, []string{"child", "root"}, 1, "late spans follow"},
		{"root that does not end", func(t *testing.T, p *pipe) {
			ctx, _ := p.start(t.Context(), "root")
			_, child := p.start(ctx, "child")
			fail(child)
			child.End()
			time.Sleep(50 * time.Second)
			if n := len(p.names()); n > 0 {
				t.Errorf("%d spans before the minute is over", n)
			}
			time.Sleep(11 * time.Second)
			_, second := p.start(ctx, "later")
			second.End()
		}, []string{"child", "later"}, 1, "a minute is enough"},
		{"root that ends twice", func(t *testing.T, p *pipe) {
			_, root := p.start(t.Context(), "root")
			fail(root)
			root.End()
			root.End()
		}, []string{"root"}, 0, "once"},
		{"two local roots of one trace", func(t *testing.T, p *pipe) {
			ctx := remote(t.Context(), traceID(9), false, "")
			ctx1, one := p.start(ctx, "one")
			ctx2, two := p.start(ctx, "two")
			_, below1 := p.start(ctx1, "below one")
			_, below2 := p.start(ctx2, "below two")
			fail(below1)
			below2.End()
			below1.End()
			two.End()
			one.End()
		}, []string{"below one", "one"}, 0, "each is decided by itself"},
		{"nested local roots of one trace", func(t *testing.T, p *pipe) {
			ctx, outer := p.start(t.Context(), "outer")
			inner := remote(t.Context(), outer.SpanContext().TraceID(), false, "")
			ctx2, root := p.start(inner, "inner")
			_, child := p.start(ctx2, "below inner")
			fail(child)
			child.End()
			root.End()
			_, own := p.start(ctx, "below outer")
			own.End()
			outer.End()
		}, []string{"below inner", "inner"}, 0, "a call of itself is another local trace"},
		{"child of a root that nobody saw", func(t *testing.T, p *pipe) {
			parent := trace.NewSpanContext(trace.SpanContextConfig{TraceID: traceID(1), SpanID: trace.SpanID{9}})
			_, child := p.start(trace.ContextWithSpanContext(t.Context(), parent), "orphan")
			fail(child)
			child.End()
		}, []string{"orphan"}, 0, "decided by itself"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPipe(t, off, tail.Config{Rules: errorsOnly})
				tt.do(t, p)
				time.Sleep(2 * time.Second)
				if diff := cmp.Diff(tt.want, p.names()); diff != "" {
					t.Errorf("%s (-want +got):\n%s", tt.why, diff)
				}
				if s := p.books(); s.Late != tt.late {
					t.Errorf("%d late spans, want %d", s.Late, tt.late)
				}
				p.Shutdown()
			})
		})
	}
}

// TestChance has one span of each origin, and says what it stands for.
func TestChance(t *testing.T) {
	high, low := traceID(0xff), traceID(0x10)
	root := func(ctx context.Context) context.Context { return ctx }
	from := func(id trace.TraceID, sampled bool, ts string) func(context.Context) context.Context {
		return func(ctx context.Context) context.Context { return remote(ctx, id, sampled, ts) }
	}
	tests := []struct {
		name     string
		head     sampling.HeadConfig
		encoding tail.Encoding
		parent   func(context.Context) context.Context
		fails    bool
		want     []span
		unknown  uint64
		why      string
	}{
		{"root", on, 0, root, false, []span{{"s", 1, 0, "", true}}, 0, "everything is kept"},
		{"failed root, none of the rest", off, 0, root, true, []span{{"s", 1, 0, "", true}}, 0, "a rule keeps it; it stands for itself"},
		{"root, none of the rest", off, 0, root, false, nil, 0, "nothing keeps it"},
		{"remote, th", on, 0, from(high, true, "ot=th:c,x=y"), false, []span{{"s", 4, 4, "ot=th:c,x=y", true}}, 0, "the weight of the service before"},
		{"remote, th, failed", on, 0, from(high, true, "ot=th:c,x=y"), true, []span{{"s", 1, 0, "ot=th:0,x=y", true}}, 0, "it would be here whatever was decided before"},
		{"remote, unsampled, failed", on, 0, from(low, false, "x=y"), true, []span{{"s", 1, 0, "x=y", true}}, 0, "this service records all"},
		{"remote, unsampled", on, 0, from(low, false, ""), false, nil, 0, "the service before decided"},
		{"remote, no th", tenth, 0, from(low, true, ""), false, []span{{"s", 1, 0, "", true}}, 1, "the chance is unknown"},
		{"remote, no th, failed", on, 0, from(low, true, ""), true, []span{{"s", 1, 0, "", true}}, 0, "a rule keeps it"},
		{"remote, too heavy", on, 0, from(high, true, "ot=th:fffff"), false, []span{{"s", 1, 0, "", true}}, 1, "no peer makes one count as millions"},
		{"for a Collector", on, tail.EncodeCollector, from(high, true, "ot=th:c"), false, []span{{"s", 4, 0, "ot=th:c", true}}, 0, "the threshold alone"},
		{"for a Collector, all", on, tail.EncodeCollector, root, false, []span{{"s", 1, 0, "ot=th:0", true}}, 0, "always a threshold"},
		{"for a Collector, unknown", on, tail.EncodeCollector, from(low, true, ""), false, []span{{"s", 1, 0, "", true}}, 1, "but where it is not known"},
		{"no encoding", on, tail.EncodeNone, from(high, true, "ot=th:c"), false, []span{{"s", 4, 0, "ot=th:c", true}}, 0, "nothing is written"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPipe(t, tt.head, tail.Config{Rules: errorsOnly, Encoding: tt.encoding})
				_, s := p.start(tt.parent(t.Context()), "s")
				if tt.fails {
					fail(s)
				}
				s.End()
				p.Flush()
				if diff := cmp.Diff(tt.want, p.spans()); diff != "" {
					t.Errorf("%s (-want +got):\n%s", tt.why, diff)
				}
				if got := p.books().Unknown; got != tt.unknown {
					t.Errorf("%d of unknown chance, want %d", got, tt.unknown)
				}
				p.Shutdown()
			})
		})
	}
}

// TestRest keeps a sixteenth of what no rule keeps, and tells it from the rest
// by its weight.
func TestRest(t *testing.T) {
	const n = 4000
	p := newPipe(t, tenth, tail.Config{Rules: errorsOnly, Groups: 2 * n, Bytes: 8 << 20})
	for i := range n {
		ctx, root := p.start(t.Context(), "root")
		_, child := p.start(ctx, "child")
		if i%100 == 0 {
			fail(child)
		}
		child.End()
		root.End()
	}
	p.Shutdown()
	var weight, failed int
	for _, s := range p.spans() {
		weight += s.Weight
		if s.Weight == 1 {
			failed++
			continue
		}
		if diff := cmp.Diff(span{s.Name, 16, 16, "ot=th:f", true}, s); diff != "" {
			t.Fatal(diff)
		}
	}
	if failed != 2*n/100 {
		t.Errorf("%d spans of failed traces, want all %d", failed, 2*n/100)
	}
	if weight < 2*n*7/10 || weight > 2*n*13/10 {
		t.Errorf("the spans stand for %d, want about %d", weight, 2*n)
	}
	s := p.books()
	if s.Must.Kept.Traces != n/100 || s.Must.Weight != n/100 || s.Rest.Weight != 16*float64(s.Rest.Kept.Traces) {
		t.Errorf("the strata: %+v", s)
	}
}

// TestShutdown decides what is open, and lets later spans through for delivery
// to count.
func TestShutdown(t *testing.T) {
	p := newPipe(t, on, tail.Config{Rules: errorsOnly})
	ctx, root := p.start(t.Context(), "root")
	_, child := p.start(ctx, "child")
	child.End()
	p.Shutdown()
	root.End()
	p.Shutdown()
	if diff := cmp.Diff([]string{"child", "root"}, p.names()); diff != "" {
		t.Error(diff)
	}
	p.books()
}

// TestForgotten has spans that nobody ends, more than are followed, and traces
// that must not suffer for it.
func TestForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe(t, off, tail.Config{Rules: errorsOnly, Groups: 100})
		ctx, _ := p.start(t.Context(), "forgotten")
		for range 10_000 {
			p.start(ctx, "forgotten")
		}
		check := func(want int) {
			t.Helper()
			for range 200 {
				ctx, root := p.start(t.Context(), "root")
				_, child := p.start(ctx, "child")
				fail(child)
				child.End()
				root.End()
				p.Flush()
			}
			if s := p.books(); s.Orphans != 0 || len(p.names()) != want {
				t.Errorf("%d spans of 200 traces kept, and %d orphans", len(p.names()), s.Orphans)
			}
		}
		check(400)
		time.Sleep(2 * time.Minute) // and the records have other uses
		check(800)
		time.Sleep(time.Minute)
		check(1200)
		p.Shutdown()
	})
}

// TestManySpans has a trace of 100 000 spans between small ones, which it must
// not push out, and which a budget must not let pass.
func TestManySpans(t *testing.T) {
	tests := []struct {
		name      string
		perSecond int64 // of a budget; 0: there is none
		want      uint64
		reason    string
	}{
		{"no budget", 0, 100_002, "every span is kept"},
		{"budget", 10, 1, "there is room for the small trace alone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := tail.Config{Rules: errorsOnly}
				if tt.perSecond > 0 {
					c.Budget = budget(tt.perSecond)
				}
				p := newPipe(t, on, c)
				_, before := p.start(t.Context(), "before")
				ctx, root := p.start(t.Context(), "root")
				for range 100_000 {
					_, s := p.start(ctx, "one of many")
					s.End()
					if got := p.Stats().Bytes; got > 1<<20 {
						t.Fatalf("%d bytes held", got)
					}
				}
				root.End()
				before.End()
				time.Sleep(11 * time.Second)
				p.Shutdown()
				if s := p.books(); s.Kept != tt.want || s.Forced == 0 {
					t.Errorf("%s: %+v", tt.reason, s)
				}
			})
		})
	}
}
