package sanitize

import (
	"math"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
)

// Sanitizer repairs, redacts and shortens what is about to leave the process.
// All methods are safe for concurrent use. A nil Sanitizer works with the
// default [Limits] and a count of its own that nobody reads: there is no way to
// encode a span without passing through here.
type Sanitizer struct {
	limits Limits
	user   *Redaction // nil: nothing but the rules
	keys   *keyCache
	n      *counters

	// children cleans what events and links carry; of a span that is too
	// large, their values give way first. Nil means s itself.
	children *Sanitizer
	// tighter is what a span that is still too large is tried with next.
	tighter *Sanitizer

	resource atomic.Pointer[resourcePair]
}

// New returns a Sanitizer with limits l. Redaction by the rules is always on.
func New(l Limits) *Sanitizer { return NewWith(l, Redaction{}) }

// NewWith returns a Sanitizer with limits l that also removes what r says.
func NewWith(l Limits, r Redaction) *Sanitizer {
	l = l.withDefaults()
	user := r.compact()
	s := &Sanitizer{limits: l, user: user, keys: &keyCache{user: user}, n: new(counters)}

	// Passes over a span that has been counted once must not count again.
	quiet := new(counters)
	step := func(value, events, links int) *Sanitizer {
		t := l
		t.ValueBytes = max(minValueBytes, min(l.ValueBytes, value))
		t.Events, t.Links = min(l.Events, events), min(l.Links, links)
		return &Sanitizer{limits: t, user: user, keys: s.keys, n: quiet}
	}
	all := math.MaxInt
	shortEvents := step(all, all, all)
	shortEvents.children = step(512, all, all)
	shortValues := step(1<<10, all, all)
	shortValues.children = shortEvents.children
	bare := step(1<<10, 0, 0)
	last := step(minValueBytes, 0, 0)
	s.tighter, shortEvents.tighter, shortValues.tighter, bare.tighter = shortEvents, shortValues, bare, last
	return s
}

var fallback = sync.OnceValue(func() *Sanitizer { return New(Limits{}) })

func (s *Sanitizer) or() *Sanitizer {
	if s == nil {
		return fallback()
	}
	return s
}

// Limits returns the limits in force, with defaults filled in.
func (s *Sanitizer) Limits() Limits { return s.or().limits }

// Counts returns what has been changed so far. It does not allocate.
func (s *Sanitizer) Counts() Counts {
	if s == nil {
		return Counts{}
	}
	return s.n.load()
}

// Children returns the Sanitizer for what the span's events and links carry.
func (s *Sanitizer) Children() *Sanitizer {
	s = s.or()
	if s.children != nil {
		return s.children
	}
	return s
}

// Tighter returns the next Sanitizer to try on a span that came out larger than
// Limits.SpanBytes: first the values of events and links get shorter, then all
// values, then events and links go. It counts nothing. Nil means that there is
// none: what does not fit has to be left out.
func (s *Sanitizer) Tighter() *Sanitizer { return s.or().tighter }

// Dropped counts attributes, events and links that an encoder left out because
// they were over a limit, and those that never reached it.
func (s *Sanitizer) Dropped(attributes, events, links int) {
	n := s.or().n
	if attributes > 0 {
		n.attributesDropped.Add(uint64(attributes))
	}
	if events > 0 {
		n.eventsDropped.Add(uint64(events))
	}
	if links > 0 {
		n.linksDropped.Add(uint64(links))
	}
}

// Shrunk counts a span that was over Limits.SpanBytes.
func (s *Sanitizer) Shrunk() { s.or().n.spansShrunk.Add(1) }

// String returns v as valid UTF-8 without secrets and at most Limits.ValueBytes
// long. It is meant for strings that a program's code chooses: names of scopes
// and metrics, schema URLs, tracestate members. A user's mask does not see them. A clean v is returned as it is, without
// allocation.
func (s *Sanitizer) String(v string) string {
	s = s.or()
	return s.text(v, s.limits.ValueBytes)
}

