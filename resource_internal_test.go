package telemetry

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/env"
)

func TestDescribe(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		said         []attribute.KeyValue
		host         string
		want         map[attribute.Key]string
	}{
		{"found", "nobody said anything", nil, "web-1", map[attribute.Key]string{attr.HostName: "web-1", attr.ProcessRuntimeVersion: "go1.26.0"}},
		{"no host", "an empty name is an absent one", nil, "", map[attribute.Key]string{attr.ProcessRuntimeVersion: "go1.26.0"}},
		{
			"said", "the configuration goes before what is found",
			[]attribute.KeyValue{attr.HostName.String("relabelled"), attr.ProcessRuntimeVersion.String("1")},
			"web-1",
			map[attribute.Key]string{attr.HostName: "relabelled", attr.ProcessRuntimeVersion: "1"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := make(map[attribute.Key]string)
			for _, kv := range describe(env.Config{Resource: tt.said}, tt.host, "go1.26.0").Attributes() {
				if kv.Key == attr.HostName || kv.Key == attr.ProcessRuntimeVersion {
					got[kv.Key] = kv.Value.AsString()
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}
