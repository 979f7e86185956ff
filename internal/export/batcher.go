package export

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/sanitize"
)

// Bounds of a [Batcher].
const (
	maxQueued = 4096                   // spans that wait
	maxBatch  = 512                    // spans per export
	maxWait   = time.Second            // until a batch leaves that is not full
	maxExport = 30 * time.Second       // one export, the exporter's retries included
	maxStop   = 100 * time.Millisecond // of Shutdown's time, for a cancelled export to end
)

// Batcher hands ended spans to an exporter of the OpenTelemetry SDK, in
// batches and from one goroutine. Other than the SDK's own batch processor it
// repairs what it passes on and keeps exact books. It is safe for concurrent
// use.
type Batcher struct {
	exporter sdktrace.SpanExporter
	repair   *sanitize.Sanitizer
	rates    bool // spans get the attribute SampleRate

	report func(error) // hears of losses, from the batcher's goroutine
	told   uint64      // losses that report has heard of

	mu     sync.Mutex
	queue  []weighted
	books  Books
	closed bool

	wake  chan struct{}      // a batch is full
	flush chan chan struct{} // export everything, then close
	done  chan struct{}      // the goroutine has ended
	stop  context.CancelFunc // of a running export
}

type weighted struct {
	span   sdktrace.ReadOnlySpan
	weight int
}

// NewBatcher starts a batcher in front of e. With rates, spans that stand for
// several get the attribute SampleRate. report hears of what is lost, after
// each export that lost something.
func NewBatcher(e sdktrace.SpanExporter, repair *sanitize.Sanitizer, rates bool, report func(error)) *Batcher {
	ctx, stop := context.WithCancel(context.Background())
	b := &Batcher{
		exporter: e, repair: repair, rates: rates, report: report, stop: stop,
		wake: make(chan struct{}, 1), flush: make(chan chan struct{}), done: make(chan struct{}),
	}
	go b.run(ctx)
	return b
}

// Take queues s, or drops and counts it where the queue is full.
func (b *Batcher) Take(s sdktrace.ReadOnlySpan, weight int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.books.count(1, weight, appended)
	switch {
	case b.closed:
		b.books.drop(weight, stopped)
		return
	case len(b.queue) >= maxQueued:
		b.books.drop(weight, full)
		return
	}
	b.books.count(1, weight, queued)
	b.queue = append(b.queue, weighted{s, weight})
	if len(b.queue) >= maxBatch {
		select {
		case b.wake <- struct{}{}:
		default:
		}
	}
}

// Books returns the books, in spans.
func (b *Batcher) Books() Books {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.books
}

// Keeps reports true: spans wait for their batch.
func (*Batcher) Keeps() bool { return true }

// run exports until Shutdown.
func (b *Batcher) run(ctx context.Context) {
	defer close(b.done)
	tick := time.NewTicker(maxWait)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			b.drain(ctx)
		case <-b.wake:
			b.drain(ctx)
		case flushed := <-b.flush:
			b.drain(ctx)
			close(flushed)
		}
	}
}

// drain exports batch after batch until the queue is empty.
func (b *Batcher) drain(ctx context.Context) {
	for ctx.Err() == nil {
		b.mu.Lock()
		n := min(len(b.queue), maxBatch)
		batch := b.queue[:n:n]
		b.queue = b.queue[n:]
		if len(b.queue) == 0 {
			b.queue = nil
		}
		b.mu.Unlock()
		if n == 0 {
			return
		}
		b.export(ctx, batch)
	}
}

func (b *Batcher) export(ctx context.Context, batch []weighted) {
	spans, weight, events := make([]sdktrace.ReadOnlySpan, len(batch)), 0, 0
	for i, w := range batch {
		var rate []attribute.KeyValue
		if b.rates {
			rate = sampleRate(w.weight)
		}
		spans[i] = b.repair.Span(w.span, rate...)
		weight += w.weight
		events += 1 + len(spans[i].Events()) + len(spans[i].Links())
	}
	ctx, cancel := context.WithTimeout(ctx, maxExport)
	defer cancel()
	err := b.guard(func() error { return b.exporter.ExportSpans(ctx, spans) })
	failure := ""
	if err != nil {
		failure = b.repair.Failure(cmp.Or(err.Error(), "an error without a message"))
	}
	b.mu.Lock()
	b.books.count(-len(batch), -weight, queued)
	b.books.close(len(batch), weight, failure)
	if failure == "" {
		b.books.Events += uint64(events)
	}
	lost := b.books.lost()
	b.mu.Unlock()
	if lost > b.told {
		b.told = lost
		b.report(b.lost(nil))
	}
}

// guard keeps a panic of the exporter away from the service.
func (*Batcher) guard(call func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("telemetry: the exporter panicked: %v", v)
		}
	}()
	return call()
}

// sampleRate is the attribute that tells Honeycomb what a span stands for.
func sampleRate(weight int) []attribute.KeyValue {
	if weight <= 1 {
		return nil
	}
	return []attribute.KeyValue{attr.SampleRate.Int(weight)}
}

// Flush exports what is queued. The error says how many spans have been lost
// since the start, or wait still.
func (b *Batcher) Flush(ctx context.Context) error {
	flushed := make(chan struct{})
	select {
	case b.flush <- flushed:
	case <-b.done:
		return nil
	case <-ctx.Done():
		return b.lost(ctx.Err())
	}
	select {
	case <-flushed:
	case <-b.done:
	case <-ctx.Done():
		return b.lost(ctx.Err())
	}
	return b.lost(nil)
}

// Shutdown exports what is queued, ends the goroutine and shuts the exporter
// down. What is left counts as dropped. Further calls do nothing.
func (b *Batcher) Shutdown(ctx context.Context) error {
	b.mu.Lock()
	closed := b.closed
	b.closed = true
	b.mu.Unlock()
	if closed {
		return nil
	}
	cause := b.lastFlush(ctx)
	b.stop()
	select {
	case <-b.done: // the books are final
	case <-ctx.Done(): // the exporter does not heed its context
	}
	b.mu.Lock()
	for _, w := range b.queue {
		b.books.count(-1, -w.weight, queued)
		b.books.drop(w.weight, stopped)
	}
	b.queue = nil
	b.mu.Unlock()
	err := b.guard(func() error { return b.exporter.Shutdown(ctx) })
	if err != nil {
		err = fmt.Errorf("telemetry: exporter shutdown: %s", b.repair.Failure(err.Error()))
	}
	return errors.Join(b.lost(cause), err)
}

// lastFlush exports what is queued, but stops early enough for what is then
// cancelled to end, and to be counted, within ctx. It returns why it stopped.
func (b *Batcher) lastFlush(ctx context.Context) error {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-min(time.Until(deadline)/10, maxStop)))
		defer cancel()
	}
	_ = b.Flush(ctx) // what it could not send is reported later
	return ctx.Err()
}

func (b *Batcher) lost(cause error) error {
	books := b.Books()
	spans, lost, last := books.Items, books.lost(), books.LastError
	switch {
	case lost == 0 && spans.Queued == 0:
		return nil
	case cause != nil && last != "" && last != cause.Error():
		return fmt.Errorf("telemetry: %d spans lost, %d not yet exported: %s: %w", lost, spans.Queued, last, cause)
	case cause != nil:
		return fmt.Errorf("telemetry: %d spans lost, %d not yet exported: %w", lost, spans.Queued, cause)
	case last == "":
		return fmt.Errorf("telemetry: %d spans lost, %d not yet exported", lost, spans.Queued)
	}
	return fmt.Errorf("telemetry: %d spans lost, %d not yet exported: %s", lost, spans.Queued, last)
}
