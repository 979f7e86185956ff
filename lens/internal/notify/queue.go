package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/lift-sys/telemetry/internal/alerting"
)

// queue is what waits for one sender.
type queue struct {
	sender Sender
	added  chan struct{} // has room for one: something waits

	mu      sync.Mutex
	waiting []*item // the next one first, and no two of one alert and group but for that which is being sent
	sending bool    // the first one is with the sender
}

type item struct {
	notification alerting.Notification
	done         Outcome
	attempts     int
	wait         time.Duration // after the next attempt
	err          error         // of the last attempt
}

// about reports whether two items are of one alert and group.
func (i *item) about(other *item) bool {
	a, b := i.notification, other.notification
	return a.Alert == b.Alert && a.GroupID == b.GroupID
}

// result is what became of an item.
type result struct {
	item *item
	err  error
}

func (q *queue) report(results []result) {
	for _, r := range results {
		r.item.done(q.sender.Name(), r.err)
	}
}

var errFull = fmt.Errorf("%d notifications wait already: is the receiver down?", maxWaiting)

func (q *queue) add(i *item) {
	q.mu.Lock()
	results := q.take(i)
	q.mu.Unlock()
	q.report(results)
	select {
	case q.added <- struct{}{}:
	default:
	}
}

// take lets an item wait, and returns what is over by that.
func (q *queue) take(i *item) []result {
	first := 0
	if q.sending {
		first = 1
	}
	at := slices.IndexFunc(q.waiting[first:], i.about)
	switch {
	case at >= 0:
		return q.meet(first+at, i)
	case len(q.waiting)-first >= maxWaiting:
		return []result{{i, errFull}}
	}
	q.waiting = append(q.waiting, i)
	return nil
}

// meet settles what becomes of an item that waits and of a later one of the same
// alert and group, which is not in the queue.
func (q *queue) meet(at int, later *item) []result {
	earlier := q.waiting[at]
	if earlier.notification.State == later.notification.State {
		later.attempts, later.wait, later.err = earlier.attempts, earlier.wait, earlier.err
		q.waiting[at] = later
		return []result{{earlier, earlier.because("it was said again")}}
	}
	q.waiting = slices.Delete(q.waiting, at, at+1)
	return []result{
		{earlier, earlier.because("it was over")},
		{later, errors.New("not sent: what came before it was not delivered either")},
	}
}

// because says why an item was not delivered.
func (i *item) because(reason string) error {
	if i.err == nil {
		return fmt.Errorf("not delivered before %s", reason)
	}
	return fmt.Errorf("not delivered before %s: attempt %d: %w", reason, i.attempts, i.err)
}

func (q *queue) run(ctx context.Context) {
	for ctx.Err() == nil {
		i := q.next()
		if i == nil {
			select {
			case <-ctx.Done():
			case <-q.added:
			}
			continue
		}
		err := q.sender.Send(ctx, i.notification)
		if pause := q.sent(ctx, i, err); pause > 0 {
			select {
			case <-ctx.Done():
			case <-time.After(pause):
			}
		}
	}
	q.mu.Lock()
	left := q.waiting
	q.waiting = nil
	q.mu.Unlock()
	for _, i := range left {
		i.done(q.sender.Name(), ctx.Err())
	}
}

// next returns the first item, which is with the sender until [queue.sent], or nil.
func (q *queue) next() *item {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		return nil
	}
	q.sending = true
	return q.waiting[0]
}

// sent takes note of an attempt with the first item, and returns how long to wait
// before the next.
func (q *queue) sent(ctx context.Context, i *item, err error) (pause time.Duration) {
	q.mu.Lock()
	q.sending = false
	i.attempts++
	var results []result
	switch _, rejected := errors.AsType[*RejectedError](err); {
	case err == nil:
		q.waiting = q.waiting[1:]
		results = []result{{i, nil}}
	case rejected:
		q.waiting = q.waiting[1:]
		results = []result{{i, fmt.Errorf("attempt %d: %w", i.attempts, err)}}
	case ctx.Err() == nil:
		i.err = err
		pause = i.wait
		if busy, ok := errors.AsType[*BusyError](err); ok {
			pause = min(busy.After, maxWait)
		}
		results = q.again(i)
	}
	q.mu.Unlock()
	q.report(results)
	return pause
}

// again lets the first item wait for its next attempt. One that has waited for
// long lets the others go first: perhaps the receiver fails at it alone.
func (q *queue) again(i *item) []result {
	if at := 1 + slices.IndexFunc(q.waiting[1:], i.about); at > 0 {
		later := q.waiting[at]
		q.waiting = slices.Delete(q.waiting, at, at+1)
		return q.meet(0, later)
	}
	if i.wait == maxWait {
		q.waiting = append(q.waiting[1:], i)
	}
	i.wait = min(2*i.wait, maxWait)
	return nil
}
