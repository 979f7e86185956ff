package simulate

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"
)

// Bounds of a Config.
const (
	MaxDuration  = 366 * 24 * time.Hour
	maxInstances = 1000
	maxEndpoints = 10_000
)

// Config describes a fleet, its load and its budget. No field has a default.
type Config struct {
	Load        float64 // events a second of all processes together, on average; above 0
	Shape       Shape
	ErrorRate   float64 // share of requests that fail, 0..1
	SlowShare   float64 // share of requests that a rule keeps for their duration, 0..1
	Endpoints   int     // 1..10000; by Zipf's law few of them take most requests
	Instances   int     // processes, 1..1000
	Budget      int64   // events a month of all processes together, at least 1
	MetricShare float64 // part of it that metric points have for themselves, 0 up to 1
	Ratio       float64 // share of ordinary requests that the head samples, 0..1
	Start       time.Time
	Duration    time.Duration // 1 h to MaxDuration; whole hours are simulated
	Seed        uint64
}

// Check reports what is out of bounds, all of it.
func (c *Config) Check() error {
	share := func(name string, v, most float64) error {
		if v >= 0 && v <= most {
			return nil
		}
		return fmt.Errorf("%s %q: want a share from 0 to %g", name, fmt.Sprint(v), most)
	}
	whole := func(name string, v, most int) error {
		if v >= 1 && v <= most {
			return nil
		}
		return fmt.Errorf(`%s "%d": want a whole number from 1 to %d`, name, v, most)
	}
	errs := []error{
		share("error rate", c.ErrorRate, 1), share("slow share", c.SlowShare, 1), share("ratio", c.Ratio, 1), share("metric share", c.MetricShare, 0.99),
		whole("keys", c.Endpoints, maxEndpoints), whole("instances", c.Instances, maxInstances),
	}
	if !(c.Load > 0 && c.Load <= 1e6) {
		errs = append(errs, fmt.Errorf("load %q: want events a second, above 0 and at most 1000000", fmt.Sprint(c.Load)))
	}
	if c.Budget < 1 {
		errs = append(errs, fmt.Errorf(`budget "%d": want at least one event a month`, c.Budget))
	}
	if c.Duration < time.Hour || c.Duration > MaxDuration {
		errs = append(errs, fmt.Errorf("duration %q: want an hour to a year, such as 30d", c.Duration))
	}
	return errors.Join(errs...)
}

// perProcess returns what one process may send in a month, as telemetry.Budget
// divides it.
func (c *Config) perProcess() int64 {
	return int64(float64(c.Budget) / float64(c.Instances) * (1 - c.MetricShare))
}

// Result is what came of it.
type Result struct {
	Config    Config
	Windows   int64 // that budgets have decided about
	Over      int64 // of these, those that sent more than was allowed
	Came      int64 // events
	Sent      int64 // of these
	MostMonth int64 // events sent in one calendar month, UTC
	// Waiting is the most requests that waited in one process for the end of a
	// window. A tail buffer that has no room for them lets those go that the
	// budget would reject first, but of all endpoints alike.
	Waiting  int
	Oversize int64   // requests that alone were larger than an allowance
	ByRule   Stratum // requests that failed or were slow
	Others   Stratum
	Figures  []Figure
	// Seen is the share of endpoints with requests in an hour of which at least
	// one was kept.
	Seen  float64
	Hours []Hour
}

// Stratum counts requests.
type Stratum struct {
	Came, Kept int64
	StandFor   int64 // requests that those kept stand for
	MostWeight int
}

func (s *Stratum) add(o Stratum) {
	s.Came += o.Came
	s.Kept += o.Kept
	s.StandFor += o.StandFor
	s.MostWeight = max(s.MostWeight, o.MostWeight)
}

// Weight returns how many requests one that is kept stands for on average.
func (s Stratum) Weight() float64 { return float64(s.StandFor) / float64(max(1, s.Kept)) }

// Figure is a number on a board.
type Figure struct {
	Name, Unit      string
	Truth, Estimate float64
	// Off is how far the estimate over all the time is from the truth, as a part
	// of it, and NaN where the truth is 0. In queries over a day or an hour it is
	// Day and Hour, typically: the root of the mean square.
	Off, Day, Hour float64
}

