package attr

import "go.opentelemetry.io/otel/attribute"

// Who and where: carried by context or by the resource, so that no call site
// types them twice.
const (
	UserID                    attribute.Key = "user.id"
	RequestID                 attribute.Key = "request.id"
	ServiceName               attribute.Key = "service.name"
	ServiceVersion            attribute.Key = "service.version"
	ServiceInstanceID         attribute.Key = "service.instance.id"
	ServiceNamespace          attribute.Key = "service.namespace"
	DeploymentEnvironmentName attribute.Key = "deployment.environment.name"
	DeploymentEnvironment     attribute.Key = "deployment.environment"
	TelemetrySDKName          attribute.Key = "telemetry.sdk.name"
	TelemetrySDKLanguage      attribute.Key = "telemetry.sdk.language"
	TelemetrySDKVersion       attribute.Key = "telemetry.sdk.version"
)

var identityDefs = []Def{
	{
		Name: string(UserID), Type: TypeString, Package: inRoot, Source: sourceUser, Spans: onEvery,
		Brief: "The person on whose behalf the request runs.",
	},
	{
		Name: string(RequestID), Type: TypeString, Package: inRoot, Source: SourceLift, Spans: onEvery,
		Brief: "The request, as taken from its header or made on arrival.",
	},
	{
		Name: string(ServiceName), Type: TypeString, Package: inRoot, Source: sourceService, Spans: onResource,
		Brief: "The service.", Note: "lift-sys unless told otherwise. Honeycomb takes the dataset from it.",
	},
	{
		Name: string(ServiceVersion), Type: TypeString, Package: inRoot, Source: sourceService, Spans: onResource,
		Brief: "Version of the service.",
	},
	{
		Name: string(ServiceInstanceID), Type: TypeString, Package: inRoot, Source: sourceService, Spans: onResource,
		Brief: "One running copy of the service.",
	},
	{
		Name: string(ServiceNamespace), Type: TypeString, Package: inRoot, Source: sourceService, Spans: onResource,
		Brief: "The group of services that this one belongs to.", Note: "Only where the environment or an option sets it.",
	},
	{
		Name: string(DeploymentEnvironmentName), Type: TypeString, Package: inRoot, Source: sourceDeployment, Spans: onResource,
		Twin:  string(DeploymentEnvironment),
		Brief: "Where the service is deployed, such as staging or production.",
	},
	{
		Name: string(DeploymentEnvironment), Type: TypeString, Package: inRoot, Source: sourceDeploymentOld, Spans: onResource,
		Twin:  string(DeploymentEnvironmentName),
		Brief: "The older name of deployment.environment.name.",
	},
	{
		Name: string(TelemetrySDKName), Type: TypeString, Package: inRoot, Source: sourceTelemetry, Spans: onResource,
		Brief: "The OpenTelemetry SDK in use.",
	},
	{
		Name: string(TelemetrySDKLanguage), Type: TypeString, Package: inRoot, Source: sourceTelemetry, Spans: onResource,
		Brief: "The language that the SDK is written for.",
	},
	{
		Name: string(TelemetrySDKVersion), Type: TypeString, Package: inRoot, Source: sourceTelemetry, Spans: onResource,
		Brief: "Version of the SDK.",
	},
}
