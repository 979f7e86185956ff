package failure

import (
	"runtime"
	"strconv"
	"strings"
)

// maxFrames bounds a recorded stack: enough to find the place, small enough
// for one attribute.
const maxFrames = 32

// Stack returns the callers of the calling function, innermost first, in the
// layout of a Go trace ("function\n\tfile:line\n"). It leaves out the frames
// of functions whose full name starts with one of the prefixes in hide, and
// keeps at most 32 frames.
func Stack(hide ...string) string {
	pcs := make([]uintptr, 2*maxFrames)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	var b strings.Builder
	for n := 0; n < maxFrames; {
		f, more := frames.Next()
		if f.Function != "" && !hidden(f.Function, hide) {
			b.WriteString(f.Function)
			b.WriteString("\n\t")
			b.WriteString(f.File)
			b.WriteByte(':')
			b.WriteString(strconv.Itoa(f.Line))
			b.WriteByte('\n')
			n++
		}
		if !more {
			break
		}
	}
	return b.String()
}

func hidden(function string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(function, p) {
			return true
		}
	}
	return false
}

// Same reports whether err is, or wraps, seen. Unlike errors.Is it ignores Is
// methods; of values that cannot be compared it compares type and message. A
// panic in a method of err means that they are not the same.
func Same(err, seen error) (same bool) {
	if seen = plain(seen); seen == nil { // what its finder passes on
		return false
	}
	guard(func() string { same = wraps(err, seen); return "" })
	return same
}

func wraps(err, seen error) bool {
	for e := err; e != nil; e = unwrap(e) {
		if equal(e, seen) {
			return true
		}
		if joined, ok := e.(interface{ Unwrap() []error }); ok {
			for _, inner := range joined.Unwrap() {
				if inner != nil && wraps(inner, seen) {
					return true
				}
			}
			return false
		}
	}
	return false
}

func equal(a, b error) (same bool) {
	defer func() {
		if recover() != nil { // uncomparable dynamic types, which are the same here
			same = message(a) == message(b)
		}
	}()
	return a == b //nolint:errorlint // the same value, not what it wraps
}
