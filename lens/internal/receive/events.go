package receive

import (
	"maps"
	"slices"
	"time"

	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// Rows makes rows of events. One without a time gets now.
func Rows(events []event.Event, now time.Time) *table.Batch {
	b := new(table.Batch)
	for _, e := range events {
		for _, name := range slices.Sorted(maps.Keys(e.Fields)) {
			switch v := e.Fields[name].(type) {
			case string:
				b.SetString(name, v)
			case int64:
				b.SetInt(name, v)
			case float64:
				b.SetFloat(name, v)
			case bool:
				b.SetBool(name, v)
			}
		}
		b.Add(rowTime(e.Time.UnixNano(), now), e.Weight, e.Dataset)
	}
	return b
}

// maxAhead is how far a sender's clock may be ahead.
const maxAhead = 24 * time.Hour

// rowTime returns the time of a row in Unix nanoseconds: now without one, and at
// most a day ahead, for a row of a far year would never become too old to keep.
func rowTime(at int64, now time.Time) int64 {
	if at == 0 {
		return now.UnixNano()
	}
	return min(at, now.Add(maxAhead).UnixNano())
}
