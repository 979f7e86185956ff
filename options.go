package telemetry

import (
	"io"
	"log/slog"
	"maps"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/env"
	"github.com/lift-sys/telemetry/internal/export"
	"github.com/lift-sys/telemetry/internal/failure"
	"github.com/lift-sys/telemetry/internal/sanitize"
	"github.com/lift-sys/telemetry/price"
)

// An Option configures [Init] and [New]. What no option says comes from the
// environment; the package documentation lists its variables.
type Option func(*options)

type options struct {
	env.Explicit

	console         io.Writer
	logger          *slog.Logger
	redaction       sanitize.Redaction
	classify        failure.Classifier
	pricer          price.Pricer
	baggageKeys     []string
	startAttributes bool
	tracerProvider  trace.TracerProvider
	meterProvider   metric.MeterProvider
	processors      []sdktrace.SpanProcessor
	exporters       []sdktrace.SpanExporter
	readers         []sdkmetric.Reader
	stock           export.Factory
	signals         *signalWatch
	tailSampling    bool
	rules           []Rule
	getenv          func(string) string
}

// WithService sets service.name and service.version. The environment goes
// before it, so that operators can relabel a service. Default: "lift-sys",
// without a version.
func WithService(name, version string) Option {
	return func(o *options) { o.ServiceName, o.ServiceVersion = name, version }
}

// WithEnvironment sets deployment.environment.name, such as "production". The
// environment variables go before it. Default: MODAL_ENVIRONMENT on Modal, else
// absent.
func WithEnvironment(name string) Option {
	return func(o *options) { o.Environment = name }
}

// WithResourceAttributes adds attributes that describe the process. The
// environment goes before them, key by key.
func WithResourceAttributes(kv ...attribute.KeyValue) Option {
	return func(o *options) { o.Resource = append(o.Resource, kv...) }
}

// WithEndpoint sends to the OTLP/HTTP receiver at the given base URL, such as
// "https://collector.internal:4318"; /v1/traces and /v1/metrics are appended.
func WithEndpoint(url string) Option {
	return func(o *options) { o.Endpoint = url }
}

// WithHeaders adds headers to every request to the receiver. They go before
// those of the environment, key by key. Values are never shown.
func WithHeaders(headers map[string]string) Option {
	return func(o *options) {
		if o.Headers == nil {
			o.Headers = make(map[string]string, len(headers))
		}
		maps.Copy(o.Headers, headers)
	}
}

// WithInsecure permits keys and other secrets over a connection without TLS.
// Default: only to this machine.
func WithInsecure() Option {
	return func(o *options) { o.Insecure = true }
}

// WithCompression sets "gzip", the default, or "none".
func WithCompression(name string) Option {
	return func(o *options) { o.Compression = name }
}

// WithTimeout bounds one export request, from 1 ms to 1 h. Default, which 0
// means too: 10 s.
func WithTimeout(d time.Duration) Option {
	return func(o *options) { o.Timeout = d }
}

// WithHoneycomb sends to Honeycomb with an ingest key.
func WithHoneycomb(key string) Option {
	return func(o *options) { o.HoneycombKey = key }
}

// WithHoneycombEndpoint sends what is meant for Honeycomb, the key included,
// to another address: a Refinery, a proxy, a test server.
func WithHoneycombEndpoint(url string) Option {
	return func(o *options) { o.HoneycombEndpoint = url }
}

// WithHoneycombRegion selects "us", the default, or "eu".
func WithHoneycombRegion(region string) Option {
	return func(o *options) { o.HoneycombRegion = region }
}

// WithHoneycombDataset names the dataset for spans. Only classic keys need
// one; with others it follows from the service's name.
func WithHoneycombDataset(name string) Option {
	return func(o *options) { o.HoneycombDataset = name }
}

// WithHoneycombMetricsDataset names the dataset for metrics. Default: the
// service's name with "_metrics" appended.
func WithHoneycombMetricsDataset(name string) Option {
	return func(o *options) { o.HoneycombMetricsDataset = name }
}

// WithConsole prints each finished trace to w as a tree, besides whatever else
// is done with it. A goroutine of its own writes, one trace at a time; a nil w
// prints nothing. Colour is used on a terminal only.
func WithConsole(w io.Writer) Option {
	return func(o *options) { o.console, o.Console = w, w != nil }
}

// WithSampleRatio records the given share of new traces, 0 to 1. A trace that
// another service began follows that service's decision. Every span carries
// what it stands for, so that counts stay right; metrics count everything.
// Default: 1.
func WithSampleRatio(ratio float64) Option {
	return func(o *options) { o.SampleRatio = &ratio }
}

// WithWeightEncoding says how a span carries how many it stands for:
// "honeycomb", as the attribute SampleRate and as the threshold of its
// tracestate, of which Honeycomb reads the first; "collector", as the threshold
// alone, because a Collector that samples further updates only that and an
// attribute would then be wrong; "none", for a backend that knows neither:
// without the attribute, and with the tracestate as other services see it.
// Default: LIFT_WEIGHT_ENCODING, else "honeycomb".
func WithWeightEncoding(name string) Option {
	return func(o *options) { o.WeightEncoding = name }
}

