package telemetry_test

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/lift-sys/telemetry"
)

// sent is what a span says on the wire about what it stands for.
type sent struct {
	Name, TraceState string
	Rate             int64
	Sampled          bool
}

// sent returns the spans that arrived, sorted by name; of one trace only, where
// its id is given.
func (b *backend) sent(trace string) []sent {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []sent
	for _, rs := range b.traces {
		for _, ss := range rs.ScopeSpans {
			for _, s := range ss.Spans {
				if trace != "" && trace != hex.EncodeToString(s.TraceId) {
					continue
				}
				all = append(all, sent{s.Name, s.TraceState, rate(s), s.Flags&1 == 1})
			}
		}
	}
	slices.SortFunc(all, func(a, b sent) int { return strings.Compare(a.Name, b.Name) })
	return all
}

func rate(s *tracepb.Span) int64 {
	for _, kv := range s.Attributes {
		if kv.Key == "SampleRate" {
			return kv.Value.GetIntValue()
		}
	}
	return 0
}

// service is a telemetry that sends to a receiver of its own.
func service(t testing.TB, opts ...telemetry.Option) (*telemetry.Telemetry, *backend) {
	t.Helper()
	b := newBackend(t)
	none := func(string) string { return "" }
	return open(t, append([]telemetry.Option{telemetry.WithGetenv(none), telemetry.WithEndpoint(b.URL)}, opts...)...), b
}

