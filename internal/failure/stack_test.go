package failure_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/internal/failure"
)

func deep(n int, f func() string) string {
	if n > 0 {
		return deep(n-1, f)
	}
	return f()
}

func TestStack(t *testing.T) {
	const here = "github.com/lift-sys/telemetry/internal/failure_test."
	tests := []struct {
		name, reason string
		depth        int
		hide         []string
		first        string
		frames       int // 0: any
	}{
		{"short", "the calling function comes first", 0, nil, here + "TestStack", 0},
		{"deep", "32 frames are enough to find the place", 100, nil, here + "TestStack", 32},
		{"hidden", "hidden frames do not use up the room", 40, []string{here + "TestStack", here + "deep"}, "testing.tRunner", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			stack := deep(tt.depth, func() string { return failure.Stack(tt.hide...) })
			if !strings.HasPrefix(stack, tt.first) {
				t.Errorf("starts elsewhere: %s\n%s", tt.reason, stack)
			}
			lines := strings.Split(strings.TrimSuffix(stack, "\n"), "\n")
			if tt.frames > 0 && len(lines) != 2*tt.frames {
				t.Errorf("%d frames, want %d", len(lines)/2, tt.frames)
			}
			for i, line := range lines {
				if i%2 == 1 && (!strings.HasPrefix(line, "\t") || !strings.Contains(line, ":")) {
					t.Errorf("line %d is no place: %q", i, line)
				}
			}
		})
	}
}

type slice []int

func (slice) Error() string { return "slice" }

// list is uncomparable, as slice is, but says what it holds.
type list []string

func (l list) Error() string { return strings.Join(l, " ") }

// eager claims to be everything.
type eager struct{ error }

func (eager) Is(error) bool { return true }

func TestSame(t *testing.T) {
	one, two := errors.New("x"), errors.New("x")
	tests := []struct {
		name, reason string
		err, seen    error
		want         bool
	}{
		{"nothing seen", "the first failure is always new", one, nil, false},
		{"itself", "the same value", one, one, true},
		{"equal text", "not the same value", two, one, false},
		{"wrapped", "passed up with more words", fmt.Errorf("a: %w", fmt.Errorf("b: %w", one)), one, true},
		{"joined", "any of several", errors.Join(two, fmt.Errorf("a: %w", one)), one, true},
		{"joined others", "none of several", errors.Join(two, errors.New("z")), one, false},
		{"two of fmt", "any of several", fmt.Errorf("%w %w", two, one), one, true},
		{"inner seen, not outer", "what was wrapped later is not what was seen", one, fmt.Errorf("a: %w", one), false},
		{"Is method", "a claim is no identity", eager{two}, one, false},
		{"uncomparable", "such values are the same with the same type and text", fmt.Errorf("a: %w", slice{1}), slice{1}, true},
		{"uncomparable, other text", "two failures", list{"a"}, list{"b"}, false},
		{"broken", "a panic means no", fmt.Errorf("a: %w", brokenError{}), one, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := failure.Same(tt.err, tt.seen); got != tt.want {
				t.Errorf("%t, want %t: %s", got, tt.want, tt.reason)
			}
		})
	}
}
