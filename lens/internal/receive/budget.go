package receive

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

const (
	// maxHeld is how many bytes the bodies and rows of requests may take that are
	// not answered yet.
	maxHeld = 512 << 20
	// maxDecodes is how many bodies are decoded at a time. One takes some hundred
	// megabytes at worst, and a core.
	maxDecodes = 4
	// maxWait is how long a body waits for others to be decoded.
	maxWait = 2 * time.Second
)

// errHeld says that others are served first.
var errHeld = fmt.Errorf("%w: too many requests at once: send again in a second", ErrBusy)

// budget bounds what all requests take together. Make one with [newBudget].
type budget struct {
	left    atomic.Int64
	decodes chan struct{}
}

func newBudget(bytes int64) *budget {
	b := &budget{decodes: make(chan struct{}, maxDecodes)}
	b.left.Store(bytes)
	return b
}

// share is what one request has of a budget.
type share struct {
	*budget
	bytes int64
}

// take takes bytes of the budget, or returns errHeld.
func (s *share) take(bytes int) error {
	n := int64(bytes)
	if s.left.Add(-n) < 0 {
		s.left.Add(n)
		return errHeld
	}
	s.bytes += n
	return nil
}

// giveBack gives back all that was taken.
func (s *share) giveBack() { s.left.Add(s.bytes) }

// decode calls f when fewer than maxDecodes others do so, or returns errHeld.
func (s *share) decode(ctx context.Context, f func() error) error {
	wait := time.NewTimer(maxWait)
	defer wait.Stop()
	select {
	case s.decodes <- struct{}{}:
	case <-wait.C:
		return errHeld
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.decodes }()
	return f()
}
