package console

import (
	"math"
	"strings"
	"time"
)

// axis is the time a trace took, drawn over a number of columns.
type axis struct {
	start   time.Time
	length  time.Duration
	columns int
}

// bar draws a span on the axis, in half columns: the blank columns before it,
// and what is visible of it. Each span shows at least half a column, and stays
// inside the axis.
func (a axis) bar(start, end time.Time) (blank int, bar string) {
	halves := 2 * a.columns
	from, to := a.half(start, math.Floor), a.half(end, math.Round)
	from = min(from, halves-1)
	to = min(max(to, from+1), halves)

	var b strings.Builder
	if from%2 == 1 {
		b.WriteString("╺")
	}
	b.WriteString(strings.Repeat("━", max(to/2-(from+1)/2, 0)))
	if to%2 == 1 {
		b.WriteString("╸")
	}
	return from / 2, b.String()
}

// half returns the half column of t.
func (a axis) half(t time.Time, round func(float64) float64) int {
	if a.length <= 0 {
		return 0
	}
	share := float64(t.Sub(a.start)) / float64(a.length)
	return int(round(min(max(share, 0), 1) * float64(2*a.columns)))
}
