package formula

import (
	"fmt"
	"strconv"
)

// Value returns what a literal stands for: an int64, a float64, a string, a
// bool, or nil for null. Whole numbers beyond 64 bits are float64. For a
// function or a column it returns nil. The error says what is wrong with a
// string's escapes.
func (e Expr) Value() (any, error) {
	switch e.Kind {
	case Number:
		if n, err := strconv.ParseInt(e.Literal, 10, 64); err == nil {
			return n, nil
		}
		f, err := strconv.ParseFloat(e.Literal, 64)
		if err != nil {
			return nil, fmt.Errorf("number %s is out of range: write a smaller one", e.Literal)
		}
		return f, nil
	case String:
		if e.Literal[0] == '`' {
			return e.Literal[1 : len(e.Literal)-1], nil // raw, line breaks included
		}
		s, err := strconv.Unquote(e.Literal)
		if err != nil {
			return nil, fmt.Errorf("string %s has an unknown escape or a line break: use back quotes", clip(e.Literal))
		}
		return s, nil
	case Bool:
		return e.Literal == "true", nil
	}
	return nil, nil
}
