package conformance_test

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/lift-sys/telemetry"
)

// An oracle sends every span twice: through our encoder, and through the stock
// exporter.
type oracle struct {
	tel         *telemetry.Telemetry
	ours, stock *backend
}

func newOracle(t testing.TB, opts ...telemetry.Option) *oracle {
	t.Helper()
	o := &oracle{ours: newBackend(t, nil), stock: newBackend(t, nil)}
	o.tel = start(t, append([]telemetry.Option{
		telemetry.WithEndpoint(o.ours.URL), telemetry.WithSpanExporter(stockExporter(t, to(o.stock))),
		telemetry.WithResourceAttributes(
			attribute.String("team", "core"), attribute.Int64("shard", -3), attribute.Float64("share", 0.25),
			attribute.Bool("canary", true), attribute.StringSlice("zones", []string{"a", "", "ü"}),
		),
	}, opts...)...)
	return o
}

// A sentSpan is a span with all that surrounds it on the wire.
type sentSpan struct {
	Resource                    *resourcepb.Resource
	Scope                       *commonpb.InstrumentationScope
	ResourceSchema, ScopeSchema string
	Span                        *tracepb.Span
}

func (s sentSpan) equal(o sentSpan) bool {
	return s.ResourceSchema == o.ResourceSchema && s.ScopeSchema == o.ScopeSchema &&
		proto.Equal(s.Resource, o.Resource) && proto.Equal(s.Scope, o.Scope) && proto.Equal(s.Span, o.Span)
}

// sent returns what has arrived since the last call, by span id: batches may
// be cut differently.
func (b *backend) sent() (spans []sentSpan) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range b.arrivals {
		for _, rs := range a.traces.GetResourceSpans() {
			for _, ss := range rs.GetScopeSpans() {
				for _, s := range ss.GetSpans() {
					spans = append(spans, sentSpan{rs.GetResource(), ss.GetScope(), rs.GetSchemaUrl(), ss.GetSchemaUrl(), s})
				}
			}
		}
	}
	b.arrivals = nil
	slices.SortFunc(spans, func(x, y sentSpan) int { return bytes.Compare(x.Span.GetSpanId(), y.Span.GetSpanId()) })
	return spans
}

// compare flushes, and compares what both servers got. It returns the number
// of spans.
func (o *oracle) compare(t *testing.T) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := o.tel.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	ours, stock := o.ours.sent(), o.stock.sent()
	// cmp is slow, and only needed to show what differs.
	if !slices.EqualFunc(stock, ours, sentSpan.equal) {
		t.Errorf("spans (-stock +ours):\n%s", cmp.Diff(stock, ours, protocmp.Transform()))
	}
	return len(ours)
}

func TestOracleSpans(t *testing.T) {
	// Low limits, so that the SDK and the repair both drop.
	t.Setenv("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "12")
	t.Setenv("OTEL_SPAN_EVENT_COUNT_LIMIT", "3")
	t.Setenv("OTEL_SPAN_LINK_COUNT_LIMIT", "2")
	t.Setenv("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "4")
	t.Setenv("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "4")
	for _, tt := range []struct {
		name, reason string
		opts         []telemetry.Option
	}{
		{name: "all", reason: "each span stands for itself"},
		{name: "sampled", reason: "weight and threshold are appended to both", opts: []telemetry.Option{telemetry.WithSampleRatio(0.3)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := newOracle(t, tt.opts...)
			total := 0
			for seed := range uint64(60) {
				newMaker(seed).spans(o.tel.TracerProvider(), 25)
				if total += o.compare(t); t.Failed() {
					t.Fatalf("seed %d (%s)", seed, tt.reason)
				}
			}
			if total < 300 {
				t.Errorf("only %d spans compared", total)
			}
			s := o.tel.Stats()
			balanced(t, s)
			// Each span went two ways.
			if s.Spans.Exported != uint64(2*total) || s.Spans.Exported != s.Spans.Ended {
				t.Errorf("books %+v, want %d spans twice", s.Spans, total)
			}
			if s.Sanitized.AttributesDropped == 0 {
				t.Error("no attribute was over the limit: the limits prove nothing")
			}
		})
	}
}

func FuzzOracleSpans(f *testing.F) {
	f.Add(uint64(1), []byte("a plain span"))
	f.Add(uint64(2), []byte("\xff\xfe half \xc3"))
	f.Add(uint64(3), []byte("password=hunter2 Bearer abcdefghijklmnopqrstuvwxyz"))
	f.Add(uint64(4), []byte("name\x00type\x00error\x00trace.trace_id"))
	f.Add(uint64(5), bytes.Repeat([]byte("€"), 10_000))
	f.Add(uint64(6), []byte{})
	o := newOracle(f)
	f.Fuzz(func(t *testing.T, seed uint64, raw []byte) {
		m := newMaker(seed)
		m.raw = raw
		m.spans(o.tel.TracerProvider(), 1+int(seed%4))
		if o.compare(t) == 0 {
			t.Error("nothing was compared")
		}
	})
}

// TestOracleCanFail shows that the comparison sees a difference in any field.
func TestOracleCanFail(t *testing.T) {
	o := newOracle(t)
	newMaker(1).spans(o.tel.TracerProvider(), 1)
	if err := o.tel.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	ours, stock := o.ours.sent(), o.stock.sent()
	for name, spoil := range map[string]func(*sentSpan){
		"flags":    func(s *sentSpan) { s.Span.Flags ^= 0x100 },
		"end":      func(s *sentSpan) { s.Span.EndTimeUnixNano++ },
		"resource": func(s *sentSpan) { s.Resource.Attributes = s.Resource.Attributes[1:] },
		"schema":   func(s *sentSpan) { s.ScopeSchema += "x" },
	} {
		s := ours[0]
		s.Span, s.Resource = proto.CloneOf(s.Span), proto.CloneOf(s.Resource)
		spoil(&s)
		if stock[0].equal(s) || cmp.Diff(stock[0], s, protocmp.Transform()) == "" {
			t.Errorf("a different %s is not seen", name)
		}
	}
}
