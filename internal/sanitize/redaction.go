package sanitize

import (
	"regexp"
	"slices"

	"go.opentelemetry.io/otel/attribute"
)

// Redaction is what a user removes besides what the rules find. The zero value
// removes nothing and costs nothing.
type Redaction struct {
	// Patterns are looked for in every string, keys included, and what they
	// match is replaced. Those that are nil, and matches of the empty string,
	// are ignored.
	Patterns []*regexp.Regexp
	// Mask returns what a value becomes, before anything else is looked for in
	// it. It is given strings and bytes, those inside of slices and maps too,
	// with the key that they stand under, but not what stands under a secret
	// key. It must be safe for concurrent use and may be asked about one value
	// more than once. Of a value that it panics over nothing is kept.
	Mask func(key attribute.Key, value string) string
}

// Keys under which a mask is given what is no attribute: the names of the
// columns that Honeycomb makes of it.
const (
	NameKey          attribute.Key = "name"           // of a span or an event
	StatusMessageKey attribute.Key = "status_message" // of a span
)

// maskFailed stands where a mask panicked.
const maskFailed = "[mask failed]"

// compact returns r without patterns that are nil, or nil if nothing is left.
func (r Redaction) compact() *Redaction {
	r.Patterns = slices.DeleteFunc(slices.Clone(r.Patterns), func(p *regexp.Regexp) bool { return p == nil })
	if len(r.Patterns) == 0 && r.Mask == nil {
		return nil
	}
	return &r
}

// masks reports whether there is a mask.
func (r *Redaction) masks() bool { return r != nil && r.Mask != nil }

// matches reports whether a pattern matches s. A match of the empty string
// counts, which costs a second look.
func (r *Redaction) matches(s string) bool {
	if r == nil {
		return false
	}
	for _, p := range r.Patterns {
		if p.MatchString(s) {
			return true
		}
	}
	return false
}

// find adds where in s the patterns match to found, and returns all in order.
func (r *Redaction) find(s string, found []bounds) []bounds {
	if r == nil || len(r.Patterns) == 0 {
		return found
	}
	for _, p := range r.Patterns {
		for _, m := range p.FindAllStringIndex(s, -1) {
			// What stands in place of a secret is none.
			if m[1] > m[0] && s[m[0]:m[1]] != redactedMark {
				found = append(found, bounds{m[0], m[1]})
			}
		}
	}
	slices.SortFunc(found, func(a, b bounds) int { return a.from - b.from })
	return found
}

// masked returns what the mask makes of v, and whether it panicked.
func (r *Redaction) masked(key attribute.Key, v string) (out string, failed bool) {
	defer func() {
		if recover() != nil {
			out, failed = maskFailed, true
		}
	}()
	return r.Mask(key, v), false
}
