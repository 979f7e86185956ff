package telemetry_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/lift-sys/telemetry"
)

// exported returns a pipeline with an in-memory exporter, which sees spans as
// every exporter does: repaired, with their weight.
func exported(t testing.TB, opts ...telemetry.Option) (context.Context, *telemetry.Telemetry, func() tracetest.SpanStubs) {
	t.Helper()
	e := tracetest.NewInMemoryExporter()
	tel := open(t, append(opts, telemetry.WithSpanExporter(keeping{e}))...)
	return telemetry.NewContext(t.Context(), tel), tel, func() tracetest.SpanStubs {
		if err := tel.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		return e.GetSpans()
	}
}

// tree makes a trace of typed and foreign spans.
func tree(ctx context.Context, tel *telemetry.Telemetry) {
	ctx, root := telemetry.StartSession(ctx, telemetry.SessionRequest{})
	fctx, foreign := tel.TracerProvider().Tracer("x").Start(ctx, "foreign")
	_, below := telemetry.Start(fctx, "below")
	below.End(nil)
	foreign.End()
	spend(ctx)
	root.End(nil)
}

// foreignTree makes a trace whose root is foreign.
func foreignTree(ctx context.Context, tel *telemetry.Telemetry) {
	ctx, root := tel.TracerProvider().Tracer("x").Start(ctx, "foreign root")
	spend(ctx)
	_, below := telemetry.Start(ctx, "below")
	below.End(nil)
	root.End()
}

func TestSampleRatio(t *testing.T) {
	const n = 300
	tests := []struct {
		ratio      float64
		reason     string
		min, max   int // traces of each kind
		rate       any // SampleRate on every span
		tracestate string
		flags      string
	}{
		{1, "everything, and nothing to say about it", n, n, nil, "", "03"},
		{0.25, "a quarter, each span standing for four", n / 10, n / 2, int64(4), "ot=th:c", "03"},
		{0, "nothing", 0, 0, nil, "", ""},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.ratio), func(t *testing.T) {
			t.Parallel()
			ctx, tel, spans := exported(t, telemetry.WithSampleRatio(tt.ratio))
			for range n {
				tree(ctx, tel)
				foreignTree(ctx, tel)
			}
			counts := map[string]int{}
			for _, s := range spans() {
				counts[s.Name]++
				if got := values(s.Attributes)["SampleRate"]; got != tt.rate {
					t.Fatalf("%s: SampleRate %v, want %v", s.Name, got, tt.rate)
				}
				if got := s.SpanContext.TraceState().String(); got != tt.tracestate {
					t.Fatalf("%s: tracestate %q, want %q", s.Name, got, tt.tracestate)
				}
				if s.Name == "session.create" && s.SpanContext.TraceFlags().String() != tt.flags {
					t.Fatalf("root flags %s, want %s: sampled, random", s.SpanContext.TraceFlags(), tt.flags)
				}
			}
			roots, foreign := counts["session.create"], counts["foreign root"]
			for _, got := range []int{roots, foreign} {
				if got < tt.min || got > tt.max {
					t.Errorf("%d of %d traces recorded: %s", got, n, tt.reason)
				}
			}
			if roots == 0 {
				diff(t, counts, map[string]int{}, tt.reason)
				return
			}
			diff(t, counts, map[string]int{
				"session.create": roots, "foreign": roots, "foreign root": foreign,
				"below": roots + foreign, "llm.call": roots + foreign,
			}, "a trace is recorded whole or not at all")
		})
	}
}

func TestDroppedRootHandsItsDecisionDown(t *testing.T) {
	t.Parallel()
	ctx, tel, spans := exported(t, telemetry.WithSampleRatio(0))
	ctx, root := telemetry.Start(ctx, "root")
	carrier := map[string]string{}
	telemetry.Inject(ctx, carrier)
	if !strings.HasSuffix(carrier["traceparent"], "-02") {
		t.Errorf("traceparent %q: want the random flag without the sampled one", carrier["traceparent"])
	}
	on, other, more := exported(t)
	_, s := telemetry.Start(telemetry.Extract(on, carrier), "in another service")
	if s.Recording() {
		t.Error("the other service does not follow the decision")
	}
	s.End(nil)
	root.End(nil)
	diff(t, len(spans())+len(more()), 0, "nothing was recorded")
	diff(t, []uint64{tel.Stats().SampledOut, other.Stats().SampledOut}, []uint64{1, 1}, "and both counted it")
}

func TestRemoteParents(t *testing.T) {
	const id = "0102030405060708090a0b0c0d0e0f10"
	tests := []struct {
		name, reason            string
		traceparent, tracestate string
		want                    a // SampleRate and tracestate of the spans; nil: none
		ignored                 uint64
	}{
		{"sampled", "a decision without a probability has no weight", "00-" + id + "-0102030405060708-03", "", a{"tracestate": ""}, 0},
		{
			// The low 56 bits of the id, 0a0b0c0d0e0f10 and up, are the randomness: rv replaces them.
			"sampled with th", "a weight is inherited", "00-" + id + "-0102030405060708-03", "ot=th:8;rv:ffffffffffffff",
			a{"tracestate": "ot=th:8;rv:ffffffffffffff", "SampleRate": int64(2)},
			0,
		},
		{
			"too heavy", "no peer makes one request count as millions", "00-" + id + "-0102030405060708-03", "ot=th:fffff;rv:ffffffffffffff",
			a{"tracestate": "ot=rv:ffffffffffffff"},
			2,
		},
		{
			"contradiction", "a threshold that contradicts the flag", "00-" + id + "-0102030405060708-03", "ot=th:8;rv:00000000000001",
			a{"tracestate": "ot=rv:00000000000001"},
			2,
		},
		{"not sampled", "another service decided", "00-" + id + "-0102030405060708-02", "", nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, tel, spans := exported(t, telemetry.WithSampleRatio(0.25))
			ctx = telemetry.Extract(ctx, map[string]string{"traceparent": tt.traceparent, "tracestate": tt.tracestate})
			_, foreign := tel.TracerProvider().Tracer("x").Start(ctx, "foreign")
			foreign.End()
			cctx, s := telemetry.Start(ctx, "typed")
			_, child := telemetry.StartIR(cctx, telemetry.IRRequest{})
			child.End(nil)
			s.End(nil)
			got := spans()
			if want := 3; tt.want == nil && len(got) != 0 || tt.want != nil && len(got) != want {
				t.Fatalf("%d spans: %s", len(got), tt.reason)
			}
			for _, s := range got {
				have := span{Attrs: values(s.Attributes)}.pick("SampleRate")
				have["tracestate"] = s.SpanContext.TraceState().String()
				diff(t, have, tt.want, s.Name+": "+tt.reason)
				diff(t, s.SpanContext.TraceID().String(), id, "the trace goes on")
			}
			diff(t, tel.Stats().InheritedWeightsIgnored, tt.ignored, "each span of the remote parent counts once")
		})
	}
}

// A provider of the caller decides for itself; helpers follow.
func TestSamplerOfTheCaller(t *testing.T) {
	t.Parallel()
	r := newSpanRecorder()
	tp := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(r), sdktrace.WithSampler(sdktrace.NeverSample()))
	tel := open(t, telemetry.WithTracerProvider(tp))
	ctx, s := telemetry.Start(telemetry.NewContext(t.Context(), tel), "root")
	if s.Recording() {
		t.Error("the caller's sampler dropped the span")
	}
	spend(ctx)
	s.End(nil)
	diff(t, len(r.Ended()), 0, "nothing recorded")
}
