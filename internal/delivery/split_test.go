package delivery_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"

	"github.com/lift-sys/telemetry/internal/delivery"
)

// request has a resource for each argument, with scopes of that many spans.
func request(resources ...[]int) *coltracepb.ExportTraceServiceRequest {
	r := new(coltracepb.ExportTraceServiceRequest)
	for i, scopes := range resources {
		rs := &tracepb.ResourceSpans{
			Resource:  &resourcepb.Resource{Attributes: []*commonpb.KeyValue{{Key: fmt.Sprint("resource ", i)}}},
			SchemaUrl: "schema",
		}
		for j, spans := range scopes {
			ss := &tracepb.ScopeSpans{Scope: &commonpb.InstrumentationScope{Name: fmt.Sprint("scope ", j)}, SchemaUrl: "schema"}
			for k := range spans {
				ss.Spans = append(ss.Spans, &tracepb.Span{Name: fmt.Sprint(i, j, k)})
			}
			rs.ScopeSpans = append(rs.ScopeSpans, ss)
		}
		r.ResourceSpans = append(r.ResourceSpans, rs)
	}
	return r
}

func TestSplit(t *testing.T) {
	for _, tt := range []struct {
		name, reason  string
		in            *coltracepb.ExportTraceServiceRequest
		first, second *coltracepb.ExportTraceServiceRequest // nil where it cannot be halved
	}{
		{name: "empty", reason: "nothing to halve", in: request()},
		{name: "one", reason: "one span is as far as it goes", in: request([]int{1})},
		{
			name: "one scope", reason: "what surrounds the spans stays with both",
			in: request([]int{5}), first: request([]int{2}), second: cut(request([]int{5}), 2),
		},
		{
			name: "between scopes", reason: "a scope without spans is left out",
			in: request([]int{2, 2}), first: request([]int{2}), second: cut(request([]int{2, 2}), 2),
		},
		{
			name: "between resources", reason: "a resource without spans is left out",
			in: request([]int{3}, []int{1, 2}), first: request([]int{3}), second: cut(request([]int{3}, []int{1, 2}), 3),
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			first, second, n, total := delivery.Split(marshal(tt.in))
			if tt.first == nil {
				if n != 0 {
					t.Fatalf("%d of %d in the first half, want it whole: %s", n, total, tt.reason)
				}
				return
			}
			var a, b coltracepb.ExportTraceServiceRequest
			unmarshal(t, first, &a)
			unmarshal(t, second, &b)
			if diff := cmp.Diff(tt.first, &a, protocmp.Transform()); diff != "" {
				t.Errorf("first half (-want +got): %s\n%s", tt.reason, diff)
			}
			if diff := cmp.Diff(tt.second, &b, protocmp.Transform()); diff != "" {
				t.Errorf("second half (-want +got): %s\n%s", tt.reason, diff)
			}
			if n != spans(&a) || total != n+spans(&b) {
				t.Errorf("%d of %d in the first half; there are %d and %d", n, total, spans(&a), spans(&b))
			}
		})
	}
}

// cut removes the first n spans, and what is empty then.
func cut(r *coltracepb.ExportTraceServiceRequest, n int) *coltracepb.ExportTraceServiceRequest {
	out := new(coltracepb.ExportTraceServiceRequest)
	for _, rs := range r.ResourceSpans {
		scopes := rs.ScopeSpans
		rs.ScopeSpans = nil
		for _, ss := range scopes {
			k := min(n, len(ss.Spans))
			n -= k
			if ss.Spans = ss.Spans[k:]; len(ss.Spans) > 0 {
				rs.ScopeSpans = append(rs.ScopeSpans, ss)
			}
		}
		if len(rs.ScopeSpans) > 0 {
			out.ResourceSpans = append(out.ResourceSpans, rs)
		}
	}
	return out
}

func spans(r *coltracepb.ExportTraceServiceRequest) (n int) {
	for _, rs := range r.ResourceSpans {
		for _, ss := range rs.ScopeSpans {
			n += len(ss.Spans)
		}
	}
	return n
}

// FuzzSplit halves arbitrary bytes. Halves of a message are messages, and no
// span is lost or doubled.
func FuzzSplit(f *testing.F) {
	f.Add(marshal(request([]int{3, 0, 2}, []int{1})))
	f.Add([]byte{0x0a, 0xff})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		first, second, n, total := delivery.Split(data)
		var whole, a, b coltracepb.ExportTraceServiceRequest
		if n == 0 || proto.Unmarshal(data, &whole) != nil {
			return
		}
		unmarshal(t, first, &a)
		unmarshal(t, second, &b)
		if spans(&a) != n || spans(&a)+spans(&b) != total || spans(&whole) != total {
			t.Errorf("halves of %d and %d spans, said to be %d of %d; the whole has %d", spans(&a), spans(&b), n, total, spans(&whole))
		}
	})
}
