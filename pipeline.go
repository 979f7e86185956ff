package telemetry

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	otelpropagation "go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/delivery"
	"github.com/lift-sys/telemetry/internal/env"
	"github.com/lift-sys/telemetry/internal/export"
	"github.com/lift-sys/telemetry/internal/otlp"
	"github.com/lift-sys/telemetry/internal/propagation"
	"github.com/lift-sys/telemetry/internal/recent"
	"github.com/lift-sys/telemetry/internal/sampling"
	"github.com/lift-sys/telemetry/internal/sanitize"
	"github.com/lift-sys/telemetry/internal/tail"
	"github.com/lift-sys/telemetry/price"
)

// pipeline is everything between the helpers and the wire.
type pipeline struct {
	core           *core.Pipeline
	tracerProvider trace.TracerProvider
	meterProvider  metric.MeterProvider
	tracers        *sdktrace.TracerProvider // nil where the caller brought one
	meters         *sdkmetric.MeterProvider // nil where the caller brought one
	out            *delivery.Pipeline       // nil where stock exporters deliver
	processor      *core.Processor          // of tracers
	exporters      []*export.Batcher
	head           *sampling.Head
	tail           *tail.Buffer // nil where traces are decided when they begin
	repair         *sanitize.Sanitizer
	metrics        *export.Repairer // of stock exporters
	noSpool        string           // why there is none, where one was asked for
	paced          *export.Paced    // of a budget; nil without one
	month          tail.Counter     // of a budget with a spool; nil otherwise
	seriesLimit    int              // of a budget, for each metric; 0 without one
	errors         *errorHandler
	recent         recent.Errors
	signals        *signalWatch
	self           metric.Registration // of the metrics about the library itself; nil without
	once           sync.Once           // of the shutdown
	sparse         sparse              // flushes of metrics
	collecting     atomic.Bool         // whether collected metrics are wanted; stays true until the last collection
}

func newPipeline(ctx context.Context, c env.Config, o options) (*pipeline, error) {
	p := &pipeline{
		core:   core.NewPipeline(),
		sparse: sparse{interval: c.MetricInterval},
		repair: o.sanitizer(sanitize.Limits{
			ValueBytes: c.Limits.ValueBytes, Attributes: c.Limits.Attributes,
			Events: c.Limits.Events, Links: c.Limits.Links,
		}),
	}
	p.errors = &errorHandler{logger: o.logger, repair: p.repair, recent: &p.recent}
	hosts, err := propagation.NewHosts(c.PropagateHosts...)
	if err != nil {
		return nil, fmt.Errorf("telemetry: %w", err)
	}
	pricer, err := pricerOf(c, o)
	if err != nil {
		return nil, fmt.Errorf("telemetry: LIFT_PRICES_FILE: %w", err)
	}
	if err := errors.Join(o.checkTail(), o.checkBudget(c.Budget)); err != nil {
		return nil, err
	}
	o.tailSampling = o.tailSampling || c.Budget.EventsPerMonth > 0
	res := processResource(c)
	head := sampling.NewHead(sampling.HeadConfig{
		Kind: sampling.Kind(c.Sampler.Kind), Ratio: c.Sampler.Ratio, ParentBased: c.Sampler.ParentBased,
		RecordAll: o.tailSampling && c.Traces.Exporter == env.ExporterOTLP,
	})
	var (
		sinks   []core.Sink
		readers = o.readers
	)
	switch {
	case o.stock != nil:
		if c.Spool.Dir != "" {
			o.logger.WarnContext(ctx, "telemetry: the spool is not used: it belongs to the library's own delivery, which WithExporters replaces")
		}
		spans, metrics, err := o.stock(ctx, c)
		if err != nil {
			return nil, err
		}
		if spans != nil {
			o.exporters = append(o.exporters, spans)
		}
		if metrics != nil && o.meterProvider == nil {
			p.metrics = export.NewRepairer(metrics, p.repair, p.collecting.Load)
			readers = append(readers, p.periodic(c, p.metrics))
		}
	default:
		if err := p.deliver(c, res, o); err != nil {
			return nil, err
		}
		if p.out != nil && c.Traces.Exporter == env.ExporterOTLP {
			sinks = append(sinks, p.encoder(c, o, head))
		}
		if p.out != nil && c.Metrics.Exporter == env.ExporterOTLP && o.meterProvider == nil { // a reader without a provider would wait for ever
			e := export.NewMetricEncoder(p.out, p.repair, export.Temporality(c.Temporality), p.collecting.Load)
			if c.Budget.EventsPerMonth > 0 {
				readers = append(readers, p.pace(c, e))
			} else {
				readers = append(readers, p.periodic(c, e))
			}
		}
	}
	if c.Metrics.Console && o.meterProvider == nil {
		readers = append(readers, p.periodic(c, export.NewConsoleMetrics(os.Stderr, p.repair, p.collecting.Load)))
	}
	if c.Traces.Console {
		sinks = append(sinks, export.NewConsole(o.console, p.repair))
	}
	for _, e := range o.exporters {
		b := export.NewBatcher(e, p.repair, c.WeightEncoding == env.WeightHoneycomb, p.errors.Handle)
		p.exporters = append(p.exporters, b)
		sinks = append(sinks, b)
	}
	p.collecting.Store(true)
	p.trace(c, o, res, head, sinks)
	p.measure(o, res, readers)
	p.core.Start(core.Config{
		TracerProvider: p.tracerProvider, MeterProvider: p.meterProvider, Version: Version,
		Head: p.head, Classify: o.classify, Pricer: pricer,
		Propagator: propagator(c, o), Hosts: hosts, StartAttributes: o.startAttributes,
		Sole:           p.tracers != nil && len(o.processors) == 0,
		AttributeLimit: sdkLimits(c.Limits).AttributeCountLimit,
		ValueBytes:     p.repair.Limits().ValueBytes,
		Logger:         o.logger,
		Redact:         p.repair.Text,
	})
	if c.SelfMetrics {
		p.observe()
	}
	return p, nil
}

