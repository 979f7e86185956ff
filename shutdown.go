package telemetry

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/lift-sys/telemetry/internal/core"
)

// shutdown stops in the direction of the data: helpers, providers, delivery.
// Calls after the first wait for it and do nothing.
func (p *pipeline) shutdown(ctx context.Context) (err error) {
	p.once.Do(func() {
		p.core.Stop()
		var stops []func(context.Context) error
		if p.meters != nil {
			stops = append(stops, p.stopMeters)
		}
		if p.tracers != nil {
			// The SDK does not tell its processors where the context is over.
			stops = append(stops, p.tracers.Shutdown, p.processor.Shutdown)
		}
		first, cancel := p.leaveTime(ctx)
		defer cancel()
		err = together(first, stops...)
		if p.out != nil {
			err = errors.Join(err, p.out.Shutdown(ctx))
		}
		if p.self != nil {
			_ = p.self.Unregister() // a provider of the caller lives on
		}
		p.signals.stop()
	})
	return err
}

// leaveTime returns a context that is over early enough for delivery to have
// its turn within ctx, however long a reader or processor takes.
func (p *pipeline) leaveTime(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if p.out == nil || !ok {
		return context.WithCancel(ctx)
	}
	left := time.Until(deadline)
	return context.WithDeadline(ctx, deadline.Add(-min(grace+min(left/4, lateTimeout), left/2)))
}

func (p *pipeline) flush(ctx context.Context) error {
	var flushes []func(context.Context) error
	metrics := !core.SparseMetrics(ctx) || p.sparse.due()
	if metrics && p.meters != nil {
		flushes = append(flushes, func(ctx context.Context) error {
			err := p.meters.ForceFlush(ctx)
			if errors.Is(err, sdkmetric.ErrReaderShutdown) {
				return nil // its last collection is on its way, or was told of by Shutdown
			}
			return err
		})
	}
	if metrics && p.paced != nil {
		flushes = append(flushes, p.paced.Flush)
	}
	if p.tracers != nil {
		flushes = append(flushes, p.tracers.ForceFlush)
	}
	err := together(ctx, flushes...)
	if p.out != nil {
		err = errors.Join(err, p.out.Flush(ctx))
	}
	return err
}

// sparse spaces flushes of metrics.
type sparse struct {
	interval time.Duration
	mu       sync.Mutex
	last     time.Time
}

// due reports whether the interval is over, and begins the next one then.
func (s *sparse) due() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now().Round(0) // the steady clock may stand still while the process is frozen
	if past := now.Sub(s.last); !s.last.IsZero() && past >= 0 && past < s.interval {
		return false
	}
	s.last = now
	return true
}

// grace is what a function of [together] gets, once ctx is over, to say what
// it lost.
const grace = 100 * time.Millisecond

// together calls all functions at once, so that one that hangs does not use
// up the time of the others, and returns soon after ctx is over even where a
// reader, processor or exporter of the caller does not heed it.
func together(ctx context.Context, functions ...func(context.Context) error) error {
	results := make(chan error, len(functions))
	for _, f := range functions {
		go func() {
			defer func() {
				if v := recover(); v != nil {
					results <- fmt.Errorf("telemetry: a reader, processor or exporter panicked: %v", v)
				}
			}()
			results <- f(ctx)
		}()
	}
	over := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, func() { close(over) }) })
	defer stop()
	var errs []error
	for range functions {
		select {
		case err := <-results:
			errs = append(errs, err)
		case <-over:
			return errors.Join(append(errs, fmt.Errorf("telemetry: a reader, processor or exporter does not stop: %w", ctx.Err()))...)
		}
	}
	return errors.Join(errs...)
}
