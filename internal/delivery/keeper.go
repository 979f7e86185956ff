package delivery

import (
	"bytes"
	"errors"
	"sync"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/spool"
)

// Paces of the keeper.
const (
	saveEvery  = time.Second      // how long a span waits in memory when an outage begins
	saveSlowly = 10 * time.Second // and when it has lasted for a while; fewer records are replayed sooner
	claimEvery = 30 * time.Second // between two looks for what others left, and what is too old
	diskPause  = 5 * time.Second  // after the disk failed
)

// maxOrphans is how many journals may lie in the directory before a start waits
// for their takeover.
const maxOrphans = 4

// saveAfter is how many attempts in a row have to fail before batches go to
// the spool: one more than a hiccup.
const saveAfter = 2

// keeper moves what cannot be delivered from the lanes' queues to the spool:
// all that waits while attempts fail, the oldest while memory is half full, and
// the rest at Shutdown. It has a goroutine of its own, since a lane may hang in
// a request. A nil keeper does nothing.
type keeper struct {
	p     *Pipeline
	spool *spool.Spool
	wake  chan struct{}

	// mu makes an operation of the spool and its booking one step. It is taken
	// before Pipeline.mu.
	mu      sync.Mutex
	request [2]request
	refs    []ref
	buf     bytes.Buffer

	// Guarded by Pipeline.mu.
	failing  bool      // the last operation failed
	failedAt time.Time // when one failed last
	trouble  string    // why

	unjournaled bool // there is no journal, which is wanted
}

func newKeeper(p *Pipeline, s *spool.Spool) *keeper {
	if s == nil {
		return nil
	}
	k := &keeper{p: p, spool: s, wake: make(chan struct{}, 1)}
	k.request[spool.Traces] = request{resource: appendReplayed(p.config.Resource), framed: true}
	return k
}

// appendReplayed returns resource, an encoded Resource, with the attribute
// telemetry.replayed set to true. What is written to the spool says so from
// the start, so that it is replayed byte for byte. Points do not: another
// resource would make another time series of them.
func appendReplayed(resource []byte) []byte {
	value := protowire.AppendVarint(protowire.AppendTag(nil, 2, protowire.VarintType), 1) // AnyValue.bool_value
	pair := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), string(attr.TelemetryReplayed))
	pair = protowire.AppendBytes(protowire.AppendTag(pair, 2, protowire.BytesType), value)
	out := append([]byte(nil), resource...)
	return protowire.AppendBytes(protowire.AppendTag(out, 1, protowire.BytesType), pair) // Resource.attributes
}

// laneOf is the lane whose records are of the given kind.
func (k *keeper) laneOf(kind spool.Kind) *lane {
	if kind == spool.Metrics {
		return k.p.metrics
	}
	return k.p.traces
}

// signal makes the keeper look.
func (k *keeper) signal() {
	if k == nil {
		return
	}
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// relieve makes the keeper look where memory is half full. The caller holds
// Pipeline.mu.
func (k *keeper) relieve() {
	if k != nil && k.p.pressed() {
		k.signal()
	}
}

// pressed reports whether memory is half full. The caller holds p.mu.
func (p *Pipeline) pressed() bool { return p.memory.used > p.memory.max/2 }

// run saves what is due until the pipeline's context ends.
func (k *keeper) run() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	var lookAt, saveAt time.Time
	for k.p.ctx.Err() == nil {
		now := time.Now()
		if !now.Before(lookAt) {
			k.look()
			lookAt = now.Add(claimEvery)
		}
		k.p.mu.Lock()
		failing, pause := k.outage(now)
		k.p.mu.Unlock()
		wait := time.Until(lookAt)
		switch {
		case failing == nil:
			saveAt = time.Time{}
		case !now.Before(saveAt):
			saveAt = now.Add(pause)
			for _, l := range failing {
				k.saveAll(l)
			}
			wait = min(wait, pause)
		default:
			wait = min(wait, saveAt.Sub(now))
		}
		k.makeRoom()
		timer.Reset(wait)
		select {
		case <-k.wake:
		case <-timer.C:
		case <-k.p.ctx.Done():
		}
	}
}

// outage lists the lanes whose attempts fail, and says how long to wait before
// what comes meanwhile is saved. The caller holds Pipeline.mu.
func (k *keeper) outage(now time.Time) (failing []*lane, pause time.Duration) {
	pause = saveSlowly
	for _, l := range k.p.both() {
		if l.failures >= saveAfter || l.denied {
			failing = append(failing, l)
			pause = min(pause, max(saveEvery, now.Sub(l.failing)/16))
		}
	}
	return failing, pause
}

// saveAll saves what waits in l now. What comes meanwhile waits its turn.
func (k *keeper) saveAll(l *lane) {
	k.p.mu.Lock()
	newest := l.seq
	k.p.mu.Unlock()
	for k.save(l, newest) {
	}
}

// makeRoom saves the oldest of what waits until memory is less than half full.
func (k *keeper) makeRoom() {
	for {
		k.p.mu.Lock()
		pressed, l := k.p.pressed(), k.p.fattest()
		newest := l.seq
		k.p.mu.Unlock()
		if !pressed || !k.save(l, newest) {
			return
		}
	}
}

