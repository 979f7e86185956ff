package main

import (
	"fmt"
	"strconv"
	"strings"
)

// size is a number of bytes, read from text such as 256MB.
type size int64

var units = []struct {
	name  string
	bytes float64
}{{"TB", 1 << 40}, {"GB", 1 << 30}, {"MB", 1 << 20}, {"kB", 1 << 10}, {"B", 1}}

// UnmarshalText reads a number with a unit, in any case: B, kB, MB, GB or TB, in
// steps of 1024. Without one it is bytes.
func (s *size) UnmarshalText(text []byte) error {
	t, scale := strings.TrimSpace(string(text)), 1.0
	for _, u := range units {
		if n := len(t) - len(u.name); n > 0 && strings.EqualFold(t[n:], u.name) {
			t, scale = strings.TrimSpace(t[:n]), u.bytes
			break
		}
	}
	n, err := strconv.ParseFloat(t, 64)
	if err != nil || !(n >= 0) || n*scale >= 1<<62 {
		return fmt.Errorf("size %q: write a number and B, kB, MB, GB or TB", text)
	}
	*s = size(n * scale)
	return nil
}
