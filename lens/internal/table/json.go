package table

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// object returns the extra values of the row in the making as JSON. Of a key
// that stands there twice, the last value counts.
func (b *Batch) object() []byte {
	last := b.extra
	if len(b.extra) > 1 {
		last = b.last()
	}
	out := make([]byte, 0, 64*len(last))
	out = append(out, '{')
	for i, e := range last {
		if i > 0 {
			out = append(out, ',')
		}
		out = AppendQuoted(out, e.key)
		out = append(out, ':')
		out = e.appendJSON(out)
	}
	return append(out, '}')
}

// last returns the extra values without those that a later one replaces, in
// place.
func (b *Batch) last() []extra {
	const few = 16 // up to which comparing each with each is cheaper than a map
	kept := b.extra[:0]
	var places map[string]int
	if len(b.extra) > few {
		places = make(map[string]int, len(b.extra))
	}
next:
	for _, e := range b.extra {
		if places != nil {
			if i, ok := places[e.key]; ok {
				kept[i] = e
				continue
			}
			places[e.key] = len(kept)
		} else {
			for i := range kept {
				if kept[i].key == e.key {
					kept[i] = e
					continue next
				}
			}
		}
		kept = append(kept, e)
	}
	return kept
}

func (v Value) appendJSON(b []byte) []byte {
	switch v.Kind {
	case Int:
		return strconv.AppendInt(b, int64(v.Bits), 10)
	case Float:
		return AppendFloat(b, math.Float64frombits(v.Bits))
	case Bool:
		return strconv.AppendBool(b, v.Bits != 0)
	case TraceID, SpanID:
		return AppendQuoted(b, v.Hex())
	}
	return AppendQuoted(b, v.Str)
}

// AppendFloat appends a finite number as JSON, always so that it reads as a
// float: 1.0 and not 1, which would read as an integer.
func AppendFloat(b []byte, f float64) []byte {
	start := len(b)
	b = strconv.AppendFloat(b, f, 'g', -1, 64)
	for _, c := range b[start:] {
		if c == '.' || c == 'e' {
			return b
		}
	}
	return append(b, ".0"...)
}

// AppendQuoted appends s, which has to be UTF-8, as a JSON string.
func AppendQuoted(b []byte, s string) []byte {
	const digits = "0123456789abcdef"
	b = append(b, '"')
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf || c >= utf8.RuneSelf {
			continue
		}
		b = append(b, s[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, `\n`...)
		default:
			b = append(b, `\u00`...)
			b = append(b, digits[c>>4], digits[c&15])
		}
	}
	b = append(b, s[from:]...)
	return append(b, '"')
}
