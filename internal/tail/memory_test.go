package tail_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/otlp"
	"github.com/lift-sys/telemetry/internal/sampling"
	"github.com/lift-sys/telemetry/internal/tail"
)

// counter is a delivery that only counts.
type counter struct {
	n           int
	all, failed total // spans, and those named failed
}

type total struct{ weight, variance float64 }

func (t *total) add(weight int) {
	w := float64(weight)
	t.weight += w
	t.variance += w * (w - 1)
}

func (c *counter) Append(_ uint16, encoded []byte, weight int) {
	c.n++
	c.all.add(weight)
	if bytes.Contains(encoded, []byte("failed")) {
		c.failed.add(weight)
	}
}

// stub is an ended span.
func stub(name string, sc, parent trace.SpanContext) sdktrace.ReadOnlySpan {
	s := tracetest.SpanStub{
		Name: name, SpanContext: sc, Parent: parent,
		StartTime: time.Unix(1, 0), EndTime: time.Unix(2, 0),
	}
	if name == "failed" {
		s.Status.Code = codes.Error
	}
	return s.Snapshot()
}

// flood holds more open traces than memory has room for, until all end.
func flood(t *testing.T, seed uint64, c tail.Config, traces, spans int) (s tail.Stats, out *counter) {
	t.Helper()
	out = new(counter)
	c.Out, c.Rules, c.Head = out, errorsOnly, sampling.NewHead(sampling.HeadConfig{RecordAll: true})
	b := tail.New(c)
	r := rand.New(rand.NewPCG(seed, 1))
	contexts := make([]trace.SpanContext, traces)
	span := func(of int, parent trace.SpanContext) trace.SpanContext {
		var id trace.TraceID
		for i := range id {
			id[i] = byte(r.Uint32())
		}
		if parent.IsValid() {
			id = parent.TraceID()
		}
		sid := trace.SpanID{byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32()), byte(of >> 8), byte(of), byte(r.Uint32()), byte(r.Uint32()), 1}
		return trace.NewSpanContext(trace.SpanContextConfig{TraceID: id, SpanID: sid, TraceFlags: trace.FlagsSampled})
	}
	payload := make([]byte, 400)
	for i := range contexts {
		contexts[i] = span(i, trace.SpanContext{})
		b.Start(contexts[i], trace.SpanContext{})
	}
	for n := range spans {
		for i, root := range contexts {
			child := span(i, root)
			b.Start(child, root)
			name := "work"
			if n == spans-1 && i%failing == 0 {
				name = "failed"
			}
			s := stub(name, child, root)
			b.End(s, 0, append(otlp.AppendSpan(nil, s, nil), payload...))
		}
		if got := b.Stats().Bytes; got > max(c.Bytes, 1<<20) {
			t.Fatalf("%d bytes held", got)
		}
	}
	for _, root := range contexts {
		s := stub("root", root, trace.SpanContext{})
		b.End(s, 0, otlp.AppendSpan(nil, s, nil))
	}
	b.Shutdown()
	return b.Stats(), out
}

// failing is how many traces there are for one that fails.
const failing = 10

// check allows three standard errors.
func (t *total) check(tb testing.TB, what string, truth float64) {
	tb.Helper()
	if off := math.Abs(t.weight - truth); off > 3*math.Sqrt(t.variance) {
		tb.Errorf("%s stand for %.0f, want %.0f within %.0f", what, t.weight, truth, 3*math.Sqrt(t.variance))
	}
}

