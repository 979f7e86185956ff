package sampling_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/trace"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry/internal/sampling"
)

// TestHeadRecordAll records everything, and tells others what it would have
// told them anyway.
func TestHeadRecordAll(t *testing.T) {
	for _, c := range []sampling.HeadConfig{on, off, half, parentOn, parentOff, parentHalf} {
		all := c
		all.RecordAll = true
		plain, recording := sampling.NewHead(c), sampling.NewHead(all)
		for _, id := range []string{lowID, midID, highID} {
			for _, ts := range []string{"", "ot=th:8", "ot=th:8;rv:90000000000000", "ot=th:ffffff"} {
				for _, parent := range []trace.SpanContext{
					{},
					spanContext(t, id, ts, true, true), spanContext(t, id, ts, false, true),
					spanContext(t, id, ts, true, false), spanContext(t, id, ts, false, false),
				} {
					want := plain.Decide(traceID(t, id), parent)
					want.Record = true
					got := recording.Decide(traceID(t, id), parent)
					if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b trace.TraceState) bool { return a.String() == b.String() })); diff != "" {
						t.Fatalf("%+v of %s below %v (-want +got):\n%s", c, id, parent, diff)
					}
					if !recording.Records(traceID(t, id), parent) || want.Sampled != plain.Records(traceID(t, id), parent) {
						t.Fatal("Records does not agree with Decide")
					}
				}
			}
		}
	}
	h := sampling.NewHead(sampling.HeadConfig{Kind: sampling.AlwaysOff, RecordAll: true})
	if got := h.ShouldSample(sdktrace.SamplingParameters{ParentContext: t.Context()}).Decision; got != sdktrace.RecordOnly {
		t.Errorf("the SDK is told %v, want to record only", got)
	}
}

func TestHeadPassed(t *testing.T) {
	remote := spanContext(t, highID, "", true, true)
	tests := []struct {
		name   string
		config sampling.HeadConfig
		sc     trace.SpanContext
		parent trace.SpanContext
		want   sampling.Threshold
		known  bool
		reason string
	}{
		{"root", parentOn, spanContext(t, highID, "", true, false), trace.SpanContext{}, 0, true, "everything is sampled"},
		{"root with th", parentHalf, spanContext(t, highID, "ot=th:8", true, false), trace.SpanContext{}, 1 << 55, true, "its own"},
		{"not sampled", parentHalf, spanContext(t, lowID, "", false, false), trace.SpanContext{}, sampling.Never, true, "no chance"},
		{"remote with th", parentOn, spanContext(t, highID, "ot=th:c", true, false), remote, 3 << 54, true, "that of the service before"},
		{"remote without", parentOn, spanContext(t, highID, "a=b", true, false), remote, 0, false, "nobody knows"},
		{"remote, malformed", parentOn, spanContext(t, highID, "ot=th:XY", true, false), remote, 0, false, "nobody knows"},
		{"remote, decided anew", on, spanContext(t, highID, "", true, false), remote, 0, true, "without regard to the parent"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, known := sampling.NewHead(tt.config).Passed(tt.sc, tt.parent)
			if got != tt.want || known != tt.known {
				t.Errorf("%s, %t; want %s, %t: %s", got, known, tt.want, tt.known, tt.reason)
			}
		})
	}
}

// TestHeadPassedLocal has spans below a local parent without a threshold, of
// which the root is not known, after the head has met other parents.
func TestHeadPassedLocal(t *testing.T) {
	met := func(tracestate string, sampled, remote bool) func(*sampling.Head) {
		return func(h *sampling.Head) {
			h.Decide(traceID(t, highID), spanContext(t, highID, tracestate, sampled, remote))
		}
	}
	tests := []struct {
		name   string
		config sampling.HeadConfig
		before func(*sampling.Head)
		known  bool
		reason string
	}{
		{"no parents", parentOn, func(*sampling.Head) {}, true, "all that begins here is kept"},
		{"local", parentOn, met("", true, false), true, "what is below one of its own spans has its chance"},
		{"remote with th", parentOn, met("ot=th:c", true, true), true, "its children have it too"},
		{"remote, not sampled", parentOn, met("", false, true), true, "its children are not sampled either"},
		{"remote without", parentOn, met("a=b", true, true), false, "it may be the one above"},
		{"remote without any", parentOn, met("", true, true), false, "likewise"},
		{"remote, too heavy", parentOn, met("ot=th:ffffff", true, true), false, "the threshold is erased"},
		{"of another provider", parentOn, (*sampling.Head).Doubt, false, "as the caller says"},
		{"ratio", parentHalf, func(*sampling.Head) {}, false, "what begins here has a threshold, so a remote one is above"},
		{"off", parentOff, func(*sampling.Head) {}, false, "nothing that begins here is sampled"},
		{"decided anew", on, met("", true, true), true, "without regard to the parent"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := sampling.NewHead(tt.config)
			tt.before(h)
			got, known := h.Passed(spanContext(t, highID, "", true, false), spanContext(t, highID, "", true, false))
			if got != 0 || known != tt.known {
				t.Errorf("%s, %t; want 0, %t: %s", got, known, tt.known, tt.reason)
			}
			got, known = h.Passed(spanContext(t, highID, "ot=th:c", true, false), spanContext(t, highID, "ot=th:c", true, false))
			if got != 3<<54 || !known {
				t.Errorf("%s, %t; want the threshold that is there", got, known)
			}
		})
	}
}

func TestWithThreshold(t *testing.T) {
	tests := []struct {
		in   string
		t    sampling.Threshold
		want string
		had  bool
	}{
		{"", 0, "ot=th:0", false},
		{"", 1 << 55, "ot=th:8", false},
		{"a=b", 1 << 55, "ot=th:8,a=b", false},
		{"a=b,ot=rv:90000000000000;th:c", 0, "ot=rv:90000000000000;th:0,a=b", true},
		{"a=b,ot=th:c", sampling.Never, "a=b", true},
		{"no tracestate", 1 << 55, "no tracestate", false},
	}
	for _, tt := range tests {
		if got := sampling.WithThreshold(tt.in, tt.t); got != tt.want {
			t.Errorf("WithThreshold(%q, %s) = %q, want %q", tt.in, tt.t, got, tt.want)
		}
		if got := sampling.HasThreshold(tt.in); got != tt.had {
			t.Errorf("HasThreshold(%q) = %t", tt.in, got)
		}
	}
}
