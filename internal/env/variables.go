package env

import "slices"

// Variable describes one environment variable.
type Variable struct {
	// Name of the variable.
	Name string
	// DefinedBy says whose documentation binds its meaning, such as
	// "OpenTelemetry", "Honeycomb" or "lift-sys".
	DefinedBy string
	// Meaning in one line.
	Meaning string
	// Default in text; empty where there is none.
	Default string
	// Secret says that the value must never be shown.
	Secret bool
	// ReadBy names the package that reads the variable where it is not this
	// one. Empty: Resolve reads it.
	ReadBy string
}

// Who defines variables.
const (
	otel      = "OpenTelemetry"
	honeycomb = "Honeycomb"
	liftSys   = "lift-sys"
	noColor   = "no-color.org"
	modal     = "Modal"
	amazon    = "Amazon ECS"
	google    = "Cloud Run"
	knative   = "Knative"
	cluster   = "Kubernetes"
	manifest  = "the pod's manifest"
)

// perSignal expands a variable of the exporter into the one of all signals and
// those of traces and metrics.
func perSignal(suffix, meaning, def string, secret bool) []Variable {
	general := Variable{Name: "OTEL_EXPORTER_OTLP_" + suffix, DefinedBy: otel, Meaning: meaning, Default: def, Secret: secret}
	all := []Variable{general}
	for _, s := range []signal{traceSignal, metricSignal} {
		v := general
		v.Name = s.variables(suffix)[0]
		v.Meaning = "the same for " + s.name + ", in place of the general one"
		v.Default = ""
		all = append(all, v)
	}
	return all
}

