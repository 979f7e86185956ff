package attr

// Metric names. The lift. prefix is not repeated in the constant's name.
const (
	MetricGenAIClientTokenUsage                  = "gen_ai.client.token.usage"
	MetricGenAIClientOperationDuration           = "gen_ai.client.operation.duration"
	MetricGenAIClientOperationTimeToFirstChunk   = "gen_ai.client.operation.time_to_first_chunk"
	MetricGenAIClientOperationTimePerOutputChunk = "gen_ai.client.operation.time_per_output_chunk"
	MetricLLMCost                                = "lift.llm.cost"
	MetricLLMCostUnknown                         = "lift.llm.cost.unknown"
	MetricCost                                   = "lift.cost"
	MetricSessions                               = "lift.sessions"
	MetricHolesResolved                          = "lift.holes_resolved"
	MetricCodeGenerations                        = "lift.code.generations"
	MetricEvents                                 = "lift.events"
	MetricHTTPServerRequestDuration              = "http.server.request.duration"
	MetricHTTPServerRequestBodySize              = "http.server.request.body.size"
	MetricHTTPServerResponseBodySize             = "http.server.response.body.size"
	MetricHTTPClientRequestDuration              = "http.client.request.duration"
	MetricHTTPClientRequestBodySize              = "http.client.request.body.size"
	MetricDBClientOperationDuration              = "db.client.operation.duration"
	MetricDBClientConnectionCount                = "db.client.connection.count"
	MetricDBClientConnectionMax                  = "db.client.connection.max"
	MetricDBConnectionWaits                      = "lift.db.connection.waits"
	MetricDBConnectionWaitTime                   = "lift.db.connection.wait_time"
)

// Boundaries that the semantic conventions give, read in November 2026.
var (
	bucketsGenAITokens  = []float64{1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864}
	bucketsGenAISeconds = []float64{0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92}
	bucketsHTTPSeconds  = []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}
	bucketsDBSeconds    = []float64{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10}
)

var (
	genAIDims = []string{string(GenAIOperationName), string(GenAIProviderName), string(GenAIRequestModel), string(GenAIResponseModel)}
	llmDims   = []string{string(LLMProvider), string(LLMProviderRoute), string(LLMModel)}

	httpServerDims = []string{
		string(HTTPRequestMethod), string(HTTPRoute), string(HTTPResponseStatusCode), string(ErrorType),
		string(URLScheme), string(ServerAddress), string(ServerPort), string(NetworkProtocolName), string(NetworkProtocolVersion),
	}
	httpClientDims = []string{
		string(HTTPRequestMethod), string(HTTPResponseStatusCode), string(ErrorType),
		string(URLScheme), string(ServerAddress), string(ServerPort), string(NetworkProtocolName), string(NetworkProtocolVersion),
	}
)

