package otlp_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/lift-sys/telemetry/internal/otlp"
)

func sampleRate(n int64) *commonpb.KeyValue {
	return &commonpb.KeyValue{Key: "SampleRate", Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_IntValue{IntValue: n}}}
}

func TestAmend(t *testing.T) {
	tests := []struct {
		name   string
		amend  otlp.Amendment
		want   func(*tracepb.Span)
		reason string
	}{
		{"nothing", otlp.Amendment{}, func(*tracepb.Span) {}, "zero fields change nothing"},
		{"weight", otlp.Amendment{SampleRate: 8}, func(s *tracepb.Span) { s.Attributes = append(s.Attributes, sampleRate(8)) }, "appended"},
		{"large weight", otlp.Amendment{SampleRate: 1 << 40}, func(s *tracepb.Span) { s.Attributes = append(s.Attributes, sampleRate(1<<40)) }, "a longer varint"},
		{"negative weight", otlp.Amendment{SampleRate: -1}, func(*tracepb.Span) {}, "no weight"},
		{"tracestate", otlp.Amendment{TraceState: "ot=th:c"}, func(s *tracepb.Span) { s.TraceState = "ot=th:c" }, "the last one wins"},
		{"flags", otlp.Amendment{Flags: 0x303}, func(s *tracepb.Span) { s.Flags = 0x303 }, "the last one wins"},
		{
			"all",
			otlp.Amendment{SampleRate: 300, TraceState: "ot=th:c;rv:0123456789abcd,x=y", Flags: 0x101},
			func(s *tracepb.Span) {
				s.Attributes = append(s.Attributes, sampleRate(300))
				s.TraceState, s.Flags = "ot=th:c;rv:0123456789abcd,x=y", 0x101
			}, "together",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for seed := range uint64(50) {
				m := newMaker(seed)
				r, scopes := m.resource(), list(1, m.scope)
				first, second := m.span(r, scopes), m.span(r, scopes)
				b := otlp.AppendSpan(nil, first, nil)
				start := len(b)
				b = otlp.AppendSpan(b, second, nil)
				b = otlp.Amend(b, start, tt.amend)

				got := decode(t, b, new(tracepb.ScopeSpans))
				want := decode(t, request([]sdktrace.ReadOnlySpan{first, second}, nil), new(tracepb.TracesData)).ResourceSpans[0].ScopeSpans[0]
				want.Scope, want.SchemaUrl = nil, ""
				tt.want(want.Spans[1])
				if !proto.Equal(want, got) {
					t.Fatalf("seed %d: %s (-want +got):\n%s", seed, tt.reason, cmp.Diff(want, got, protocmp.Transform()))
				}
			}
		})
	}
}

func TestAmendTwice(t *testing.T) {
	b := otlp.AppendSpan(nil, llmSpan(), nil)
	b = otlp.Amend(b, 0, otlp.Amendment{TraceState: "ot=th:8"})
	b = otlp.Amend(b, 0, otlp.Amendment{TraceState: "ot=th:c", SampleRate: 4})
	got := decode(t, b, new(tracepb.ScopeSpans)).Spans[0]
	if got.TraceState != "ot=th:c" || !proto.Equal(got.Attributes[len(got.Attributes)-1], sampleRate(4)) {
		t.Errorf("got %v", got)
	}
}

func TestAmendIgnoresWhatIsNoSpan(t *testing.T) {
	for _, tt := range []struct {
		name  string
		b     []byte
		start int
	}{
		{"empty", nil, 0},
		{"short", []byte{0x12, 0}, 0},
		{"other field", []byte{0x0a, 0x80, 0x80, 0x80, 0}, 0},
		{"behind the end", []byte{0x12, 0x80, 0x80, 0x80, 0}, 9},
		{"negative", []byte{0x12, 0x80, 0x80, 0x80, 0}, -1},
	} {
		if got := otlp.Amend(bytes.Clone(tt.b), tt.start, otlp.Amendment{SampleRate: 2}); !bytes.Equal(got, tt.b) {
			t.Errorf("%s: % x became % x", tt.name, tt.b, got)
		}
	}
}

func TestAllocations(t *testing.T) {
	s := llmSpan()
	m := newMaker(5)
	flat := stub()
	flat.Attributes = flat.Attributes[:19] // all but the list
	flat.SpanContext = m.spanContext()
	scalar := flat.Snapshot()
	b := otlp.AppendSpan(nil, s, nil)
	b = append(b, make([]byte, 1<<10)...)

	tests := []struct {
		name   string
		want   float64
		f      func()
		reason string
	}{
		{"span with a list", 1, func() { b = otlp.AppendSpan(b[:0], s, nil) }, "the copy of the list that attribute.Value makes"},
		{"span of scalars", 0, func() { b = otlp.AppendSpan(b[:0], scalar, nil) }, "nothing is copied"},
		{"amend", 0, func() {
			b = otlp.AppendSpan(b[:0], scalar, nil)
			b = otlp.Amend(b, 0, otlp.Amendment{SampleRate: 8, TraceState: "ot=th:e", Flags: 0x101})
		}, "appends"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.f()
			if n := testing.AllocsPerRun(200, tt.f); n != tt.want {
				t.Errorf("%v allocations, want %v: %s", n, tt.want, tt.reason)
			}
		})
	}
}

func TestSampling(t *testing.T) {
	for seed := range uint64(200) {
		m := newMaker(seed)
		s := m.span(m.resource(), list(1, m.scope))
		b := otlp.AppendSpan([]byte("before"), s, nil)[len("before"):]
		want := decode(t, b, new(tracepb.ScopeSpans)).Spans[0]
		traceState, flags := otlp.Sampling(b)
		if string(traceState) != want.TraceState || flags != want.Flags {
			t.Fatalf("seed %d: tracestate %q and flags %x, want %q and %x", seed, traceState, flags, want.TraceState, want.Flags)
		}
	}
	for _, b := range [][]byte{nil, {0x12, 0x80, 0x80, 0x80, 0}, make([]byte, 100)} {
		if traceState, flags := otlp.Sampling(b); traceState != nil || flags != 0 {
			t.Errorf("% x has tracestate %q and flags %x", b, traceState, flags)
		}
	}
}
