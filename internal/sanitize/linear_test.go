package sanitize

import (
	"strings"
	"testing"
)

// TestRulesLookABoundedDistance counts what the rules read: with n bytes that
// are full of literals and no secret, no rule may be asked about more than a
// bounded part of them each time. A rule that finds nothing in s must find
// nothing new when more of the same follows.
func TestRulesLookABoundedDistance(t *testing.T) {
	for i := range rules {
		r := &rules[i]
		t.Run(r.literal, func(t *testing.T) {
			short := strings.Repeat("a-", 4*maxLook)
			long := short + strings.Repeat("Z9=@", 4*maxLook)
			for alternative := range strings.SplitSeq(r.literal, "|") {
				for _, before := range []string{"", "x ", "be", "github_", "--", "AGE-SECRET-KE", "1234567890", "hooks.slack.com/servi", "aaaaaaaaaaaaaa.atla", "l"} {
					lit := sample(alternative)
					start, end := len(before), len(before)+len(lit)
					if _, to := r.find(before+lit+short, start, end); to != 0 {
						continue
					}
					if _, to := r.find(before+lit+long, start, end); to != 0 {
						t.Errorf("%q decides by what is %d bytes behind it", before+lit, len(short))
					}
				}
			}
		})
	}
}

// sample returns a string that a literal without alternatives matches.
func sample(literal string) string {
	var b strings.Builder
	for i := 0; i < len(literal); i++ {
		if literal[i] == '[' {
			b.WriteByte(literal[i+1])
			i += strings.IndexByte(literal[i:], ']')
			continue
		}
		b.WriteByte(literal[i])
	}
	return b.String()
}

func BenchmarkHostile(b *testing.B) {
	for _, part := range []string{"sk-", "SG.", "://", "glpat-", "cookie: ", "eyJ", "password ", "-----BEGIN ", "bearer "} {
		b.Run(strings.TrimSpace(part), func(b *testing.B) {
			s := New(Limits{})
			in := strings.Repeat(part, 10000)
			for b.Loop() {
				s.String(in)
			}
		})
	}
}
