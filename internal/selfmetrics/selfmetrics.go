// Package selfmetrics reports what becomes of telemetry in metrics of its own,
// lift.telemetry.*, so that a backend can show and alert on the losses, and the
// costs, of what reports to it.
package selfmetrics

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/lift-sys/telemetry/attr"
)

// Reading is what the books say at one moment, since the start of the process.
type Reading struct {
	Events     uint64 // exported spans, span events and links
	Points     uint64 // exported metric points
	SampledOut uint64 // spans
	Redacted   uint64 // values
	Retries    uint64 // requests
	Spans      Losses
	MetricLoss Losses // in points

	Must, Rest Stratum
	Budget     Budget

	Buffered uint64 // bytes of memory
	Buffers  bool   // whether there is anything that buffers
}

// Losses counts what was lost of one signal, by reason.
type Losses struct{ Rejected, Memory, Poison, Oversize, Shutdown, Spool, Expired uint64 }

// Stratum counts traces that were decided at their end.
type Stratum struct {
	Kept, Dropped uint64
	Weight        float64 // that those kept stand for
}

// Budget is the state of the event budget, in events. PerMonth is 0 where there
// is none.
type Budget struct{ PerMonth, Used, WindowAllowance, WindowUsed int64 }

// Register makes m observe what read returns at each collection, until the
// registration is ended. A counter is not there before it counts something:
// each series costs. read must be safe for concurrent use.
func Register(m metric.Meter, read func() Reading) (metric.Registration, error) {
	var (
		o    = observer{read: read}
		all  []metric.Observable
		errs []error
	)
	for name, counter := range map[string]*metric.Int64ObservableCounter{
		attr.MetricTelemetryExported:   &o.exported,
		attr.MetricTelemetryPoints:     &o.points,
		attr.MetricTelemetrySampledOut: &o.sampledOut,
		attr.MetricTelemetryRedacted:   &o.redacted,
		attr.MetricTelemetryRetries:    &o.retries,
		attr.MetricTelemetryDropped:    &o.dropped,

		attr.MetricTelemetrySamplingTraces: &o.traces,
	} {
		def, _ := attr.LookupMetric(name)
		c, err := m.Int64ObservableCounter(name, metric.WithUnit(def.Unit), metric.WithDescription(def.Brief))
		*counter, all, errs = c, append(all, c), append(errs, err)
	}
	def, _ := attr.LookupMetric(attr.MetricTelemetryBuffered)
	var err error
	o.buffered, err = m.Int64ObservableUpDownCounter(def.Name, metric.WithUnit(def.Unit), metric.WithDescription(def.Brief))
	all, errs = append(all, o.buffered), append(errs, err)
	for name, c := range map[string]*metric.Int64ObservableUpDownCounter{
		attr.MetricTelemetryBudgetUsed: &o.budgetUsed, attr.MetricTelemetryBudgetLeft: &o.budgetLeft,
	} {
		def, _ := attr.LookupMetric(name)
		*c, err = m.Int64ObservableUpDownCounter(name, metric.WithUnit(def.Unit), metric.WithDescription(def.Brief))
		all, errs = append(all, *c), append(errs, err)
	}
	def, _ = attr.LookupMetric(attr.MetricTelemetrySamplingWeight)
	o.weight, err = m.Float64ObservableCounter(def.Name, metric.WithUnit(def.Unit), metric.WithDescription(def.Brief))
	all, errs = append(all, o.weight), append(errs, err)
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return m.RegisterCallback(o.observe, all...)
}

type observer struct {
	read func() Reading

	exported, points, sampledOut metric.Int64ObservableCounter
	redacted, retries, dropped   metric.Int64ObservableCounter
	buffered                     metric.Int64ObservableUpDownCounter
	traces                       metric.Int64ObservableCounter
	weight                       metric.Float64ObservableCounter
	budgetUsed, budgetLeft       metric.Int64ObservableUpDownCounter
}

func (o *observer) observe(_ context.Context, to metric.Observer) error {
	r := o.read()
	count := func(c metric.Int64Observable, n uint64, opts ...metric.ObserveOption) {
		if n > 0 {
			to.ObserveInt64(c, int64(n), opts...)
		}
	}
	count(o.exported, r.Events)
	count(o.points, r.Points)
	count(o.sampledOut, r.SampledOut)
	count(o.redacted, r.Redacted)
	count(o.retries, r.Retries)
	for _, lost := range [...]struct {
		signal string
		Losses
	}{{attr.SignalSpans, r.Spans}, {attr.SignalPoints, r.MetricLoss}} {
		for _, by := range [...]struct {
			reason string
			n      uint64
		}{
			{attr.LostRejected, lost.Rejected},
			{attr.LostMemory, lost.Memory},
			{attr.LostPoison, lost.Poison},
			{attr.LostOversize, lost.Oversize},
			{attr.LostShutdown, lost.Shutdown},
			{attr.LostSpool, lost.Spool},
			{attr.LostExpired, lost.Expired},
		} {
			if by.n > 0 {
				count(o.dropped, by.n, metric.WithAttributeSet(attribute.NewSet(
					attr.LiftTelemetrySignal.String(lost.signal), attr.LiftTelemetryReason.String(by.reason),
				)))
			}
		}
	}
	o.sampling(to, r)
	if r.Buffers {
		to.ObserveInt64(o.buffered, int64(r.Buffered))
	}
	return nil
}

// sampling tells what was decided at the end of traces, and what that cost of
// the budget.
func (o *observer) sampling(to metric.Observer, r Reading) {
	with := func(kv ...attribute.KeyValue) metric.ObserveOption {
		return metric.WithAttributeSet(attribute.NewSet(kv...))
	}
	for name, s := range map[string]Stratum{attr.StratumMust: r.Must, attr.StratumRest: r.Rest} {
		stratum := attr.LiftTelemetryStratum.String(name)
		for decision, n := range map[string]uint64{attr.DecisionKept: s.Kept, attr.DecisionDropped: s.Dropped} {
			if n > 0 {
				to.ObserveInt64(o.traces, int64(n), with(stratum, attr.LiftTelemetryDecision.String(decision)))
			}
		}
		if s.Weight > 0 {
			to.ObserveFloat64(o.weight, s.Weight, with(stratum))
		}
	}
	if b := r.Budget; b.PerMonth > 0 {
		month, window := with(attr.LiftTelemetryPeriod.String(attr.PeriodMonth)), with(attr.LiftTelemetryPeriod.String(attr.PeriodWindow))
		to.ObserveInt64(o.budgetUsed, b.Used, month)
		to.ObserveInt64(o.budgetUsed, b.WindowUsed, window)
		to.ObserveInt64(o.budgetLeft, max(b.PerMonth-b.Used, 0), month)
		to.ObserveInt64(o.budgetLeft, max(b.WindowAllowance-b.WindowUsed, 0), window)
	}
}
