package env

import (
	"math"
	"strconv"
)

// Defaults of a budget.
const (
	// DefaultEvents is what Honeycomb's free plan takes in a month.
	DefaultEvents      = 20_000_000
	defaultInstances   = 1
	defaultMetricShare = 0.2
	mostInstances      = 1_000_000
)

// Budget is how many events may be sent.
type Budget struct {
	// EventsPerMonth is for all instances together. 0: there is no budget.
	EventsPerMonth int64
	// Instances share it, at least 1.
	Instances int
	// MetricShare is the part for metric points, 0 to 1.
	MetricShare float64
}

// resolveBudget reads the event budget. It is on where an option or
// LIFT_EVENTS_PER_MONTH says so.
func (r *resolver) resolveBudget() {
	events, instances := r.variable("LIFT_EVENTS_PER_MONTH"), r.variable("LIFT_INSTANCES")
	e := r.explicit.Budget
	if e == nil && events.text == "" {
		if instances.text != "" {
			r.warn("LIFT_INSTANCES %s has no effect without LIFT_EVENTS_PER_MONTH or %s", r.quote(instances.text), optBudget)
		}
		return
	}
	if e == nil {
		e = new(Budget)
	}
	var b Budget
	b.EventsPerMonth = r.whole("budget.events_per_month", e.EventsPerMonth, "EventsPerMonth", DefaultEvents, math.MaxInt64/1000, events)
	b.Instances = int(r.whole("budget.instances", int64(e.Instances), "Instances", defaultInstances, mostInstances, instances))
	source := sourceDefault
	switch share := e.MetricShare; {
	case share == 0:
		b.MetricShare = defaultMetricShare
	case share > 0 && share < 1:
		b.MetricShare, source = share, option(optBudget, "").source()
	default:
		r.fail("%s MetricShare %q: want a number between 0 and 1", optBudget, formatRatio(share))
	}
	r.set("budget.metric_share", formatRatio(b.MetricShare), source)
	r.config.Budget = b
}

// whole resolves a number from 1 to most, of which 0 in the option means that
// it is unset.
func (r *resolver) whole(setting string, opt int64, field string, def, most int64, v value) int64 {
	n, source := def, sourceDefault
	switch {
	case opt != 0:
		n, source = opt, option(optBudget, "").source()
		if n < 1 || n > most {
			r.fail("%s %s %q: want a whole number from 1 to %d", optBudget, field, strconv.FormatInt(n, 10), most)
			n = def
		}
	case v.text != "":
		source = v.source()
		got, err := strconv.ParseInt(v.text, 10, 64)
		if err != nil || got < 1 || got > most {
			r.fail("%s %s: want a whole number from 1 to %d", v.name, r.quote(v.text), most)
			break
		}
		n = got
	}
	r.set(setting, strconv.FormatInt(n, 10), source)
	return n
}
