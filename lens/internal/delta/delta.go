package delta

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"time"

	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
)

// What a [Converter] keeps.
const (
	// MaxSeries are known at a time, which takes some 10 MB.
	MaxSeries = 100_000
	// MaxAge is how long a series is known at least that no more is heard of.
	// Collections can be a day apart where an event budget paces them.
	MaxAge = 25 * time.Hour
)

// maxAhead is how far a sender's clock may be ahead.
const maxAhead = time.Hour

// Converter knows where each series stands. It is safe for concurrent use.
//
// The first point of a series counts whole if its process started after the
// horizon, which is when the converter began to listen, and otherwise not at all:
// nobody knows what part of it is new. Forgetting a series moves the horizon on to
// its start, so that nothing counts twice.
type Converter struct {
	hash hash

	mu      sync.Mutex
	horizon uint64 // Unix nanoseconds; 0 is not known yet
	// Series that were heard of since turned, and the others, which are forgotten
	// at the next turn.
	young, old map[uint64]*series
	turned     time.Time
}

// series is one counter or histogram of one process and one set of attributes.
type series struct {
	start uint64 // of the process, as the sender says
	at    uint64 // of the last point
	total total
}

// total is what has been counted: whole numbers, fractions or, of a histogram, the
// values' number and sum.
type total struct {
	whole    int64
	fraction float64
	count    uint64
}

// New returns a converter that has listened since a time; the zero time stands for
// that of the first point, as in a recording.
func New(since time.Time) *Converter {
	c := &Converter{hash: newHash(), young: make(map[uint64]*series)}
	if !since.IsZero() {
		c.horizon = nanos(since)
	}
	return c
}

func nanos(t time.Time) uint64 { return uint64(max(0, t.UnixNano())) }

// Convert makes cumulative monotonic sums and histograms delta ones in place.
// Points that say nothing new are removed: the first of a series that was there
// before, late and repeated ones, those that are not finite. Of histograms, the
// least and greatest value go too, as they are those since the start; start times
// and buckets stay as they were. Everything else stays too, also sums that go up
// and down, which are levels.
//
// What it returns takes the series back to where they stood, for points that were
// not stored after all and will be sent again.
func (c *Converter) Convert(metrics []*metricspb.ResourceMetrics, now time.Time) (undo func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := round{Converter: c, now: now}
	for _, rm := range metrics {
		resource := c.hash.attributes(rm.GetResource().GetAttributes())
		for _, sm := range rm.GetScopeMetrics() {
			scope := c.hash.scope(resource, sm.GetScope())
			for _, m := range sm.GetMetrics() {
				r.metric(m, c.hash.text(scope, m.GetName()))
			}
		}
	}
	return r.undo
}

// round is one call of Convert.
type round struct {
	*Converter

	now    time.Time
	before []step
}

// step is what a series was before a point.
type step struct {
	key    uint64
	at     uint64  // of the point
	series *series // nil: there was none
}

const (
	cumulative = metricspb.AggregationTemporality_AGGREGATION_TEMPORALITY_CUMULATIVE
	delta      = metricspb.AggregationTemporality_AGGREGATION_TEMPORALITY_DELTA
	noValue    = uint32(metricspb.DataPointFlags_DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK)
)

func (r *round) metric(m *metricspb.Metric, name uint64) {
	switch d := m.GetData().(type) {
	case *metricspb.Metric_Sum:
		if s := d.Sum; s.GetAggregationTemporality() == cumulative && s.GetIsMonotonic() {
			s.AggregationTemporality = delta
			s.DataPoints = slices.DeleteFunc(s.DataPoints, func(p *metricspb.NumberDataPoint) bool { return !r.number(p, name) })
		}
	case *metricspb.Metric_Histogram:
		if h := d.Histogram; h.GetAggregationTemporality() == cumulative {
			h.AggregationTemporality = delta
			h.DataPoints = slices.DeleteFunc(h.DataPoints, func(p *metricspb.HistogramDataPoint) bool {
				key := r.hash.point(name, p.GetAttributes(), p.GetStartTimeUnixNano())
				return p.GetFlags()&noValue != 0 || !r.distribution(key, p.GetStartTimeUnixNano(), p.GetTimeUnixNano(), &p.Count, &p.Sum, &p.Min, &p.Max)
			})
		}
	case *metricspb.Metric_ExponentialHistogram:
		if h := d.ExponentialHistogram; h.GetAggregationTemporality() == cumulative {
			h.AggregationTemporality = delta
			h.DataPoints = slices.DeleteFunc(h.DataPoints, func(p *metricspb.ExponentialHistogramDataPoint) bool {
				key := r.hash.point(name, p.GetAttributes(), p.GetStartTimeUnixNano())
				return p.GetFlags()&noValue != 0 || !r.distribution(key, p.GetStartTimeUnixNano(), p.GetTimeUnixNano(), &p.Count, &p.Sum, &p.Min, &p.Max)
			})
		}
	}
}

