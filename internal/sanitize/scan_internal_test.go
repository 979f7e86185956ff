package sanitize

import (
	"strings"
	"testing"
)

func TestMatcherHoldsEveryRule(t *testing.T) {
	held := map[*rule]bool{}
	for _, r := range secrets.rules {
		if r != nil {
			held[r] = true
		}
	}
	for i := range rules {
		if !held[&rules[i]] {
			t.Errorf("rule %q does not fit into the matcher", rules[i].literal)
		}
	}
}

func BenchmarkPlain(b *testing.B) {
	s := "0199b3f2-7c1e-7d2a-9a54-6f1b2c3d4e5f"
	for b.Loop() {
		if !plain(s) {
			b.Fatal()
		}
	}
	b.SetBytes(int64(len(s)))
}

func TestEveryPrefixHasItsLiteral(t *testing.T) {
	for _, r := range rules {
		sets := literalSets(&r)
		if n := literalLen(r.literal); n != len(sets) {
			t.Errorf("rule %q: its alternatives have %d and %d positions", r.literal, n, len(sets))
		}
		for alternative := range strings.SplitSeq(r.literal, "|") {
			if indexSets(sample(alternative), sets) != 0 {
				t.Errorf("rule %q does not match %q", r.literal, alternative)
			}
		}
	}
}
