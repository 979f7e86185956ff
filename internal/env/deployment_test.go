package env_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/lift-sys/telemetry/internal/env"
)

// TestDeploymentGuide holds that each variable docs/DEPLOYMENT.md tells people
// to set is one that is read.
func TestDeploymentGuide(t *testing.T) {
	guide, err := os.ReadFile("../../docs/DEPLOYMENT.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"HONEYCOMB_CONFIGURATION_KEY": true} // the deploy job's, for curl
	for _, v := range env.Variables() {
		known[v.Name] = true
	}
	names := regexp.MustCompile(`\b(HONEYCOMB|OTEL|LIFT|MODAL|KUBERNETES|K8S|POD|ECS|AWS|K|CLOUD)_[A-Z0-9_]+\b`).FindAllString(string(guide), -1)
	if len(names) < 20 {
		t.Fatalf("found %d variables in the guide, want all", len(names))
	}
	for _, name := range names {
		if !known[name] {
			t.Errorf("the guide names %s, which nothing reads", name)
		}
	}
}
