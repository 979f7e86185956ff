package price

import (
	"fmt"
	"strings"
	"time"
)

// A condition says when prices hold. The zero value always holds.
type condition struct {
	from       int64 // Unix seconds; 0 for no date
	daily      bool
	begin, end int // minutes of the day in UTC; begin is in, end is not
}

// holds reports whether the condition is fulfilled at a time in UTC.
func (c condition) holds(at time.Time) bool {
	switch {
	case c.from != 0:
		return at.Unix() >= c.from
	case !c.daily:
		return true
	}
	minute := at.Hour()*60 + at.Minute()
	if c.end < c.begin { // over midnight
		return minute >= c.begin || minute < c.end
	}
	return minute >= c.begin && minute < c.end
}

// parseCondition reads "2026-07-30" or "16:30-00:30".
func parseCondition(text string) (condition, error) {
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return condition{from: day.Unix()}, nil
	}
	first, last, _ := strings.Cut(text, "-")
	begin, err := time.Parse("15:04", first)
	if err != nil {
		return condition{}, fmt.Errorf("condition %q: %w", text, err)
	}
	end, err := time.Parse("15:04", last)
	if err != nil {
		return condition{}, fmt.Errorf("condition %q: %w", text, err)
	}
	return condition{daily: true, begin: begin.Hour()*60 + begin.Minute(), end: end.Hour()*60 + end.Minute()}, nil
}
