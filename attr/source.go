package attr

// SourceLift is the [Def].Source of names that are the product's own.
const SourceLift = "lift-sys"

// Documents of OpenTelemetry's semantic conventions, each with its version.
// v1.43.0 is what otelhttp of this release writes; gen_ai and openai stand at
// the last version that defines them, looked up in November 2026.
const (
	semconv      = "https://github.com/open-telemetry/semantic-conventions/blob/v1.43.0/docs/"
	semconvGenAI = "https://github.com/open-telemetry/semantic-conventions/blob/v1.41.0/docs/"
	// The last version before the environment's attribute got its new name.
	semconvOld = "https://github.com/open-telemetry/semantic-conventions/blob/v1.26.0/docs/"

	sourceAWS           = semconv + "registry/attributes/aws.md"
	sourceClient        = semconv + "registry/attributes/client.md"
	sourceCloud         = semconv + "registry/attributes/cloud.md"
	sourceContainer     = semconv + "registry/attributes/container.md"
	sourceDB            = semconv + "registry/attributes/db.md"
	sourceDBMetrics     = semconv + "db/database-metrics.md"
	sourceDeployment    = semconv + "registry/attributes/deployment.md"
	sourceDeploymentOld = semconvOld + "attributes-registry/deployment.md"
	sourceError         = semconv + "registry/attributes/error.md"
	sourceException     = semconv + "registry/attributes/exception.md"
	sourceExceptions    = semconv + "exceptions/exceptions-spans.md"
	sourceFaaS          = semconv + "registry/attributes/faas.md"
	sourceGCP           = semconv + "registry/attributes/gcp.md"
	sourceGenAI         = semconvGenAI + "registry/attributes/gen-ai.md"
	sourceGenAIMetrics  = semconvGenAI + "gen-ai/gen-ai-metrics.md"
	sourceHost          = semconv + "registry/attributes/host.md"
	sourceHTTP          = semconv + "registry/attributes/http.md"
	sourceHTTPMetrics   = semconv + "http/http-metrics.md"
	sourceHTTPSpans     = semconv + "http/http-spans.md"
	sourceK8S           = semconv + "registry/attributes/k8s.md"
	sourceNetwork       = semconv + "registry/attributes/network.md"
	sourceOpenAI        = semconvGenAI + "registry/attributes/openai.md"
	sourceProcess       = semconv + "registry/attributes/process.md"
	sourceServer        = semconv + "registry/attributes/server.md"
	sourceService       = semconv + "registry/attributes/service.md"
	sourceSession       = semconv + "registry/attributes/session.md"
	sourceTelemetry     = semconv + "registry/attributes/telemetry.md"
	sourceURL           = semconv + "registry/attributes/url.md"
	sourceUser          = semconv + "registry/attributes/user.md"
	sourceUserAgent     = semconv + "registry/attributes/user-agent.md"

	// Honeycomb publishes the code that turns OTLP into its columns, the
	// reading of a span's weight included.
	sourceHoneycomb = "https://github.com/honeycombio/husky/tree/main/otlp"
)

// Packages of this module that write names.
const (
	inRoot = "telemetry"
	inHTTP = "telemetryhttp"
	inSQL  = "telemetrysql"
	inLLM  = "telemetryllm"
	inSlog = "telemetryslog"
)

// Families of spans that carry the same attributes.
var (
	onSession  = []string{SpanSessionCreate, SpanSessionUpdate, SpanSessionFinalize}
	onIR       = []string{SpanIRGenerate}
	onCode     = []string{SpanCodeGenerate}
	onLLM      = []string{SpanLLMCall, SpanModalInference}
	onDSPy     = []string{SpanDSPyOptimize}
	onRobust   = []string{SpanRobustnessTest}
	onHTTP     = []string{SpanHTTPServer, SpanHTTPClient}
	onClient   = []string{SpanHTTPClient}
	onServer   = []string{SpanHTTPServer}
	onEvery    = []string{EverySpan}
	onRoot     = []string{LocalRoot}
	onResource = []string{Resource}
	onDB       = []string{SpanDBInsert, SpanDBSelect, SpanDBUpdate, SpanDBDelete, SpanDBConnect, SpanDBBegin, SpanDBCommit, SpanDBRollback, SpanDBQuery}
	onDBQuery  = []string{SpanDBInsert, SpanDBSelect, SpanDBUpdate, SpanDBDelete, SpanDBQuery}
)
