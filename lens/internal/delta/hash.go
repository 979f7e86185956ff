package delta

import (
	"encoding/binary"
	"hash/maphash"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	"google.golang.org/protobuf/proto"
)

// hash makes 64 bits of what tells series apart. Among 100 000 series two have the
// same once in some billion times, and nobody outside can choose them.
type hash struct{ seed maphash.Seed }

func newHash() hash { return hash{maphash.MakeSeed()} }

// mix returns the hash of a number and some bytes.
func (h hash) mix(n uint64, b []byte) uint64 {
	var m maphash.Hash
	m.SetSeed(h.seed)
	maphash.WriteComparable(&m, n)
	_, _ = m.Write(b) // never fails
	return m.Sum64()
}

func (h hash) text(n uint64, s string) uint64 { return h.mix(n, []byte(s)) }

// attributes returns the hash of attributes in whatever order.
func (h hash) attributes(list []*commonpb.KeyValue) uint64 {
	var sum uint64
	for _, kv := range list {
		b, err := proto.MarshalOptions{Deterministic: true}.Marshal(kv)
		if err != nil { // text that is no UTF-8, which has not been received
			b = []byte(kv.GetKey())
		}
		sum += h.mix(0, b)
	}
	return sum
}

func (h hash) scope(resource uint64, s *commonpb.InstrumentationScope) uint64 {
	n := h.text(resource, s.GetName())
	return h.mix(h.text(n, s.GetVersion()), binary.BigEndian.AppendUint64(nil, h.attributes(s.GetAttributes())))
}

// point returns the hash of a series. The start of the process is part of it:
// copies of a service that say nothing else of themselves are series of their own.
func (h hash) point(metric uint64, attributes []*commonpb.KeyValue, start uint64) uint64 {
	b := binary.BigEndian.AppendUint64(nil, h.attributes(attributes))
	return h.mix(metric, binary.BigEndian.AppendUint64(b, start))
}
