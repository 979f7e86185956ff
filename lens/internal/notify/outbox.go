package notify

import (
	"context"
	"sync"
	"time"

	"github.com/lift-sys/telemetry/internal/alerting"
)

const (
	// maxWaiting bounds what waits for one sender.
	maxWaiting = 100
	// firstWait doubles with each attempt until it is maxWait, which bounds what a
	// receiver may ask for too.
	firstWait = time.Second
	maxWait   = time.Minute
)

// Outcome is what became of a notification at one sender: nil is delivered.
type Outcome func(sender string, err error)

// Outbox delivers notifications to all senders, without one waiting for another,
// and tries for as long as it takes: an alert fires once, and who was away then
// would never hear of it. What a sender has of one alert and group stays in order.
type Outbox struct {
	queues []*queue
}

// NewOutbox returns an outbox for senders. [Outbox.Run] empties it.
func NewOutbox(senders ...Sender) *Outbox {
	o := &Outbox{}
	for _, s := range senders {
		o.queues = append(o.queues, &queue{sender: s, added: make(chan struct{}, 1)})
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

// Add hands a notification to every sender and returns at once. done is called
// once for each, from any goroutine.
//
// Where an earlier one of the same alert and group still waits, the two are not
// delivered if they cancel each other out, as fired and resolved do, and the later
// one stands for both if they say the same. What finds a queue full is not
// delivered.
func (o *Outbox) Add(n alerting.Notification, done Outcome) {
	for _, q := range o.queues {
		q.add(&item{notification: n, done: done, wait: firstWait})
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
