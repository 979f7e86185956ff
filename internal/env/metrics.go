package env

import (
	"strconv"
	"strings"
	"time"
)

const (
	longestInterval = 24 * time.Hour
	// The defaults of OpenTelemetry's "Periodic exporting MetricReader".
	defaultInterval      = 60 * time.Second
	defaultMetricTimeout = 30 * time.Second
)

// resolveMetrics reads how often metrics leave, and as what.
func (r *resolver) resolveMetrics(metrics Signal) {
	c := &r.config
	c.MetricInterval = r.duration("metrics.interval", r.explicit.MetricInterval, optInterval, defaultInterval, longestInterval, "OTEL_METRIC_EXPORT_INTERVAL")
	c.MetricTimeout = r.duration("metrics.export_timeout", 0, "", defaultMetricTimeout, longestTimeout, "OTEL_METRIC_EXPORT_TIMEOUT")

	// Honeycomb stores each export as rows of its own: a sum over rows of
	// cumulative values counts everything many times.
	def := Cumulative
	if metrics.Honeycomb {
		def = Delta
	}
	v := r.lookup(option(optTemporality, string(r.explicit.Temporality)), string(def), "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE")
	c.Temporality = Temporality(strings.ToLower(v.text))
	switch c.Temporality {
	case Cumulative, Delta, LowMemory:
	default:
		r.fail("%s %s: want cumulative, delta or lowmemory", v.name, r.quote(v.text))
		c.Temporality = def
	}
	r.set("metrics.temporality", string(c.Temporality), v.source())

	v = r.variable("LIFT_SELF_METRICS")
	c.SelfMetrics = !r.explicit.NoSelfMetrics && !strings.EqualFold(v.text, "false")
	switch {
	case r.explicit.NoSelfMetrics:
		r.set("metrics.self", "false", option(optNoSelfMetrics, "").source())
	case v.text == "" || strings.EqualFold(v.text, "true") || !c.SelfMetrics:
		r.set("metrics.self", strconv.FormatBool(c.SelfMetrics), v.source())
	default:
		r.fail("%s %s: want true or false", v.name, r.quote(v.text))
	}
}
