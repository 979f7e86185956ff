package propagation_test

import (
	"maps"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/propagation"
)

func TestStrip(t *testing.T) {
	tests := []struct {
		name           string
		header         http.Header
		strip, baggage http.Header
		reason         string
	}{
		{"nil", nil, nil, nil, "nothing to do"},
		{"others stay", http.Header{"Authorization": {"x"}, "X-Api-Key": {"y"}}, http.Header{"Authorization": {"x"}, "X-Api-Key": {"y"}}, http.Header{"Authorization": {"x"}, "X-Api-Key": {"y"}}, "they are the caller's"},
		{"W3C", http.Header{"Traceparent": {"00-1"}, "Tracestate": {"a=b", "c=d"}, "Baggage": {"u=1"}, "Accept": {"*/*"}}, http.Header{"Accept": {"*/*"}}, http.Header{"Traceparent": {"00-1"}, "Tracestate": {"a=b", "c=d"}, "Accept": {"*/*"}}, "what our propagator writes"},
		{"other case", http.Header{"traceparent": {"00-1"}, "TRACESTATE": {"a=b"}, "bagGage": {"u=1"}}, http.Header{}, http.Header{"traceparent": {"00-1"}, "TRACESTATE": {"a=b"}}, "a map can be written past Set"},
		{"B3", http.Header{"B3": {"1"}, "X-B3-Traceid": {"1"}, "X-B3-Spanid": {"1"}, "X-B3-Parentspanid": {"1"}, "X-B3-Sampled": {"1"}, "X-B3-Flags": {"1"}}, http.Header{}, http.Header{"B3": {"1"}, "X-B3-Traceid": {"1"}, "X-B3-Spanid": {"1"}, "X-B3-Parentspanid": {"1"}, "X-B3-Sampled": {"1"}, "X-B3-Flags": {"1"}}, "the same IDs"},
		{"Jaeger", http.Header{"Uber-Trace-Id": {"1"}, "Uberctx-User": {"u"}}, http.Header{}, http.Header{"Uber-Trace-Id": {"1"}}, "the same IDs, and baggage key by key"},
		{"near misses", http.Header{"Traceparents": {"1"}, "X-Baggage": {"1"}, "Uberctx-": {"1"}, "X-B3": {"1"}, "X-Amzn-Trace-Id": {"Root=1"}}, http.Header{"Traceparents": {"1"}, "X-Baggage": {"1"}, "Uberctx-": {"1"}, "X-B3": {"1"}, "X-Amzn-Trace-Id": {"Root=1"}}, http.Header{"Traceparents": {"1"}, "X-Baggage": {"1"}, "Uberctx-": {"1"}, "X-B3": {"1"}, "X-Amzn-Trace-Id": {"Root=1"}}, "other headers, and those for one cloud"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			stripped := maps.Clone(tt.header)
			propagation.Strip(stripped)
			if diff := cmp.Diff(tt.strip, stripped); diff != "" {
				t.Errorf("Strip: %s (-want +got):\n%s", tt.reason, diff)
			}
			stripped = maps.Clone(tt.header)
			propagation.StripBaggage(stripped)
			if diff := cmp.Diff(tt.baggage, stripped); diff != "" {
				t.Errorf("StripBaggage: %s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func TestCarries(t *testing.T) {
	tests := []struct {
		name   string
		header http.Header
		want   bool
		reason string
	}{
		{"nil", nil, false, "nothing to pass on"},
		{"others", http.Header{"Accept": {"*/*"}, "B3": {"1"}, "Tracestate": {"a=b"}}, false, "a Propagator reads none of these by themselves"},
		{"trace", http.Header{"Traceparent": {"00-1"}}, true, "whether it is valid, its reader judges"},
		{"baggage", http.Header{"Baggage": {"u=1"}}, true, "baggage may come alone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := propagation.Carries(tt.header); got != tt.want {
				t.Errorf("Carries: %t, want %t: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestStripAllocs(t *testing.T) {
	h := http.Header{"Authorization": {"x"}, "Content-Type": {"application/json"}, "User-Agent": {"go"}}
	if n := testing.AllocsPerRun(100, func() {
		propagation.Carries(h)
		propagation.Strip(h)
		propagation.StripBaggage(h)
	}); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func BenchmarkCarries(b *testing.B) {
	h := http.Header{"Authorization": {"x"}, "Content-Type": {"application/json"}, "User-Agent": {"go"}, "Accept": {"*/*"}}
	b.ReportAllocs()
	for b.Loop() {
		propagation.Carries(h)
	}
}
