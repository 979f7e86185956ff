package otlp

import (
	"google.golang.org/protobuf/encoding/protowire"
)

// sampleRateKey is the attribute that Honeycomb reads as a span's weight.
const sampleRateKey = "SampleRate"

// Amendment is what sampling adds to a span that has been encoded. Zero fields
// change nothing.
type Amendment struct {
	// SampleRate is how many spans this one stands for. It is appended as
	// attribute SampleRate, which must not be there yet: attributes append
	// and never replace. AppendSpan writes none.
	SampleRate int
	// TraceState replaces the span's tracestate. It has to be clean, as from
	// [sanitize.Sanitizer.TraceState].
	TraceState string
	// Flags replaces the span's flags: the W3C trace flags, and above them
	// the bits that say whether the parent is remote.
	Flags uint32
}

// Amend adds a to the span that AppendSpan wrote at b[start:], which has to be
// the last in b, and corrects its length. A field that occurs twice takes its
// last value (Protocol Buffers Encoding, "Last One Wins"), so nothing is moved.
// If there is no span at start, or a is zero, Amend returns b as it is.
func Amend(b []byte, start int, a Amendment) []byte {
	const header = 1 + wideLen
	if start < 0 || len(b)-start < header || b[start] != byte(protowire.EncodeTag(scopeSpansSpans, bytesT)) {
		return b
	}
	if a == (Amendment{}) {
		return b
	}
	b = appendString(b, spanTraceState, a.TraceState)
	if a.SampleRate > 0 {
		value := 1 + protowire.SizeVarint(uint64(a.SampleRate))
		size := 1 + protowire.SizeBytes(len(sampleRateKey)) + 1 + protowire.SizeBytes(value)
		b = protowire.AppendVarint(protowire.AppendTag(b, spanAttrs, bytesT), uint64(size))
		b = appendString(b, keyValueKey, sampleRateKey)
		b = protowire.AppendVarint(protowire.AppendTag(b, keyValueValue, bytesT), uint64(value))
		b = protowire.AppendVarint(protowire.AppendTag(b, anyInt, varint), uint64(a.SampleRate))
	}
	if a.Flags != 0 {
		b = protowire.AppendFixed32(protowire.AppendTag(b, spanFlags, fixed32), a.Flags)
	}
	closeWide(b, start+header)
	return b
}

// Sampling returns what a span that AppendSpan wrote, and nobody has amended,
// says of its sampling: its tracestate, which shares its bytes, and its flags.
// It returns zero values for anything else.
func Sampling(span []byte) (traceState []byte, flags uint32) {
	const (
		ids    = 1 + wideLen + 2 + 16 + 2 + 8 // tag and length, trace id, span id
		ending = 2 + 4                        // tag and flags
	)
	end := len(span) - 4
	if len(span) < ids+ending {
		return nil, 0
	}
	if num, typ, n := protowire.ConsumeTag(span[end-2:]); n != 2 || num != spanFlags || typ != fixed32 {
		return nil, 0
	}
	flags, _ = protowire.ConsumeFixed32(span[end:])
	if rest := span[ids:end]; rest[0] == tag(spanTraceState, bytesT) {
		if v, n := protowire.ConsumeBytes(rest[1:]); n > 0 {
			traceState = v
		}
	}
	return traceState, flags
}