// TestEviction lets memory, or the table of traces, run full, and holds what
// the spans that are left stand for against all there were.
func TestEviction(t *testing.T) {
	const traces, spans = 3000, 4
	for _, tt := range []struct {
		name   string
		config tail.Config
	}{
		{"bytes", tail.Config{Bytes: 1 << 20}},
		{"traces", tail.Config{Bytes: 16 << 20, Groups: 500}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var all, failed total
			rounds := 20
			if raceEnabled {
				rounds = 2
			}
			for seed := range uint64(rounds) {
				s, out := flood(t, seed, tt.config, traces, spans)
				if s.Ended != traces*(spans+1) || s.Ended != s.Kept+s.Dropped.Total() || s.Kept != uint64(out.n) {
					t.Fatalf("the books do not balance: %+v", s)
				}
				if s.Dropped.Memory == 0 {
					t.Fatal("nothing was evicted")
				}
				all.weight, failed.weight = all.weight+out.all.weight, failed.weight+out.failed.weight
				// Spans of one trace stand or fall together.
				all.variance += out.all.variance * (spans + 1)
				failed.variance += out.failed.variance
			}
			all.check(t, "spans", float64(rounds*traces*(spans+1)))
			failed.check(t, "failed spans", float64(rounds*traces/failing))
		})
	}
}

// TestConcurrent has many goroutines at once; it is for the race detector, and
// for the books.
func TestConcurrent(t *testing.T) {
	for _, b := range []*sampling.Budget{nil, budget(1000)} {
		concurrent(t, newPipe(t, tenth, tail.Config{Rules: errorsOnly, Groups: 64, Bytes: 64 << 10, Budget: b}))
	}
}

func concurrent(t *testing.T, p *pipe) {
	t.Helper()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 300 {
				ctx, root := p.start(t.Context(), "root")
				_, child := p.start(ctx, "child")
				if (i+j)%10 == 0 {
					fail(child)
				}
				if j%7 == 0 {
					p.Flush()
					_, _ = p.Stats(), p.Keys()
				}
				root.End()
				child.End()
			}
		})
	}
	wg.Wait()
	p.Shutdown()
	if s := p.books(); s.Ended != 8*300*2 || s.Held != 0 {
		t.Errorf("%+v", s)
	}
}

func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	for _, budget := range []*sampling.Budget{nil, budget(1000)} {
		head := sampling.NewHead(sampling.HeadConfig{Kind: sampling.Ratio, Ratio: 0.5, RecordAll: true})
		b := tail.New(tail.Config{Out: new(counter), Head: head, Rules: errorsOnly, Budget: budget})
		step := steps(b, head)
		for range 5000 { // until every record has been used
			step()
		}
		if got := testing.AllocsPerRun(2000, step); got != 0 {
			t.Errorf("%v allocations for a trace of two spans, want 0; budget: %t", got, budget != nil)
		}
		b.Shutdown()
	}
}

// steps returns a function that passes a trace of two spans.
func steps(b *tail.Buffer, head *sampling.Head) func() {
	type pair struct {
		root, child trace.SpanContext
		rs, cs      sdktrace.ReadOnlySpan
		re, ce      []byte
	}
	var pairs []pair
	for i := range 64 {
		id := traceID(byte(i * 4))
		d := head.Decide(id, trace.SpanContext{})
		c := trace.SpanContextConfig{TraceID: id, SpanID: trace.SpanID{1, byte(i)}, TraceState: d.TraceState}
		if d.Sampled {
			c.TraceFlags = trace.FlagsSampled
		}
		p := pair{root: trace.NewSpanContext(c)}
		c.SpanID[0] = 2
		p.child = trace.NewSpanContext(c)
		p.rs, p.cs = stub("root", p.root, trace.SpanContext{}), stub("work", p.child, p.root)
		p.re, p.ce = otlp.AppendSpan(nil, p.rs, nil), otlp.AppendSpan(nil, p.cs, nil)
		pairs = append(pairs, p)
	}
	i := 0
	return func() {
		p := &pairs[i%len(pairs)]
		i++
		b.Start(p.root, trace.SpanContext{})
		b.Start(p.child, p.root)
		b.End(p.cs, 0, p.ce)
		b.End(p.rs, 0, p.re)
		if i%16 == 0 {
			b.Flush()
		}
	}
}

func BenchmarkTwoSpans(b *testing.B) {
	head := sampling.NewHead(sampling.HeadConfig{Kind: sampling.Ratio, Ratio: 0.5, RecordAll: true})
	buf := tail.New(tail.Config{Out: new(counter), Head: head, Rules: errorsOnly})
	defer buf.Shutdown()
	step := steps(buf, head)
	b.ReportAllocs()
	for b.Loop() {
		step()
	}
}
