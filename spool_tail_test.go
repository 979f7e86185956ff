package telemetry_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry"
)

// TestSpoolAlwaysWarns promises what tail sampling does not let it keep.
func TestSpoolAlwaysWarns(t *testing.T) {
	tests := []struct {
		name   string
		option telemetry.Option
		warns  bool
		reason string
	}{
		{"tail sampling", telemetry.WithTailSampling(), true, "spans wait in memory for the end of their trace"},
		{"event budget", telemetry.WithEventBudget(telemetry.Budget{}), true, "and for the end of the window"},
		{"neither", telemetry.WithSampleRatio(1), false, "the promise holds"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			service(t, telemetry.WithSpool(t.TempDir(), telemetry.SpoolAlways()), tt.option,
				telemetry.WithLogger(slog.New(slog.NewTextHandler(&out, nil))))
			if got := strings.Contains(out.String(), "kill -9"); got != tt.warns {
				t.Errorf("warned %t, want %t, because %s: %s", got, tt.warns, tt.reason, out.String())
			}
		})
	}
}
