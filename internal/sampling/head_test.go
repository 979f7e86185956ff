package sampling_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/sampling"
)

const (
	lowID  = "ffffffffffffffffff00000000000001" // R below every threshold but 0
	midID  = "00000000000000000090000000000000" // R is 9/16
	highID = "0000000000000000ffffffffffffffff" // R above every threshold
)

// outcome is a Decision in a form that cmp and people can read.
type outcome struct {
	Record     bool
	TraceState string
	Ignored    uint64
}

var (
	on         = sampling.HeadConfig{}
	off        = sampling.HeadConfig{Kind: sampling.AlwaysOff}
	half       = sampling.HeadConfig{Kind: sampling.Ratio, Ratio: 0.5}
	all        = sampling.HeadConfig{Kind: sampling.Ratio, Ratio: 1}
	none       = sampling.HeadConfig{Kind: sampling.Ratio}
	parentOn   = sampling.HeadConfig{ParentBased: true}
	parentOff  = sampling.HeadConfig{Kind: sampling.AlwaysOff, ParentBased: true}
	parentHalf = sampling.HeadConfig{Kind: sampling.Ratio, Ratio: 0.5, ParentBased: true}
)

func TestHeadDecideRoot(t *testing.T) {
	tests := []struct {
		name   string
		config sampling.HeadConfig
		id     string
		want   outcome
		reason string
	}{
		{"always on", on, lowID, outcome{Record: true}, "probability 1 sends no th"},
		{"always off", off, highID, outcome{}, "nothing is kept"},
		{"ratio above", half, midID, outcome{Record: true, TraceState: "ot=th:8"}, "R ≥ T"},
		{"ratio at", half, "00000000000000000080000000000000", outcome{Record: true, TraceState: "ot=th:8"}, "R = T is kept"},
		{"ratio below", half, "0000000000000000ff7fffffffffffff", outcome{}, "R < T, whatever the high bits"},
		{"ratio 1", all, lowID, outcome{Record: true}, "costs nothing"},
		{"ratio 0", none, highID, outcome{}, "nothing is kept"},
		{"parent-based on", parentOn, lowID, outcome{Record: true}, "no parent"},
		{"parent-based off", parentOff, highID, outcome{}, "no parent"},
		{"parent-based ratio", parentHalf, highID, outcome{Record: true, TraceState: "ot=th:8"}, "no parent"},
		{"unknown kind", sampling.HeadConfig{Kind: "xray"}, lowID, outcome{Record: true}, "as always on"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := sampling.NewHead(tt.config)
			d := h.Decide(traceID(t, tt.id), trace.SpanContext{})
			if diff := cmp.Diff(tt.want, outcome{d.Record, d.TraceState.String(), h.Ignored()}); diff != "" {
				t.Errorf("Decide: %s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func TestHeadDecideChild(t *testing.T) {
	long := "x:" + strings.Repeat("a", 230)
	tests := []struct {
		name       string
		config     sampling.HeadConfig
		id         string
		tracestate string
		sampled    bool
		remote     bool
		want       outcome
		reason     string
	}{
		{"local sampled", parentHalf, midID, "ot=th:8", true, false, outcome{Record: true, TraceState: "ot=th:8"}, "as the parent"},
		{"local dropped", parentHalf, highID, "", false, false, outcome{}, "as the parent, whatever R says"},
		{"local is not judged", parentHalf, lowID, "ot=th:ffffff;x:1", true, false, outcome{Record: true, TraceState: "ot=th:ffffff;x:1"}, "our own spans are right"},
		{"remote sampled", parentOn, midID, "ot=th:8", true, true, outcome{Record: true, TraceState: "ot=th:8"}, "upstream's threshold"},
		{"remote sampled, own ratio lower", parentHalf, highID, "ot=th:c", true, true, outcome{Record: true, TraceState: "ot=th:c"}, "upstream's threshold"},
		{"remote without th", parentHalf, highID, "a=b", true, true, outcome{Record: true, TraceState: "a=b"}, "unknown probability, no rate"},
		{"remote without tracestate", parentHalf, lowID, "", true, true, outcome{Record: true}, "unknown probability, no rate"},
		{"remote dropped", parentOn, lowID, "ot=th:8", false, true, outcome{TraceState: "ot=th:8"}, "as the parent"},
		{"remote dropped, rare", parentOn, lowID, "ot=th:ffffff", false, true, outcome{TraceState: "ot=th:ffffff"}, "no weight comes from a dropped span"},
		{"remote dropped against R", parentOn, highID, "ot=th:8", false, true, outcome{Ignored: 1}, "th contradicts the flag"},
		{"remote sampled against R", parentOn, lowID, "ot=th:8", true, true, outcome{Record: true, Ignored: 1}, "th contradicts the flag"},
		{"remote sampled by rv", parentOn, lowID, "ot=th:8;rv:90000000000000", true, true, outcome{Record: true, TraceState: "ot=th:8;rv:90000000000000"}, "rv goes before the ID"},
		{"remote sampled against rv", parentOn, highID, "ot=th:8;rv:10000000000000", true, true, outcome{Record: true, TraceState: "ot=rv:10000000000000", Ignored: 1}, "rv is never erased"},
		{"malformed", parentOn, highID, "a=b,ot=th:XY;p:1,c=d", true, true, outcome{Record: true, TraceState: "ot=p:1,a=b,c=d", Ignored: 1}, "what others wrote stays"},
		{"malformed, empty", parentOn, highID, "ot=th:", true, true, outcome{Record: true, Ignored: 1}, "no digits"},
		{"malformed, no colon", parentOn, highID, "ot=th", true, true, outcome{Record: true, Ignored: 1}, "no digits"},
		{"malformed, twice", parentOn, highID, "ot=th:8;th:c", true, true, outcome{Record: true, Ignored: 1}, "both are erased"},
		{"malformed, trailing space", parentOn, highID, "ot=a ;th:X", true, true, outcome{Record: true, Ignored: 1}, "what would be left is no valid member"},
		{"weight 1000", parentOn, highID, "ot=th:ffbe76c8b43959", true, true, outcome{Record: true, TraceState: "ot=th:ffbe76c8b43959"}, "the largest"},
		{"weight 1000 in four digits", parentOn, highID, "ot=th:ffbe77", true, true, outcome{Record: true, TraceState: "ot=th:ffbe77"}, "1000.01 is how SDKs write 1/1000"},
		{"weight 1001", parentOn, highID, "ot=th:ffbe87f2b2c6", true, true, outcome{Record: true, Ignored: 1}, "too large"},
		{"weight 2^56", parentOn, highID, "ot=th:ffffffffffffff", true, true, outcome{Record: true, Ignored: 1}, "too large"},
		{"own bound", sampling.HeadConfig{ParentBased: true, MaxInheritedWeight: 3}, highID, "ot=th:c", true, true, outcome{Record: true, Ignored: 1}, "4 is above 3"},

		{"independent keeps", half, midID, "ot=th:4", false, true, outcome{Record: true, TraceState: "ot=th:8"}, "own threshold replaces a lower one"},
		{"independent drops", half, lowID, "ot=th:0;p:1", true, true, outcome{TraceState: "ot=p:1"}, "no threshold beside a cleared flag"},
		{"independent under rarer", half, highID, "ot=th:c", true, true, outcome{Record: true, TraceState: "ot=th:8"}, "the span was kept with probability 1/2"},
		{"independent by rv", half, lowID, "ot=rv:90000000000000", true, true, outcome{Record: true, TraceState: "ot=rv:90000000000000;th:8"}, "the same rv goes on"},
		{"independent, others stay", half, highID, "a=b,ot=p:1;th:XY;q:2,c=d", true, true, outcome{Record: true, TraceState: "ot=p:1;q:2;th:8,a=b,c=d"}, "what others wrote stays"},
		{"independent, local child", half, highID, "a=b,ot=th:8;p:1", true, false, outcome{Record: true, TraceState: "a=b,ot=th:8;p:1"}, "nothing to change"},
		{"independent, fits", half, highID, "ot=" + long, true, true, outcome{Record: true, TraceState: "ot=" + long + ";th:8"}, "237 of 256 bytes"},
		{"independent, too long", half, highID, "ot=" + long + ";rv:f0000000000000;y:z", true, true, outcome{Record: true, TraceState: "ot=rv:f0000000000000;th:8"}, "undefined sub-keys give way"},
		{"always on under th", on, lowID, "ot=th:c", false, true, outcome{Record: true}, "probability 1"},
		{"always on, no th", on, lowID, "a=b,ot=p:1", true, true, outcome{Record: true, TraceState: "a=b,ot=p:1"}, "nothing to change"},
		{"always off under th", off, highID, "ot=th:c;p:1", true, true, outcome{TraceState: "ot=p:1"}, "nothing is kept"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := sampling.NewHead(tt.config)
			d := h.Decide(traceID(t, tt.id), spanContext(t, tt.id, tt.tracestate, tt.sampled, tt.remote))
			if diff := cmp.Diff(tt.want, outcome{d.Record, d.TraceState.String(), h.Ignored()}); diff != "" {
				t.Errorf("Decide: %s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

// TestHeadFullTraceState adds a member to one that has all 32 that W3C allows:
// the right-most goes.
func TestHeadFullTraceState(t *testing.T) {
	var members []string
	for i := range 32 {
		members = append(members, fmt.Sprintf("v%d=x", i))
	}
	d := sampling.NewHead(half).Decide(traceID(t, highID), spanContext(t, highID, strings.Join(members, ","), true, true))
	want := "ot=th:8," + strings.Join(members[:31], ",")
	if diff := cmp.Diff(want, d.TraceState.String()); diff != "" {
		t.Errorf("Decide (-want +got):\n%s", diff)
	}
}

func TestHeadNested(t *testing.T) {
	heads := []*sampling.Head{
		sampling.NewHead(sampling.HeadConfig{Kind: sampling.Ratio, Ratio: 0.01}),
		sampling.NewHead(sampling.HeadConfig{Kind: sampling.Ratio, Ratio: 0.1}),
		sampling.NewHead(parentHalf),
		sampling.NewHead(on),
	}
	kept := make([]int, len(heads))
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		id := randomID(r.Uint64(), r.Uint64())
		var before bool
		for i, h := range heads {
			now := h.Decide(id, trace.SpanContext{}).Record
			if before && !now {
				t.Fatalf("trace %s: kept by %s, dropped by %s", id, heads[i-1].Description(), h.Description())
			}
			if now {
				kept[i]++
			}
			before = now
		}
	}
	for i := 1; i < len(kept); i++ {
		if kept[i-1] == 0 || kept[i-1] >= kept[i] {
			t.Errorf("kept %v, want a growing number", kept)
		}
	}
}

// TestHeadIndependentUnbiased counts the spans of a service that samples half
// of everything below one that samples a tenth. Had its spans the larger of
// both thresholds, the service would be counted nearly twice.
func TestHeadIndependentUnbiased(t *testing.T) {
	const traces = 100_000
	front := sampling.NewHead(sampling.HeadConfig{Kind: sampling.Ratio, Ratio: 0.1})
	back := sampling.NewHead(half)
	r := rand.New(rand.NewPCG(4, 6))
	var sum int
	for range traces {
		id := randomID(r.Uint64(), r.Uint64())
		up := front.Decide(id, trace.SpanContext{})
		d := back.Decide(id, trace.NewSpanContext(trace.SpanContextConfig{
			TraceID: id, SpanID: trace.SpanID{1}, Remote: true,
			TraceFlags: trace.TraceFlags(0).WithSampled(up.Record), TraceState: up.TraceState,
		}))
		if d.Record {
			sum += sampling.Weight(trace.NewSpanContext(trace.SpanContextConfig{TraceID: id, TraceState: d.TraceState}))
		}
	}
	const se = 317 // square root of traces × (1/p - 1), p = 1/2
	if sum < traces-3*se || sum > traces+3*se {
		t.Errorf("%d spans counted as %d, want within %d", traces, sum, 3*se)
	}
}

func TestHeadDescription(t *testing.T) {
	const children = ",remoteParentSampled:AlwaysOnSampler,remoteParentNotSampled:AlwaysOffSampler" +
		",localParentSampled:AlwaysOnSampler,localParentNotSampled:AlwaysOffSampler}"
	tests := []struct {
		name string
		head *sampling.Head
		want string
	}{
		{"zero value", new(sampling.Head), "AlwaysOnSampler"},
		{"on", sampling.NewHead(on), "AlwaysOnSampler"},
		{"off", sampling.NewHead(off), "AlwaysOffSampler"},
		{"ratio", sampling.NewHead(sampling.HeadConfig{Kind: sampling.Ratio, Ratio: 0.001}), "TraceIdRatioBased{0.001}"},
		{"parent-based on", sampling.NewHead(parentOn), "ParentBased{root:AlwaysOnSampler" + children},
		{"parent-based ratio", sampling.NewHead(parentHalf), "ParentBased{root:TraceIdRatioBased{0.5}" + children},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.head.Description(); got != tt.want {
				t.Errorf("Description() = %q, want %q", got, tt.want)
			}
		})
	}
}

// TestHeadInSDK runs the SDK's own tracer over the sampler.
func TestHeadInSDK(t *testing.T) {
	rec := tracetest.NewSpanRecorder()
	h := sampling.NewHead(parentHalf)
	tp := sdktrace.NewTracerProvider(sdktrace.WithSampler(h), sdktrace.WithSpanProcessor(rec))
	tracer := tp.Tracer("test")

	var roots int
	for range 100 {
		ctx, root := tracer.Start(t.Context(), "root")
		_, child := tracer.Start(ctx, "child")
		child.End()
		root.End()
		if root.SpanContext().IsSampled() {
			roots++
		}
		if root.SpanContext().IsSampled() != child.SpanContext().IsSampled() {
			t.Fatal("root and child decided apart")
		}
	}
	ended := rec.Ended()
	if roots == 0 || roots == 100 || len(ended) != 2*roots {
		t.Fatalf("%d of 100 roots kept with %d spans, want some, with two spans each", roots, len(ended))
	}
	for _, s := range ended {
		if got := sampling.Weight(s.SpanContext()); got != 2 {
			t.Errorf("Weight of %s = %d, want 2", s.Name(), got)
		}
	}

	ctx := trace.ContextWithRemoteSpanContext(t.Context(), spanContext(t, highID, "ot=th:ffffff", true, true))
	_, span := tracer.Start(ctx, "remote child")
	if got := span.SpanContext().TraceState().String(); got != "" || h.Ignored() != 1 {
		t.Errorf("tracestate %q, ignored %d, want none and 1", got, h.Ignored())
	}
}

func TestHeadAllocs(t *testing.T) {
	root := traceID(t, highID)
	dropped := traceID(t, lowID)
	local := spanContext(t, highID, "a=b,ot=th:8;p:1", true, false)
	remote := spanContext(t, highID, "a=b,ot=th:8;p:1", true, true)
	params := sdktrace.SamplingParameters{ParentContext: trace.ContextWithSpanContext(t.Context(), local), TraceID: root}
	heads := []sampling.HeadConfig{on, off, half, all, none, parentOn, parentOff, parentHalf}
	for _, c := range heads {
		h := sampling.NewHead(c)
		tests := []struct {
			name string
			f    func()
		}{
			{"root", func() { h.Decide(root, trace.SpanContext{}) }},
			{"dropped root", func() { h.Decide(dropped, trace.SpanContext{}) }},
			{"root in SDK", func() {
				h.ShouldSample(sdktrace.SamplingParameters{ParentContext: t.Context(), TraceID: root})
			}},
		}
		if c.ParentBased || c.Kind == sampling.Ratio && c.Ratio == 0.5 {
			tests = append(tests, []struct {
				name string
				f    func()
			}{
				{"local child", func() { h.Decide(root, local) }},
				{"remote child", func() { h.Decide(root, remote) }},
				{"local child in SDK", func() { h.ShouldSample(params) }},
			}...)
		}
		for _, tt := range tests {
			if n := testing.AllocsPerRun(100, tt.f); n != 0 {
				t.Errorf("%s, %s: %v allocations, want 0", h.Description(), tt.name, n)
			}
		}
	}
	for _, sc := range []trace.SpanContext{{}, local, remote} {
		if n := testing.AllocsPerRun(100, func() { sampling.Weight(sc) }); n != 0 {
			t.Errorf("Weight(%q): %v allocations, want 0", sc.TraceState(), n)
		}
	}
}

func TestHeadConcurrent(t *testing.T) {
	h := sampling.NewHead(parentHalf)
	parent := spanContext(t, highID, "ot=th:ffffff", true, true)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 1000 {
				h.Decide(parent.TraceID(), parent)
				h.Decide(parent.TraceID(), trace.SpanContext{})
			}
		})
	}
	wg.Wait()
	if got := h.Ignored(); got != 8000 {
		t.Errorf("Ignored() = %d, want 8000", got)
	}
}