// pricerOf returns what prices LLM calls.
func pricerOf(c env.Config, o options) (price.Pricer, error) {
	if o.pricer != nil {
		return o.pricer, nil
	}
	if c.PricesFile == "" {
		return price.Default(), nil
	}
	overrides, err := price.LoadFile(c.PricesFile)
	if err != nil {
		return nil, err
	}
	return price.Default().With(overrides...)
}

// deliver connects the library's own encoder to the destinations.
func (p *pipeline) deliver(c env.Config, res *resource.Resource, o options) error {
	d := delivery.Config{
		Resource: otlp.AppendResource(nil, res, p.repair), Redact: p.repair.Failure, Logger: o.logger, Errors: &p.recent,
	}
	if o.tailSampling {
		d.MaxBytes = tailBytes
	}
	for _, s := range []struct {
		signal env.Signal
		target **delivery.Target
	}{{c.Traces, &d.Traces}, {c.Metrics, &d.Metrics}} {
		if s.signal.Exporter != env.ExporterOTLP {
			continue
		}
		tls, err := s.signal.TLSConfig(os.ReadFile)
		if err != nil {
			return err
		}
		*s.target = &delivery.Target{
			URL: s.signal.URL, Headers: s.signal.Headers, Gzip: s.signal.Gzip,
			Timeout: s.signal.Timeout, TLS: tls,
		}
	}
	if d.Traces == nil && d.Metrics == nil {
		return nil
	}
	var err error
	d.Spool, err = openSpool(c.Spool)
	if cause, ok := errors.AsType[*fs.PathError](err); ok {
		// The disk's fault, not the configuration's: what it should have kept has
		// to be content with memory.
		p.noSpool = cause.Error()
		o.logger.Warn("telemetry: no spool: undelivered telemetry waits in memory alone", "error", p.noSpool)
	} else if err != nil {
		return err
	}
	if d.Traces != nil && d.Spool != nil && c.Spool.Always && o.tailSampling {
		o.logger.Warn("telemetry: spans reach the spool when tail sampling or the event budget has decided, not from their end on: kill -9 loses the last seconds")
	}
	if d.Traces != nil {
		p.rememberMonth(c.Budget, d.Spool, o.logger)
	}
	d.Journal = c.Spool.Always && d.Spool != nil
	p.out = delivery.New(d)
	return nil
}

