package export

import (
	"time"

	"github.com/lift-sys/telemetry/internal/delivery"
)

// Books says what an SDK exporter did with what it was given. The zero value
// is that of one which was given nothing.
type Books struct {
	Items  delivery.Tally // spans or metric points
	Weight delivery.Tally // what those spans stand for
	Events uint64         // exported spans with their span events and links; 0 for metric points

	LastSuccess time.Time // of an export; zero before the first
	LastFailure time.Time // of an export; zero before the first
	LastError   string    // of that failure; never a secret

	lastLoss time.Time
}

// Degraded reports whether exports fail, or something was lost in the last
// minute before now.
func (b Books) Degraded(now time.Time) bool {
	return b.LastFailure.After(b.LastSuccess) || !b.lastLoss.IsZero() && now.Sub(b.lastLoss) < time.Minute
}

// lost is how many items are gone for good.
func (b *Books) lost() uint64 { return b.Items.Rejected + b.Items.Dropped.Total() }

// count adds items, and what they stand for, to one entry of both tallies.
// Both may be negative.
func (b *Books) count(items, weight int, entry func(t *delivery.Tally) *uint64) {
	*entry(&b.Items) += uint64(items)
	*entry(&b.Weight) += uint64(weight)
}

// drop books items that were never given to the exporter.
func (b *Books) drop(weight int, entry func(t *delivery.Tally) *uint64) {
	b.count(1, weight, entry)
	b.lastLoss = time.Now()
}

// close books an export, of which failure says why it failed, if it did.
func (b *Books) close(items, weight int, failure string) {
	now := time.Now()
	if failure == "" {
		b.count(items, weight, exported)
		b.LastSuccess = now
		return
	}
	b.count(items, weight, rejected)
	b.LastFailure, b.LastError, b.lastLoss = now, failure, now
}

// Entries of a tally.
func appended(t *delivery.Tally) *uint64 { return &t.Appended }
func queued(t *delivery.Tally) *uint64   { return &t.Queued }
func exported(t *delivery.Tally) *uint64 { return &t.Exported }
func rejected(t *delivery.Tally) *uint64 { return &t.Rejected }
func full(t *delivery.Tally) *uint64     { return &t.Dropped.Memory }
func stopped(t *delivery.Tally) *uint64  { return &t.Dropped.Shutdown }
