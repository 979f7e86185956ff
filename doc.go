// Package telemetry gives a lift-sys service its traces, metrics and LLM costs
// by one convention, without OpenTelemetry code of its own.
//
// # One line
//
//	tel, err := telemetry.Init(ctx, telemetry.WithService("lift-api", "1.4.0"))
//
// [Init] reads its destination from the environment: HONEYCOMB_API_KEY for
// Honeycomb, OTEL_EXPORTER_OTLP_ENDPOINT for any OTLP receiver, or
// OTEL_TRACES_EXPORTER=console to see traces in the terminal. It makes no
// network call. Its error means bad configuration; the handle is never nil.
// Before the process stops, call [Telemetry.Shutdown].
//
// # Spans
//
// Each kind of work has a Start function, which takes a context and a request
// and returns a context and a handle:
//
//	func createSession(ctx context.Context, prompt string) (id string, err error) {
//		ctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{UserID: "u-42"})
//		defer session.End(&err)
//		…
//		session.SetResult(telemetry.SessionResult{ID: id, HolesCount: new(3)})
//		return id, nil
//	}
//
// [StartSession], [StartIR], [StartCodegen], [StartLLMCall] and their
// relatives fill in the attributes that boards and alerts rely on; package
// attr lists them all. [Start] and [Do] serve work without a helper of its
// own, [Event] records business events, [RecordCost] what no token explains.
//
// An empty string and a nil pointer mean that a fact is absent; new(3) makes
// a pointer to a value. Handles are small values: the zero value is inert,
// copies share their state, all methods are safe for concurrent use, and
// nothing panics before Init or after End. Defer End directly, with the
// address of the named error result: it then records errors, with their type
// and stack, and panics, which it raises again.
//
// # What goes where
//
// A helper uses the handle that [NewContext] put into its context, else that
// of the span it is called under, else the one that [Init] installed. User,
// request and session ids travel in the context and stand on every span of a
// request. The tokens and the cost of each LLM call are added up on the
// session, IR, code and request above it; llm.cost_usd stands on LLM spans
// only, so that no sum counts a dollar twice. Metrics do not depend on
// sampling.
//
// # Sending less
//
// [WithSampleRatio] records a share of the traces. [WithTailSampling] decides
// when a trace has ended, and keeps those that failed, were slow or expensive.
// [WithEventBudget] never sends more events than a month may have, whatever the
// load. Each span says how many it stands for, so that counts, sums and
// percentiles stay true.
//
// # Losing nothing, leaking nothing
//
// No helper blocks, and none fails. Every span is encoded once, when it ends,
// with invalid UTF-8 repaired, sizes bounded and secrets redacted, and waits
// in at most 4 MiB until it is delivered, and with [WithSpool] on the disk
// where that takes longer. [Telemetry.Stats] accounts for each span;
// [Telemetry.Health] says how delivery is doing.
//
// # Environment
//
// An empty variable counts as unset. Those of one signal, such as
// OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, go before those of all signals.
// docs/CONFIGURATION.md has the same list with defaults and sources.
//
//   - OTEL_SDK_DISABLED: true switches everything off
//   - HONEYCOMB_ENABLED: false switches everything off
//   - OTEL_SERVICE_NAME: service.name, over the program's own
//   - OTEL_RESOURCE_ATTRIBUTES: resource attributes over the program's own, as key=value,key=value with percent-encoding; service.version and deployment.environment.name among them
//   - HONEYCOMB_API_KEY: ingest key; sends to Honeycomb, and goes to no other host
//   - HONEYCOMB_API_ENDPOINT: base URL instead of Honeycomb's own, such as a Refinery; gets the key
//   - HONEYCOMB_REGION: us or eu
//   - HONEYCOMB_DATASET: dataset of spans, for classic keys only
//   - HONEYCOMB_METRICS_DATASET: dataset of metrics
//   - OTEL_TRACES_EXPORTER: otlp, console or none; or otlp,console
//   - OTEL_METRICS_EXPORTER: otlp, console or none; or otlp,console; the console is standard error and shows sums since the start
//   - OTEL_EXPORTER_OTLP_ENDPOINT: base URL of an OTLP/HTTP receiver, to which /v1/traces and /v1/metrics are added; the variables of one signal hold its whole URL
//   - OTEL_EXPORTER_OTLP_HEADERS: headers as name=value,name=value with percent-encoded values; merged with the program's by name
//   - OTEL_EXPORTER_OTLP_PROTOCOL: http/protobuf; nothing else is spoken
//   - OTEL_EXPORTER_OTLP_COMPRESSION: gzip or none
//   - OTEL_EXPORTER_OTLP_TIMEOUT: milliseconds for one request
//   - OTEL_EXPORTER_OTLP_INSECURE: true permits secrets without TLS, and makes an endpoint without a scheme http
//   - OTEL_EXPORTER_OTLP_CERTIFICATE: PEM file of the authorities to trust instead of the system's
//   - OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: PEM file of the client's certificate
//   - OTEL_EXPORTER_OTLP_CLIENT_KEY: PEM file of the client's key
//   - OTEL_TRACES_SAMPLER: always_on, always_off, traceidratio, or one of these after parentbased_
//   - OTEL_TRACES_SAMPLER_ARG: share of traces that traceidratio keeps, 0 to 1
//   - LIFT_WEIGHT_ENCODING: how spans say what they stand for: honeycomb (attribute SampleRate), collector (tracestate alone, for a Collector that samples) or none
//   - LIFT_EVENTS_PER_MONTH: event budget of all instances together: spans, span events, links and metric points in a calendar month; turns WithEventBudget on
//   - LIFT_INSTANCES: processes that share the event budget
//   - OTEL_METRIC_EXPORT_INTERVAL: milliseconds between two metric exports
//   - OTEL_METRIC_EXPORT_TIMEOUT: milliseconds for one metric collection and export
//   - OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: cumulative, delta or lowmemory
//   - OTEL_METRICS_EXEMPLAR_FILTER: always_on, always_off or trace_based
//   - LIFT_SELF_METRICS: false leaves out the library's metrics about itself, lift.telemetry.*
//   - OTEL_PROPAGATORS: tracecontext and baggage, one of them, or none
//   - LIFT_PROPAGATE_HOSTS: further hosts that may see trace headers: api.example.com,*.example.com,api.example.com:8443
//   - LIFT_PRICES_FILE: JSON file of prices of models, over those of the library; package price tells its form
//   - LIFT_TELEMETRY_SPOOL: directory in which data waits on the disk while the backend cannot be reached; followed by ,always, each span is there from its end on, or with tail sampling or a budget, which decide in memory, from its trace's decision on; WithSpool goes before it
//   - OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: attributes per span
//   - OTEL_ATTRIBUTE_COUNT_LIMIT: the same where the variable above is unset
//   - OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: length of a string value, in bytes
//   - OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: the same where the variable above is unset
//   - OTEL_SPAN_EVENT_COUNT_LIMIT: events per span
//   - OTEL_SPAN_LINK_COUNT_LIMIT: links per span
//   - OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: attributes per event
//   - OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: attributes per link
//   - MODAL_TASK_ID: faas.instance; says that this is Modal, so that the next four count
//   - MODAL_CLOUD_PROVIDER: cloud.provider
//   - MODAL_REGION: cloud.region
//   - MODAL_IMAGE_ID: container.image.id
//   - MODAL_ENVIRONMENT: deployment.environment.name where nobody else says it
//   - ECS_CONTAINER_METADATA_URI_V4: says that this is ECS; the address itself is not asked
//   - AWS_EXECUTION_ENV: aws.ecs.launchtype where it starts with AWS_ECS_, and says then that this is ECS
//   - AWS_REGION: cloud.region on ECS
//   - AWS_DEFAULT_REGION: the same where the variable above is unset
//   - CLOUD_RUN_JOB: faas.name of a job; says that this is Cloud Run
//   - CLOUD_RUN_EXECUTION: gcp.cloud_run.job.execution
//   - CLOUD_RUN_TASK_INDEX: gcp.cloud_run.job.task_index
//   - K_SERVICE: faas.name of a service; outside Kubernetes, says that this is Cloud Run
//   - K_REVISION: faas.version
//   - GOOGLE_CLOUD_PROJECT: cloud.account.id on Cloud Run, where somebody sets it
//   - KUBERNETES_SERVICE_HOST: says that this is a pod, so that the next ten count
//   - K8S_CLUSTER_NAME: k8s.cluster.name
//   - K8S_NAMESPACE_NAME: k8s.namespace.name
//   - POD_NAMESPACE: the same where the variable above is unset
//   - K8S_DEPLOYMENT_NAME: k8s.deployment.name
//   - K8S_POD_NAME: k8s.pod.name
//   - POD_NAME: the same where the variable above is unset
//   - K8S_POD_UID: k8s.pod.uid
//   - POD_UID: the same where the variable above is unset
//   - K8S_NODE_NAME: k8s.node.name
//   - NODE_NAME: the same where the variable above is unset
//   - NO_COLOR: any value keeps colours out of the console's traces
package telemetry