var metricDefs = []Def{
	{
		Name: MetricGenAIClientTokenUsage, Instrument: Histogram, Type: TypeInt, Unit: "{token}", Buckets: bucketsGenAITokens,
		Package: inRoot, Stability: Development, Source: sourceGenAIMetrics,
		Attributes: []string{string(GenAIOperationName), string(GenAIProviderName), string(GenAIRequestModel), string(GenAIResponseModel), string(GenAITokenType)},
		Brief:      "Tokens used by one call, once for input and once for output.",
		Note:       "Unreleased GenAI conventions split it into one histogram per direction and operation.",
	},
	{
		Name: MetricGenAIClientOperationDuration, Instrument: Histogram, Type: TypeFloat, Unit: "s", Buckets: bucketsGenAISeconds,
		Package: inRoot, Stability: Development, Source: sourceGenAIMetrics,
		Attributes: []string{string(GenAIOperationName), string(GenAIProviderName), string(GenAIRequestModel), string(GenAIResponseModel), string(ErrorType)},
		Brief:      "Duration of one call, failed ones included.",
		Note:       "Unreleased GenAI conventions name it gen_ai.client.inference.duration.",
	},
	{
		Name: MetricGenAIClientOperationTimeToFirstChunk, Instrument: Histogram, Type: TypeFloat, Unit: "s", Buckets: bucketsGenAISeconds,
		Package: inRoot, Stability: Development, Source: sourceGenAIMetrics, Attributes: genAIDims,
		Brief: "Time from sending a streaming request to its first chunk.",
		Note:  "Unreleased GenAI conventions name it gen_ai.client.inference.time_to_first_chunk.",
	},
	{
		Name: MetricGenAIClientOperationTimePerOutputChunk, Instrument: Histogram, Type: TypeFloat, Unit: "s", Buckets: bucketsGenAISeconds,
		Package: inRoot, Stability: Development, Source: sourceGenAIMetrics, Attributes: genAIDims,
		Brief: "Time between two chunks of a streaming answer.",
		Note:  "Unreleased GenAI conventions name it gen_ai.client.inference.time_per_output_chunk.",
	},
	{
		Name: MetricLLMCost, Instrument: Counter, Type: TypeFloat, Unit: "{USD}", Package: inRoot, Source: SourceLift, Attributes: llmDims,
		Brief: "US dollars that LLM calls cost.",
	},
	{
		Name: MetricLLMCostUnknown, Instrument: Counter, Type: TypeInt, Unit: "{call}", Package: inRoot, Source: SourceLift, Attributes: llmDims,
		Brief: "LLM calls whose price nobody knows; their cost is missing from every sum.",
	},
	{
		Name: MetricCost, Instrument: Counter, Type: TypeFloat, Unit: "{USD}", Package: inRoot, Source: SourceLift,
		Brief: "US dollars that no token explains, such as GPU seconds; LLM calls are not in it.",
	},
	{
		Name: MetricSessions, Instrument: Counter, Type: TypeInt, Unit: "{session}", Package: inRoot, Source: SourceLift,
		Attributes: []string{string(SessionStatus), string(SessionSource)},
		Brief:      "Sessions by the status that they reached.",
	},
	{
		Name: MetricHolesResolved, Instrument: Counter, Type: TypeInt, Unit: "{hole}", Package: inRoot, Source: SourceLift,
		Brief: "Holes that were resolved.",
	},
	{
		Name: MetricCodeGenerations, Instrument: Counter, Type: TypeInt, Unit: "{generation}", Package: inRoot, Source: SourceLift,
		Attributes: []string{string(CodeLanguage), string(CodeSuccess)},
		Brief:      "Code generations by language and success.",
	},
	{
		Name: MetricEvents, Instrument: Counter, Type: TypeInt, Unit: "{event}", Package: inRoot, Source: SourceLift, Stability: Development,
		Attributes: []string{string(LiftEventName)},
		Brief:      "Business events by name.",
	},
	{
		Name: MetricHTTPServerRequestDuration, Instrument: Histogram, Type: TypeFloat, Unit: "s", Buckets: bucketsHTTPSeconds,
		Package: inHTTP, Source: sourceHTTPMetrics, Attributes: httpServerDims,
		Brief: "Duration of an incoming HTTP request.",
	},
	{
		Name: MetricHTTPServerRequestBodySize, Instrument: Histogram, Type: TypeInt, Unit: "By",
		Package: inHTTP, Stability: Development, Source: sourceHTTPMetrics, Attributes: httpServerDims,
		Brief: "Size of the body of an incoming HTTP request.",
	},
	{
		Name: MetricHTTPServerResponseBodySize, Instrument: Histogram, Type: TypeInt, Unit: "By",
		Package: inHTTP, Stability: Development, Source: sourceHTTPMetrics, Attributes: httpServerDims,
		Brief: "Size of the body that answered an incoming HTTP request.",
	},
	{
		Name: MetricHTTPClientRequestDuration, Instrument: Histogram, Type: TypeFloat, Unit: "s", Buckets: bucketsHTTPSeconds,
		Package: inHTTP, Source: sourceHTTPMetrics, Attributes: httpClientDims,
		Brief: "Duration of an outgoing HTTP request.",
	},
	{
		Name: MetricHTTPClientRequestBodySize, Instrument: Histogram, Type: TypeInt, Unit: "By",
		Package: inHTTP, Stability: Development, Source: sourceHTTPMetrics, Attributes: httpClientDims,
		Brief: "Size of the body of an outgoing HTTP request.",
	},
	{
		Name: MetricDBClientOperationDuration, Instrument: Histogram, Type: TypeFloat, Unit: "s", Buckets: bucketsDBSeconds,
		Package: inSQL, Source: sourceDBMetrics,
		Attributes: []string{string(DBSystemName), string(DBOperationName), string(DBCollectionName), string(DBNamespace), string(ErrorType)},
		Brief:      "Duration of a database operation.",
	},
	{
		Name: MetricDBClientConnectionCount, Instrument: UpDownCounter, Type: TypeInt, Unit: "{connection}",
		Package: inSQL, Stability: Development, Source: sourceDBMetrics,
		Attributes: []string{string(DBSystemName), string(DBClientConnectionPoolName), string(DBClientConnectionState)},
		Brief:      "Connections of a pool, by what they do now.",
	},
	{
		Name: MetricDBClientConnectionMax, Instrument: UpDownCounter, Type: TypeInt, Unit: "{connection}",
		Package: inSQL, Stability: Development, Source: sourceDBMetrics,
		Attributes: []string{string(DBSystemName), string(DBClientConnectionPoolName)},
		Brief:      "Connections that a pool may have open; absent where there is no limit.",
	},
	{
		Name: MetricDBConnectionWaits, Instrument: Counter, Type: TypeInt, Unit: "{wait}",
		Package: inSQL, Stability: Development, Source: SourceLift,
		Attributes: []string{string(DBSystemName), string(DBClientConnectionPoolName)},
		Brief:      "Calls that had to wait for a connection, because the pool had none to spare.",
		Note:       "Pools tell totals only, so this is not the conventions' histogram db.client.connection.wait_time.",
	},
	{
		Name: MetricDBConnectionWaitTime, Instrument: Counter, Type: TypeFloat, Unit: "s",
		Package: inSQL, Stability: Development, Source: SourceLift,
		Attributes: []string{string(DBSystemName), string(DBClientConnectionPoolName)},
		Brief:      "How long they waited, added up.",
		Note:       "Divided by lift.db.connection.waits it is the average wait.",
	},
	{
		Name: MetricTelemetryExported, Instrument: Counter, Type: TypeInt, Unit: "{event}",
		Package: inRoot, Source: SourceLift,
		Brief: "Events that the backend accepted: spans, span events and links, each one.",
		Note: "This is what Honeycomb bills of traces. It is not weighted by sampling. What is sent from the spool counts for the process that sends it. " +
			"A process reads it for the last time when it shuts down and its last spans have been sent, or half of its time for that is over: " +
			"what the backend accepts later, or what an event budget then has no room for in its metric share, is in the process's own Stats alone.",
	},
	{
		Name: MetricTelemetryPoints, Instrument: Counter, Type: TypeInt, Unit: "{point}",
		Package: inRoot, Source: SourceLift, Stability: Development,
		Brief: "Metric points that the backend accepted.",
		Note:  "Honeycomb makes one event of points with the same time and attributes.",
	},
	{
		Name: MetricTelemetryDropped, Instrument: Counter, Type: TypeInt, Unit: "{item}",
		Package: inRoot, Source: SourceLift, Stability: Development,
		Attributes: []string{string(LiftTelemetrySignal), string(LiftTelemetryReason)},
		Brief:      "Spans and metric points that were lost, by reason. Sampling is no loss.",
	},
	{
		Name: MetricTelemetrySampledOut, Instrument: Counter, Type: TypeInt, Unit: "{span}",
		Package: inRoot, Source: SourceLift, Stability: Development,
		Brief: "Spans that were not recorded, by the sampling decision.",
	},
	{
		Name: MetricTelemetryRedacted, Instrument: Counter, Type: TypeInt, Unit: "{value}",
		Package: inRoot, Source: SourceLift, Stability: Development,
		Brief: "Values that looked like secrets and were masked.",
	},
	{
		Name: MetricTelemetryRetries, Instrument: Counter, Type: TypeInt, Unit: "{request}",
		Package: inRoot, Source: SourceLift, Stability: Development,
		Brief: "Export requests that repeated a failed one.",
	},
	{
		Name: MetricTelemetryBuffered, Instrument: UpDownCounter, Type: TypeInt, Unit: "By",
		Package: inRoot, Source: SourceLift, Stability: Development,
		Brief: "Memory that holds what waits for delivery.",
	},
	{
		Name: MetricTelemetrySamplingTraces, Instrument: Counter, Type: TypeInt, Unit: "{trace}",
		Package: inRoot, Source: SourceLift, Stability: Development,
		Attributes: []string{string(LiftTelemetryStratum), string(LiftTelemetryDecision)},
		Brief:      "Traces that tail sampling and the event budget have decided about.",
	},
	{
		Name: MetricTelemetrySamplingWeight, Instrument: Counter, Type: TypeFloat, Unit: "{trace}",
		Package: inRoot, Source: SourceLift, Stability: Development,
		Attributes: []string{string(LiftTelemetryStratum)},
		Brief:      "Traces that the kept ones stand for.",
	},
	{
		Name: MetricTelemetryBudgetUsed, Instrument: UpDownCounter, Type: TypeInt, Unit: "{event}",
		Package: inRoot, Source: SourceLift, Stability: Development,
		Attributes: []string{string(LiftTelemetryPeriod)},
		Brief:      "Spans, span events and links that this process has taken from its event budget.",
	},
	{
		Name: MetricTelemetryBudgetLeft, Instrument: UpDownCounter, Type: TypeInt, Unit: "{event}",
		Package: inRoot, Source: SourceLift, Stability: Development,
		Attributes: []string{string(LiftTelemetryPeriod)},
		Brief:      "What this process's event budget has left.",
	},
}
