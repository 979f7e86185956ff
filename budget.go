package telemetry

import (
	"errors"
	"log/slog"
	"strconv"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/lift-sys/telemetry/internal/env"
	"github.com/lift-sys/telemetry/internal/export"
	"github.com/lift-sys/telemetry/internal/sampling"
	"github.com/lift-sys/telemetry/internal/spool"
)

// Budget is how many events may be sent; see [WithEventBudget]. The zero value
// is Honeycomb's free plan for one process.
type Budget struct {
	// EventsPerMonth is for all instances together, in spans, span events,
	// span links and metric points: each of them is billed as an event.
	// Default: LIFT_EVENTS_PER_MONTH, else 20 million.
	EventsPerMonth int64
	// Instances is the largest number of processes that share the budget at
	// once; each gets its part. Default: LIFT_INSTANCES, else 1.
	Instances int
	// MetricShare is the part for metric points, above 0 and below 1. Default:
	// 0.2.
	MetricShare float64
}

// WithEventBudget bounds the events that are sent, whatever the load is, and
// keeps what boards show true: each span says how many it stands for.
//
// The allowance accrues evenly over the calendar month (UTC), from nothing at
// the start; what is not used carries over, ten minutes' worth at most. Window
// by window complete traces are chosen, so that those kept fit into what has
// accrued; they wait for it, errors too. A window is ten seconds long, and longer,
// up to five minutes, where the budget of this process is small or a trace that
// waits is large. Traces that a rule of [WithTailSampling] keeps, those with an error
// where there are no rules, have half of it for themselves and may use what the
// others leave; where they are more, they are thinned out too. Within these two
// groups, every route, status class and model keeps at least one trace where
// there is room for one of each, and otherwise a fair chance. A trace larger
// than what there is then cannot be kept, which is counted and logged.
//
// [Telemetry.Flush] fails where traces have to wait for those ten seconds, because
// there is no room for all of them. [WithSpool] does not have what waits here.
//
// Metric points have a share of their own: metrics go out as much later as it
// asks for, and do not depend on sampling. A collection of more points than a
// day of the share cannot be sent, which is counted and the first time logged.
//
// No process knows of the others: the bound holds for all of them together only
// as long as no more than Instances run. A process that does not live for some
// seconds has next to no allowance. A bound that is kept across a fleet of
// unknown size needs a sampler that sees all of it.
//
// With [WithSpool], what was sent this month survives the process: its successor
// goes on counting. Without, [Stats].Budget counts from zero after a restart.
// The bound holds either way, because the allowance of a new process begins with
// nothing.
//
// It needs the library's own delivery, as WithTailSampling does, and bounds
// nothing that other exporters send. Default: none, unless LIFT_EVENTS_PER_MONTH
// is set.
func WithEventBudget(b Budget) Option {
	return func(o *options) {
		o.Budget = &env.Budget{EventsPerMonth: b.EventsPerMonth, Instances: b.Instances, MetricShare: b.MetricShare}
	}
}

// metricCarry is how much of the metrics' allowance is kept, or more where a
// collection comes to more: up to a day's.
const metricCarry = time.Hour

// checkBudget reports what does not go with a budget.
func (o *options) checkBudget(c env.Budget) error {
	switch {
	case c.EventsPerMonth == 0:
		return nil
	case o.stock != nil:
		return errors.New("telemetry: an event budget needs the library's own delivery: leave out telemetryotlp")
	case o.tracerProvider != nil:
		return errors.New("telemetry: an event budget has no say about WithTracerProvider: leave out one of them")
	default:
		return nil
	}
}

// spanBudget returns this process's budget for spans, or nil.
func spanBudget(c env.Budget) *sampling.Budget {
	if c.EventsPerMonth == 0 {
		return nil
	}
	return sampling.NewBudget(sampling.BudgetConfig{EventsPerMonth: part(c, 1-c.MetricShare)}, time.Now())
}

// part returns a share of what this process may send in a month.
func part(c env.Budget, share float64) int64 {
	return int64(float64(c.EventsPerMonth) / float64(c.Instances) * share)
}

// rememberMonth lets the budget's count survive the process where there is a
// spool.
func (p *pipeline) rememberMonth(c env.Budget, s *spool.Spool, logger *slog.Logger) {
	if c.EventsPerMonth == 0 || s == nil {
		return
	}
	counter, err := s.Counter()
	if err != nil {
		logger.Warn("telemetry: the event budget's count of the month starts at 0", "error", err)
		return
	}
	p.month = counter
}

// pace returns the reader that exports metrics with e within the budget, and
// the option that bounds their series: a quarter of what accrues in ten minutes
// for each metric.
func (p *pipeline) pace(c env.Config, e sdkmetric.Exporter) sdkmetric.Reader {
	ledger := sampling.NewLedger(part(c.Budget, c.Budget.MetricShare), metricCarry, time.Now())
	p.paced = export.NewPaced(e, ledger, c.MetricInterval, c.MetricTimeout)
	p.seriesLimit = min(max(int(ledger.Rate(10*time.Minute)/4), 50), 2000)
	return p.paced.Reader()
}

// EventBudget is the state of the budget in this process, in events.
type EventBudget struct {
	PerMonth int64 // allowance of this process for spans, span events and links; 0: there is no budget
	Used     int64 // of it, in this calendar month (UTC), as far as this process knows

	WindowAllowance int // what could be used in the last window
	WindowUsed      int // and what was

	MetricsPerMonth int64  // allowance for metric points
	MetricsUsed     int64  // of it
	MetricsDropped  uint64 // points for which there was no allowance before the process stopped, or in a day
}

// Left returns what the month still has for spans, span events and links.
func (b EventBudget) Left() int64 { return max(b.PerMonth-b.Used, 0) }

// SamplingKey is what became of one kind of trace in the last window of the
// event budget.
type SamplingKey struct {
	Route  string // or the name of the local root; empty for what comes after 256 kinds
	Status string // class of the HTTP status code, such as "2xx"; empty: none
	Failed bool   // a span has
	Model  string // of the last LLM call; empty: none

	Traces int     // that came
	Kept   int     // of those
	Weight float64 // traces that those kept stand for
}

// SamplingKeys returns what the last window of the event budget held, at most
// 257 kinds, in no order. It is nil without a budget.
func (t *Telemetry) SamplingKeys() []SamplingKey {
	if t == nil || t.p == nil || t.p.tail == nil {
		return nil
	}
	var all []SamplingKey
	for _, k := range t.p.tail.Keys() {
		s := SamplingKey{Route: k.Route, Failed: k.Failed, Model: k.Model, Traces: k.Traces, Kept: k.Kept, Weight: k.Weight}
		if k.Class > 0 {
			s.Status = strconv.Itoa(int(k.Class)) + "xx"
		}
		all = append(all, s)
	}
	return all
}
