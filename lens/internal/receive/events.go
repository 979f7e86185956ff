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
		at := e.Time.UnixNano()
		if at == 0 {
			at = now.UnixNano()
		}
		b.Add(at, e.Weight, e.Dataset)
	}
	return b
}