// WithMetricInterval sets the time between two exports of metrics, from 1 ms
// to 24 h. Default, which 0 means too: 60 s.
func WithMetricInterval(d time.Duration) Option {
	return func(o *options) { o.MetricInterval = d }
}

// WithTemporality sets "delta", "cumulative" or "lowmemory". Default: delta
// for Honeycomb, else cumulative.
func WithTemporality(name string) Option {
	return func(o *options) { o.Temporality = env.Temporality(name) }
}

// WithoutSelfMetrics leaves out the library's metrics about itself,
// lift.telemetry.*: what was exported, lost, retried, sampled out. Default: they
// go out with the other metrics, unless LIFT_SELF_METRICS is false.
func WithoutSelfMetrics() Option {
	return func(o *options) { o.NoSelfMetrics = true }
}

// WithPropagators names what carries traces to and from other services:
// "tracecontext" and "baggage", the default, or a part of them.
func WithPropagators(names ...string) Option {
	return func(o *options) { o.Propagators = names }
}

// WithPropagateTo adds hosts that may see trace headers: "api.example.com",
// "*.example.com" or "api.example.com:8443". Hosts of this machine, private
// addresses, names without a dot, and names under .internal and .svc may
// always.
func WithPropagateTo(hosts ...string) Option {
	return func(o *options) { o.PropagateTo = append(o.PropagateTo, hosts...) }
}

// WithBaggageKeys names the baggage that may leave the process, to hosts that
// may have it; "*" stands for all. Default: none.
func WithBaggageKeys(keys ...string) Option {
	return func(o *options) { o.baggageKeys = append(o.baggageKeys, keys...) }
}

// WithErrorClassifier sets a function that names errors: what it returns is
// error.type, of low cardinality; "" leaves the error to the library. It must
// be safe for concurrent use; a panic in it is ignored.
func WithErrorClassifier(classify func(err error) string) Option {
	return func(o *options) { o.classify = classify }
}

// WithPricer sets what prices LLM calls that neither the caller nor the
// provider has priced. Default: the library's price table, with the overrides
// of the file that LIFT_PRICES_FILE names; to add prices to it, hand over
// price.Default().With(…). With WithPricer that file is not read.
func WithPricer(p price.Pricer) Option {
	return func(o *options) { o.pricer = p }
}

// WithStartAttributes hands the attributes of a helper's request to the span
// when it starts rather than when it ends, for samplers and processors that
// look at them. It costs time and memory. Default: off.
func WithStartAttributes() Option {
	return func(o *options) { o.startAttributes = true }
}

// WithLogger sets where the library reports lost telemetry and configuration
// that looks wrong: at most one record a minute. Default, which nil means too:
// [slog.Default].
func WithLogger(l *slog.Logger) Option {
	return func(o *options) { o.logger = l }
}

// WithTracerProvider records spans with a provider that exists already. The
// library then neither samples nor delivers spans. Its owner shuts it down.
func WithTracerProvider(tp trace.TracerProvider) Option {
	return func(o *options) { o.tracerProvider, o.OwnSpans = tp, tp != nil }
}

// WithMeterProvider records metrics with a provider that exists already. The
// library then does not deliver metrics. Its owner shuts it down.
func WithMeterProvider(mp metric.MeterProvider) Option {
	return func(o *options) { o.meterProvider, o.OwnMetrics = mp, mp != nil }
}

// WithSpanProcessor adds a span processor to the library's provider. It sees
// spans as they are, before repair and redaction.
func WithSpanProcessor(p sdktrace.SpanProcessor) Option {
	return func(o *options) {
		if p != nil {
			o.processors, o.OwnSpans = append(o.processors, p), true
		}
	}
}

// WithSpanExporter adds an exporter. It gets repaired and redacted spans in
// batches, and what it fails to export is counted in [Stats].
func WithSpanExporter(e sdktrace.SpanExporter) Option {
	return func(o *options) {
		if e != nil {
			o.exporters, o.OwnSpans = append(o.exporters, e), true
		}
	}
}

// WithMetricReader adds a metric reader to the library's provider.
func WithMetricReader(r sdkmetric.Reader) Option {
	return func(o *options) {
		if r != nil {
			o.readers, o.OwnMetrics = append(o.readers, r), true
		}
	}
}

// WithGetenv reads environment variables through getenv. A function that
// returns "" keeps the environment of a developer or a CI machine out of
// tests. Default: [os.Getenv].
func WithGetenv(getenv func(name string) string) Option {
	return func(o *options) { o.getenv = getenv }
}

// WithExporters replaces the library's delivery by exporters that f makes for
// the resolved destination. It serves package telemetryotlp.
func WithExporters(f export.Factory) Option {
	return func(o *options) { o.stock = f }
}
