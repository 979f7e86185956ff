package delivery

import "time"

// maxBarren is how many requests in a row may be refused as malformed or too
// large before batches are no longer halved but dropped whole. Halving finds
// one bad span among a million with 20 refusals in a row; a backend that
// refuses everything would otherwise get two requests per span. The next
// accepted request starts the count anew.
const maxBarren = 100

// sender is the part of a lane that only its goroutine touches.
type sender struct {
	l       *lane
	request request
	refs    []ref
	parts   []part // still to be sent, the next one last
	barren  int
}

// part is a range of refs.
type part struct{ from, to int }

// run sends what is due until the pipeline's context ends.
func (l *lane) run() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for l.p.ctx.Err() == nil {
		var blocks []*block
		l.p.mu.Lock()
		now := time.Now()
		ready, wait := l.due(now)
		replay := false
		if ready {
			blocks = l.take()
		} else {
			replay, wait = l.replayDue(now, wait)
			l.replays = replay
		}
		l.p.mu.Unlock()
		switch {
		case ready:
			l.deliver(blocks)
			continue
		case replay:
			l.replay()
			continue
		}
		var due <-chan time.Time
		if wait > 0 {
			timer.Reset(wait)
			due = timer.C
		}
		select {
		case <-l.wake:
		case <-due:
		case <-l.p.ctx.Done():
		}
	}
}

// deliver sends a batch and settles each of its entries: as delivered, or as
// dropped. What must be tried again later goes back to the queue. It is the
// one way from the buffers to the network.
func (l *lane) deliver(blocks []*block) {
	s := &l.sender
	s.refs = collect(s.refs[:0], blocks)
	s.parts = append(s.parts[:0], part{0, len(s.refs)})
	for len(s.parts) > 0 {
		next := s.parts[len(s.parts)-1]
		s.parts = s.parts[:len(s.parts)-1]
		refs := s.refs[next.from:next.to]
		s.request.set(blocks, refs, l.p.scopes.all())
		if s.request.bytes > l.p.config.RequestBytes && s.split(next) {
			continue
		}
		a := l.attempt()
		if a.verdict == retry || a.verdict == unauthorized {
			break
		}
		if (a.verdict == poison || a.verdict == oversize) && s.barren < maxBarren && s.split(next) {
			continue
		}
		l.settle(blocks, refs, a)
	}
	l.p.mu.Lock()
	l.flight = l.giveBack(l.flight)
	l.p.notify()
	l.p.mu.Unlock()
}

// collect appends the entries of blocks still to be sent to refs.
func collect(refs []ref, blocks []*block) []ref {
	for i, b := range blocks {
		for off := 0; off < len(b.buf); {
			_, settled, next := b.at(off)
			if !settled {
				refs = append(refs, ref{uint32(i), uint32(off)})
			}
			off = next
		}
	}
	return refs
}

// split plans the two halves of p instead of p. It reports false where p is a
// single entry.
func (s *sender) split(p part) bool {
	if p.to-p.from < 2 {
		return false
	}
	middle := p.from + (p.to-p.from)/2
	s.parts = append(s.parts, part{middle, p.to}, part{p.from, middle})
	return true
}

// attempt posts the sender's request and books the attempt itself.
func (l *lane) attempt() answer {
	d := &body{p: l.p}
	l.p.encode(d, &l.sender.request, l.gzip)
	return l.send(d)
}

// send posts d, releases it, and books the attempt.
func (l *lane) send(d *body) answer {
	s := &l.sender
	a := l.client.post(l.p.ctx, d)
	d.release()

	now := time.Now()
	l.p.mu.Lock()
	defer l.p.mu.Unlock()
	l.p.requests++
	if l.failures > 0 {
		l.p.retries++
	}
	l.p.bytesSent += a.sent
	l.tried = now
	switch a.verdict {
	case accepted:
		s.barren = 0
		l.p.lastSuccess = now
		if a.rejected > 0 {
			l.p.failed(now, a.text)
		}
		l.succeeded()
		return a
	case retry, unauthorized:
		if l.p.ctx.Err() != nil {
			return a // given up by Shutdown, not by the backend
		}
		news := a.verdict == unauthorized && !l.denied
		l.failed(a, now)
		if news {
			l.p.reporter.denied = true
			l.p.report()
		}
	default:
		if a.verdict != rejected {
			s.barren++
		}
		since := l.failing
		l.succeeded()
		// One bad span says nothing about the backend; a hundred refusals in
		// a row do.
		if a.verdict == rejected || s.barren >= maxBarren {
			l.failing = since
			if since.IsZero() {
				l.failing = now
			}
		}
	}
	l.p.failed(now, a.text)
	return a
}

// settle books the entries of the sender's request after a final answer.
func (l *lane) settle(blocks []*block, refs []ref, a answer) {
	items, weight := l.sender.request.items, l.sender.request.weight
	var events uint64
	if a.verdict == accepted {
		events = l.billed(blocks, refs)
	}
	l.p.mu.Lock()
	defer l.p.mu.Unlock()
	for _, f := range refs {
		blocks[f.block].settle(int(f.off))
	}
	l.p.events += events - share(events, min(a.rejected, items), items)
	l.items.Queued -= items
	l.weight.Queued -= weight
	l.conclude(items, weight, a)
}

// conclude books items that are no longer queued or spooled by their final
// answer. The caller holds Pipeline.mu.
func (l *lane) conclude(items, weight uint64, a answer) {
	switch a.verdict {
	case accepted:
		// The answer tells how many were refused but not which, so their
		// weight is taken to be the average.
		refused := min(a.rejected, items)
		refusedWeight := share(weight, refused, items)
		l.items.Exported += items - refused
		l.weight.Exported += weight - refusedWeight
		if refused > 0 {
			l.drop(dropRejected, refused, refusedWeight)
		}
	case poison:
		l.drop(dropPoison, items, weight)
	case oversize:
		l.drop(dropOversize, items, weight)
	default:
		l.drop(dropRejected, items, weight)
	}
}
