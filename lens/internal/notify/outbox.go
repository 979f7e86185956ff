package notify

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/lift-sys/telemetry/internal/alerting"
)

const (
	// maxWaiting bounds what waits for one sender.
	maxWaiting = 100
	// maxAttempts and the waits between them, which double, give a webhook about
	// half a minute to come back.
	maxAttempts = 6
	firstWait   = time.Second
	// maxWait bounds what a receiver may ask for.
	maxWait = time.Minute
)

// Outcome is what became of a notification at one sender: nil is delivered.
type Outcome func(sender string, err error)

// Outbox delivers notifications to all senders: to each in order, and without one
// waiting for another.
type Outbox struct {
	queues []queue
}

type queue struct {
	sender Sender
	items  chan item
}

type item struct {
	notification alerting.Notification
	done         Outcome
}

// NewOutbox returns an outbox for senders. [Outbox.Run] empties it.
func NewOutbox(senders ...Sender) *Outbox {
	o := &Outbox{}
	for _, s := range senders {
		o.queues = append(o.queues, queue{s, make(chan item, maxWaiting)})
	}
	return o
}

// Senders returns the names of the senders.
func (o *Outbox) Senders() []string {
	names := make([]string, 0, len(o.queues))
	for _, q := range o.queues {
		names = append(names, q.sender.Name())
	}
	return names
}

var errFull = fmt.Errorf("%d notifications wait already: is the receiver down?", maxWaiting)

// Add hands a notification to every sender and returns at once. done is called
// once for each, from any goroutine. What finds a queue full is not delivered.
func (o *Outbox) Add(n alerting.Notification, done Outcome) {
	for _, q := range o.queues {
		select {
		case q.items <- item{n, done}:
		default:
			done(q.sender.Name(), errFull)
		}
	}
}

// Run delivers until the context is done, and then reports what is left as not
// delivered. It may be called once.
func (o *Outbox) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for _, q := range o.queues {
		wg.Go(func() { q.run(ctx) })
	}
	wg.Wait()
}

func (q queue) run(ctx context.Context) {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case i := <-q.items:
			i.done(q.sender.Name(), q.deliver(ctx, i.notification))
		}
	}
	for {
		select {
		case i := <-q.items:
			i.done(q.sender.Name(), ctx.Err())
		default:
			return
		}
	}
}

// deliver tries until the notification is delivered, rejected, or often enough.
func (q queue) deliver(ctx context.Context, n alerting.Notification) error {
	wait := firstWait
	for attempt := 1; ; attempt++ {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		err := q.sender.Send(ctx, n)
		if err == nil {
			return nil
		}
		if _, ok := errors.AsType[*RejectedError](err); ok || attempt == maxAttempts {
			return fmt.Errorf("attempt %d: %w", attempt, err)
		}
		pause := wait
		if busy, ok := errors.AsType[*BusyError](err); ok {
			pause = min(busy.After, maxWait)
		}
		wait *= 2
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}
