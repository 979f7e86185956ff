package delivery

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// grace is how long Shutdown still tries when its context is already over, and
// how long it waits for a log handler.
const grace = time.Second

// spoolGrace is how long Shutdown waits for the disk.
const spoolGrace = 2 * time.Second

// LossError is what Flush and Shutdown return when not everything arrived.
type LossError struct {
	QueuedSpans, QueuedPoints uint64 // still waiting; always 0 after Shutdown
	LostSpans, LostPoints     uint64 // given up meanwhile
	SpooledSpans              uint64 // written to the spool meanwhile, to be sent later
	SpooledPoints             uint64
	Err                       error // why: the last failure, joined with the context's error where that ended the wait
}

// Error says how much did not arrive, and why: "telemetry: 12 spans not
// delivered (2 lost, 10 queued): POST https://…: 503 Service Unavailable".
func (e *LossError) Error() string {
	var what []string
	if n := e.QueuedSpans + e.LostSpans + e.SpooledSpans; n > 0 {
		what = append(what, count(n, "span"))
	}
	if n := e.QueuedPoints + e.LostPoints + e.SpooledPoints; n > 0 {
		what = append(what, count(n, "metric point"))
	}
	text := "telemetry: " + strings.Join(what, " and ") + " not delivered"
	var fates []string
	for _, fate := range []struct {
		name string
		n    uint64
	}{
		{"lost", e.LostSpans + e.LostPoints},
		{"queued", e.QueuedSpans + e.QueuedPoints},
		{"spooled", e.SpooledSpans + e.SpooledPoints},
	} {
		if fate.n > 0 {
			fates = append(fates, fmt.Sprintf("%d %s", fate.n, fate.name))
		}
	}
	if len(fates) == 1 {
		_, only, _ := strings.Cut(fates[0], " ")
		fates[0] = only
	}
	text += " (" + strings.Join(fates, ", ") + ")"
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns e.Err.
func (e *LossError) Unwrap() error { return e.Err }

func count(n uint64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// mark is a point in the books from which a Flush or Shutdown counts.
type mark struct {
	at                    time.Time
	traces, metrics       uint64 // the newest blocks
	lostSpans, lostPoints uint64
	savedSpans            uint64
	savedPoints           uint64
}

// Flush sends what is buffered now and waits until it has arrived or is lost,
// until ctx ends, or until the next attempt lies beyond ctx's deadline. A
// context without a deadline gets DefaultFlushTimeout. The error is nil or a
// *LossError; what it calls queued is still tried afterwards. Flush brings the
// next attempt forward, but not closer than Retry.Initial to the last one, nor
// against the backend's Retry-After.
func (p *Pipeline) Flush(ctx context.Context) error {
	ctx, cancel := withDefaultTimeout(ctx)
	defer cancel()
	m := p.hurry(false)
	return p.shortfall(m, p.drain(ctx, m))
}

// Shutdown sends what is buffered, bounded by ctx or else by
// DefaultFlushTimeout; a context that is already over still gets a second.
// What has not arrived by then goes to the spool, or else is dropped, and is
// counted. Then no goroutine of the pipeline remains, save one that a log
// handler or a hanging disk holds. Entries appended
// after Shutdown began are dropped and counted. The error is nil or a
// *LossError. A second call waits for the first and returns the same.
func (p *Pipeline) Shutdown(ctx context.Context) error {
	p.mu.Lock()
	first := !p.closing
	p.closing = true
	p.mu.Unlock()
	if !first {
		<-p.done
		return p.err
	}
	if ctx.Err() != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
	}
	ctx, cancel := withDefaultTimeout(ctx)
	defer cancel()

	m := p.hurry(true)
	why := p.drain(ctx, m)
	p.cancel()
	p.stop()
	p.err = p.shortfall(p.abandon(m), why)
	close(p.done)
	return p.err
}

// stop waits until the lanes have ended and the spool has what is left. A disk
// that hangs holds it up for a moment only.
func (p *Pipeline) stop() {
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		p.lanes.Wait()
		p.transport.close()
		p.keeper.close()
	}()
	if p.keeper == nil {
		<-stopped
		return
	}
	select {
	case <-stopped:
	case <-time.After(spoolGrace):
	}
}

