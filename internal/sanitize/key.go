package sanitize

import (
	"math/bits"
	"strings"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
)

// keyVerdict is what is known about an attribute key.
type keyVerdict struct {
	key  string        // as given
	text attribute.Key // repaired, redacted and shortened
	out  attribute.Key // text, moved away from Honeycomb's columns

	clean  bool // out == key, and not secret
	secret bool // strings under it are redacted

	repaired, redacted, truncated, renamed bool
}

// keyCache remembers verdicts without locks. It only ever fills up: a program
// has some hundred keys, and keys made up at run time must not push those out.
// Over-long keys and keys that find no slot are judged each time.
type keyCache struct {
	slots [1 << slotBits]atomic.Pointer[keyVerdict]
	user  *Redaction // may be nil
}

const (
	slotBits      = 10
	keyProbes     = 4
	maxCachedKeys = 96 // bytes of a key
)

// slot returns the i-th slot to look for key in. The hash reads both ends of
// the key, where keys differ; were somebody to make keys collide, they would
// only be judged each time.
func (c *keyCache) slot(h, i uint64) *atomic.Pointer[keyVerdict] {
	return &c.slots[(h+i)%(1<<slotBits)]
}

func hashKey(k string) uint64 {
	const odd = 0x9e3779b97f4a7c15 // 2^64 over the golden ratio
	n := len(k)
	h := uint64(n)
	if n >= 8 {
		h += load64(k) ^ bits.RotateLeft64(load64(k[n-8:]), 29)
	} else {
		for i := range n {
			h = h<<8 + uint64(k[i])
		}
	}
	return h * odd >> (64 - slotBits)
}

func load64(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// verdict returns the verdict on key, either a cached one or scratch filled in.
func (c *keyCache) verdict(key attribute.Key, scratch *keyVerdict) *keyVerdict {
	k := string(key)
	if len(k) > maxCachedKeys {
		scratch.judge(k, c.user)
		return scratch
	}
	h := hashKey(k)
	for i := range uint64(keyProbes) {
		slot := c.slot(h, i)
		v := slot.Load()
		if v == nil {
			v = new(keyVerdict)
			// The key may be part of a large string, which must not live on.
			v.judge(strings.Clone(k), c.user)
			slot.CompareAndSwap(nil, v)
			return v
		}
		if v.key == k {
			return v
		}
	}
	scratch.judge(k, c.user)
	return scratch
}

// clean reports whether key is known to be clean. It may be wrong in saying no.
func (c *keyCache) clean(key string) bool {
	h := hashKey(key)
	for i := range uint64(keyProbes) {
		v := c.slot(h, i).Load()
		if v == nil {
			return false
		}
		if v.key == key {
			return v.clean
		}
	}
	return false
}

func (v *keyVerdict) judge(key string, user *Redaction) {
	*v = keyVerdict{key: key, secret: secretName(key) != notSecret}
	text := key
	if len(key) > maxKeyBytes || !plain(key) || user.matches(key) {
		c := cleaning{limit: maxKeyBytes, text: true, user: user}.clean(key)
		text, v.repaired, v.redacted, v.truncated = c.text, c.repaired, c.redacted > 0, c.truncated
	}
	v.text = attribute.Key(text)
	v.out = v.text
	if reserved(text) {
		v.out, v.renamed = "app."+v.text, true
	}
	v.clean = string(v.out) == key && !v.secret
}

// reserved reports whether an attribute of this name overwrites a column that
// Honeycomb derives from a span, an event or a link, or its sample rate. Source:
// the translation of OTLP in Honeycomb's husky library (otlp/traces.go), which
// merges resource, scope and span attributes over its own columns.
func reserved(key string) bool {
	switch key {
	case "name", "type", "error", "duration_ms", "parent_name",
		"status_code", "status_message",
		"span.kind", "span.num_events", "span.num_links",
		"sampleRate", "SampleRate":
		return true
	}
	return strings.HasPrefix(key, "trace.") || strings.HasPrefix(key, "meta.")
}
