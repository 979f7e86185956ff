package telemetryotlp_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/lift-sys/telemetry"

// dependencies returns what is linked into each package, by import path.
func dependencies(t *testing.T, patterns ...string) map[string][]string {
	t.Helper()
	args := append([]string{"list", "-f", `{{.ImportPath}} {{join .Deps " "}}`}, patterns...)
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Env = append(os.Environ(), "GOWORK=off") // nested modules are built by themselves
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	deps := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		deps[fields[0]] = fields[1:]
	}
	return deps
}

// TestDefaultBuildIsLean keeps gRPC, the generated OTLP types and the stock
// exporters out of programs that do not ask for them.
func TestDefaultBuildIsLean(t *testing.T) {
	deps := dependencies(t, module+"/...")
	if len(deps[module]) == 0 {
		t.Fatal("go list does not know the root package")
	}
	// What asks for them: the stock exporters, and tests of alerts and lens, which
	// read what others send.
	readers := []string{"/telemetryotlp", "/honeycomb/alerttest", "/internal/event", "/internal/query", "/internal/alerting"}
	for pkg, linked := range deps {
		if slices.ContainsFunc(readers, func(r string) bool { return strings.HasPrefix(pkg, module+r) }) {
			continue
		}
		for _, dep := range linked {
			for _, heavy := range []string{
				module + "/telemetryotlp", "google.golang.org/grpc", "google.golang.org/genproto",
				"go.opentelemetry.io/otel/exporters", "go.opentelemetry.io/proto", "google.golang.org/protobuf/proto",
			} {
				if dep == heavy || strings.HasPrefix(dep, heavy+"/") {
					t.Errorf("%s links %s", pkg, dep)
				}
			}
		}
	}
}

// TestStockBuildIsHeavy shows that the test above can fail.
func TestStockBuildIsHeavy(t *testing.T) {
	linked := strings.Join(dependencies(t, ".")[module+"/telemetryotlp"], " ")
	if !strings.Contains(linked, "go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp") {
		t.Error("go list does not show what is linked")
	}
}
