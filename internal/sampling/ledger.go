package sampling

import (
	"math"
	"time"
)

// DefaultCarryOver is how much unused allowance a Ledger keeps where it is not
// told, as the time in which it accrues.
const DefaultCarryOver = 10 * time.Minute

// A Ledger hands out a month's allowance of events evenly over the month. It
// starts empty, so that a process that restarts again and again gets no more
// than one that stays. What is not spent carries over, up to a bound.
//
// Months are calendar months in UTC. What is spent in one never exceeds the
// allowance, whatever the clock does: credit accrues with the elapsed time,
// which the caller takes from a clock that does not jump, and only where the
// wall clock names another month does the count begin anew, with no credit.
//
// It is not safe for concurrent use. Make one with NewLedger.
type Ledger struct {
	perMonth int64
	carry    time.Duration
	credit   float64 // events that may be spent; negative after a loan
	month    Month
}

// Month is the count of a ledger, which a process may keep for the next one.
type Month struct {
	Start time.Time // the first moment of the month, UTC
	Used  int64     // events spent in it
}

// NewLedger returns an empty ledger of perMonth events, at least 0, that keeps
// what accrues in carry; 0 means DefaultCarryOver.
func NewLedger(perMonth int64, carry time.Duration, now time.Time) *Ledger {
	if carry <= 0 {
		carry = DefaultCarryOver
	}
	return &Ledger{perMonth: max(perMonth, 0), carry: carry, month: Month{Start: monthOf(now)}}
}

// monthOf returns the first moment of now's month.
func monthOf(now time.Time) time.Time {
	y, m, _ := now.UTC().Date()
	return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
}

// Rate returns how many events accrue in d, in the current month.
func (l *Ledger) Rate(d time.Duration) float64 {
	length := l.month.Start.AddDate(0, 1, 0).Sub(l.month.Start)
	return float64(l.perMonth) * (float64(d) / float64(length))
}

// Accrue adds the allowance of elapsed, the time since the last call. now is
// the wall clock, which decides about the month and nothing else.
func (l *Ledger) Accrue(now time.Time, elapsed time.Duration) {
	if start := monthOf(now); !start.Equal(l.month.Start) {
		l.month, l.credit = Month{Start: start}, 0
		elapsed = min(elapsed, now.Sub(start))
	}
	l.credit = min(l.credit+l.Rate(max(elapsed, 0)), l.Rate(l.carry))
}

// Hold makes room for n events at once, so that they are left some day, where
// they accrue in at most the given time. Room that was made stays.
func (l *Ledger) Hold(n int, most time.Duration) {
	if rate := l.Rate(time.Second); rate > 0 {
		need := float64(n) / rate * (1 + 1e-6) * float64(time.Second) // see Until
		l.carry = max(l.carry, time.Duration(min(need, float64(most))))
	}
}

// Left returns how many events may be spent now.
func (l *Ledger) Left() int {
	return int(max(0, min(math.Floor(l.credit), float64(l.perMonth-l.month.Used))))
}

// Forever is the answer of Until for more events than the ledger ever holds, or
// than the month has left.
const Forever = time.Duration(math.MaxInt64)

// Until returns how long it takes, if nothing is spent, for n events to be left.
func (l *Ledger) Until(n int) time.Duration {
	need := float64(n) - l.credit
	switch {
	case need <= 0 && int64(n) <= l.perMonth-l.month.Used:
		return 0
	case float64(n) > l.Rate(l.carry) || int64(n) > l.perMonth-l.month.Used:
		return Forever
	}
	// A millionth more, so that rounding does not make the caller come back.
	return time.Duration(need / l.Rate(time.Second) * (1 + 1e-6) * float64(time.Second))
}

// Spend books n events. They should be Left, or on loan from what accrues
// until the ledger is asked again.
func (l *Ledger) Spend(n int) {
	l.credit -= float64(n)
	l.month.Used += int64(n)
}

// Lend spends n events if they are left, or will be once ahead has passed. It
// reports whether it did.
func (l *Ledger) Lend(n int, ahead time.Duration) bool {
	if !l.fits(float64(n), ahead) {
		return false
	}
	l.Spend(n)
	return true
}

// fits reports whether n events will be left once ahead has passed.
func (l *Ledger) fits(n float64, ahead time.Duration) bool {
	return n <= min(l.credit+l.Rate(ahead), l.Rate(l.carry)) && n <= float64(l.perMonth-l.month.Used)
}

// Month returns the count of the current month.
func (l *Ledger) Month() Month { return l.month }

// PerMonth returns the allowance of a whole month.
func (l *Ledger) PerMonth() int64 { return l.perMonth }

// Restore takes over what another process has counted. A count of another
// month is ignored.
func (l *Ledger) Restore(m Month) {
	if m.Start.Equal(l.month.Start) && m.Used > 0 {
		l.month.Used += m.Used
	}
}