// number makes a point of a sum what came since the last one, and reports whether
// there is such a thing.
func (r *round) number(p *metricspb.NumberDataPoint, name uint64) bool {
	if p.GetFlags()&noValue != 0 {
		return false
	}
	var t total
	switch v := p.GetValue().(type) {
	case *metricspb.NumberDataPoint_AsInt:
		t.whole = v.AsInt
	case *metricspb.NumberDataPoint_AsDouble:
		t.fraction = v.AsDouble
	default:
		return false
	}
	before, ok := r.take(r.hash.point(name, p.GetAttributes(), p.GetStartTimeUnixNano()), p.GetStartTimeUnixNano(), p.GetTimeUnixNano(), t)
	if !ok {
		return false
	}
	switch v := p.GetValue().(type) {
	case *metricspb.NumberDataPoint_AsInt:
		v.AsInt -= before.whole
	case *metricspb.NumberDataPoint_AsDouble:
		v.AsDouble -= before.fraction
	}
	return true
}

// distribution does the same for a point of a histogram.
func (r *round) distribution(key, start, at uint64, count *uint64, sum, least, most **float64) bool {
	t := total{count: *count}
	if *sum != nil {
		t.fraction = **sum
	}
	before, ok := r.take(key, start, at, t)
	if !ok {
		return false
	}
	if before == (total{}) {
		return true
	}
	*count -= before.count
	if *sum != nil {
		*sum = new(**sum - before.fraction)
	}
	*least, *most = nil, nil
	return true
}

// take moves a series on to a point, and returns what it stood at before and
// whether what came in between counts.
func (r *round) take(key, start, at uint64, t total) (before total, counts bool) {
	if math.IsNaN(t.fraction) || math.IsInf(t.fraction, 0) {
		return total{}, false
	}
	at = cmp.Or(at, nanos(r.now))
	if start > min(at, nanos(r.now.Add(maxAhead))) {
		start = 0 // it is none
	}
	r.horizon = cmp.Or(r.horizon, at)
	r.turn(r.now)
	s, ok := r.find(key)
	if !ok {
		r.before = append(r.before, step{key: key, at: at})
		r.young[key] = &series{start, at, t}
		return total{}, start > r.horizon
	}
	if at <= s.at {
		return total{}, false
	}
	r.before = append(r.before, step{key, at, new(*s)})
	before = s.total
	s.at, s.total = at, t
	if t.less(before) { // it began anew and did not say so
		return total{}, true
	}
	return before, true
}

// less reports whether a counter has gone back. The sum of a histogram may: its
// values can be negative.
func (t total) less(than total) bool {
	return t.whole < than.whole || t.count < than.count || t.count == 0 && t.fraction < than.fraction
}

// undo takes series back, but for those that have moved on since.
func (r *round) undo() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, was := range slices.Backward(r.before) {
		s, ok := r.find(was.key)
		switch {
		case !ok || s.at != was.at:
		case was.series == nil:
			delete(r.young, was.key)
		default:
			r.young[was.key] = was.series
		}
	}
	r.before = nil
}

// find returns a series, which is young again.
func (c *Converter) find(key uint64) (*series, bool) {
	s, ok := c.young[key]
	if ok {
		return s, true
	}
	if s, ok = c.old[key]; ok {
		delete(c.old, key)
		c.young[key] = s
	}
	return s, ok
}

// turn forgets the old when it is time or when there are too many.
func (c *Converter) turn(now time.Time) {
	if len(c.young) < MaxSeries/2 && now.Sub(c.turned) < MaxAge {
		return
	}
	for _, s := range c.old {
		c.horizon = max(c.horizon, s.start)
	}
	c.old, c.young, c.turned = c.young, make(map[uint64]*series), now
}
