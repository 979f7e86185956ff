package telemetry

import (
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"
)

// install makes p what the process uses.
func (p *pipeline) install() {
	if p == nil {
		return
	}
	p.core.Install()
	otel.SetTracerProvider(p.tracerProvider)
	otel.SetMeterProvider(p.meterProvider)
	otel.SetTextMapPropagator(p.core.Propagator())
	otel.SetErrorHandler(p.errors)
}

// uninstall takes the providers that will not work any more out of use. What
// the caller brought, or has installed since, stays.
func (p *pipeline) uninstall() {
	if p == nil {
		return
	}
	if p.tracers != nil && otel.GetTracerProvider() == trace.TracerProvider(p.tracers) {
		otel.SetTracerProvider(tracenoop.NewTracerProvider())
	}
	if p.meters != nil && otel.GetMeterProvider() == metric.MeterProvider(p.meters) {
		otel.SetMeterProvider(metricnoop.NewMeterProvider())
	}
}
