package tail_test

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"

	"github.com/lift-sys/telemetry/internal/otlp"
	"github.com/lift-sys/telemetry/internal/sampling"
	"github.com/lift-sys/telemetry/internal/tail"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// span is what arrives at delivery.
type span struct {
	Name       string
	Weight     int   // as delivery books it
	Rate       int64 // the attribute SampleRate; 0: none
	TraceState string
	Sampled    bool
}

// pipe is a tail buffer between a real SDK and a receiver.
type pipe struct {
	*tail.Buffer
	t      testing.TB
	tracer trace.Tracer

	discard *counter // counts instead of keeping; nil: keeps

	mu     sync.Mutex
	arrive []span
	ids    []trace.TraceID // of each arrived span
}

func newPipe(t testing.TB, h sampling.HeadConfig, c tail.Config) *pipe {
	p := &pipe{t: t}
	h.RecordAll = true
	c.Head, c.Out = sampling.NewHead(h), p
	p.Buffer = tail.New(c)
	tp := sdktrace.NewTracerProvider(sdktrace.WithSampler(c.Head), sdktrace.WithSpanProcessor(processor{p}))
	p.tracer = tp.Tracer("test")
	t.Cleanup(p.Buffer.Shutdown)
	return p
}

// processor is the pipe as the SDK sees it.
type processor struct{ *pipe }

func (p processor) OnStart(_ context.Context, s sdktrace.ReadWriteSpan) {
	p.Start(s.SpanContext(), s.Parent())
}

func (p processor) OnEnd(s sdktrace.ReadOnlySpan) { p.End(s, 3, otlp.AppendSpan(nil, s, nil)) }

func (p processor) ForceFlush(context.Context) error { return nil }
func (p processor) Shutdown(context.Context) error   { return nil }

// Append is the delivery.
func (p *pipe) Append(scope uint16, encoded []byte, weight int) {
	if p.discard != nil {
		p.discard.Append(scope, encoded, weight)
		return
	}
	var m tracepb.ScopeSpans
	if err := proto.Unmarshal(encoded, &m); err != nil || len(m.Spans) != 1 || scope != 3 {
		p.t.Errorf("%d bytes of scope %d are not one span: %v", len(encoded), scope, err)
		return
	}
	s := m.Spans[0]
	got := span{Name: s.Name, Weight: weight, TraceState: s.TraceState, Sampled: s.Flags&1 == 1}
	for _, kv := range s.Attributes {
		if kv.Key == "SampleRate" {
			got.Rate += kv.Value.GetIntValue()
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.arrive, p.ids = append(p.arrive, got), append(p.ids, trace.TraceID(s.TraceId))
}

// spans returns what has arrived, sorted by name.
func (p *pipe) spans() []span {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.SortedFunc(slices.Values(p.arrive), func(a, b span) int { return cmp.Compare(a.Name, b.Name) })
}

func (p *pipe) names() []string {
	var names []string
	for _, s := range p.spans() {
		names = append(names, s.Name)
	}
	return names
}

// books fails where a span is not accounted for.
func (p *pipe) books() tail.Stats {
	p.t.Helper()
	s := p.Stats()
	if s.Ended != s.Kept+s.Dropped.Total()+s.Held || s.Held > s.Ended {
		p.t.Errorf("the books do not balance: %+v", s)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.Kept != uint64(len(p.arrive)) {
		p.t.Errorf("%d spans arrived, and %d were counted", len(p.arrive), s.Kept)
	}
	return s
}

// start starts a span below ctx.
func (p *pipe) start(ctx context.Context, name string, kv ...attribute.KeyValue) (context.Context, trace.Span) {
	return p.tracer.Start(ctx, name, trace.WithAttributes(kv...))
}

func fail(s trace.Span) { s.SetStatus(codes.Error, "broken") }

// remote returns a context below a span of another service.
func remote(ctx context.Context, id trace.TraceID, sampled bool, tracestate string) context.Context {
	ts, err := trace.ParseTraceState(tracestate)
	if err != nil {
		panic(err)
	}
	c := trace.SpanContextConfig{TraceID: id, SpanID: trace.SpanID{1}, TraceState: ts, Remote: true}
	if sampled {
		c.TraceFlags = trace.FlagsSampled
	}
	return trace.ContextWithRemoteSpanContext(ctx, trace.NewSpanContext(c))
}

// traceID returns an id whose randomness starts with the byte r.
func traceID(r byte) trace.TraceID { return trace.TraceID{0: 1, 9: r, 15: 1} }

var (
	on    = sampling.HeadConfig{ParentBased: true}
	off   = sampling.HeadConfig{ParentBased: true, Kind: sampling.AlwaysOff}
	tenth = sampling.HeadConfig{ParentBased: true, Kind: sampling.Ratio, Ratio: 1. / 16}
)
