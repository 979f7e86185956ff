package attr

import "go.opentelemetry.io/otel/attribute"

// Where the process runs: resource attributes that the platform's environment
// variables tell.
const (
	CloudProvider           attribute.Key = "cloud.provider"
	CloudPlatform           attribute.Key = "cloud.platform"
	CloudRegion             attribute.Key = "cloud.region"
	CloudAccountID          attribute.Key = "cloud.account.id"
	AWSECSLaunchtype        attribute.Key = "aws.ecs.launchtype"
	GCPCloudRunJobExecution attribute.Key = "gcp.cloud_run.job.execution"
	GCPCloudRunJobTaskIndex attribute.Key = "gcp.cloud_run.job.task_index"
	FaaSName                attribute.Key = "faas.name"
	FaaSVersion             attribute.Key = "faas.version"
	FaaSInstance            attribute.Key = "faas.instance"
	ContainerImageID        attribute.Key = "container.image.id"
	K8SClusterName          attribute.Key = "k8s.cluster.name"
	K8SNamespaceName        attribute.Key = "k8s.namespace.name"
	K8SDeploymentName       attribute.Key = "k8s.deployment.name"
	K8SPodName              attribute.Key = "k8s.pod.name"
	K8SPodUID               attribute.Key = "k8s.pod.uid"
	K8SNodeName             attribute.Key = "k8s.node.name"
	HostName                attribute.Key = "host.name"
	ProcessRuntimeVersion   attribute.Key = "process.runtime.version"
)

// Values of [CloudProvider], [CloudPlatform] and [AWSECSLaunchtype].
const (
	CloudAWS    = "aws"
	CloudGCP    = "gcp"
	CloudOracle = "oracle_cloud"

	PlatformModal       = "modal"
	PlatformAWSECS      = "aws_ecs"
	PlatformGCPCloudRun = "gcp_cloud_run"

	LaunchEC2     = "ec2"
	LaunchFargate = "fargate"
)

var platformDefs = []Def{
	{
		Name: string(CloudProvider), Type: TypeString, Values: []string{CloudAWS, CloudGCP, CloudOracle}, Open: true,
		Package: inRoot, Source: sourceCloud, Spans: onResource,
		Brief: "Whose machines the process runs on.", Note: "On Modal, the cloud that Modal chose.",
	},
	{
		Name: string(CloudPlatform), Type: TypeString, Values: []string{PlatformModal, PlatformAWSECS, PlatformGCPCloudRun}, Open: true,
		Package: inRoot, Source: sourceCloud, Spans: onResource,
		Brief: "The service that runs the process.", Note: "modal is not among OpenTelemetry's values, which may be extended.",
	},
	{
		Name: string(CloudRegion), Type: TypeString, Package: inRoot, Source: sourceCloud, Spans: onResource,
		Brief: "The region in the provider's spelling.", Note: "Modal gives the zone for some providers.",
	},
	{
		Name: string(CloudAccountID), Type: TypeString, Package: inRoot, Source: sourceCloud, Spans: onResource,
		Brief: "The provider's account, on Google Cloud the project.",
	},
	{
		Name: string(AWSECSLaunchtype), Type: TypeString, Values: []string{LaunchEC2, LaunchFargate},
		Package: inRoot, Stability: Development, Source: sourceAWS, Spans: onResource,
		Brief: "What an ECS task runs on.",
	},
	{
		Name: string(GCPCloudRunJobExecution), Type: TypeString, Package: inRoot, Stability: Development, Source: sourceGCP, Spans: onResource,
		Brief: "The execution of a Cloud Run job.",
	},
	{
		Name: string(GCPCloudRunJobTaskIndex), Type: TypeInt, Package: inRoot, Stability: Development, Source: sourceGCP, Spans: onResource,
		Brief: "The task of a Cloud Run job, counted from zero.",
	},
	{
		Name: string(FaaSName), Type: TypeString, Package: inRoot, Stability: Development, Source: sourceFaaS, Spans: onResource,
		Brief: "The Cloud Run service or job, or the Knative service.",
	},
	{
		Name: string(FaaSVersion), Type: TypeString, Package: inRoot, Stability: Development, Source: sourceFaaS, Spans: onResource,
		Brief: "The revision of the Cloud Run or Knative service.",
	},
	{
		Name: string(FaaSInstance), Type: TypeString, Package: inRoot, Stability: Development, Source: sourceFaaS, Spans: onResource,
		Brief: "The Modal container.", Note: "MODAL_TASK_ID, by which Modal's own logs and pages name it.",
	},
	{
		Name: string(ContainerImageID), Type: TypeString, Package: inRoot, Stability: Development, Source: sourceContainer, Spans: onResource,
		Brief: "The Modal image.",
	},
	{
		Name: string(K8SClusterName), Type: TypeString, Package: inRoot, Source: sourceK8S, Spans: onResource,
		Brief: "The Kubernetes cluster.",
	},
	{
		Name: string(K8SNamespaceName), Type: TypeString, Package: inRoot, Source: sourceK8S, Spans: onResource,
		Brief: "The namespace of the pod.",
	},
	{
		Name: string(K8SDeploymentName), Type: TypeString, Package: inRoot, Source: sourceK8S, Spans: onResource,
		Brief: "The deployment that the pod belongs to.",
	},
	{
		Name: string(K8SPodName), Type: TypeString, Package: inRoot, Source: sourceK8S, Spans: onResource,
		Brief: "The pod.",
	},
	{
		Name: string(K8SPodUID), Type: TypeString, Package: inRoot, Source: sourceK8S, Spans: onResource,
		Brief: "The pod's unique id.",
	},
	{
		Name: string(K8SNodeName), Type: TypeString, Package: inRoot, Source: sourceK8S, Spans: onResource,
		Brief: "The node that the pod runs on.",
	},
	{
		Name: string(HostName), Type: TypeString, Package: inRoot, Source: sourceHost, Spans: onResource,
		Brief: "The machine's name; in a container, the container's.",
	},
	{
		Name: string(ProcessRuntimeVersion), Type: TypeString, Package: inRoot, Source: sourceProcess, Spans: onResource,
		Brief: "The version of Go that built the program, such as go1.26.0.",
	},
}