func finish(t testing.TB, tels ...*telemetry.Telemetry) {
	t.Helper()
	for _, tel := range tels {
		if err := tel.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// TestThreeServices lets a request pass three services, of which each may
// sample at the head, at the tail, or not at all, and one may fail. It compares
// what goes from one to the next, and what each sends.
func TestThreeServices(t *testing.T) {
	head := []telemetry.Option{telemetry.WithSampleRatio(0.25)}
	tail := []telemetry.Option{telemetry.WithSampleRatio(0.25), telemetry.WithTailSampling()}
	all := []telemetry.Option{telemetry.WithTailSampling()}
	type services [3][]telemetry.Option
	one := func(name, ts string, rate int64) []sent { return []sent{{name, ts, rate, true}} }
	tests := []struct {
		name     string
		services services
		fails    int    // the service in which work fails; -1: none
		keep     bool   // what the first one decides about the trace
		wire     string // flags and tracestate from one to the next
		want     [3][]sent
		why      string
	}{
		{
			"tail everywhere, kept",
			services{tail, tail, tail},
			-1, true, "03 ot=th:c",
			[3][]sent{one("s0", "ot=th:c", 4), one("s1", "ot=th:c", 4), one("s2", "ot=th:c", 4)},
			"one decision for all",
		},
		{"tail everywhere, dropped", services{tail, tail, tail}, -1, false, "02 ", [3][]sent{}, "one decision for all"},
		{
			"failure in the second, dropped",
			services{tail, tail, tail},
			1, false, "02 ",
			[3][]sent{nil, one("s1", "", 0), nil},
			"it keeps its own part; the others do not know",
		},
		{
			"failure in the second, kept",
			services{tail, tail, tail},
			1, true, "03 ot=th:c",
			[3][]sent{one("s0", "ot=th:c", 4), one("s1", "ot=th:0", 0), one("s2", "ot=th:c", 4)},
			"its part stands for itself: it is always kept",
		},
		{
			"head first, tail behind, dropped",
			services{head, all, head},
			1, false, "02 ",
			[3][]sent{nil, one("s1", "", 0), nil},
			"a head drops for good, a tail still sees its own part",
		},
		{
			"head first, tail behind, kept",
			services{head, all, head},
			-1, true, "03 ot=th:c",
			[3][]sent{one("s0", "ot=th:c", 4), one("s1", "ot=th:c", 4), one("s2", "ot=th:c", 4)},
			"the threshold of the first goes through",
		},
		{
			"tail without a ratio",
			services{all, head, tail},
			-1, true, "03 ",
			[3][]sent{one("s0", "", 0), one("s1", "", 0), one("s2", "", 0)},
			"all sampled, and nobody's ratio applies to another's trace",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var tels [3]*telemetry.Telemetry
			var backends [3]*backend
			for i, opts := range tt.services {
				tels[i], backends[i] = service(t, opts...)
			}
			var (
				wire  []string
				trace string
			)
			// Until the first service decides as the test wants it to.
			for {
				ctx := telemetry.NewContext(t.Context(), tels[0])
				ctx0, s0 := telemetry.Start(ctx, "s0")
				carrier := map[string]string{}
				telemetry.Inject(ctx0, carrier)
				if strings.HasSuffix(carrier["traceparent"], "3") != tt.keep {
					s0.End(nil)
					continue
				}
				trace = carrier["traceparent"][3:35]
				spans := []telemetry.Span{s0}
				for i := 1; i < 3; i++ {
					wire = append(wire, carrier["traceparent"][53:]+" "+carrier["tracestate"])
					ctx := telemetry.Extract(telemetry.NewContext(t.Context(), tels[i]), carrier)
					ctx, s := telemetry.Start(ctx, fmt.Sprint("s", i))
					carrier = map[string]string{}
					telemetry.Inject(ctx, carrier)
					spans = append(spans, s)
				}
				for i, s := range slices.Backward(spans) {
					var err error
					if i == tt.fails {
						err = errors.New("broken")
					}
					s.End(&err)
				}
				break
			}
			finish(t, tels[:]...)
			diff(t, wire, []string{tt.wire, tt.wire}, "from one service to the next: "+tt.why)
			for i := range backends {
				diff(t, backends[i].sent(trace), tt.want[i], fmt.Sprintf("service %d: %s", i, tt.why))
			}
		})
	}
}

// TestTailSampling keeps whole traces, typed and foreign spans alike, and drops
// whole ones.
func TestTailSampling(t *testing.T) {
	t.Parallel()
	tel, b := service(t, telemetry.WithSampleRatio(0), telemetry.WithTailSampling(
		telemetry.KeepErrors(), telemetry.KeepSlow(time.Hour), telemetry.KeepCost(0.000_001),
		telemetry.KeepAttribute(attribute.String("user.id", "u-42")), telemetry.KeepName("always"),
	))
	ctx := telemetry.NewContext(t.Context(), tel)
	for _, name := range []string{"failed", "fine"} {
		ctx, root := telemetry.Start(ctx, name+" root")
		fctx, foreign := tel.TracerProvider().Tracer("x").Start(ctx, name+" foreign")
		_, below := telemetry.Start(fctx, name+" below")
		var err error
		if name == "failed" {
			err = errors.New("broken")
		}
		below.End(&err)
		foreign.End()
		root.End(nil)
	}
	_, session := telemetry.StartSession(ctx, telemetry.SessionRequest{UserID: "u-42"})
	session.End(nil)
	cctx, costly := telemetry.Start(ctx, "costly")
	spend(cctx)
	costly.End(nil)
	_, always := telemetry.Start(ctx, "always")
	always.End(nil)
	finish(t, tel)
	var got []string
	for _, s := range b.sent("") {
		got = append(got, s.Name)
		if s.Rate != 0 || s.TraceState != "" || !s.Sampled {
			t.Errorf("%+v: it stands for itself", s)
		}
	}
	diff(t, got, []string{"always", "costly", "failed below", "failed foreign", "failed root", "llm.call", "session.create"}, "kept")
	s := tel.Stats()
	diff(t, []uint64{s.Started, s.SampledOut, s.Spans.Ended, s.Sampling.Ended, s.Sampling.Kept, s.Sampling.Dropped.Share, s.Sampling.Held},
		[]uint64{10, 0, 7, 10, 7, 3, 0}, "the books")
}

// TestWeightEncoding sends a trace that stands for four, decided at its
// beginning and at its end, and by an exporter of the program.
func TestWeightEncoding(t *testing.T) {
	t.Parallel()
	const id = "0102030405060708090a0b0c0d0e0f10"
	parent := map[string]string{"traceparent": "00-" + id + "-0102030405060708-03", "tracestate": "ot=th:c;rv:ffffffffffffff"}
	tests := []struct {
		encoding string
		want     sent
	}{
		{"honeycomb", sent{"s", "ot=th:c;rv:ffffffffffffff", 4, true}},
		{"collector", sent{"s", "ot=th:c;rv:ffffffffffffff", 0, true}},
		{"none", sent{"s", "ot=th:c;rv:ffffffffffffff", 0, true}},
	}
	for _, tt := range tests {
		for _, tail := range []bool{false, true} {
			e := tracetest.NewInMemoryExporter()
			opts := []telemetry.Option{telemetry.WithWeightEncoding(tt.encoding), telemetry.WithSpanExporter(keeping{e})}
			if tail {
				opts = append(opts, telemetry.WithTailSampling())
			}
			tel, b := service(t, opts...)
			_, s := telemetry.Start(telemetry.Extract(telemetry.NewContext(t.Context(), tel), parent), "s")
			s.End(nil)
			finish(t, tel)
			diff(t, b.sent(""), []sent{tt.want}, fmt.Sprintf("%s, tail %t", tt.encoding, tail))
			got, _ := values(e.GetSpans()[0].Attributes)["SampleRate"].(int64)
			diff(t, got, tt.want.Rate, "the program's exporter: "+tt.encoding)
			diff(t, tel.Stats().Weight.Exported, uint64(8), "the books know the weight, at both exporters")
		}
	}
}

func TestTailSamplingRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, want string
		opt        telemetry.Option
	}{
		{"slow", `telemetry: KeepSlow "-1s": want a duration above 0`, telemetry.WithTailSampling(telemetry.KeepSlow(-time.Second))},
		{"cost", `telemetry: KeepCost "0": want US dollars above 0`, telemetry.WithTailSampling(telemetry.KeepCost(0))},
		{"attribute", `telemetry: KeepAttribute "": want an attribute with a key`, telemetry.WithTailSampling(telemetry.KeepAttribute(attribute.KeyValue{}))},
		{"name", `telemetry: KeepName "": want the name of a span`, telemetry.WithTailSampling(telemetry.KeepName(""))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := telemetry.New(t.Context(), telemetry.WithGetenv(func(string) string { return "" }),
				telemetry.WithEndpoint("http://127.0.0.1:1"), tt.opt)
			if err == nil || err.Error() != tt.want {
				t.Errorf("error %v, want %s", err, tt.want)
			}
		})
	}
}