func (p *pipeline) periodic(c env.Config, e sdkmetric.Exporter) sdkmetric.Reader {
	return sdkmetric.NewPeriodicReader(e,
		sdkmetric.WithInterval(c.MetricInterval), sdkmetric.WithTimeout(c.MetricTimeout))
}

// trace makes the tracer provider, unless the caller brought one.
func (p *pipeline) trace(c env.Config, o options, res *resource.Resource, head *sampling.Head, sinks []core.Sink) {
	if o.tracerProvider != nil {
		p.tracerProvider = o.tracerProvider
		return
	}
	if len(sinks) == 0 && len(o.processors) == 0 {
		p.tracerProvider = tracenoop.NewTracerProvider()
		return
	}
	p.head = head
	p.processor = p.core.Processor(sinks...)
	opts := []sdktrace.TracerProviderOption{
		sdktrace.WithResource(res),
		sdktrace.WithSampler(p.core.Sampler(p.head)),
		sdktrace.WithIDGenerator(core.IDGenerator{}),
		sdktrace.WithRawSpanLimits(sdkLimits(c.Limits)),
		sdktrace.WithSpanProcessor(p.processor),
	}
	for _, processor := range o.processors {
		opts = append(opts, sdktrace.WithSpanProcessor(processor))
	}
	p.tracers = sdktrace.NewTracerProvider(opts...)
	p.tracerProvider = p.tracers
}

// sdkLimits leaves the limits to the repair, which counts what it cuts and
// measures bytes, and only keeps a runaway span from growing without bound.
func sdkLimits(l env.Limits) sdktrace.SpanLimits {
	const slack = 8
	return sdktrace.SpanLimits{
		AttributeValueLengthLimit:   -1,
		AttributeValueDepthLimit:    sdktrace.DefaultAttributeValueDepthLimit,
		AttributeCountLimit:         slack * l.Attributes,
		EventCountLimit:             l.Events,
		LinkCountLimit:              l.Links,
		AttributePerEventCountLimit: l.EventAttributes,
		AttributePerLinkCountLimit:  l.LinkAttributes,
	}
}

// trustedServerView leaves out of the server's metrics what a client chooses:
// the Host header could make series without end.
func trustedServerView(i sdkmetric.Instrument) (sdkmetric.Stream, bool) {
	return sdkmetric.Stream{
		Name: i.Name, Description: i.Description, Unit: i.Unit,
		AttributeFilter: attribute.NewDenyKeysFilter(attr.ServerAddress, attr.ServerPort),
	}, strings.HasPrefix(i.Name, "http.server.")
}

// measure makes the meter provider, unless the caller brought one.
func (p *pipeline) measure(o options, res *resource.Resource, readers []sdkmetric.Reader) {
	if o.meterProvider != nil {
		p.meterProvider = o.meterProvider
		return
	}
	if len(readers) == 0 {
		p.meterProvider = metricnoop.NewMeterProvider()
		return
	}
	opts := []sdkmetric.Option{sdkmetric.WithResource(res), sdkmetric.WithView(trustedServerView)}
	for _, r := range readers {
		opts = append(opts, sdkmetric.WithReader(r))
	}
	if p.seriesLimit > 0 {
		opts = append(opts, sdkmetric.WithCardinalityLimit(p.seriesLimit))
	}
	p.meters = sdkmetric.NewMeterProvider(opts...)
	p.meterProvider = p.meters
}

// propagator carries what the configuration names: traces, and of baggage what
// the program named. By default incoming baggage can be read and none leaves.
func propagator(c env.Config, o options) otelpropagation.TextMapPropagator {
	p := propagation.Config{WithoutTraces: !slices.Contains(c.Propagators, env.TraceContext)}
	if slices.Contains(c.Propagators, env.Baggage) {
		p.ExtractBaggage, p.BaggageKeys = true, o.baggageKeys
	}
	return propagation.New(p)
}

func (p *pipeline) setEnabled(on bool) {
	p.collecting.Store(on)
	p.core.SetEnabled(on)
}
