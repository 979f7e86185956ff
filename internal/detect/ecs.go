package detect

import (
	"strings"

	"github.com/lift-sys/telemetry/attr"
)

// ecs reads what Amazon ECS sets in every task
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-environment-variables.html,
// November 2026). Cluster and task stand behind the metadata address, which is
// not asked.
func (f *finder) ecs() bool {
	evidence := f.get("ECS_CONTAINER_METADATA_URI_V4")
	execution := f.get("AWS_EXECUTION_ENV")
	launch, isECS := strings.CutPrefix(execution.text, "AWS_ECS_")
	if isECS {
		evidence = execution
	}
	if evidence.text == "" {
		return false
	}
	f.add(attr.CloudProvider, attr.CloudAWS, evidence)
	f.add(attr.CloudPlatform, attr.PlatformAWSECS, evidence)
	f.copy(attr.CloudRegion, "AWS_REGION", "AWS_DEFAULT_REGION")
	switch launch {
	case "EC2":
		f.add(attr.AWSECSLaunchtype, attr.LaunchEC2, execution)
	case "FARGATE":
		f.add(attr.AWSECSLaunchtype, attr.LaunchFargate, execution)
	}
	return true
}