func ExampleWithTailSampling() {
	tel, err := telemetry.New(context.Background(),
		telemetry.WithEndpoint("http://127.0.0.1:4318"),
		telemetry.WithTailSampling(telemetry.KeepErrors(), telemetry.KeepSlow(10*time.Second), telemetry.KeepCost(0.50)),
		telemetry.WithSampleRatio(0), // of the rest: everything that is neither
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := telemetry.NewContext(context.Background(), tel)
	_, span := telemetry.Start(ctx, "work")
	span.End(nil)
	_ = tel.Shutdown(ctx)
	s := tel.Stats().Sampling
	fmt.Println("ended", s.Ended, "kept", s.Kept, "dropped", s.Dropped.Share)
	// Output: ended 1 kept 0 dropped 1
}

// BenchmarkTail compares what two spans cost: sent as they end, decided at the
// end of their trace, and chosen by a budget.
func BenchmarkTail(b *testing.B) {
	for _, bb := range []struct {
		name string
		opts []telemetry.Option
	}{
		{"plain", nil},
		{"tail", []telemetry.Option{telemetry.WithTailSampling()}},
		{"budget", []telemetry.Option{telemetry.WithEventBudget(telemetry.Budget{})}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			away := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
			defer away.Close()
			opts := append([]telemetry.Option{telemetry.WithEndpoint(away.URL)}, bb.opts...)
			ctx := telemetry.NewContext(b.Context(), open(b, opts...))
			b.ReportAllocs()
			for b.Loop() {
				ctx, root := telemetry.Start(ctx, "root")
				_, child := telemetry.Start(ctx, "child")
				child.End(nil)
				root.End(nil)
			}
		})
	}
}
