package delivery

import (
	"context"
	"log/slog"
	"math/bits"
	"time"
)

// logEvery is the shortest time between two log records.
const logEvery = time.Minute

// dropReason says why entries are given up.
type dropReason uint8

const (
	dropRejected dropReason = iota
	dropMemory
	dropPoison
	dropOversize
	dropShutdown
	dropSpool
	dropExpired
)

// drop books entries that are no longer, or never were, queued. The caller
// holds Pipeline.mu.
func (l *lane) drop(why dropReason, items, weight uint64) {
	l.items.drop(why, items)
	l.weight.drop(why, weight)
	l.lostAt = time.Now()
	l.p.report()
}

func (t *Tally) drop(why dropReason, n uint64) {
	switch why {
	case dropRejected:
		t.Rejected += n
	case dropMemory:
		t.Dropped.Memory += n
	case dropPoison:
		t.Dropped.Poison += n
	case dropOversize:
		t.Dropped.Oversize += n
	case dropShutdown:
		t.Dropped.Shutdown += n
	case dropSpool:
		t.Dropped.Spool += n
	case dropExpired:
		t.Dropped.Expired += n
	}
}

// share is the part of whole that n of total make up, rounded down.
func share(whole, n, total uint64) uint64 {
	if total == 0 {
		return 0
	}
	hi, lo := bits.Mul64(whole, n)
	quotient, _ := bits.Div64(hi, lo, total)
	return quotient
}

// reporter is the state of the log of losses; guarded by Pipeline.mu.
type reporter struct {
	running       bool
	stopped       chan struct{} // closed when the goroutine ended
	last          time.Time     // of the last record
	denied        bool          // credentials were refused since the last record
	disk          bool          // the spool began to fail since the last record
	final         bool          // the record of Shutdown is written
	spans, points Tally         // as of the last record
}

// report makes sure that what was lost gets logged. The log is written by a
// goroutine of its own, which lives for a minute after the last record, since
// a handler may be slow, may panic, and may itself make spans. The caller
// holds p.mu.
func (p *Pipeline) report() {
	r := &p.reporter
	if r.running || p.closed || p.config.Logger == nil {
		return
	}
	r.running = true
	r.stopped = make(chan struct{})
	go p.runReporter(r.stopped)
}

func (p *Pipeline) runReporter(stopped chan struct{}) {
	defer close(stopped)
	for {
		level, text, attrs := p.nextRecord()
		if text == "" {
			return
		}
		p.log(level, text, attrs)
		select {
		case <-time.After(logEvery):
		case <-p.ctx.Done(): // what Shutdown gives up cannot wait for its minute
		}
	}
}

// nextRecord returns what happened since the last record. An empty text means
// nothing, and that the reporter ends.
func (p *Pipeline) nextRecord() (slog.Level, string, []slog.Attr) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := &p.reporter
	spans, points := p.traces.items, p.metrics.items
	lost := spans.lost() - r.spans.lost() + points.lost() - r.points.lost()
	now := time.Now()
	switch {
	case r.final, !r.last.IsZero() && now.Sub(r.last) < logEvery && !p.closed:
		r.running = false
		return 0, "", nil
	case lost > 0:
		attrs := []slog.Attr{
			slog.Uint64("spans", spans.lost()-r.spans.lost()),
			slog.Uint64("points", points.lost()-r.points.lost()),
			slog.Any("reasons", slog.GroupValue(reasons(spans, points, r.spans, r.points)...)),
		}
		if p.lastError != "" {
			attrs = append(attrs, slog.String("last_error", p.lastError))
		}
		r.spans, r.points, r.denied, r.last, r.final = spans, points, false, now, p.closed
		return slog.LevelWarn, "telemetry: data lost", attrs
	case r.denied:
		r.denied, r.last = false, now
		return slog.LevelError, "telemetry: the backend refuses the credentials; holding data until it accepts them",
			[]slog.Attr{slog.String("last_error", p.lastError)}
	case r.disk:
		r.disk, r.last = false, now
		_, text := p.keeper.state()
		return slog.LevelError, "telemetry: the spool fails; holding data in memory only",
			[]slog.Attr{slog.String("last_error", text)}
	default:
		r.running = false
		return 0, "", nil
	}
}

// reasons lists, spans and points together, why things were lost between two
// states of the books.
func reasons(spans, points, spansBefore, pointsBefore Tally) []slog.Attr {
	var attrs []slog.Attr
	for _, r := range []struct {
		name string
		of   func(Tally) uint64
	}{
		{"rejected", func(t Tally) uint64 { return t.Rejected }},
		{"memory", func(t Tally) uint64 { return t.Dropped.Memory }},
		{"poison", func(t Tally) uint64 { return t.Dropped.Poison }},
		{"oversize", func(t Tally) uint64 { return t.Dropped.Oversize }},
		{"shutdown", func(t Tally) uint64 { return t.Dropped.Shutdown }},
		{"spool", func(t Tally) uint64 { return t.Dropped.Spool }},
		{"expired", func(t Tally) uint64 { return t.Dropped.Expired }},
	} {
		if n := r.of(spans) - r.of(spansBefore) + r.of(points) - r.of(pointsBefore); n > 0 {
			attrs = append(attrs, slog.Uint64(r.name, n))
		}
	}
	return attrs
}

// log writes one record. A handler that panics loses it.
func (p *Pipeline) log(level slog.Level, text string, attrs []slog.Attr) {
	defer func() { _ = recover() }()
	p.config.Logger.LogAttrs(context.Background(), level, text, attrs...)
}