// Variables returns the table of all environment variables that have a
// meaning for this library, grouped by subject. The caller owns the slice. It
// is made anew each time: no program needs it, only its documentation.
func Variables() []Variable {
	return slices.Concat(
		[]Variable{
			{Name: "OTEL_SDK_DISABLED", DefinedBy: otel, Meaning: "true switches everything off", Default: "false"},
			{Name: "HONEYCOMB_ENABLED", DefinedBy: liftSys, Meaning: "false switches everything off", Default: "true"},

			{Name: "OTEL_SERVICE_NAME", DefinedBy: otel, Meaning: "service.name, over the program's own", Default: DefaultServiceName},
			{Name: "OTEL_RESOURCE_ATTRIBUTES", DefinedBy: otel, Meaning: "resource attributes over the program's own, as key=value,key=value with percent-encoding; service.version and deployment.environment.name among them"},

			{Name: "HONEYCOMB_API_KEY", DefinedBy: honeycomb, Meaning: "ingest key; sends to Honeycomb, and goes to no other host", Secret: true},
			{Name: "HONEYCOMB_API_ENDPOINT", DefinedBy: honeycomb, Meaning: "base URL instead of Honeycomb's own, such as a Refinery; gets the key", Default: honeycombUS},
			{Name: "HONEYCOMB_REGION", DefinedBy: liftSys, Meaning: "us or eu", Default: "us"},
			{Name: "HONEYCOMB_DATASET", DefinedBy: honeycomb, Meaning: "dataset of spans, for classic keys only", Default: "service.name"},
			{Name: "HONEYCOMB_METRICS_DATASET", DefinedBy: honeycomb, Meaning: "dataset of metrics", Default: "service.name followed by _metrics"},

			{Name: "OTEL_TRACES_EXPORTER", DefinedBy: otel, Meaning: "otlp, console or none; or otlp,console", Default: "otlp where there is a destination"},
			{Name: "OTEL_METRICS_EXPORTER", DefinedBy: otel, Meaning: "otlp, console or none; or otlp,console; the console is standard error and shows sums since the start", Default: "otlp where there is a destination"},
		},
		perSignal("ENDPOINT", "base URL of an OTLP/HTTP receiver, to which /v1/traces and /v1/metrics are added; the variables of one signal hold its whole URL", "", false),
		perSignal("HEADERS", "headers as name=value,name=value with percent-encoded values; merged with the program's by name", "", true),
		perSignal("PROTOCOL", "http/protobuf; nothing else is spoken", "http/protobuf", false),
		perSignal("COMPRESSION", "gzip or none", "gzip", false),
		perSignal("TIMEOUT", "milliseconds for one request", "10000", false),
		perSignal("INSECURE", "true permits secrets without TLS, and makes an endpoint without a scheme http", "false", false),
		perSignal("CERTIFICATE", "PEM file of the authorities to trust instead of the system's", "", false),
		perSignal("CLIENT_CERTIFICATE", "PEM file of the client's certificate", "", false),
		perSignal("CLIENT_KEY", "PEM file of the client's key", "", false),
		[]Variable{
			{Name: "OTEL_TRACES_SAMPLER", DefinedBy: otel, Meaning: "always_on, always_off, traceidratio, or one of these after parentbased_", Default: "parentbased_always_on"},
			{Name: "OTEL_TRACES_SAMPLER_ARG", DefinedBy: otel, Meaning: "share of traces that traceidratio keeps, 0 to 1", Default: "1"},
			{Name: "LIFT_WEIGHT_ENCODING", DefinedBy: liftSys, Meaning: "how spans say what they stand for: honeycomb (attribute SampleRate), collector (tracestate alone, for a Collector that samples) or none", Default: "honeycomb"},
			{Name: "LIFT_EVENTS_PER_MONTH", DefinedBy: liftSys, Meaning: "event budget of all instances together: spans, span events, links and metric points in a calendar month; turns WithEventBudget on", Default: "20000000 with WithEventBudget, else none"},
			{Name: "LIFT_INSTANCES", DefinedBy: liftSys, Meaning: "processes that share the event budget", Default: "1"},

			{Name: "OTEL_METRIC_EXPORT_INTERVAL", DefinedBy: otel, Meaning: "milliseconds between two metric exports", Default: "60000"},
			{Name: "OTEL_METRIC_EXPORT_TIMEOUT", DefinedBy: otel, Meaning: "milliseconds for one metric collection and export", Default: "30000"},
			{Name: "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", DefinedBy: otel, Meaning: "cumulative, delta or lowmemory", Default: "delta for Honeycomb, else cumulative"},
			{Name: "OTEL_METRICS_EXEMPLAR_FILTER", DefinedBy: otel, Meaning: "always_on, always_off or trace_based", Default: "trace_based", ReadBy: "go.opentelemetry.io/otel/sdk/metric"},
			{Name: "LIFT_SELF_METRICS", DefinedBy: liftSys, Meaning: "false leaves out the library's metrics about itself, lift.telemetry.*", Default: "true"},

			{Name: "OTEL_PROPAGATORS", DefinedBy: otel, Meaning: "tracecontext and baggage, one of them, or none", Default: "tracecontext,baggage"},
			{Name: "LIFT_PROPAGATE_HOSTS", DefinedBy: liftSys, Meaning: "further hosts that may see trace headers: api.example.com,*.example.com,api.example.com:8443"},

			{Name: "LIFT_PRICES_FILE", DefinedBy: liftSys, Meaning: "JSON file of prices of models, over those of the library; package price tells its form"},
			{Name: "LIFT_TELEMETRY_SPOOL", DefinedBy: liftSys, Meaning: "directory in which data waits on the disk while the backend cannot be reached; followed by ,always, each span is there from its end on, or with tail sampling or a budget, which decide in memory, from its trace's decision on; WithSpool goes before it"},

			{Name: "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", DefinedBy: otel, Meaning: "attributes per span", Default: "128"},
			{Name: "OTEL_ATTRIBUTE_COUNT_LIMIT", DefinedBy: otel, Meaning: "the same where the variable above is unset"},
			{Name: "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", DefinedBy: otel, Meaning: "length of a string value, in bytes", Default: "8192"},
			{Name: "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", DefinedBy: otel, Meaning: "the same where the variable above is unset"},
			{Name: "OTEL_SPAN_EVENT_COUNT_LIMIT", DefinedBy: otel, Meaning: "events per span", Default: "128"},
			{Name: "OTEL_SPAN_LINK_COUNT_LIMIT", DefinedBy: otel, Meaning: "links per span", Default: "128"},
			{Name: "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", DefinedBy: otel, Meaning: "attributes per event", Default: "128"},
			{Name: "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", DefinedBy: otel, Meaning: "attributes per link", Default: "128"},

			{Name: "MODAL_TASK_ID", DefinedBy: modal, Meaning: "faas.instance; says that this is Modal, so that the next four count"},
			{Name: "MODAL_CLOUD_PROVIDER", DefinedBy: modal, Meaning: "cloud.provider"},
			{Name: "MODAL_REGION", DefinedBy: modal, Meaning: "cloud.region"},
			{Name: "MODAL_IMAGE_ID", DefinedBy: modal, Meaning: "container.image.id"},
			{Name: "MODAL_ENVIRONMENT", DefinedBy: modal, Meaning: "deployment.environment.name where nobody else says it"},

			{Name: "ECS_CONTAINER_METADATA_URI_V4", DefinedBy: amazon, Meaning: "says that this is ECS; the address itself is not asked"},
			{Name: "AWS_EXECUTION_ENV", DefinedBy: amazon, Meaning: "aws.ecs.launchtype where it starts with AWS_ECS_, and says then that this is ECS"},
			{Name: "AWS_REGION", DefinedBy: amazon, Meaning: "cloud.region on ECS"},
			{Name: "AWS_DEFAULT_REGION", DefinedBy: amazon, Meaning: "the same where the variable above is unset"},

			{Name: "CLOUD_RUN_JOB", DefinedBy: google, Meaning: "faas.name of a job; says that this is Cloud Run"},
			{Name: "CLOUD_RUN_EXECUTION", DefinedBy: google, Meaning: "gcp.cloud_run.job.execution"},
			{Name: "CLOUD_RUN_TASK_INDEX", DefinedBy: google, Meaning: "gcp.cloud_run.job.task_index"},
			{Name: "K_SERVICE", DefinedBy: knative, Meaning: "faas.name of a service; outside Kubernetes, says that this is Cloud Run"},
			{Name: "K_REVISION", DefinedBy: knative, Meaning: "faas.version"},
			{Name: "GOOGLE_CLOUD_PROJECT", DefinedBy: google, Meaning: "cloud.account.id on Cloud Run, where somebody sets it"},

			{Name: "KUBERNETES_SERVICE_HOST", DefinedBy: cluster, Meaning: "says that this is a pod, so that the next ten count"},
			{Name: "K8S_CLUSTER_NAME", DefinedBy: manifest, Meaning: "k8s.cluster.name"},
			{Name: "K8S_NAMESPACE_NAME", DefinedBy: manifest, Meaning: "k8s.namespace.name"},
			{Name: "POD_NAMESPACE", DefinedBy: manifest, Meaning: "the same where the variable above is unset"},
			{Name: "K8S_DEPLOYMENT_NAME", DefinedBy: manifest, Meaning: "k8s.deployment.name"},
			{Name: "K8S_POD_NAME", DefinedBy: manifest, Meaning: "k8s.pod.name"},
			{Name: "POD_NAME", DefinedBy: manifest, Meaning: "the same where the variable above is unset"},
			{Name: "K8S_POD_UID", DefinedBy: manifest, Meaning: "k8s.pod.uid"},
			{Name: "POD_UID", DefinedBy: manifest, Meaning: "the same where the variable above is unset"},
			{Name: "K8S_NODE_NAME", DefinedBy: manifest, Meaning: "k8s.node.name"},
			{Name: "NODE_NAME", DefinedBy: manifest, Meaning: "the same where the variable above is unset"},

			{Name: "NO_COLOR", DefinedBy: noColor, Meaning: "any value keeps colours out of the console's traces", ReadBy: "internal/console"},
		},
	)
}
