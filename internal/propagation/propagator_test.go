package propagation_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/baggage"
	otelpropagation "go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/propagation"
)

const (
	// The example of W3C Trace Context, 3.2.
	traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	traceID     = "4bf92f3577b34da6a3ce929d0e0e4736"
)

func newBaggage(t testing.TB, s string) baggage.Baggage {
	t.Helper()
	b, err := baggage.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// extracted is what came out of Extract, in a form that cmp and people read.
type extracted struct {
	TraceID, TraceState string
	Flags               trace.TraceFlags
	Remote              bool
	Baggage             string
}

func TestExtract(t *testing.T) {
	trusting := propagation.Config{ExtractBaggage: true}
	root := extracted{TraceID: strings.Repeat("0", 32), Flags: trace.FlagsRandom}
	tests := []struct {
		name   string
		config propagation.Config
		header http.Header
		want   extracted
		reason string
	}{
		{"nothing", trusting, nil, root, "a new root"},
		{"parent", trusting, http.Header{"Traceparent": {traceparent}}, extracted{TraceID: traceID, Flags: trace.FlagsSampled, Remote: true}, "the flags are the parent's"},
		{"random parent", trusting, http.Header{"Traceparent": {traceparent[:53] + "03"}}, extracted{TraceID: traceID, Flags: trace.FlagsSampled | trace.FlagsRandom, Remote: true}, "the flags are the parent's"},
		{"malformed", trusting, http.Header{"Traceparent": {traceparent + "-x"}}, root, "a new root"},
		{"zero trace ID", trusting, http.Header{"Traceparent": {"00-00000000000000000000000000000000-00f067aa0ba902b7-01"}}, root, "a new root"},
		{"malformed, with state", trusting, http.Header{"Traceparent": {"junk"}, "Tracestate": {"ot=th:8;rv:ffffffffffffff"}}, root, "tracestate is worth nothing alone"},
		{"state", trusting, http.Header{"Traceparent": {traceparent}, "Tracestate": {"a=b,ot=th:8"}}, extracted{TraceID: traceID, TraceState: "a=b,ot=th:8", Flags: trace.FlagsSampled, Remote: true}, "as it came"},
		{"state in parts", trusting, http.Header{"Traceparent": {traceparent}, "Tracestate": {"a=b", "ot=th:8"}}, extracted{TraceID: traceID, TraceState: "a=b,ot=th:8", Flags: trace.FlagsSampled, Remote: true}, "W3C: headers of one name are one list"},
		{"state malformed", trusting, http.Header{"Traceparent": {traceparent}, "Tracestate": {"a=b,A=c"}}, extracted{TraceID: traceID, Flags: trace.FlagsSampled, Remote: true}, "the parent stands"},
		{"baggage", propagation.Config{}, http.Header{"Traceparent": {traceparent}, "Baggage": {"user.id=u-1"}}, extracted{TraceID: traceID, Flags: trace.FlagsSampled, Remote: true}, "no baggage from just anyone"},
		{"traces off", propagation.Config{WithoutTraces: true, ExtractBaggage: true}, http.Header{"Traceparent": {traceparent}, "Baggage": {"user.id=u-1"}}, extracted{TraceID: root.TraceID, Flags: trace.FlagsRandom, Baggage: "user.id=u-1"}, "baggage needs no trace"},
		{"baggage from a trusted peer", trusting, http.Header{"Baggage": {"user.id=u-1"}}, extracted{TraceID: root.TraceID, Flags: trace.FlagsRandom, Baggage: "user.id=u-1"}, "allowed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx := propagation.New(tt.config).Extract(t.Context(), otelpropagation.HeaderCarrier(tt.header))
			sc := trace.SpanContextFromContext(ctx)
			got := extracted{sc.TraceID().String(), sc.TraceState().String(), sc.TraceFlags(), sc.IsRemote(), baggage.FromContext(ctx).String()}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Extract: %s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func TestExtractKeepsSpan(t *testing.T) {
	tp := sdktrace.NewTracerProvider()
	ctx, span := tp.Tracer("test").Start(t.Context(), "current")
	p := propagation.New(propagation.Config{})
	if got := trace.SpanFromContext(p.Extract(ctx, otelpropagation.MapCarrier{})); got != span {
		t.Errorf("Extract of nothing: current span %v, want the one before", got)
	}
	ctx = p.Extract(ctx, otelpropagation.MapCarrier{"traceparent": traceparent})
	if got := trace.SpanContextFromContext(ctx).TraceID().String(); got != traceID {
		t.Errorf("Extract: trace %s, want the one that came in", got)
	}
}

func TestInject(t *testing.T) {
	sc := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{15: 1}, SpanID: trace.SpanID{7: 2}, TraceFlags: trace.FlagsSampled | trace.FlagsRandom})
	ts, err := trace.ParseTraceState("ot=th:8,a=b")
	if err != nil {
		t.Fatal(err)
	}
	with := trace.ContextWithSpanContext(t.Context(), sc.WithTraceState(ts))
	const parent = "00-00000000000000000000000000000001-0000000000000002-03"
	tests := []struct {
		name   string
		config propagation.Config
		ctx    context.Context
		bag    string
		want   map[string]string
		reason string
	}{
		{"nothing", propagation.Config{}, t.Context(), "", map[string]string{}, "no span, no baggage"},
		{"root without a span", propagation.Config{}, propagation.Root(t.Context()), "", map[string]string{}, "the mark is no span"},
		{"span", propagation.Config{}, with, "", map[string]string{"traceparent": parent, "tracestate": "ot=th:8,a=b"}, "as W3C has it"},
		{"no baggage by default", propagation.Config{}, with, "user.id=u-1", map[string]string{"traceparent": parent, "tracestate": "ot=th:8,a=b"}, "it may name people"},
		{"one key", propagation.Config{BaggageKeys: []string{"session.id", "missing"}}, t.Context(), "user.id=u-1,session.id=s-1;p=1", map[string]string{"baggage": "session.id=s-1;p=1"}, "others stay here"},
		{"no key left", propagation.Config{BaggageKeys: []string{"missing"}}, t.Context(), "user.id=u-1", map[string]string{}, "no empty header"},
		{"all keys", propagation.Config{BaggageKeys: []string{propagation.AllBaggage}}, t.Context(), "user.id=u-1", map[string]string{"baggage": "user.id=u-1"}, "as configured"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx := tt.ctx
			if tt.bag != "" {
				ctx = baggage.ContextWithBaggage(ctx, newBaggage(t, tt.bag))
			}
			got := make(otelpropagation.MapCarrier)
			propagation.New(tt.config).Inject(ctx, got)
			if diff := cmp.Diff(tt.want, map[string]string(got)); diff != "" {
				t.Errorf("Inject: %s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func TestNewCopiesKeys(t *testing.T) {
	keys := []string{"session.id"}
	p := propagation.New(propagation.Config{BaggageKeys: keys})
	keys[0] = "user.id"
	got := make(otelpropagation.MapCarrier)
	p.Inject(baggage.ContextWithBaggage(t.Context(), newBaggage(t, "user.id=u-1,session.id=s-1")), got)
	if want := "session.id=s-1"; got["baggage"] != want {
		t.Errorf("baggage %q, want %q: the caller's slice is the caller's", got["baggage"], want)
	}
}

func TestFields(t *testing.T) {
	want := []string{"traceparent", "tracestate", "baggage"}
	if diff := cmp.Diff(want, new(propagation.Propagator).Fields()); diff != "" {
		t.Errorf("Fields (-want +got):\n%s", diff)
	}
}

func TestPropagatorConcurrent(t *testing.T) {
	p := propagation.New(propagation.Config{ExtractBaggage: true, BaggageKeys: []string{"a"}})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				ctx := p.Extract(t.Context(), otelpropagation.MapCarrier{"baggage": "a=1,b=2"})
				out := make(otelpropagation.MapCarrier)
				p.Inject(ctx, out)
				if out["baggage"] != "a=1" {
					t.Errorf("baggage %q, want a=1", out["baggage"])
				}
			}
		})
	}
	wg.Wait()
}

// FuzzExtract takes hostile headers in and sends them on.
func FuzzExtract(f *testing.F) {
	f.Add(traceparent, "a=b", "ot=th:8", "user.id=u-1")
	f.Add("00-junk", ",", "=", "a=%zz;;")
	f.Add(traceparent, strings.Repeat("a=b,", 40), "ot=th:", strings.Repeat("k=v,", 100))
	p := propagation.New(propagation.Config{ExtractBaggage: true, BaggageKeys: []string{propagation.AllBaggage}})
	f.Fuzz(func(t *testing.T, parent, state1, state2, bag string) {
		in := otelpropagation.HeaderCarrier{"Traceparent": {parent}, "Tracestate": {state1, state2}, "Baggage": {bag}}
		ctx := p.Extract(t.Context(), in)
		sc := trace.SpanContextFromContext(ctx)
		if !sc.IsValid() && (sc.TraceFlags() != trace.FlagsRandom || sc.TraceState().Len() > 0) {
			t.Fatalf("a root with %v", sc)
		}
		if sc.IsValid() && !sc.IsRemote() {
			t.Fatalf("a parent that is not remote: %v", sc)
		}
		out := make(otelpropagation.HeaderCarrier)
		p.Inject(ctx, out)
		again := trace.SpanContextFromContext(p.Extract(t.Context(), out))
		if !again.Equal(sc) {
			t.Fatalf("%v came back as %v", sc, again)
		}
	})
}