// Failure is Text for what the library says of a failure, in logs and books; a
// mask sees it under attr.ErrorMessage.
func (s *Sanitizer) Failure(text string) string { return s.Text(attr.ErrorMessage, text) }

// Text is String for what a user's mask sees under the given key: see
// [NameKey] and [StatusMessageKey].
func (s *Sanitizer) Text(key attribute.Key, v string) string {
	s = s.or()
	return s.valueText(key, v, s.limits.ValueBytes)
}

// Clean reports whether kv may go out as it is. It answers for scalar values;
// for others it is false, and Attr has to look. It does not allocate.
func (s *Sanitizer) Clean(kv *attribute.KeyValue) bool {
	s = s.or()
	switch kv.Value.Type() {
	case attribute.STRING:
		v := kv.Value.AsString()
		if len(v) > s.limits.ValueBytes || !plain(v) || s.user != nil && (s.user.Mask != nil || s.user.matches(v)) {
			return false
		}
	case attribute.BOOL, attribute.INT64, attribute.EMPTY:
	case attribute.FLOAT64:
		if !finite(kv.Value.AsFloat64()) {
			return false
		}
	default:
		return false
	}
	return s.keys.clean(string(kv.Key))
}

// Attr returns kv with a clean key and value, and false if kv has to be left
// out. It is meant for the attributes of spans, events, links, scopes and
// resources. A clean kv with a scalar value is returned as it is, without
// allocation.
func (s *Sanitizer) Attr(kv attribute.KeyValue) (attribute.KeyValue, bool) {
	s = s.or()
	if s.Clean(&kv) {
		return kv, true
	}
	var scratch keyVerdict
	v := s.keys.verdict(kv.Key, &scratch)
	return s.attr(kv, v, v.out)
}

// MetricAttr is Attr for the attributes of data points and exemplars. It
// renames nothing: Honeycomb derives no columns from them, and a renamed
// attribute would be another time series.
func (s *Sanitizer) MetricAttr(kv attribute.KeyValue) (attribute.KeyValue, bool) {
	s = s.or()
	if s.Clean(&kv) {
		return kv, true
	}
	var scratch keyVerdict
	v := s.keys.verdict(kv.Key, &scratch)
	if v.renamed {
		unrenamed := *v
		unrenamed.renamed = false
		v = &unrenamed
	}
	return s.attr(kv, v, v.text)
}

// StringSlice is Attr for an attribute of type STRINGSLICE; it returns the
// clean strings themselves, which the caller owns, and so saves an encoder
// building and taking apart another value.
func (s *Sanitizer) StringSlice(kv attribute.KeyValue) (attribute.Key, []string) {
	s = s.or()
	var scratch keyVerdict
	v := s.keys.verdict(kv.Key, &scratch)
	s.countKey(v)
	vals, _ := s.stringSlice(kv.Value.AsStringSlice(), v.secret, &budget{left: s.limits.ValueBytes, key: kv.Key})
	return v.out, vals
}

func (s *Sanitizer) attr(kv attribute.KeyValue, v *keyVerdict, key attribute.Key) (attribute.KeyValue, bool) {
	val, keep := s.value(kv.Value, v.secret, &budget{left: s.limits.ValueBytes, key: kv.Key})
	if !keep {
		return kv, false
	}
	s.countKey(v)
	return attribute.KeyValue{Key: key, Value: val}, true
}

func (s *Sanitizer) countKey(v *keyVerdict) {
	if v.clean {
		return
	}
	if v.repaired {
		s.n.repaired.Add(1)
	}
	if v.redacted {
		s.n.redacted.Add(1)
	}
	if v.truncated {
		s.n.truncated.Add(1)
	}
	if v.renamed {
		s.n.renamed.Add(1)
	}
}

// Finite reports whether f is a number, and counts it as left out if not.
func (s *Sanitizer) Finite(f float64) bool {
	if finite(f) {
		return true
	}
	s.or().n.nonFinite.Add(1)
	return false
}

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }
