package doctor

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
)

// TestJudgeSpan has the ends of a test span that would take seconds to bring
// about.
func TestJudgeSpan(t *testing.T) {
	id := trace.TraceID{1}
	tests := []struct {
		name  string
		stats telemetry.Stats
		err   error
		want  Check
	}{
		{
			"accepted with a remark",
			telemetry.Stats{Spans: telemetry.Tally{Exported: 1}, LastError: "slow down"},
			nil,
			Check{checkSpan, Warning, "accepted; trace 01000000000000000000000000000000; but: slow down", "read what the receiver says"},
		},
		{
			"tried in vain",
			telemetry.Stats{LastError: "POST x: 503 Service Unavailable"},
			errors.New("telemetry: 1 span lost"),
			Check{checkSpan, Failure, "not delivered within 5s: POST x: 503 Service Unavailable", ""},
		},
		{
			"no answer at all",
			telemetry.Stats{},
			errors.New("telemetry: 1 span lost"),
			Check{checkSpan, Failure, "not delivered within 5s: 1 span lost", ""},
		},
		{
			"not recorded",
			telemetry.Stats{},
			nil,
			Check{checkSpan, Failure, "recorded nothing", "a processor or a limit in the environment keeps it back"},
		},
	}
	for _, tt := range tests {
		e := &examination{}
		e.judgeSpan(tt.stats, id, tt.err)
		if diff := cmp.Diff([]Check{tt.want}, e.report.Checks); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestVerdict(t *testing.T) {
	tests := []struct {
		results []Result
		want    string
		healthy bool
	}{
		{nil, "no problem found", true},
		{[]Result{OK, Warning, Skipped, Skipped}, "no problem found, 1 warning, 2 checks not made", true},
		{[]Result{OK, Failure}, "1 problem", false},
		{[]Result{Failure, Failure, Warning, Warning, Skipped}, "2 problems, 2 warnings, 1 check not made", false},
	}
	for _, tt := range tests {
		var r Report
		for _, result := range tt.results {
			r.Checks = append(r.Checks, Check{Result: result})
		}
		if got := r.Verdict(); got != tt.want || r.Healthy() != tt.healthy {
			t.Errorf("%v: %q, %t; want %q, %t", tt.results, got, r.Healthy(), tt.want, tt.healthy)
		}
	}
}
