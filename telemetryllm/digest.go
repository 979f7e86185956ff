package telemetryllm

import (
	"hash/maphash"

	"github.com/lift-sys/telemetry/internal/pick"
)

// digestSeed makes digests differ from process to process: nobody can make
// two tool calls look like one.
var digestSeed = maphash.MakeSeed()

// digest returns a number that is the same for values that are the same in
// everything that was kept. It stands in for the index of a tool call where
// the wire has none: a call that comes with the chunk again is still one call.
func digest(position int, values ...pick.Value) int {
	var h maphash.Hash
	h.SetSeed(digestSeed)
	maphash.WriteComparable(&h, position)
	for _, v := range values {
		digestInto(&h, v)
	}
	return int(h.Sum64())
}

func digestInto(h *maphash.Hash, v pick.Value) {
	h.WriteByte(byte(v.Kind()))
	switch v.Kind() {
	case pick.Bool:
		if yes, _ := v.Bool(); yes {
			h.WriteByte(1)
		}
	case pick.Number, pick.String:
		maphash.WriteComparable(h, len(v.Bytes()))
		h.Write(v.Bytes())
	case pick.Array:
		maphash.WriteComparable(h, v.Len())
		for _, e := range v.Elements() {
			digestInto(h, e)
		}
	case pick.Object:
		maphash.WriteComparable(h, v.Len())
		for key, m := range v.Members() {
			maphash.WriteComparable(h, key)
			digestInto(h, m)
		}
	}
}
