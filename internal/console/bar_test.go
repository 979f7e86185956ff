package console_test

import (
	"strings"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/internal/console"
)

func TestBar(t *testing.T) {
	tests := []struct {
		name, reason string
		from, to     time.Duration
		want         string
	}{
		{"all", "the root fills the axis", 0, 100, "━━━━━━━━━━"},
		{"half", "the first half", 0, 50, "━━━━━"},
		{"odd", "half columns at both ends", 15, 35, " ╺━╸"},
		{"inside", "within one half column", 17, 18, " ╺"},
		{"nothing", "a span without length shows", 40, 40, "    ╸"},
		{"end", "even at the end of the axis", 100, 100, "         ╺"},
		{"before", "clocks that differ stay on the axis", -50, -20, "╸"},
		{"after", "on both sides", 150, 300, "         ╺"},
		{"backwards", "a clock that went back", 60, 20, "      ╸"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			blank, bar := console.NewAxis(epoch, 100, 10).Bar(epoch.Add(tt.from), epoch.Add(tt.to))
			if got := strings.Repeat(" ", blank) + bar; got != tt.want {
				t.Errorf("%s: got %q, want %q", tt.reason, got, tt.want)
			}
		})
	}
}