// Hour is one hour of the fleet.
type Hour struct {
	Came, Sent int64   // events
	Weight     float64 // of kept ordinary requests, on average; 0: none was kept
}

// Run simulates c. It calls progress, which may be nil, with the hours that are
// over. The error is of c, or ctx's own.
func Run(ctx context.Context, c Config, progress func(done, all int)) (Result, error) {
	if err := c.Check(); err != nil {
		return Result{}, err
	}
	f := newFleet(&c)
	hours := int((c.Duration + time.Hour - 1) / time.Hour)
	for i := range hours {
		if ctx.Err() != nil {
			return Result{}, ctx.Err()
		}
		f.hour()
		if progress != nil {
			progress(i+1, hours)
		}
	}
	return f.result(), nil
}

// fleet is all processes, and what is known of them so far.
type fleet struct {
	config           *Config
	processes        []*process
	figures          []figure
	hourly, daily    []spread
	inHour, inDay    pair
	inAll            pair
	counts           counts
	seen, existed    int64 // endpoints in hours
	month            time.Time
	inMonth, mostOne int64 // events sent
	hours            []Hour
}

func newFleet(c *Config) *fleet {
	f := &fleet{config: c, figures: figures(c.Endpoints), inHour: newPair(c.Endpoints), inDay: newPair(c.Endpoints), inAll: newPair(c.Endpoints)}
	f.hourly, f.daily = make([]spread, len(f.figures)), make([]spread, len(f.figures))
	for i := range c.Instances {
		f.processes = append(f.processes, newProcess(c, i))
	}
	return f
}

// hour runs all processes for an hour. They know nothing of each other, so
// that it does not matter which is first.
func (f *fleet) hour() {
	var wg sync.WaitGroup
	until := f.config.Start.Add(time.Duration(len(f.hours)+1) * time.Hour)
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, p := range f.processes {
		slots <- struct{}{}
		wg.Go(func() {
			p.run(until)
			<-slots
		})
	}
	wg.Wait()
	var sums counts
	for _, p := range f.processes {
		sums.take(&p.counts)
		f.inHour.move(p.sums)
	}
	f.hours = append(f.hours, Hour{Came: sums.came, Sent: sums.sent, Weight: sums.others.Weight()})
	f.book(sums.sent)
	f.counts.take(&sums)
	for i, n := range f.inHour.truth.endpoints {
		if n > 0 {
			f.existed++
			f.seen += min(f.inHour.estimate.endpoints[i], 1)
		}
	}
	f.compare(f.hourly, f.inHour)
	f.inDay.move(f.inHour)
	if len(f.hours)%24 == 0 {
		f.compare(f.daily, f.inDay)
		f.inAll.move(f.inDay)
	}
}

// book counts events in their calendar month.
func (f *fleet) book(sent int64) {
	at := f.config.Start.Add(time.Duration(len(f.hours)-1) * time.Hour).UTC()
	if month := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC); !month.Equal(f.month) {
		f.month, f.inMonth = month, 0
	}
	f.inMonth += sent
	f.mostOne = max(f.mostOne, f.inMonth)
}

// compare notes how far each figure is off.
func (f *fleet) compare(into []spread, p pair) {
	for i := range f.figures {
		into[i].add(p.off(&f.figures[i]))
	}
}

func (f *fleet) result() Result {
	f.inAll.move(f.inDay) // what is left of a day that is not over
	r := Result{
		Config: *f.config, Windows: f.counts.windows, Over: f.counts.over, Came: f.counts.came, Sent: f.counts.sent, MostMonth: f.mostOne,
		Waiting: f.counts.waiting, Oversize: f.counts.oversize, ByRule: f.counts.byRule, Others: f.counts.others,
		Seen: float64(f.seen) / float64(max(1, f.existed)), Hours: f.hours,
	}
	for i := range f.figures {
		g := &f.figures[i]
		r.Figures = append(r.Figures, Figure{
			Name: g.name, Unit: g.unit, Truth: g.of(f.inAll.truth) * g.scale, Estimate: g.of(f.inAll.estimate) * g.scale,
			Off: f.inAll.off(g), Day: f.daily[i].typical(), Hour: f.hourly[i].typical(),
		})
	}
	return r
}
