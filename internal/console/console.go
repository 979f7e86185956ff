// Package console prints finished traces as aligned trees for a person at a
// terminal: names, durations with a bar on the trace's time axis, tokens,
// dollars, and errors.
//
// It is what OTEL_TRACES_EXPORTER=console shows. A [Printer] takes ended spans,
// holds them until the local root of their trace has ended, and writes one tree
// from a goroutine of its own, so that a slow terminal never slows the service.
// Names and values are escaped: nothing that a request carries can move the
// cursor or colour the screen.
//
// The package only shows spans. Redaction and repair happen before it.
package console

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// Options configures a [Printer]. The zero value is usable; each field says
// its default.
type Options struct {
	// Service names the service in each tree's header. Default: the
	// service.name of the span's resource.
	Service string

	// Width is the length of a line in columns. Default: $COLUMNS, else 100.
	// Values below 40 count as 40.
	Width int

	// Color says whether trees are coloured. Default: [ColorAuto].
	Color Color

	// MaxTraces bounds the traces that wait for their root. Default: 256. Beyond
	// it the oldest is printed as it is, marked incomplete.
	MaxTraces int

	// MaxSpans bounds the spans that wait for their root, and again those that
	// wait for the writer. Default: 4096. Beyond the first the oldest trace is
	// printed as it is; beyond the second it is dropped, and the next tree says
	// how many spans were.
	MaxSpans int

	// Getenv reads the environment: NO_COLOR, FORCE_COLOR, TERM and COLUMNS.
	// Default: [os.Getenv].
	Getenv func(string) string
}

const (
	defaultMaxTraces = 256
	defaultMaxSpans  = 4096
)

// Printer writes finished traces to a writer. Make one with [New]. All methods
// are safe for concurrent use; only Flush and Shutdown wait for the writer.
type Printer struct {
	w    io.Writer
	view view
	wake chan struct{}
	done chan struct{}

	mu       sync.Mutex
	hold     hold
	flushing chan struct{} // closed once all that was due at a Flush is written
	closed   bool
	dropped  uint64
	failure  error
}

// New returns a Printer that writes to w, and starts the goroutine that does
// the writing. Shutdown ends it.
func New(w io.Writer, o Options) *Printer {
	if o.MaxTraces <= 0 {
		o.MaxTraces = defaultMaxTraces
	}
	if o.MaxSpans <= 0 {
		o.MaxSpans = defaultMaxSpans
	}
	p := &Printer{
		w:    w,
		view: newView(w, o),
		hold: newHold(o.MaxTraces, o.MaxSpans),
		wake: make(chan struct{}, 1),
		done: make(chan struct{}),
	}
	go p.run()
	return p
}

// OnEnd takes an ended span. It copies what the tree shows and keeps no
// reference to s. It never waits for the writer, and does nothing after
// Shutdown.
func (p *Printer) OnEnd(s sdktrace.ReadOnlySpan) {
	r := newRecord(s)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		p.dropped++
		return
	}
	wake, dropped := p.hold.add(s.SpanContext().TraceID(), r, time.Now())
	p.dropped += uint64(dropped)
	if wake {
		p.signal()
	}
}

// Dropped returns the number of spans that were taken and will never be
// written: the writer was too slow or failed, or the Printer was shut down.
func (p *Printer) Dropped() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.dropped
}

// Flush writes each trace whose local root has ended, without the usual wait
// for late children. Traces with open roots stay. It returns ctx's error if ctx
// is done first, or the last error of the writer since the previous Flush.
func (p *Printer) Flush(ctx context.Context) error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return p.wait(ctx, p.done)
	}
	p.hold.hurry()
	if p.flushing == nil {
		p.flushing = make(chan struct{})
	}
	flushed := p.flushing
	p.signal()
	p.mu.Unlock()
	return p.wait(ctx, flushed)
}

// Shutdown writes every trace, those with open roots marked as incomplete, and
// ends the goroutine. It returns as Flush does; where ctx is done first, the
// goroutine ends as soon as the writer lets it. Further calls only wait.
func (p *Printer) Shutdown(ctx context.Context) error {
	p.mu.Lock()
	if !p.closed {
		p.closed = true
		p.hold.close(time.Now())
		p.signal()
	}
	p.mu.Unlock()
	return p.wait(ctx, p.done)
}

func (p *Printer) wait(ctx context.Context, c <-chan struct{}) error {
	select {
	case <-c:
	default:
		select {
		case <-c:
		case <-ctx.Done():
			return fmt.Errorf("console: traces are still being written: %w", context.Cause(ctx))
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	err := p.failure
	p.failure = nil
	return err
}

// signal tells the goroutine that there is something to do.
func (p *Printer) signal() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// run writes trees until Shutdown.
func (p *Printer) run() {
	defer close(p.done)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		p.mu.Lock()
		t, ok := p.hold.next(time.Now())
		if ok {
			p.mu.Unlock()
			p.print(t)
			continue
		}
		if p.flushing != nil {
			close(p.flushing)
			p.flushing = nil
		}
		closed, due := p.closed, p.hold.due()
		p.mu.Unlock()
		if closed {
			return
		}
		var expired <-chan time.Time
		if !due.IsZero() {
			timer.Reset(time.Until(due))
			expired = timer.C
		}
		select {
		case <-p.wake:
		case <-expired:
		}
	}
}

// write keeps a panic of the caller's writer away from the service.
func (p *Printer) write(b []byte) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the writer panicked: %v", v)
		}
	}()
	_, err = p.w.Write(b)
	return err
}

func (p *Printer) print(t trace) {
	if err := p.write(p.view.appendTrace(nil, t)); err != nil {
		p.mu.Lock()
		p.dropped += uint64(len(t.spans))
		p.failure = fmt.Errorf("console: writing a trace: %w", err)
		p.mu.Unlock()
	}
}
