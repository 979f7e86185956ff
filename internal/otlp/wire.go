package otlp

import (
	"math"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

const (
	varint  = protowire.VarintType
	fixed32 = protowire.Fixed32Type
	fixed64 = protowire.Fixed64Type
	bytesT  = protowire.BytesType
)

// tag returns the tag of a field with a number below 16.
func tag(num protowire.Number, typ protowire.Type) byte { return byte(num)<<3 | byte(typ) }

// appendLen appends n, which mostly takes one byte.
func appendLen(b []byte, n uint64) []byte {
	if n < 0x80 {
		return append(b, byte(n))
	}
	return protowire.AppendVarint(b, n)
}

// sizeBytes returns the size of a field of n bytes without its tag.
func sizeBytes(n int) int {
	if n < 0x80 {
		return 1 + n
	}
	return protowire.SizeBytes(n)
}

func appendString(b []byte, num protowire.Number, s string) []byte {
	if s == "" {
		return b
	}
	return protowire.AppendString(protowire.AppendTag(b, num, bytesT), s)
}

func appendBytes(b []byte, num protowire.Number, s []byte) []byte {
	if len(s) == 0 {
		return b
	}
	return protowire.AppendBytes(protowire.AppendTag(b, num, bytesT), s)
}

func appendUint(b []byte, num protowire.Number, v uint64) []byte {
	if v == 0 {
		return b
	}
	return protowire.AppendVarint(protowire.AppendTag(b, num, varint), v)
}

// appendSint appends v in zigzag encoding.
func appendSint(b []byte, num protowire.Number, v int32) []byte {
	return appendUint(b, num, protowire.EncodeZigZag(int64(v)))
}

func appendFixed64(b []byte, num protowire.Number, v uint64) []byte {
	if v == 0 {
		return b
	}
	return setFixed64(b, num, v)
}

// setFixed64 is appendFixed64 for fields with presence, which are written even
// if they are zero.
func setFixed64(b []byte, num protowire.Number, v uint64) []byte {
	return protowire.AppendFixed64(protowire.AppendTag(b, num, fixed64), v)
}

func appendDouble(b []byte, num protowire.Number, v float64) []byte {
	return appendFixed64(b, num, math.Float64bits(v))
}

func setDouble(b []byte, num protowire.Number, v float64) []byte {
	return setFixed64(b, num, math.Float64bits(v))
}

// appendTime appends t in nanoseconds since 1970. The zero time is before that
// and becomes 0, which is left out.
func appendTime(b []byte, num protowire.Number, t time.Time) []byte {
	return appendFixed64(b, num, uint64(max(0, t.UnixNano())))
}

func appendCount(b []byte, num protowire.Number, n int) []byte {
	return appendUint(b, num, uint64(min(max(0, int64(n)), math.MaxUint32)))
}

// openMessage starts a nested message of unknown length: it appends the tag and
// room for a length of one byte, and returns where the message begins.
func openMessage(b []byte, num protowire.Number) ([]byte, int) {
	b = append(protowire.AppendTag(b, num, bytesT), 0)
	return b, len(b)
}

// closeMessage fills in the length of the message that begins at start, and
// moves the message where the length needs more than one byte.
func closeMessage(b []byte, start int) []byte {
	n := len(b) - start
	if n < 0x80 {
		b[start-1] = byte(n)
		return b
	}
	more := protowire.SizeVarint(uint64(n)) - 1
	for range more {
		b = append(b, 0)
	}
	copy(b[start+more:], b[start:start+n])
	protowire.AppendVarint(b[:start-1], uint64(n))
	return b
}

// wideLen is the size of a length in fixed width: four groups of seven bits,
// all but the last marked as continued. Decoders take it for a varint that
// happens to be long.
const wideLen = 4

func openWide(b []byte, num protowire.Number) ([]byte, int) {
	b = append(protowire.AppendTag(b, num, bytesT), 0, 0, 0, 0)
	return b, len(b)
}

func closeWide(b []byte, start int) {
	n := uint32(len(b) - start)
	p := b[start-wideLen : start]
	p[0] = byte(n) | 0x80
	p[1] = byte(n>>7) | 0x80
	p[2] = byte(n>>14) | 0x80
	p[3] = byte(n>>21) & 0x7f
}
