package sanitize

import "sync/atomic"

// Limits bounds what one span may carry. The zero value of a field selects its
// default; a negative value allows none, and for sizes the smallest size that
// still holds a truncation mark.
type Limits struct {
	// ValueBytes bounds a string, and the strings of a slice or a map taken
	// together, in bytes. Default 8 KiB.
	ValueBytes int
	// Attributes bounds the attributes of a span, an event, a link, a
	// resource or a data point. Default 128.
	Attributes int
	// SpanBytes bounds an encoded span with its events and links, in bytes.
	// Default 256 KiB, at least 32 KiB.
	SpanBytes int
	// Events bounds the events of a span. Default 128.
	Events int
	// Links bounds the links of a span. Default 128.
	Links int
}

const (
	minValueBytes = 64       // a truncation mark and a word
	minSpanBytes  = 32 << 10 // a tracestate of 32 members of 512 bytes, and as much again
	maxKeyBytes   = 256      // Honeycomb refuses column names over 255 characters
)

func (l Limits) withDefaults() Limits {
	return Limits{
		ValueBytes: max(orDefault(l.ValueBytes, 8<<10), minValueBytes),
		Attributes: orDefault(l.Attributes, 128),
		SpanBytes:  max(orDefault(l.SpanBytes, 256<<10), minSpanBytes),
		Events:     orDefault(l.Events, 128),
		Links:      orDefault(l.Links, 128),
	}
}

func orDefault(v, def int) int {
	if v == 0 {
		return def
	}
	return max(v, 0)
}

// Counts says how often a [Sanitizer] had to change something. Fields are
// totals since [New]. A metric's attributes count at each export.
type Counts struct {
	// Repaired counts strings and keys that were not valid UTF-8.
	Repaired uint64
	// Redacted counts secrets replaced: one per value under a secret key, one
	// per secret found inside a string, one per value that the user's mask
	// changed.
	Redacted uint64
	// MaskFailed counts values that the user's mask panicked over.
	MaskFailed uint64
	// Truncated counts values, names and keys over their limit, and values
	// nested too deep.
	Truncated uint64
	// Renamed counts attributes moved out of the way of a Honeycomb column.
	Renamed uint64
	// NonFinite counts NaN and infinite numbers left out.
	NonFinite uint64
	// AttributesDropped counts attributes left out: over the limit of their
	// span, event or point, or not finite, and those that a span had lost
	// before it came here. EventsDropped and LinksDropped count the same of a
	// span's events and links.
	AttributesDropped uint64
	EventsDropped     uint64
	LinksDropped      uint64
	// SpansShrunk counts spans over Limits.SpanBytes that went out with
	// shorter values, or without their events and links.
	SpansShrunk uint64
}

// counters is the concurrent form of Counts.
type counters struct {
	repaired, redacted, maskFailed, truncated, renamed, nonFinite atomic.Uint64
	attributesDropped, eventsDropped, linksDropped, spansShrunk   atomic.Uint64
}

func (c *counters) load() Counts {
	return Counts{
		Repaired:          c.repaired.Load(),
		Redacted:          c.redacted.Load(),
		MaskFailed:        c.maskFailed.Load(),
		Truncated:         c.truncated.Load(),
		Renamed:           c.renamed.Load(),
		NonFinite:         c.nonFinite.Load(),
		AttributesDropped: c.attributesDropped.Load(),
		EventsDropped:     c.eventsDropped.Load(),
		LinksDropped:      c.linksDropped.Load(),
		SpansShrunk:       c.spansShrunk.Load(),
	}
}
