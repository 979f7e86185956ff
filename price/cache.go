package price

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// The cache holds sets × ways answers.
const (
	sets = 64
	ways = 4
)

// maxCached bounds the names of an answer that is kept, in bytes.
const maxCached = 512

var seed = maphash.MakeSeed()

// A cache keeps answers of a table by the names that were asked. It never grows:
// a new answer takes an old one's place. Reading takes no lock and no memory. The
// zero value is empty; it is safe for concurrent use.
type cache struct {
	slots [sets][ways]atomic.Pointer[answer]
}

// An answer says what a table knows of a model. It does not depend on time, and
// never changes.
type answer struct {
	provider, model string // as asked
	overrides       []*override
	listing         listing
}

// get returns the answer for these names, or makes it.
func (c *cache) get(provider, model string, create func(provider, model string) answer) *answer {
	hash := maphash.String(seed, provider)*31 + maphash.String(seed, model)
	set := &c.slots[hash%sets]
	for i := range set {
		if a := set[i].Load(); a != nil && a.model == model && a.provider == provider {
			return a
		}
	}
	fresh := create(provider, model)
	if len(provider)+len(model) > maxCached {
		return &fresh
	}
	// The caller's strings may be parts of something large.
	fresh.provider, fresh.model = strings.Clone(provider), strings.Clone(model)
	for i := range set {
		if set[i].CompareAndSwap(nil, &fresh) {
			return &fresh
		}
	}
	set[hash/sets%ways].Store(&fresh)
	return &fresh
}
