package delivery

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/lift-sys/telemetry/internal/spool"
)

// Paces of the replay. A record is followed by a pause as long as its request
// took and a bit more, so that what happens now always has half the way.
const (
	replayJitter  = 20 * time.Millisecond
	replayStart   = time.Second // random wait of a process before its first record
	maxReplayText = 16 << 20    // bytes of a record when decompressed
	maxReplayKeep = 1 << 20     // bytes kept for the next record
)

// replayDue says whether a record of the spool is to be sent now, or else when
// to look again; wait is what the queue asks for. Live data goes first: the
// caller has found none due. The caller holds Pipeline.mu.
func (l *lane) replayDue(now time.Time, wait time.Duration) (bool, time.Duration) {
	if l.p.keeper == nil || l.stored == 0 || l.p.closing {
		return false, wait
	}
	if l.replayAt.IsZero() {
		l.replayAt = now.Add(rand.N(replayStart))
	}
	rest := max(l.retryAt.Sub(now), l.replayAt.Sub(now))
	if rest <= 0 && l.p.pressed() {
		rest = saveEvery // its memory is needed for what happens now
	}
	if rest <= 0 {
		return true, 0
	}
	if wait > 0 {
		rest = min(rest, wait)
	}
	return false, rest
}

// replay sends the oldest record of the spool. A crash between the answer and
// the mark on the disk repeats this one record.
func (l *lane) replay() {
	k := l.p.keeper
	begin := time.Now()
	defer func() {
		l.p.mu.Lock()
		defer l.p.mu.Unlock()
		l.replays = false
		l.p.notify()
	}()
	r, found := k.next(l)
	if !found {
		return
	}
	d := &body{p: l.p}
	if err := l.writeRecord(d, r); err != nil {
		d.release()
		k.settle(l, r, answer{verdict: poison, text: err.Error()})
		return
	}
	a := l.send(d)
	switch {
	case a.verdict == retry, a.verdict == unauthorized:
		k.release(r)
	case (a.verdict == poison || a.verdict == oversize) && l.sender.barren < maxBarren && k.halve(l, r):
	default:
		k.settle(l, r, a)
	}
	l.p.mu.Lock()
	now := time.Now()
	l.replayAt = now.Add(now.Sub(begin) + rand.N(replayJitter))
	l.p.mu.Unlock()
}

// writeRecord writes r as the target wants it.
func (l *lane) writeRecord(d *body, r spool.Record) error {
	if r.Gzip == l.gzip {
		_, _ = d.Write(r.Payload) // never fails
		return nil
	}
	text, err := decompress(r)
	if err != nil {
		return err
	}
	if !l.gzip {
		_, _ = d.Write(text) // never fails
		return nil
	}
	_, _ = d.Write(compress(text)) // never fails
	return nil
}

// decompress returns the message in r.
func decompress(r spool.Record) ([]byte, error) {
	if !r.Gzip {
		return r.Payload, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(r.Payload))
	if err != nil {
		return nil, fmt.Errorf("spool: record: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(z, maxReplayText+1))
	if err == nil && len(text) > maxReplayText {
		err = fmt.Errorf("more than %d bytes", maxReplayText)
	}
	if err != nil {
		return nil, fmt.Errorf("spool: record: %w", err)
	}
	return text, nil
}

func compress(text []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed) // a valid level
	_, _ = z.Write(text)                            // a buffer accepts every write
	_ = z.Close()
	return b.Bytes()
}

// next takes the oldest record of l.
func (k *keeper) next(l *lane) (spool.Record, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	r, found, loss, err := k.spool.Next(l.kind, l.replaying)
	if found && cap(r.Payload) <= maxReplayKeep {
		l.replaying = r.Payload[:0]
	}
	k.p.mu.Lock()
	defer k.p.mu.Unlock()
	k.book(loss)
	if err != nil {
		k.checked(err)
	}
	if !found {
		l.stored, l.replaying = 0, nil
	}
	return r, found
}

// release leaves r in the spool.
func (k *keeper) release(r spool.Record) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.spool.Release(r)
}

// settle books r by its final answer and takes it out of the spool.
func (k *keeper) settle(l *lane, r spool.Record, a answer) {
	var events uint64
	if a.verdict == accepted {
		events = l.billedRecord(r)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	err := k.spool.Settle(r)
	k.p.mu.Lock()
	defer k.p.mu.Unlock()
	l.p.events += events - share(events, min(a.rejected, r.Items), r.Items)
	l.unstore(spool.Count{Records: 1, Items: r.Items, Weight: r.Weight})
	items, weight := l.items.Exported, l.weight.Exported
	l.conclude(r.Items, r.Weight, a)
	l.items.Replayed += l.items.Exported - items
	l.weight.Replayed += l.weight.Exported - weight
	if err != nil {
		k.checked(err)
	}
}

// halve puts the two halves of r in its place, to find out which one the
// backend refuses. It reports false where r is a single item or no message.
func (k *keeper) halve(l *lane, r spool.Record) bool {
	text, err := decompress(r)
	if err != nil {
		return false
	}
	first, second, n, total := split(text)
	if n == 0 {
		return false
	}
	whole := spool.Count{Records: 1, Items: r.Items, Weight: r.Weight}
	a := spool.Count{
		Records: 1, Items: share(r.Items, uint64(n), uint64(total)), Weight: share(r.Weight, uint64(n), uint64(total)),
	}
	b := spool.Count{Records: 1, Items: whole.Items - a.Items, Weight: whole.Weight - a.Weight}

	k.mu.Lock()
	defer k.mu.Unlock()
	loss, replaced, err := k.spool.Replace(r, recordOf(r.Kind, first, a), recordOf(r.Kind, second, b))
	k.p.mu.Lock()
	defer k.p.mu.Unlock()
	if replaced { // else it is tried again when the disk works
		l.unstore(whole)
		l.store(a)
		l.store(b)
	}
	k.book(loss)
	if err != nil {
		k.checked(err)
	}
	return true
}

// recordOf is a part of a record.
func recordOf(kind spool.Kind, text []byte, c spool.Count) spool.Record {
	return spool.Record{Kind: kind, Gzip: true, Items: c.Items, Weight: c.Weight, Payload: compress(text)}
}