// save writes the oldest blocks of l, none newer than newest, as one record. It
// reports false where there were none, or where the disk fails; then they wait
// in memory as before.
func (k *keeper) save(l *lane, newest uint64) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.p.mu.Lock()
	l.seal()
	if len(l.queue) == 0 || l.queue[0].seq > newest || (k.failing && time.Since(k.failedAt) < diskPause && !k.p.closing) {
		k.p.mu.Unlock()
		return false
	}
	l.saving = l.cut(l.saving[:0], flushBlocks*k.p.config.BlockBytes)
	blocks := l.saving
	k.p.mu.Unlock()

	k.refs = collect(k.refs[:0], blocks)
	r := &k.request[l.kind]
	r.set(blocks, k.refs, k.p.scopes.all())
	k.buf.Reset()
	k.p.encode(&k.buf, r, true)
	loss, err := k.spool.Append(spool.Record{
		Kind: l.kind, Gzip: true, Items: r.items, Weight: r.weight, Payload: k.buf.Bytes(),
	})
	if k.buf.Cap() > flushBlocks*k.p.config.BlockBytes {
		k.buf = bytes.Buffer{}
	}

	k.p.mu.Lock()
	defer k.p.mu.Unlock()
	if k.p.closed {
		return false // the disk took longer than Shutdown waits; the books say lost
	}
	if err == nil {
		for _, b := range blocks {
			b.items, b.weight = 0, 0 // giveBack frees blocks without items
		}
		l.items.Queued -= r.items
		l.weight.Queued -= r.weight
		l.store(spool.Count{Records: 1, Items: r.items, Weight: r.weight})
		l.saved += r.items
	}
	l.saving = l.giveBack(l.saving)
	k.book(loss)
	k.checked(err)
	k.p.notify()
	l.signal()
	return err == nil
}

// look takes over what ended processes left, and gives up what is too old.
func (k *keeper) look() {
	k.mu.Lock()
	defer k.mu.Unlock()
	found, _, loss, err := k.spool.Claim()
	loss.Add(k.spool.Expire())
	k.p.mu.Lock()
	for _, l := range k.p.both() {
		k.found(l, found[l.kind])
	}
	k.book(loss)
	k.p.mu.Unlock()

	err = errors.Join(err, k.takeOver())
	k.openJournal()
	k.p.mu.Lock()
	defer k.p.mu.Unlock()
	if j := k.p.memory.journal; err != nil || (j != nil && j.trouble != nil) {
		k.checked(err)
	}
}

// start makes the journal, before the first entry. A process that dies young
// again and again never comes to look, so its journals are bounded here.
func (k *keeper) start() {
	if k == nil || !k.p.config.Journal {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.spool.Journals() >= maxOrphans {
		_ = k.takeOver() // what fails here fails again, and is told of, in look
	}
	k.openJournal()
}

// openJournal makes the journal where it is wanted and missing. The caller
// holds k.mu.
func (k *keeper) openJournal() {
	if !k.p.config.Journal {
		return
	}
	k.p.mu.Lock()
	missing := k.p.memory.journal == nil && !k.p.closing
	k.p.mu.Unlock()
	if !missing {
		return
	}
	j, err := openJournal(k.spool, k.p.config)
	if err == nil {
		// Nobody writes an entry before its scope stands in the journal.
		k.p.scopes.each(j.note)
	}
	k.p.mu.Lock()
	defer k.p.mu.Unlock()
	k.p.memory.journal = j
	if k.unjournaled = err != nil; k.unjournaled {
		k.checked(err)
	}
}

// checked notes how an operation of the disk went. The caller holds
// Pipeline.mu.
func (k *keeper) checked(err error) {
	if j := k.p.memory.journal; err == nil && j != nil {
		err, j.trouble = j.trouble, nil
	}
	if err == nil {
		if !k.unjournaled {
			k.failing, k.trouble = false, ""
		}
		return
	}
	if !k.failing {
		k.p.reporter.disk = true
		k.p.report()
	}
	k.failing, k.failedAt, k.trouble = true, time.Now(), err.Error()
	k.p.config.Errors.Add(k.failedAt, k.trouble)
}

// close saves what is left when the lanes have ended, and leaves the spool to
// the next process.
func (k *keeper) close() {
	if k == nil {
		return
	}
	for _, l := range k.p.both() {
		k.saveAll(l)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.p.mu.Lock()
	j := k.p.memory.journal
	k.p.memory.journal = nil
	left := k.p.traces.leave()
	left = k.p.metrics.leave() || left
	k.p.mu.Unlock()
	var err error
	if j != nil {
		err = j.file.Close(!left)
	}
	err = errors.Join(err, k.spool.Close())
	k.p.mu.Lock()
	defer k.p.mu.Unlock()
	if err != nil {
		k.checked(err)
	}
}

// health is the state of the spool. The caller holds Pipeline.mu.
func (k *keeper) health(now time.Time) Health {
	switch {
	case k == nil:
		return HealthDisabled
	case k.failing, !k.failedAt.IsZero() && now.Sub(k.failedAt) < time.Minute:
		return HealthDegraded
	default:
		return HealthOK
	}
}

// state is what Stats says of the spool. The caller holds Pipeline.mu.
func (k *keeper) state() (size uint64, trouble string) {
	if k == nil {
		return 0, ""
	}
	return uint64(k.spool.Bytes()), k.trouble
}
