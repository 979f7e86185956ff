package console

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// duration writes d with about three digits, at most seven columns up to 99
// hours.
func duration(d time.Duration) string {
	switch {
	case d <= 0:
		return "0s"
	case d < time.Microsecond:
		return strconv.FormatInt(int64(d), 10) + "ns"
	case d < time.Millisecond:
		return strconv.FormatInt(int64(d/time.Microsecond), 10) + "µs"
	case d < 10*time.Millisecond:
		return strconv.FormatFloat(floor(d, time.Millisecond, 10), 'f', 1, 64) + "ms"
	case d < time.Second:
		return strconv.FormatInt(int64(d/time.Millisecond), 10) + "ms"
	case d < 10*time.Second:
		return strconv.FormatFloat(floor(d, time.Second, 100), 'f', 2, 64) + "s"
	case d < time.Minute:
		return strconv.FormatFloat(floor(d, time.Second, 10), 'f', 1, 64) + "s"
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", d/time.Minute, d%time.Minute/time.Second)
	default:
		return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
	}
}

// floor returns d in units, cut to 1/steps of one: rounding up would show
// 9.9996s as 10.00s.
func floor(d, unit time.Duration, steps int64) float64 {
	return float64(int64(d)/(int64(unit)/steps)) / float64(steps)
}

// dollars writes an amount in US dollars: cents from one dollar, else four
// digits. What rounds to nothing but is more than nothing says so.
func dollars(usd float64) string {
	switch {
	case math.IsNaN(usd) || math.IsInf(usd, 0):
		return "$?"
	case usd < 0:
		return "-" + dollars(-usd)
	case usd == 0:
		return "$0"
	case usd < 0.00005:
		return "<$.0001"
	case usd < 0.99995:
		return "$" + strconv.FormatFloat(usd, 'f', 4, 64)
	case usd < 1e6:
		return "$" + strconv.FormatFloat(usd, 'f', 2, 64)
	default:
		return "$" + strconv.FormatFloat(usd, 'e', 1, 64)
	}
}

// count writes a number of tokens: exact below 1000, then with k and M.
func count(n float64) string {
	switch {
	case math.IsNaN(n) || math.IsInf(n, 0):
		return "?"
	case n < 1000:
		return strconv.FormatFloat(n, 'f', 0, 64)
	case n < 99_950:
		return strconv.FormatFloat(n/1000, 'f', 1, 64) + "k"
	case n < 999_500:
		return strconv.FormatFloat(n/1000, 'f', 0, 64) + "k"
	case n < 1e15:
		return strconv.FormatFloat(n/1e6, 'f', 1, 64) + "M"
	default:
		return strconv.FormatFloat(n, 'e', 1, 64)
	}
}

// plural writes n things.
func plural(n float64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return count(n) + " " + thing + "s"
}
