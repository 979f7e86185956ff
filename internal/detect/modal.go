package detect

import (
	"strings"

	"github.com/lift-sys/telemetry/attr"
)

// modal reads what Modal sets in every container
// (https://modal.com/docs/guide/environment_variables, November 2026).
//
// MODAL_ENVIRONMENT is the deployment environment: `modal deploy --env staging`
// is how one has several. On a laptop the same variable only selects where the
// client deploys to, so it takes a container's id for the rest to count.
func (f *finder) modal() bool {
	task := f.get("MODAL_TASK_ID")
	if task.text == "" {
		return false
	}
	provider := f.get("MODAL_CLOUD_PROVIDER")
	f.add(attr.CloudProvider, modalProvider(provider.text), provider)
	f.add(attr.CloudPlatform, attr.PlatformModal, task)
	f.copy(attr.CloudRegion, "MODAL_REGION")
	f.add(attr.FaaSInstance, task.text, task)
	f.copy(attr.ContainerImageID, "MODAL_IMAGE_ID")
	f.copy(attr.DeploymentEnvironmentName, "MODAL_ENVIRONMENT")
	return true
}

// modalProvider turns CLOUD_PROVIDER_AWS, as containers have it, or the AWS of
// the documentation into OpenTelemetry's value. What it does not know it leaves
// as it is.
func modalProvider(text string) string {
	switch strings.TrimPrefix(strings.ToUpper(text), "CLOUD_PROVIDER_") {
	case "AWS":
		return attr.CloudAWS
	case "GCP":
		return attr.CloudGCP
	case "OCI":
		return attr.CloudOracle
	}
	return text
}
