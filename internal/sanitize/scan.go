package sanitize

import (
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	redactedMark = "[redacted]"
	replacement  = "\uFFFD"

	// minSecret is the shortest string worth a look for secrets.
	minSecret = 8
	// overlap is how far behind a limit the search goes on, so that a secret
	// across it is still seen whole.
	overlap = 4 << 10
)

// rule is one kind of secret.
type rule struct {
	// literal is what every secret of the kind contains: letters and classes
	// such as [a-z]. It has to be rare in ordinary text and is all that the
	// first pass looks for.
	literal string
	// fold ignores the case of literal.
	fold bool
	// find returns the bounds of the secret in s, where s[start:end] is the
	// literal; to == 0 means that there is none. It must not look further
	// than a bounded distance unless it then returns all that it looked at:
	// that keeps the search linear.
	find func(s string, start, end int) (from, to int)
}

// matcher finds the literals of all rules in one pass: bit i of a state says
// that the bytes up to here end in the beginning of a literal, as far as the
// position in it that bit i stands for (the shift-and algorithm of Baeza-Yates
// and Gonnet, 1992). Two words hold 128 positions.
type matcher struct {
	mask        [256][2]uint64
	first, last [2]uint64
	rules       [128]*rule // by the bit of the literal's last position
}

var secrets = newMatcher(rules)

// newMatcher returns the matcher of rules. The literals must fit into two
// words; a test looks after that, and what does not fit is left out.
func newMatcher(rules []rule) *matcher {
	m := new(matcher)
	var used [2]int
	for i := range rules {
		r := &rules[i]
		sets := literalSets(r)
		word := 0
		if used[0]+len(sets) > 64 {
			word = 1
		}
		if used[word]+len(sets) > 64 {
			continue
		}
		at := used[word]
		used[word] += len(sets)
		for j, set := range sets {
			for c := range 256 {
				if set[c] {
					m.mask[c][word] |= 1 << (at + j)
				}
			}
		}
		m.first[word] |= 1 << at
		m.last[word] |= 1 << (at + len(sets) - 1)
		m.rules[word*64+at+len(sets)-1] = r
	}
	return m
}

// literalSets returns the set of bytes allowed at each position of r.literal.
func literalSets(r *rule) []*byteSet {
	var sets []*byteSet
	for l := r.literal; l != ""; {
		n := 1
		if l[0] == '[' {
			n = strings.IndexByte(l, ']') + 1
		}
		set := newByteSet(strings.Trim(l[:n], "[]"))
		if r.fold {
			for c := range 256 {
				if b := byte(c); isUpper(b) && (set[b] || set[lower(b)]) {
					set[b], set[lower(b)] = true, true
				}
			}
		}
		sets = append(sets, set)
		l = l[n:]
	}
	return sets
}

// plain reports whether s is valid UTF-8 without the literal of any rule, so
// that it may go out as it is.
func plain(s string) bool {
	var seen byte
	if len(s) < minSecret {
		for i := range len(s) {
			seen |= s[i]
		}
		return seen < utf8.RuneSelf || utf8.ValidString(s)
	}
	var d0, d1, f0, f1 uint64
	m := secrets
	i0, i1 := m.first[0], m.first[1]
	for i := range len(s) {
		c := s[i]
		p := &m.mask[c]
		d0 = (d0<<1 | i0) & p[0]
		d1 = (d1<<1 | i1) & p[1]
		f0 |= d0
		f1 |= d1
		seen |= c
	}
	if f0&m.last[0]|f1&m.last[1] != 0 {
		return false
	}
	return seen < utf8.RuneSelf || utf8.ValidString(s)
}

// redact returns s with every secret replaced, and their number.
func redact(s string) (string, int) {
	if len(s) < minSecret {
		return s, 0
	}
	var (
		out    []byte
		count  int
		kept   int // s[:kept] is in out
		d0, d1 uint64
		m      = secrets
	)
	for i := 0; i < len(s); i++ {
		p := &m.mask[s[i]]
		d0 = (d0<<1 | m.first[0]) & p[0]
		d1 = (d1<<1 | m.first[1]) & p[1]
		from, to := m.found(s, i, d0&m.last[0], d1&m.last[1])
		if to <= kept || to <= from {
			continue
		}
		out = append(append(out, s[kept:max(kept, from)]...), redactedMark...)
		count++
		kept, i = to, to-1
		d0, d1 = 0, 0
	}
	if count == 0 {
		return s, 0
	}
	return string(append(out, s[kept:]...)), count
}

// found asks the rules whose literal ends at s[i] for a secret.
func (m *matcher) found(s string, i int, hit0, hit1 uint64) (from, to int) {
	for word, hits := range [2]uint64{hit0, hit1} {
		for ; hits != 0; hits &= hits - 1 {
			bit := word*64 + bits.TrailingZeros64(hits)
			r := m.rules[bit]
			if from, to = r.find(s, i+1-literalLen(r.literal), i+1); to > from {
				return from, to
			}
		}
	}
	return 0, 0
}

// literalLen returns how many bytes a literal matches.
func literalLen(l string) int {
	n := 0
	for i := 0; i < len(l); i++ {
		if l[i] == '[' {
			i += strings.IndexByte(l[i:], ']')
		}
		n++
	}
	return n
}

// cleaned is what clean made of a string.
type cleaned struct {
	text      string
	redacted  int // secrets replaced
	repaired  bool
	truncated bool
}

// clean returns s without secrets and at most limit bytes long, and valid UTF-8
// if it is meant to be text. Its work is bounded by the limit, not by s.
func clean(s string, limit int, text bool) cleaned {
	beyond := 0
	if most := limit + overlap; len(s) > most {
		most = runeStart(s, most)
		beyond = len(s) - most
		s = s[:most]
	}
	var c cleaned
	if text && !utf8.ValidString(s) {
		s, c.repaired = strings.ToValidUTF8(s, replacement), true
	}
	c.text, c.redacted = redact(s)
	if beyond > 0 || len(c.text) > limit {
		c.text, c.truncated = truncate(c.text, limit, beyond), true
	}
	return c
}

// truncate shortens s to limit bytes, the mark included, which also counts the
// beyond bytes that had been cut off before.
func truncate(s string, limit, beyond int) string {
	const head, tail = "…[truncated ", " bytes]"
	digits := len(strconv.Itoa(len(s) + beyond))
	keep := runeStart(s, min(len(s), max(0, limit-len(head)-len(tail)-digits)))
	b := make([]byte, 0, limit)
	b = append(append(b, s[:keep]...), head...)
	b = strconv.AppendInt(b, int64(len(s)-keep+beyond), 10)
	return string(append(b, tail...))
}

// runeStart returns the last start of a rune in s at or before i.
func runeStart(s string, i int) int {
	for back := 0; i > 0 && i < len(s) && back < utf8.UTFMax-1 && !utf8.RuneStart(s[i]); back++ {
		i--
	}
	return i
}
