package spool

import (
	"fmt"
	"hash/crc32"
)

// SegmentBytes is the size at which a segment is sealed.
const SegmentBytes = segmentBytes

// HeaderBytes is the size of a record's header.
const HeaderBytes = headerBytes

// Encode returns r as it stands in a segment, written at the time it names.
func Encode(r Record) []byte {
	h := header{
		kind: r.Kind, gzip: r.Gzip, length: uint32(len(r.Payload)), items: uint32(r.Items), weight: r.Weight,
		time: r.Time.UnixNano(), crc: crc32.Checksum(r.Payload, castagnoli),
	}
	return append(h.append(nil), r.Payload...)
}

// SegmentName is the name of the i-th sealed segment.
func SegmentName(i int) string { return fmt.Sprintf("%016x-%016x", i, i) + sealedEnding }