// hurry makes what is buffered now due.
func (p *Pipeline) hurry(last bool) mark {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	return mark{
		at:         now,
		traces:     p.traces.hurry(now, last),
		metrics:    p.metrics.hurry(now, last),
		lostSpans:  p.traces.items.lost(),
		lostPoints: p.metrics.items.lost(),

		savedSpans:  p.traces.saved,
		savedPoints: p.metrics.saved,
	}
}

// drain waits until nothing up to m is waiting or in flight. The error says
// why it stopped waiting.
func (p *Pipeline) drain(ctx context.Context, m mark) error {
	deadline, _ := ctx.Deadline()
	for {
		p.mu.Lock()
		pending, hope := p.outlook(m, deadline)
		if !pending || !hope {
			p.mu.Unlock()
			return nil
		}
		if p.changed == nil {
			p.changed = make(chan struct{})
		}
		changed := p.changed
		p.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-p.ctx.Done():
			return errors.New("shut down")
		}
	}
}

// outlook says whether anything up to m is pending, and whether an attempt
// before deadline can still change that. The caller holds p.mu.
func (p *Pipeline) outlook(m mark, deadline time.Time) (pending, hope bool) {
	for i, l := range p.both() {
		if p.closing && l.replays {
			pending, hope = true, true // its answer, once lost, is asked for again by the next process
		}
		if l.pending([...]uint64{m.traces, m.metrics}[i]) {
			pending = true
			hope = hope || len(l.flight)+len(l.saving) > 0 || l.retryAt.Before(deadline)
		}
	}
	return pending, hope
}

// notify wakes those who wait for an attempt to end. The caller holds p.mu.
func (p *Pipeline) notify() {
	if p.changed != nil {
		close(p.changed)
		p.changed = nil
	}
}

// abandon gives up what is left after the lanes ended, and closes the books.
// It waits a moment for the log of that.
func (p *Pipeline) abandon(m mark) mark {
	p.mu.Lock()
	for _, l := range p.both() {
		if l.items.Queued+l.weight.Queued > 0 {
			items, weight := l.items.Queued, l.weight.Queued
			l.items.Queued, l.weight.Queued = 0, 0
			l.drop(dropShutdown, items, weight)
		}
		l.open, l.queue, l.flight = nil, nil, nil
		l.entries, l.waiting = 0, 0
	}
	p.memory.used, p.memory.spare = 0, nil
	p.report()
	p.closed = true
	p.notify()
	reporting, stopped := p.reporter.running, p.reporter.stopped
	p.mu.Unlock()
	if reporting {
		select {
		case <-stopped:
		case <-time.After(grace):
		}
	}
	return m
}

// shortfall is nil where everything up to m arrived.
func (p *Pipeline) shortfall(m mark, why error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := &LossError{
		QueuedSpans:  p.traces.queued(m.traces),
		QueuedPoints: p.metrics.queued(m.metrics),
		LostSpans:    p.traces.items.lost() - m.lostSpans,
		LostPoints:   p.metrics.items.lost() - m.lostPoints,

		SpooledSpans:  p.traces.saved - m.savedSpans,
		SpooledPoints: p.metrics.saved - m.savedPoints,
		Err:           why,
	}
	if e.QueuedSpans+e.QueuedPoints+e.LostSpans+e.LostPoints+e.SpooledSpans+e.SpooledPoints == 0 {
		return nil
	}
	// An old failure would mislead, unless it still holds things up.
	if !p.lastFailure.Before(m.at) || !p.traces.failing.IsZero() || !p.metrics.failing.IsZero() {
		e.Err = errors.New(p.lastError)
		if why != nil {
			e.Err = fmt.Errorf("%s: %w", p.lastError, why)
		}
	}
	return e
}

// withDefaultTimeout bounds a context that has no deadline.
func withDefaultTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, DefaultFlushTimeout)
}
