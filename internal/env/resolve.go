package env

import (
	"errors"
	"strings"
)

// Resolve returns the configuration that the options and the environment ask
// for.
//
// An error means wrong configuration, all of it: errors joined, one line
// each, that quote the value and name the remedy. The Config is then not
// Enabled, and its Settings are filled as far as they could be. getenv may be
// nil, which is an empty environment; a variable that is empty or blank is
// unset. Safe for concurrent use if getenv is.
func Resolve(e Explicit, getenv func(string) string) (Config, error) {
	r := newResolver(e, getenv)
	off := r.switchedOff()

	// The service name comes first, because datasets are named after it.
	r.resolveResource()
	traces, metrics := r.resolveSignal(traceSignal), r.resolveSignal(metricSignal)
	r.explainUnusedKey(traces, metrics)
	r.resolveSampler()
	r.resolveWeight()
	r.resolveBudget()
	r.resolveMetrics(metrics)
	r.resolvePropagation()
	r.resolvePrices()
	r.resolveSpool()
	r.resolveLimits()

	c := &r.config
	switch {
	case off.text != "":
		// A switched-off program is told nothing more: its other mistakes do
		// no harm, and the switch is what people reach for in an emergency.
		c.Warnings, r.errs = nil, nil
		r.setEnabled(false, off.source())
	case len(r.errs) > 0:
		r.setEnabled(false, "wrong configuration")
	case traces.Exporter != ExporterNone || metrics.Exporter != ExporterNone || e.OwnSpans || e.OwnMetrics:
		c.Enabled = true
		c.Traces, c.Metrics = traces, metrics
		c.Honeycomb = traces.Honeycomb || metrics.Honeycomb
		r.setEnabled(true, sourceDefault)
	case r.get(traceSignal.exporter) != "":
		// Only "none" leads here: somebody decided that, so nobody needs advice.
		r.setEnabled(false, "environment "+traceSignal.exporter)
	default:
		c.NoDestination = true
		c.Warnings = append(c.Warnings, NoDestinationWarning)
		r.setEnabled(false, "no destination")
	}
	return r.config, errors.Join(r.errs...)
}

// setEnabled puts the verdict first among the settings and makes the signals
// match it.
func (r *resolver) setEnabled(on bool, source string) {
	value := "true"
	if !on {
		value = "false"
		r.config.Traces = Signal{Exporter: ExporterNone}
		r.config.Metrics = Signal{Exporter: ExporterNone}
	}
	verdict := Setting{Name: "enabled", Value: value, Source: source}
	r.config.Settings = append([]Setting{verdict}, r.config.Settings...)
}

// switchedOff returns the variable that switches everything off, or the zero
// value.
func (r *resolver) switchedOff() value {
	const otel, honeycomb = "OTEL_SDK_DISABLED", "HONEYCOMB_ENABLED"
	if r.boolean(otel) {
		return value{text: "true", name: otel, origin: fromVariable}
	}
	switch text := r.get(honeycomb); {
	case text == "" || strings.EqualFold(text, "true"):
	case strings.EqualFold(text, "false"):
		return value{text: text, name: honeycomb, origin: fromVariable}
	default:
		r.fail("%s %s: want true or false", honeycomb, r.quote(text))
	}
	return value{}
}
