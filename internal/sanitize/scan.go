package sanitize

import (
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"
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
	// first pass looks for. Alternatives of one length, separated by |, share
	// their positions: what has one's first letter and the other's second is
	// found, too, and find has to turn it down.
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
// and Gonnet, 1992). The words are written out where it counts: an inner loop
// over them would take twice as long.
type matcher struct {
	mask        [256][words]uint64
	first, last [words]uint64
	rules       [words * 64]*rule // by the bit of the literal's last position
}

// words is how many words of 64 positions a state has.
const words = 2

var secrets = newMatcher(rules)

// newMatcher returns the matcher of rules. The literals must fit into its
// words; a test looks after that, and what does not fit is left out.
func newMatcher(rules []rule) *matcher {
	m := new(matcher)
	var used [words]int
	for i := range rules {
		r := &rules[i]
		sets := literalSets(r)
		word := 0
		for word < words && used[word]+len(sets) > 64 {
			word++
		}
		if word == words {
			continue
		}
		at := used[word]
		used[word] += len(sets)
		for j, set := range sets {
			for c := range set {
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
	for alternative := range strings.SplitSeq(r.literal, "|") {
		at := 0
		for l := alternative; l != ""; at++ {
			n := 1
			if l[0] == '[' {
				n = strings.IndexByte(l, ']') + 1
			}
			if at == len(sets) {
				sets = append(sets, new(byteSet))
			}
			for c, in := range newByteSet(strings.Trim(l[:n], "[]")) {
				if !in {
					continue
				}
				sets[at][c] = true
				if b := byte(c); r.fold && isLower(b) {
					sets[at][b-'a'+'A'] = true
				}
			}
			l = l[n:]
		}
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

// bounds are where something lies in a string.
type bounds struct{ from, to int }

// redact returns s with every secret replaced, and their number. What the
// user's own patterns find is looked for in s as well, not in what the rules
// leave of it: neither may hide from the other half of a secret.
func redact(s string, user *Redaction) (string, int) {
	var some [8]bounds
	found := user.find(s, findSecrets(s, some[:0]))
	if len(found) == 0 {
		return s, 0
	}
	out := make([]byte, 0, len(s)+len(redactedMark))
	count, kept := 0, 0 // s[:kept] is in out
	for _, f := range found {
		if f.from < kept { // overlaps the one before
			kept = max(kept, f.to)
			continue
		}
		out = append(append(out, s[kept:f.from]...), redactedMark...)
		count++
		kept = f.to
	}
	return string(append(out, s[kept:]...)), count
}

// findSecrets appends to found where in s the rules find secrets, in order.
func findSecrets(s string, found []bounds) []bounds {
	if len(s) < minSecret {
		return found
	}
	var d0, d1 uint64
	m := secrets
	i0, i1 := m.first[0], m.first[1]
	l0, l1 := m.last[0], m.last[1]
	kept := 0 // the end of the last find
	for i := 0; i < len(s); i++ {
		p := &m.mask[s[i]]
		d0 = (d0<<1 | i0) & p[0]
		d1 = (d1<<1 | i1) & p[1]
		if d0&l0|d1&l1 == 0 {
			continue
		}
		from, to := m.found(s, i, [words]uint64{d0 & l0, d1 & l1})
		if to <= kept || to <= from {
			continue
		}
		found = append(found, bounds{max(kept, from), to})
		kept, i = to, to-1
		d0, d1 = 0, 0
	}
	return found
}

// found asks the rules whose literal ends at s[i], hit, for a secret.
func (m *matcher) found(s string, i int, hit [words]uint64) (from, to int) {
	for word, hits := range hit {
		for ; hits != 0; hits &= hits - 1 {
			r := m.rules[word*64+bits.TrailingZeros64(hits)]
			if from, to = r.find(s, i+1-literalLen(r.literal), i+1); to > from {
				return from, to
			}
		}
	}
	return 0, 0
}

// literalLen returns how many bytes a literal matches; its alternatives are
// equally long.
func literalLen(l string) int {
	n := 0
	for i := 0; i < len(l); i++ {
		switch l[i] {
		case '|':
			return n
		case '[':
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
	failed    bool // the mask panicked
}

// cleaning is how a string is cleaned.
type cleaning struct {
	limit int        // bytes
	text  bool       // it is meant to be UTF-8
	user  *Redaction // may be nil
	mask  bool       // with the user's mask, which is there
	key   attribute.Key
}

// clean returns s without secrets and at most limit bytes long, and valid UTF-8
// if it is meant to be text. Its work is bounded by the limit, not by s.
func (cl cleaning) clean(s string) cleaned {
	var c cleaned
	s, beyond := cl.shorten(s)
	s = cl.repair(s, &c)
	if cl.mask {
		before := s
		s, c.failed = cl.user.masked(cl.key, s)
		if s != before {
			var more int
			s, more = cl.shorten(s)
			beyond += more
			s = cl.repair(s, &c)
		}
		if s != before && !c.failed {
			c.redacted++
		}
	}
	var found int
	s, found = redact(s, cl.user)
	c.redacted += found
	if beyond > 0 {
		// Half a secret at the end is not known for one, and would be seen if
		// so much was replaced before it that there is room.
		keep := runeStart(s, max(0, len(s)-overlap/2))
		keep += max(0, strings.LastIndexAny(s[keep:], " \t\n"))
		s, beyond = s[:keep], beyond+len(s)-keep
	}
	if beyond > 0 || len(s) > cl.limit {
		s, c.truncated = truncate(s, cl.limit, beyond), true
	}
	c.text = s
	return c
}

// shorten cuts off what is so far behind the limit that nobody looks at it, and
// returns how many bytes that is.
func (cl cleaning) shorten(s string) (short string, beyond int) {
	most := cl.limit + overlap
	if len(s) <= most {
		return s, 0
	}
	most = runeStart(s, most)
	return s[:most], len(s) - most
}

func (cl cleaning) repair(s string, c *cleaned) string {
	if !cl.text || utf8.ValidString(s) {
		return s
	}
	c.repaired = true
	return strings.ToValidUTF8(s, replacement)
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
