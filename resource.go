package telemetry

import (
	"crypto/rand"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/env"
)

// instanceID tells this process from others of the same service. OpenTelemetry
// asks for a random UUID
// (https://opentelemetry.io/docs/specs/semconv/resource/service/).
var instanceID = sync.OnceValue(func() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails, says its documentation
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
})

// processResource describes this process. It has no schema URL: resources
// with different ones cannot be merged. What the configuration says, the
// platform's variables included, goes before what is found here.
func processResource(c env.Config) *resource.Resource {
	host, _ := os.Hostname() // a machine without a name is no reason not to start
	return describe(c, host, runtime.Version())
}

// describe is processResource of a process on a host, built by a Go version.
// An empty host is absent.
func describe(c env.Config, host, goVersion string) *resource.Resource {
	found := []attribute.KeyValue{
		attr.ServiceInstanceID.String(instanceID()),
		attr.TelemetrySDKName.String("opentelemetry"),
		attr.TelemetrySDKLanguage.String("go"),
		attr.TelemetrySDKVersion.String(sdk.Version()),
		attr.ProcessRuntimeVersion.String(goVersion),
	}
	if host != "" {
		found = append(found, attr.HostName.String(host))
	}
	return resource.NewSchemaless(slices.Concat(found, c.Resource)...)
}
