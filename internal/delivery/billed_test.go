package delivery_test

import (
	"bytes"
	"net/http"
	"testing"
	"testing/synctest"

	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/lift-sys/telemetry/internal/delivery"
)

// rich encodes a span with events and links.
func rich(events, links int) []byte {
	s := &tracepb.Span{Name: "rich"}
	for range events {
		s.Events = append(s.Events, &tracepb.Span_Event{Name: "event"})
	}
	for range links {
		s.Links = append(s.Links, &tracepb.Span_Link{SpanId: make([]byte, 8)})
	}
	return protowire.AppendBytes(protowire.AppendTag(nil, 2, protowire.BytesType), marshal(s))
}

func TestEventsAreWhatABackendBills(t *testing.T) {
	tests := []struct {
		name, reason string
		answer       func() *http.Response
		want         uint64
	}{
		{"accepted", "3 spans, 4 events, 2 links", func() *http.Response { return answer(http.StatusOK) }, 9},
		{
			"a third refused", "the answer does not tell which, so the average is taken off",
			func() *http.Response {
				return answerBody(http.StatusOK, marshal(&coltracepb.ExportTraceServiceResponse{
					PartialSuccess: &coltracepb.ExportTracePartialSuccess{RejectedSpans: 1},
				}), "Content-Type", "application/x-protobuf")
			}, 6,
		},
		{"refused", "what is refused is not billed", func() *http.Response { return answer(http.StatusNotFound) }, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := start(t, newBackend(func(*http.Request, *arrival) (*http.Response, error) { return tt.answer(), nil }))
				p.Append(0, rich(3, 0), 100)
				p.Append(0, rich(1, 2), 1)
				p.Append(0, rich(0, 0), 1)
				p.AppendMetrics(payload("m"), 7)
				_ = p.Flush(t.Context())
				if got := p.Stats().Events; got != tt.want {
					t.Errorf("%d events, want %d: %s", got, tt.want, tt.reason)
				}
			})
		})
	}
}

func TestEventsOfARequest(t *testing.T) {
	var want uint64
	request := &coltracepb.ExportTraceServiceRequest{}
	for range 3 {
		rs := &tracepb.ResourceSpans{SchemaUrl: "s", Resource: &resourcepb.Resource{DroppedAttributesCount: 3}}
		for i := range 2 {
			ss := &tracepb.ScopeSpans{Scope: &commonpb.InstrumentationScope{Name: "scope"}, SchemaUrl: "s"}
			for j := range 4 {
				s := &tracepb.Span{Name: "n", StartTimeUnixNano: 1, Flags: 1, Kind: 2, Events: make([]*tracepb.Span_Event, i), Links: make([]*tracepb.Span_Link, j)}
				for i := range s.Events {
					s.Events[i] = &tracepb.Span_Event{Name: "e"}
				}
				for i := range s.Links {
					s.Links[i] = &tracepb.Span_Link{TraceState: "t"}
				}
				ss.Spans = append(ss.Spans, s)
				want += uint64(1 + i + j)
			}
			rs.ScopeSpans = append(rs.ScopeSpans, ss)
		}
		request.ResourceSpans = append(request.ResourceSpans, rs)
	}
	text := marshal(request)
	if got, err := delivery.BilledRequest(bytes.NewReader(text)); got != want || err != nil {
		t.Errorf("%d events, %v; want %d", got, err, want)
	}
	if _, err := delivery.BilledRequest(bytes.NewReader(text[:len(text)-1])); err == nil {
		t.Error("a request cut short is taken for a whole one")
	}
}

func FuzzBilledRequest(f *testing.F) {
	f.Add(marshal(&coltracepb.ExportTraceServiceRequest{ResourceSpans: []*tracepb.ResourceSpans{{ScopeSpans: []*tracepb.ScopeSpans{{Spans: []*tracepb.Span{{Name: "a"}}}}}}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if n, _ := delivery.BilledRequest(bytes.NewReader(b)); n > uint64(len(b)) {
			t.Errorf("%d events in %d bytes", n, len(b))
		}
	})
}

func FuzzBilled(f *testing.F) {
	f.Add(rich(1, 2))
	f.Add(span("a", 10))
	f.Add([]byte{0x12, 0x05, 0x5a})
	f.Fuzz(func(t *testing.T, b []byte) {
		if n := delivery.Billed(b); n < 1 || n > uint64(len(b))+1 {
			t.Errorf("%d events in %d bytes", n, len(b))
		}
	})
}

func BenchmarkBilled(b *testing.B) {
	s := rich(2, 1)
	b.ReportAllocs()
	for b.Loop() {
		delivery.Billed(s)
	}
}
