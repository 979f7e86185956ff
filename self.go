package telemetry

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"

	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/delivery"
	"github.com/lift-sys/telemetry/internal/selfmetrics"
)

// observe makes the metrics about the library itself.
func (p *pipeline) observe() {
	meter := p.meterProvider.Meter(core.ScopeName, metric.WithInstrumentationVersion(Version))
	self, err := selfmetrics.Register(meter, p.reading)
	if err != nil {
		otel.Handle(err)
		return
	}
	p.self = self
}

func (p *pipeline) reading() selfmetrics.Reading {
	s := p.stats()
	return selfmetrics.Reading{
		Events: s.Events, Points: s.Points.Exported, SampledOut: s.SampledOut, Redacted: s.Sanitized.Redacted,
		Retries: s.Retries, Spans: s.Spans.losses(), MetricLoss: s.Points.losses(),
		Buffered: s.Buffered, Buffers: p.out != nil,
		Must: s.Sampling.Must.counts(), Rest: s.Sampling.Rest.counts(),
		Budget: selfmetrics.Budget{
			PerMonth: s.Budget.PerMonth, Used: s.Budget.Used,
			WindowAllowance: int64(s.Budget.WindowAllowance), WindowUsed: int64(s.Budget.WindowUsed),
		},
	}
}

func (s Stratum) counts() selfmetrics.Stratum {
	return selfmetrics.Stratum{Kept: s.KeptTraces, Dropped: s.DroppedTraces, Weight: s.Weight}
}

// losses is what was lost; Dropped.Disabled was never wanted.
func (t Tally) losses() selfmetrics.Losses {
	return selfmetrics.Losses{
		Rejected: t.Rejected, Memory: t.Dropped.Memory, Poison: t.Dropped.Poison,
		Oversize: t.Dropped.Oversize, Shutdown: t.Dropped.Shutdown,
		Spool: t.Dropped.Spool, Expired: t.Dropped.Expired,
	}
}

// stopMeters collects for the last time. What the library says about itself
// should then hold for the last spans too, so those go first, in half the time.
func (p *pipeline) stopMeters(ctx context.Context) error {
	var lost error
	if p.tail != nil {
		p.tail.Shutdown() // which decides, and waits for nothing
	}
	if deadline, ok := ctx.Deadline(); ok && p.self != nil && p.out != nil {
		half, cancel := context.WithDeadline(ctx, time.Now().Add(time.Until(deadline)/2))
		lost = lostOf(p.out.Flush(half))
		cancel()
	}
	if p.paced != nil {
		lost = errors.Join(lost, p.paced.Shutdown(ctx))
	}
	return errors.Join(lost, p.meters.Shutdown(ctx))
}

// lostOf leaves of a flush's error what will not change, lost or in the spool: what still waits is
// told of by the shutdown of delivery, which counts from its own begin.
func lostOf(err error) error {
	loss, ok := errors.AsType[*delivery.LossError](err)
	if !ok || loss.LostSpans+loss.LostPoints+loss.SpooledSpans+loss.SpooledPoints == 0 {
		return nil
	}
	final := *loss
	final.QueuedSpans, final.QueuedPoints = 0, 0
	return &final
}
