package export

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/lift-sys/telemetry/internal/sampling"
)

// Paced collects metrics and exports them, at the interval or as much later as
// an allowance of points asks for. What is collected before there is an
// allowance waits for it, and is collected no further meanwhile: counters go on
// counting, so that nothing is lost but resolution. A collection of more points
// than a day's allowance is lost, which the first time is told to [otel.Handle].
// NewPaced makes one, Shutdown ends it.
type Paced struct {
	reader            *sdkmetric.ManualReader
	exporter          sdkmetric.Exporter
	interval, timeout time.Duration
	stop              chan struct{}
	stopping          sync.Once
	run               sync.WaitGroup

	turning sync.Mutex                  // held while collecting, which may take its time
	waiting *metricdata.ResourceMetrics // collected and not sent; nil: nothing
	points  int                         // of waiting

	mu      sync.Mutex
	ledger  *sampling.Ledger
	accrued time.Time
	dropped uint64
}

// longestWait is for how long the allowance accrues for one collection.
const longestWait = 24 * time.Hour

// NewPaced returns a running exporter in front of e. Its Reader has to be
// registered with a provider at once.
func NewPaced(e sdkmetric.Exporter, l *sampling.Ledger, interval, timeout time.Duration) *Paced {
	p := &Paced{
		reader:   sdkmetric.NewManualReader(sdkmetric.WithTemporalitySelector(e.Temporality), sdkmetric.WithAggregationSelector(e.Aggregation)),
		exporter: e, interval: interval, timeout: timeout, stop: make(chan struct{}),
		ledger: l, accrued: time.Now(),
	}
	p.run.Go(p.loop)
	return p
}

// Reader returns what to register with a provider.
func (p *Paced) Reader() sdkmetric.Reader { return p.reader }

// PacedStats is the account of a Paced, in metric points.
type PacedStats struct {
	PerMonth, Used int64  // the allowance of a month, and what was spent of it
	Dropped        uint64 // points that found no allowance before the end, or are more than a day's
}

// Stats returns the account as of now.
func (p *Paced) Stats() PacedStats {
	p.mu.Lock()
	defer p.mu.Unlock()
	return PacedStats{PerMonth: p.ledger.PerMonth(), Used: p.ledger.Month().Used, Dropped: p.dropped}
}

func (p *Paced) loop() {
	timer := time.NewTimer(p.interval)
	defer timer.Stop()
	told := false
	for {
		select {
		case <-p.stop:
			return
		case <-timer.C:
		}
		ctx, cancel := context.WithTimeout(context.Background(), p.timeout)
		if err := p.turn(ctx, false); err != nil {
			tooMany := errors.Is(err, errTooMany)
			if !tooMany || !told {
				otel.Handle(err)
			}
			told = told || tooMany
		}
		cancel()
		timer.Reset(p.wait())
	}
}

// wait returns how long to wait for the next turn.
func (p *Paced) wait() time.Duration {
	p.turning.Lock()
	defer p.turning.Unlock()
	if p.waiting == nil {
		return p.interval
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(min(p.ledger.Until(p.points), p.interval), time.Second)
}

// errTooMany is what a collection is lost for that no wait makes room for.
var errTooMany = errors.New("telemetry: metrics are not exported: a collection has more points than a day of the event budget's metric share; record fewer series, or raise the budget (LIFT_EVENTS_PER_MONTH) or its MetricShare")

// turn collects unless something waits, and sends what the allowance permits.
// With last, what it does not permit is dropped.
func (p *Paced) turn(ctx context.Context, last bool) error {
	p.turning.Lock()
	defer p.turning.Unlock()
	if p.waiting == nil {
		rm := new(metricdata.ResourceMetrics)
		if err := p.reader.Collect(ctx, rm); err != nil {
			return err
		}
		if p.points = countPoints(rm); p.points == 0 {
			return nil
		}
		p.waiting = rm
	}
	ready := p.waiting
	switch p.spend(last) {
	case waits:
		return nil
	case spent:
		p.waiting = nil
		return p.exporter.Export(ctx, ready)
	default:
		p.waiting = nil
		if last {
			return nil
		}
		return fmt.Errorf("%w (points: %d)", errTooMany, p.points)
	}
}

// verdict is what the allowance says about points.
type verdict uint8

const (
	waits verdict = iota
	spent
	lost
)

// spend books what is waiting.
func (p *Paced) spend(last bool) verdict {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.ledger.Accrue(now, now.Sub(p.accrued))
	p.accrued = now
	p.ledger.Hold(p.points, longestWait)
	switch {
	case p.points <= p.ledger.Left():
		p.ledger.Spend(p.points)
		return spent
	case last || float64(p.points) > p.ledger.Rate(longestWait):
		p.dropped += uint64(p.points)
		return lost
	default:
		return waits
	}
}

// Flush collects and sends now, as far as the allowance permits.
func (p *Paced) Flush(ctx context.Context) error {
	err := p.turn(ctx, false)
	if errors.Is(err, sdkmetric.ErrReaderShutdown) {
		return nil
	}
	return err
}

// Shutdown sends what has been collected, and what is there since, as far as
// the allowance permits, and stops. What it does not permit is dropped. It must
// come before the provider's.
func (p *Paced) Shutdown(ctx context.Context) (err error) {
	p.stopping.Do(func() {
		close(p.stop)
		p.run.Wait()
		p.turning.Lock()
		held := p.waiting != nil
		p.turning.Unlock()
		err = p.turn(ctx, true)
		if held {
			err = errors.Join(err, p.turn(ctx, true))
		}
	})
	return err
}
