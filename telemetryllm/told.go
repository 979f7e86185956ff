package telemetryllm

import (
	"math"

	"github.com/lift-sys/telemetry/internal/llmcall"
	"github.com/lift-sys/telemetry/internal/pick"
)

// toldLimit returns the count v, nil where it is none or, as 0 and below, says
// that there is no limit.
func toldLimit(v pick.Value) *int64 {
	if i := intOf(v); i != nil && *i > 0 {
		return i
	}
	return nil
}

// toldChoices returns how many answers were asked for, nil where it is one, as
// OpenTelemetry's conventions have it.
func toldChoices(v pick.Value) *int64 {
	if i := toldLimit(v); i != nil && *i != 1 {
		return i
	}
	return nil
}

// toldFirst returns the first member of v that is there and not null, of those
// with these names: the ways in which vendors spell the same thing.
func toldFirst(v pick.Value, names ...string) pick.Value {
	for _, name := range names {
		if m := v.Get(name); m.Exists() {
			return m
		}
	}
	return pick.Value{}
}

// told is count for a count that is added to others: one below 0 is 0, and
// flagged.
func (x *exchange) told(n *int64, c llmcall.Counts, v pick.Value) bool {
	ok := x.count(n, c, v)
	if ok && *n < 0 {
		*n = 0
		x.response.Clamped = true
	}
	return ok
}

// sum adds counts that a provider tells apart. What no count can be, below 0
// or beyond an int64, is bounded and flagged.
func (x *exchange) sum(counts ...int64) int64 {
	var all int64
	for _, n := range counts {
		switch {
		case n < 0:
			x.response.Clamped = true
		case all > math.MaxInt64-n:
			x.response.Clamped = true
			all = math.MaxInt64
		default:
			all += n
		}
	}
	return all
}
