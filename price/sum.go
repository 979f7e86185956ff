package price

import (
	"math"
	"math/bits"
	"time"
)

// A sum is an amount of money in 1e-18 dollars, exactly: one token at 1e-12
// dollars per million. At 3.4e20 dollars it stays where it is.
type sum struct{ hi, lo uint64 }

// add adds n units at so many 1e-18 dollars, times a factor.
func (s *sum) add(n, price, factor uint64) {
	hi, lo := bits.Mul64(n, price)
	over, hi := bits.Mul64(hi, factor)
	carry, lo := bits.Mul64(lo, factor)
	hi, c := bits.Add64(hi, carry, 0)
	s.plus(over+c, hi, lo)
}

// addSeconds adds a time at so many 1e-12 dollars per second, to the nearest
// 1e-18 dollars.
func (s *sum) addSeconds(d time.Duration, picos uint64) {
	// Nanoseconds times 1e-12 dollars per second are 1e-21 dollars.
	const divisor = 1000
	hi, lo := bits.Mul64(uint64(d), picos)
	lo, carry := bits.Add64(lo, divisor/2, 0)
	hi += carry
	q, rest := hi/divisor, hi%divisor
	lo, _ = bits.Div64(rest, lo, divisor)
	s.plus(0, q, lo)
}

// plus adds a number of three words.
func (s *sum) plus(over, hi, lo uint64) {
	var c uint64
	s.lo, c = bits.Add64(s.lo, lo, 0)
	s.hi, c = bits.Add64(s.hi, hi, c)
	if over|c != 0 {
		*s = sum{math.MaxUint64, math.MaxUint64}
	}
}

// usd returns the amount in dollars, to the nearest where it is below 0.009
// dollars and within two units in the last place above.
func (s sum) usd() float64 {
	return (float64(s.hi)*0x1p64 + float64(s.lo)) / 1e18
}
