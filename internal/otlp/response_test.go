package otlp_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	metricspb "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/lift-sys/telemetry/internal/otlp"
)

func TestParseResponse(t *testing.T) {
	tests := []struct {
		name     string
		rejected int64
		message  string
		want     int64
		wantMsg  string
		reason   string
	}{
		{"success", 0, "", 0, "", "nothing is rejected"},
		{"warning", 0, "slow down", 0, "slow down", "a message alone"},
		{"rejected", 7, "too old", 7, "too old", "partial success"},
		{"negative", -7, "", 0, "", "nonsense"},
		{"long", 1, strings.Repeat("€", 1000), 1, strings.Repeat("€", 341), "bounded, no half rune"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, err := proto.Marshal(&collectorpb.ExportTraceServiceResponse{PartialSuccess: &collectorpb.ExportTracePartialSuccess{
				RejectedSpans: tt.rejected, ErrorMessage: tt.message,
			}})
			if err != nil {
				t.Fatal(err)
			}
			if n, msg, err := otlp.ParseResponse(b); n != tt.want || msg != tt.wantMsg || err != nil {
				t.Errorf("ParseResponse = %d, %q, %v: %s", n, msg, err, tt.reason)
			}
			b, err = proto.Marshal(&metricspb.ExportMetricsServiceResponse{PartialSuccess: &metricspb.ExportMetricsPartialSuccess{
				RejectedDataPoints: tt.rejected, ErrorMessage: tt.message,
			}})
			if err != nil {
				t.Fatal(err)
			}
			if n, msg, err := otlp.ParseResponse(b); n != tt.want || msg != tt.wantMsg || err != nil {
				t.Errorf("ParseResponse = %d, %q, %v: %s", n, msg, err, tt.reason)
			}
		})
	}
	if n, msg, err := otlp.ParseResponse(nil); n != 0 || msg != "" || err != nil {
		t.Errorf("empty response: %d, %q, %v", n, msg, err)
	}
	if n, msg, err := otlp.ParseResponse([]byte("<html>")); n != 0 || msg != "" || err == nil || strings.Contains(err.Error(), "html") {
		t.Errorf("a page of HTML: %d, %q, %v", n, msg, err)
	}
}

func FuzzParseResponse(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("<html>"))
	f.Add([]byte{0x0a, 0x04, 0x08, 0x07, 0x12, 0x00})
	f.Add([]byte{0x0a, 0x03, 0x12, 0x01, 0xff})
	f.Add([]byte{0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Fuzz(func(t *testing.T, b []byte) {
		rejected, message, err := otlp.ParseResponse(b)
		if rejected < 0 || len(message) > 1<<10 || !utf8.ValidString(message) {
			t.Errorf("rejected %d, message %q", rejected, message)
		}
		want := new(collectorpb.ExportTraceServiceResponse)
		if proto.Unmarshal(b, want) != nil {
			return // we are laxer: bad UTF-8 in a message is repaired
		}
		if err != nil {
			t.Fatalf("the official decoder reads it, we do not: %v", err)
		}
		p := want.GetPartialSuccess()
		if rejected != max(0, p.GetRejectedSpans()) || len(p.GetErrorMessage()) <= 1<<10 && message != p.GetErrorMessage() {
			t.Errorf("got %d, %q, want %v", rejected, message, p)
		}
	})
}
