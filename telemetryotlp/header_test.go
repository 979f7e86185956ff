package telemetryotlp_test

import (
	"strings"
	"testing"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryotlp"
)

func TestMalformedHeaders(t *testing.T) {
	const secret = "s3cr3tIngestKeyOfThisTeam"
	for _, tt := range []struct {
		name, reason, general string
		entry                 string // in the error; "" if none
	}{
		{"colon", "a key in the way of an HTTP header", "x-honeycomb-team:" + secret, "entry 1"},
		{"no name", "the key alone", "a=b," + secret, "entry 2"},
		{"blank in a name", "no token", "x " + secret + "=1", "entry 1"},
		{"percent", "no escape", "x-team=" + secret + "%zz", "entry 1"},
		{"well-formed", "replaced, but harmless", "x-team=" + secret + ", x-other = a%20b ,", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", tt.general)
			t.Setenv("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "x-tenant=a")
			t.Setenv("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "x-tenant=a")
			tel, err := telemetry.New(t.Context(), telemetryotlp.WithExporters(), telemetry.WithEndpoint("http://localhost:1"))
			defer func() { _ = tel.Shutdown(t.Context()) }()
			if tt.entry == "" {
				if err != nil {
					t.Errorf("%s: %v", tt.reason, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), "OTEL_EXPORTER_OTLP_HEADERS: "+tt.entry+":") || strings.Contains(err.Error(), secret) {
				t.Errorf("%s: error %v, want one that names %s and no secret", tt.reason, err, tt.entry)
			}
		})
	}
}
