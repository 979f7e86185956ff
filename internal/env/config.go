package env

import (
	"time"

	"go.opentelemetry.io/otel/attribute"
)

// Config is the resolved configuration. The zero value is switched off. It is
// safe for concurrent use as long as nobody writes to it.
type Config struct {
	// Enabled says that telemetry runs. It is false after an error, when
	// switched off, and when there is no destination.
	Enabled bool
	// NoDestination says that telemetry is off because nothing names a
	// destination; Warnings then holds the advice.
	NoDestination bool
	// Honeycomb says that a signal goes to Honeycomb.
	Honeycomb bool

	// Traces and Metrics say where each signal goes. When Enabled is false
	// both exporters are none.
	Traces, Metrics Signal

	// ServiceName is never empty; the default is DefaultServiceName.
	ServiceName string
	// ServiceVersion and Environment may be empty.
	ServiceVersion, Environment string
	// Resource holds all resource attributes, the three above included, sorted
	// by key, each key once.
	Resource []attribute.KeyValue

	// Sampler decides about new traces.
	Sampler Sampler
	// WeightEncoding is WeightHoneycomb, the default, WeightCollector or
	// WeightNone.
	WeightEncoding string
	// Budget bounds the events sent. The zero value is none.
	Budget Budget

	// Temporality of metrics: delta for Honeycomb, else cumulative, unless
	// said otherwise.
	Temporality Temporality
	// MetricInterval is the time between two metric exports, MetricTimeout
	// bounds one collection and export. Defaults: 60 s and 30 s.
	MetricInterval, MetricTimeout time.Duration
	// SelfMetrics says that the library counts what becomes of telemetry in
	// metrics of its own. Default true.
	SelfMetrics bool

	// Propagators holds "tracecontext" and "baggage", the default, or a part
	// of them. Empty: no propagator.
	Propagators []string
	// PropagateHosts are the hosts that may see trace headers beside local
	// ones: "api.example.com", "*.example.com" or "api.example.com:8443", in
	// lower case, each once.
	PropagateHosts []string

	// PricesFile holds prices that go before those of the library. Empty: none.
	PricesFile string

	// Limits bounds each span.
	Limits Limits

	// Spool says where undeliverable data waits.
	Spool Spool

	// Settings tells each value and where it came from, in a fixed order.
	Settings []Setting
	// Warnings are whole sentences that start with "telemetry: ", for the log.
	Warnings []string
}

// DefaultServiceName is the service.name of a program that names none.
const DefaultServiceName = "lift-sys"

// NoDestinationWarning is the warning of a program that sends nowhere.
const NoDestinationWarning = "telemetry: no destination; set HONEYCOMB_API_KEY or OTEL_EXPORTER_OTLP_ENDPOINT, or OTEL_TRACES_EXPORTER=console to see traces here"

// Exporters, the values of [Signal.Exporter]. The names are those of
// OTEL_TRACES_EXPORTER.
const (
	ExporterOTLP    = "otlp"
	ExporterConsole = "console"
	ExporterNone    = "none"
)

// Signal says where traces or metrics go and how.
type Signal struct {
	// Exporter is ExporterOTLP, ExporterConsole or ExporterNone. All fields
	// but Console are zero unless it is ExporterOTLP.
	Exporter string
	// Console says that the console shows the signal too. Always true with
	// ExporterConsole, never with ExporterNone.
	Console bool
	// URL is the whole address, path included, without user info or query.
	URL string
	// Headers to send, names in lower case. They hold secrets.
	Headers Headers
	// Honeycomb says that URL is Honeycomb's.
	Honeycomb bool
	// Gzip says to compress requests. Default true.
	Gzip bool
	// Timeout bounds one request. Default 10 s.
	Timeout time.Duration
	// CAFile, CertFile and KeyFile name PEM files; empty means the system's
	// authorities and no client certificate. See [Signal.TLSConfig].
	CAFile, CertFile, KeyFile string
	// Insecure says that the user chose to go without TLS.
	Insecure bool
}

// Setting is one resolved value for people to read.
type Setting struct {
	// Name, such as "service.name" or "traces.endpoint".
	Name string
	// Value in text; masked where Secret.
	Value string
	// Source: "option WithEndpoint", "environment OTEL_SERVICE_NAME" or
	// "default". The setting "enabled", the first, also knows "no destination"
	// and "wrong configuration".
	Source string
	// Secret says that Value is a mask.
	Secret bool
}

// Temporality of metric sums and histograms. The names are those of
// OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE; empty means unset.
type Temporality string

// Temporalities.
const (
	// Cumulative counts from the start of the process.
	Cumulative Temporality = "cumulative"
	// Delta counts since the last export; up-down counters stay cumulative.
	Delta Temporality = "delta"
	// LowMemory is Delta for synchronous counters and histograms, else
	// Cumulative.
	LowMemory Temporality = "lowmemory"
)

// SamplerKind says how a new trace is decided. Its text is that of
// OTEL_TRACES_SAMPLER without "parentbased_".
type SamplerKind string

// Kinds of samplers.
const (
	AlwaysOn  SamplerKind = "always_on"
	AlwaysOff SamplerKind = "always_off"
	Ratio     SamplerKind = "traceidratio"
)

// Sampler is the head sampler. The default is parent-based always_on.
type Sampler struct {
	Kind SamplerKind
	// Ratio is the share of traces kept, 0 to 1: 1 for AlwaysOn, 0 for
	// AlwaysOff.
	Ratio float64
	// ParentBased says that a span with a parent follows its parent.
	ParentBased bool
}

// Limits bounds one span. Counts of zero keep nothing.
type Limits struct {
	// Attributes per span. Default 128.
	Attributes int
	// ValueBytes per string value, in bytes. Default 8192. OpenTelemetry
	// counts characters and has no limit by default.
	ValueBytes int
	// Events and Links per span. Default 128 each.
	Events, Links int
	// EventAttributes and LinkAttributes per event and link. Default 128.
	EventAttributes, LinkAttributes int
}
