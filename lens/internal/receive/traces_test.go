package receive_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	collectortrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/lens/internal/receive"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// What is read off the wire is what the reference makes of the same request.
func TestTracesIsTheReference(t *testing.T) {
	total := 0
	for seed := range uint64(1000) {
		request := newMaker(seed).request()
		body, err := proto.Marshal(request)
		if err != nil {
			t.Fatal(err)
		}
		got, err := receive.Traces(body, now)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		want := receive.Rows(event.FromTraces(request.ResourceSpans), now)
		total += len(want.Rows)
		if diff := cmp.Diff(rows(t, want), rows(t, got)); diff != "" {
			t.Fatalf("seed %d (-reference +wire):\n%s", seed, diff)
		}
	}
	if total < 1000 {
		t.Errorf("only %d rows were compared", total)
	}
}

// No body makes the decoder fail otherwise than with an error, and what it
// accepts is rows that can be stored.
func FuzzTraces(f *testing.F) {
	for seed := range uint64(8) {
		body, err := proto.Marshal(newMaker(seed).request())
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		b, err := receive.Traces(body, now)
		if err == nil {
			rows(t, b)
		}
	})
}

// A clock that is far ahead makes no row that stays for centuries.
func TestTimeAhead(t *testing.T) {
	const minute = uint64(time.Minute)
	at := uint64(now.UnixNano())
	tests := []struct {
		name       string
		sent, want uint64
	}{
		{"none", 0, at},
		{"long ago", 1, 1},
		{"a minute ahead", at + minute, at + minute},
		{"two days ahead", at + 48*60*minute, at + 24*60*minute},
		{"in 2262", math.MaxInt64, at + 24*60*minute},
		{"after all time", math.MaxUint64, at + 24*60*minute},
	}
	for _, tt := range tests {
		body, err := proto.Marshal(&collectortrace.ExportTraceServiceRequest{ResourceSpans: []*tracepb.ResourceSpans{{
			ScopeSpans: []*tracepb.ScopeSpans{{Spans: []*tracepb.Span{{StartTimeUnixNano: tt.sent, EndTimeUnixNano: tt.sent}}}},
		}}})
		if err != nil {
			t.Fatal(err)
		}
		b, err := receive.Traces(body, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := uint64(b.Rows[0].Time); got != tt.want {
			t.Errorf("%s: a span of %d is kept at %d, want %d", tt.name, tt.sent, got, tt.want)
		}
	}
}
