package telemetry_test

import (
	"strings"
	"testing"

	"github.com/lift-sys/telemetry"
)

// TestPlatform holds who goes before whom: OpenTelemetry's variables, the
// program, the platform's variables.
func TestPlatform(t *testing.T) {
	t.Parallel()
	modal := map[string]string{
		"MODAL_TASK_ID": "ta-01", "MODAL_CLOUD_PROVIDER": "CLOUD_PROVIDER_OCI", "MODAL_REGION": "us-ashburn-1",
		"MODAL_IMAGE_ID": "im-01", "MODAL_ENVIRONMENT": "main", "MODAL_IDENTITY_TOKEN": "a-token",
	}
	keys := []string{"cloud.provider", "cloud.platform", "cloud.region", "faas.instance", "container.image.id", "deployment.environment.name", "deployment.environment"}
	for _, tt := range []struct {
		name, reason string
		said         string // OTEL_RESOURCE_ATTRIBUTES
		opts         []telemetry.Option
		want         a
	}{
		{"platform", "nobody else says anything; both names of the environment are set", "", nil, a{
			"cloud.provider": "oracle_cloud", "cloud.platform": "modal", "cloud.region": "us-ashburn-1", "faas.instance": "ta-01",
			"container.image.id": "im-01", "deployment.environment.name": "main", "deployment.environment": "main",
		}},
		{"program", "the program goes before the platform", "", []telemetry.Option{telemetry.WithEnvironment("production")}, a{
			"cloud.provider": "oracle_cloud", "cloud.platform": "modal", "cloud.region": "us-ashburn-1", "faas.instance": "ta-01",
			"container.image.id": "im-01", "deployment.environment.name": "production", "deployment.environment": "production",
		}},
		{
			"operator", "operators relabel both, the older name included", "deployment.environment=staging,cloud.region=us",
			[]telemetry.Option{telemetry.WithEnvironment("production")},
			a{
				"cloud.provider": "oracle_cloud", "cloud.platform": "modal", "cloud.region": "us", "faas.instance": "ta-01",
				"container.image.id": "im-01", "deployment.environment.name": "staging", "deployment.environment": "staging",
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			getenv := func(name string) string {
				if name == "OTEL_RESOURCE_ATTRIBUTES" {
					return tt.said
				}
				return modal[name]
			}
			ctx, r := record(t, append(tt.opts, telemetry.WithGetenv(getenv))...)
			_, s := telemetry.Start(ctx, "work")
			s.End(nil)
			all := values(r.Ended()[0].Resource().Attributes())
			got := make(a)
			for _, k := range keys {
				if all[k] != nil {
					got[k] = all[k]
				}
			}
			diff(t, got, tt.want, tt.reason)
			for k, v := range all {
				if text, ok := v.(string); ok && strings.Contains(text, "a-token") {
					t.Errorf("%s holds the identity token", k)
				}
			}
		})
	}
}
