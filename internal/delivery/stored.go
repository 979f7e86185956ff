package delivery

import "github.com/lift-sys/telemetry/internal/spool"

// found books what an ended process left. The caller holds both locks.
func (k *keeper) found(l *lane, c spool.Count) {
	if c.Records == 0 {
		return
	}
	l.items.Recovered += c.Items
	l.weight.Recovered += c.Weight
	l.store(c)
	l.signal()
}

// book moves what the spool gave up from spooled to dropped. The caller holds
// both locks.
func (k *keeper) book(loss spool.Loss) {
	for _, l := range k.p.both() {
		l.giveUp(dropSpool, loss.Dropped[l.kind])
		l.giveUp(dropExpired, loss.Expired[l.kind])
	}
}

// giveUp books records that the spool gave up. The caller holds Pipeline.mu.
func (l *lane) giveUp(why dropReason, c spool.Count) {
	if c.Records > 0 {
		l.unstore(c)
		l.drop(why, c.Items, c.Weight)
	}
}

// store books what is in the spool now. The caller holds Pipeline.mu.
func (l *lane) store(c spool.Count) {
	l.stored += c.Records
	l.items.Spooled += c.Items
	l.weight.Spooled += c.Weight
}

// unstore takes what is no longer in the spool out of the books. The caller
// holds Pipeline.mu.
func (l *lane) unstore(c spool.Count) {
	l.stored -= c.Records
	l.items.Spooled -= c.Items
	l.weight.Spooled -= c.Weight
}
