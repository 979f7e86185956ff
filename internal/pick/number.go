package pick

import (
	"bytes"
	"math"
	"strconv"
)

// Int returns an integer, and whether the value is one that an int64 can hold:
// 1, 1.0 and 1e3 are integers, and so is a string of digits.
func (v Value) Int() (int64, bool) {
	n := v.node()
	if n == nil || n.truncated {
		return 0, false
	}
	text := v.Bytes()
	if n.kind == String && digits(bytes.TrimPrefix(text, minus)) < len(bytes.TrimPrefix(text, minus)) {
		return 0, false
	}
	return integer(text)
}

var minus = []byte("-")

// Float returns a number, and whether the value is one that a float64 can hold:
// a number, or a string that is written like one.
func (v Value) Float() (float64, bool) {
	n := v.node()
	if n == nil || n.truncated {
		return 0, false
	}
	text := v.Bytes()
	if !number(text) {
		return 0, false
	}
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return 0, false
	}
	return f, true
}

// number reports whether b is a number as RFC 8259, section 6, writes it.
func number(b []byte) bool {
	if len(b) > 0 && b[0] == '-' {
		b = b[1:]
	}
	n := digits(b)
	if n == 0 || n > 1 && b[0] == '0' {
		return false
	}
	b = b[n:]
	if len(b) > 0 && b[0] == '.' {
		if n = digits(b[1:]); n == 0 {
			return false
		}
		b = b[1+n:]
	}
	if len(b) > 0 && b[0]|0x20 == 'e' {
		b = b[1:]
		if len(b) > 0 && (b[0] == '+' || b[0] == '-') {
			b = b[1:]
		}
		if n = digits(b); n == 0 {
			return false
		}
		b = b[n:]
	}
	return len(b) == 0
}

// digits returns how many digits b begins with.
func digits(b []byte) int {
	for i, c := range b {
		if c-'0' > 9 {
			return i
		}
	}
	return len(b)
}

// integer returns the integer that b, a number or digits, stands for.
func integer(b []byte) (int64, bool) {
	negative := len(b) > 0 && b[0] == '-'
	if negative {
		b = b[1:]
	}
	whole := b[:digits(b)]
	if len(whole) == 0 {
		return 0, false
	}
	rest := b[len(whole):]
	var fraction []byte
	if len(rest) > 0 && rest[0] == '.' {
		rest = rest[1:]
		fraction = rest[:digits(rest)]
		rest = rest[len(fraction):]
	}
	exponent := 0
	if len(rest) > 0 {
		exponent = power(rest)
	}

	// The value is a row of digits with a point somewhere in it or beyond it.
	size := len(whole) + len(fraction)
	point := len(whole) + exponent
	at := func(i int) byte {
		if i < len(whole) {
			return whole[i]
		}
		return fraction[i-len(whole)]
	}
	var sum uint64
	for i := range size {
		digit := uint64(at(i) - '0')
		if i >= point {
			if digit != 0 {
				return 0, false
			}
			continue
		}
		if sum > (math.MaxUint64-9)/10 {
			return 0, false
		}
		sum = sum*10 + digit
	}
	for i := size; sum != 0 && i < point; i++ {
		if sum > math.MaxInt64/10 {
			return 0, false
		}
		sum *= 10
	}
	switch {
	case !negative && sum <= math.MaxInt64:
		return int64(sum), true
	case negative && sum <= 1<<63:
		return int64(-sum), true
	}
	return 0, false
}

// power returns the exponent that b, from its letter on, stands for. Beyond a
// million it makes no difference.
func power(b []byte) int {
	b = b[1:]
	negative := len(b) > 0 && b[0] == '-'
	if len(b) > 0 && (negative || b[0] == '+') {
		b = b[1:]
	}
	e := 0
	for _, c := range b {
		e = min(e*10+int(c-'0'), 1_000_000)
	}
	if negative {
		return -e
	}
	return e
}
