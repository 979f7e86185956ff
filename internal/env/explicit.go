package env

import (
	"time"

	"go.opentelemetry.io/otel/attribute"
)

// Explicit is what the program's own options say. A zero field is unset, so
// the zero value leaves everything to the environment and the defaults.
type Explicit struct {
	// ServiceName and ServiceVersion are resource attributes. The environment
	// beats them.
	ServiceName, ServiceVersion string
	// Environment is deployment.environment.name, such as "production". The
	// environment beats it.
	Environment string
	// Resource holds further resource attributes. The environment beats each
	// one by key; the three fields above beat an attribute of their name.
	Resource []attribute.KeyValue

	// Endpoint is the base URL of an OTLP/HTTP receiver for both signals:
	// /v1/traces and /v1/metrics are appended.
	Endpoint string
	// Headers go with each request, over those of the environment key by key.
	// Names are case-insensitive; values are taken as they are.
	Headers map[string]string
	// Insecure permits http for an endpoint without a scheme, and secrets over
	// a connection without TLS.
	Insecure bool
	// Compression is "gzip" or "none".
	Compression string
	// Timeout bounds one export request.
	Timeout time.Duration

	// HoneycombKey is an ingest key. It names a destination by itself.
	HoneycombKey string
	// HoneycombEndpoint stands for api.honeycomb.io: a Refinery, a proxy, a
	// test server. The key is sent to it. It names a destination by itself.
	HoneycombEndpoint string
	// HoneycombRegion is "us" or "eu".
	HoneycombRegion string
	// HoneycombDataset receives the spans of a classic key.
	HoneycombDataset string
	// HoneycombMetricsDataset receives metrics.
	HoneycombMetricsDataset string

	// Console prints finished traces, beside whatever else is done with them.
	Console bool
	// OwnSpans and OwnMetrics say that the program brings a span processor, a
	// provider, an exporter or a reader of its own, so that telemetry is on
	// even without a destination that this package knows.
	OwnSpans, OwnMetrics bool

	// SampleRatio is the share of new traces to keep, 0 to 1, below a parent's
	// decision.
	SampleRatio *float64
	// Budget bounds the events sent; its zero fields are unset. Nil: no budget
	// but that of the environment.
	Budget *Budget
	// WeightEncoding is how spans say what they stand for.
	WeightEncoding string
	// MetricInterval is the time between two metric exports.
	MetricInterval time.Duration
	// Temporality is the metric temporality.
	Temporality Temporality
	// NoSelfMetrics leaves out the library's metrics about itself.
	NoSelfMetrics bool
	// Propagators name the propagators; see [Config.Propagators].
	Propagators []string
	// PropagateTo adds hosts that may see trace headers.
	PropagateTo []string

	// Spool is where undeliverable data waits. Its numbers count with a
	// directory from the environment too.
	Spool Spool
}

// The names of the options that fill Explicit, as settings and errors show
// them.
const (
	optService       = "WithService"
	optEnvironment   = "WithEnvironment"
	optResource      = "WithResourceAttributes"
	optEndpoint      = "WithEndpoint"
	optHeaders       = "WithHeaders"
	optInsecure      = "WithInsecure"
	optCompression   = "WithCompression"
	optTimeout       = "WithTimeout"
	optHoneycomb     = "WithHoneycomb"
	optAPIEndpoint   = "WithHoneycombEndpoint"
	optRegion        = "WithHoneycombRegion"
	optDataset       = "WithHoneycombDataset"
	optMetricDataset = "WithHoneycombMetricsDataset"
	optConsole       = "WithConsole"
	optSampleRatio   = "WithSampleRatio"
	optBudget        = "WithEventBudget"
	optWeight        = "WithWeightEncoding"
	optInterval      = "WithMetricInterval"
	optTemporality   = "WithTemporality"
	optNoSelfMetrics = "WithoutSelfMetrics"
	optPropagators   = "WithPropagators"
	optPropagateTo   = "WithPropagateTo"
	optSpool         = "WithSpool"
	optSpoolMaxBytes = "SpoolMaxBytes"
	optSpoolMaxAge   = "SpoolMaxAge"
	optSpoolAlways   = "SpoolAlways"
	optSpoolSync     = "SpoolSync"
)
