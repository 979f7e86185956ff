package telemetry_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry"
)

var update = flag.Bool("update", false, "write the golden files")

func contains(s, part string) bool { return strings.Contains(s, part) }

// golden compares got with a file under testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	diff(t, got, string(want), name+"; run with -update where the change is meant")
}

func TestConfigString(t *testing.T) {
	const secret = "hcaik_0123456789012345678901234567890123456789012345678901234567"
	t.Setenv("HONEYCOMB_API_KEY", secret)
	t.Setenv("OTEL_SERVICE_NAME", "relabelled")
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20"+secret)
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "host.name=fixed")
	tel := open(t, telemetry.WithService("lift-api", "1.4.0"), telemetry.WithSampleRatio(0.25),
		telemetry.WithEnvironment("production"))
	got := tel.Config().String()
	if contains(got, secret[10:20]) {
		t.Errorf("a secret is shown:\n%s", got)
	}
	golden(t, "config.golden", got)
}

func TestConfigStringOff(t *testing.T) {
	t.Setenv("HONEYCOMB_ENABLED", "false")
	golden(t, "config_off.golden", open(t).Config().String())
}
