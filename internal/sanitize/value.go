package sanitize

import (
	"slices"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/attribute"
)

const (
	// maxDepth bounds how deep slices and maps may nest.
	maxDepth = 8
	// elementBytes is what an element of a slice or a map costs besides its
	// strings.
	elementBytes = 8
	// markBytes is kept for the mark at the end of a shortened slice.
	markBytes = 48

	tooDeep = "…[truncated: nested too deep]"
)

// budget is what is left of a composite value's bytes.
type budget struct {
	left  int
	depth int
	key   attribute.Key // that the value stands under
}

// text returns v clean and at most limit bytes long.
func (s *Sanitizer) text(v string, limit int) string {
	if len(v) <= limit && plain(v) && (s.user == nil || !s.user.matches(v)) {
		return v
	}
	return s.count(cleaning{limit: limit, text: true, user: s.user}.clean(v))
}

// valueText is text for a value under key, which a mask may change.
func (s *Sanitizer) valueText(key attribute.Key, v string, limit int) string {
	if v == "" || !s.user.masks() {
		return s.text(v, limit)
	}
	return s.count(cleaning{limit: limit, text: true, user: s.user, mask: true, key: key}.clean(v))
}

// bytes is valueText for a string that holds arbitrary bytes.
func (s *Sanitizer) bytes(key attribute.Key, v string, limit int) string {
	return s.count(cleaning{limit: limit, user: s.user, mask: v != "" && s.user.masks(), key: key}.clean(v))
}

func (s *Sanitizer) count(c cleaned) string {
	if c.repaired {
		s.n.repaired.Add(1)
	}
	if c.redacted > 0 {
		s.n.redacted.Add(uint64(c.redacted))
	}
	if c.failed {
		s.n.maskFailed.Add(1)
	}
	if c.truncated {
		s.n.truncated.Add(1)
	}
	return c.text
}

// conceal replaces v, the value of a secret key.
func (s *Sanitizer) conceal(v string) string {
	if v == "" || v == redactedMark {
		return v
	}
	s.n.redacted.Add(1)
	return redactedMark
}

// value returns v clean, and false if it has to be left out.
func (s *Sanitizer) value(v attribute.Value, secret bool, b *budget) (attribute.Value, bool) {
	limit := max(b.left, minValueBytes)
	switch v.Type() {
	case attribute.STRING:
		str := v.AsString()
		if secret {
			return attribute.StringValue(s.conceal(str)), true
		}
		return attribute.StringValue(s.valueText(b.key, str, limit)), true
	case attribute.BYTESLICE:
		raw := v.AsByteSlice()
		if secret {
			return attribute.ByteSliceValue([]byte(s.conceal(string(raw)))), true
		}
		return attribute.ByteSliceValue([]byte(s.bytes(b.key, string(raw), limit))), true
	case attribute.FLOAT64:
		return v, s.Finite(v.AsFloat64())
	case attribute.STRINGSLICE:
		vals, changed := s.stringSlice(v.AsStringSlice(), secret, b)
		if !changed {
			return v, true
		}
		return attribute.StringSliceValue(vals), true
	case attribute.FLOAT64SLICE:
		return s.floats(v, b), true
	case attribute.INT64SLICE:
		vals := v.AsInt64Slice()
		if n := s.fit(len(vals), b); n < len(vals) {
			return attribute.Int64SliceValue(vals[:n]), true
		}
		return v, true
	case attribute.BOOLSLICE:
		vals := v.AsBoolSlice()
		if n := s.fit(len(vals), b); n < len(vals) {
			return attribute.BoolSliceValue(vals[:n]), true
		}
		return v, true
	case attribute.SLICE, attribute.MAP:
		if b.depth++; b.depth > maxDepth {
			b.depth--
			s.n.truncated.Add(1)
			return attribute.StringValue(tooDeep), true
		}
		defer func() { b.depth-- }()
		if v.Type() == attribute.SLICE {
			return s.slice(v.AsSlice(), secret, b), true
		}
		return s.mapping(v.AsMap(), secret, b), true
	default:
		return v, true
	}
}

// fit returns how many of n elements without strings the budget allows.
func (s *Sanitizer) fit(n int, b *budget) int {
	most := max(0, b.left/elementBytes)
	b.left -= min(n, most) * elementBytes
	if n <= most {
		return n
	}
	s.n.truncated.Add(1)
	return most
}

func (s *Sanitizer) floats(v attribute.Value, b *budget) attribute.Value {
	vals := v.AsFloat64Slice()
	n := len(vals)
	vals = slices.DeleteFunc(vals, func(f float64) bool { return !finite(f) })
	s.n.nonFinite.Add(uint64(n - len(vals)))
	vals = vals[:s.fit(len(vals), b)]
	if len(vals) == n {
		return v
	}
	return attribute.Float64SliceValue(vals)
}

// stringSlice cleans vals, which it owns, in place.
func (s *Sanitizer) stringSlice(vals []string, secret bool, b *budget) (out []string, changed bool) {
	next := false // the element before is a flag whose value is a secret
	for i, v := range vals {
		if left := b.left - elementBytes; left < len(v) && left < markBytes {
			s.n.truncated.Add(1)
			b.left = 0
			return append(vals[:i], mark(len(vals)-i)), true
		}
		b.left -= elementBytes
		var w string
		if secret || next {
			w = s.conceal(v)
		} else {
			w = s.valueText(b.key, v, max(b.left, markBytes))
		}
		// As in the arguments of a command: --password x.
		next = len(v) > 2 && v[0] == '-' && strings.IndexByte(v, '=') < 0 && secretName(v) != notSecret
		b.left -= len(w)
		if w != v {
			vals[i], changed = w, true
		}
	}
	return vals, changed
}

func mark(n int) string { return "…[truncated " + strconv.Itoa(n) + " elements]" }

func (s *Sanitizer) slice(vals []attribute.Value, secret bool, b *budget) attribute.Value {
	out := vals[:0]
	for i, v := range vals {
		if b.left < markBytes {
			s.n.truncated.Add(1)
			out = append(out, attribute.StringValue(mark(len(vals)-i)))
			break
		}
		b.left -= elementBytes
		w, keep := s.value(v, secret, b)
		if keep {
			b.left -= scalarBytes(w)
			out = append(out, w)
		}
	}
	return attribute.SliceValue(out...)
}

func (s *Sanitizer) mapping(vals []attribute.KeyValue, secret bool, b *budget) attribute.Value {
	out := vals[:0]
	for i, kv := range vals {
		if b.left < markBytes {
			s.n.truncated.Add(1)
			out = append(out, attribute.String("…", mark(len(vals)-i)))
			break
		}
		var scratch keyVerdict
		v := s.keys.verdict(kv.Key, &scratch)
		b.left -= elementBytes + len(v.text)
		outer := b.key
		b.key = kv.Key
		w, keep := s.value(kv.Value, secret || v.secret, b)
		b.key = outer
		if !keep {
			continue
		}
		unrenamed := *v
		unrenamed.renamed = false
		s.countKey(&unrenamed)
		b.left -= scalarBytes(w)
		out = append(out, attribute.KeyValue{Key: v.text, Value: w})
	}
	return attribute.MapValue(out...)
}

// scalarBytes returns the bytes of a string; other values have paid before.
func scalarBytes(v attribute.Value) int {
	switch v.Type() {
	case attribute.STRING, attribute.BYTESLICE:
		return len(v.AsString())
	}
	return 0
}
