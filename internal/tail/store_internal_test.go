package tail

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestStore makes, grows and releases chains at random, and compares them with
// plain slices.
func TestStore(t *testing.T) {
	const most = 300 * chunkBytes // not a multiple of a slab
	s := newStore(most)
	r := rand.New(rand.NewPCG(4, 2))
	chains := make([]chain, 20)
	want := make([][]byte, len(chains))
	for i := range chains {
		chains[i] = emptyChain
	}
	refused := 0
	for range 20_000 {
		i := r.IntN(len(chains))
		if r.IntN(8) == 0 {
			s.release(&chains[i])
			want[i] = nil
		} else {
			span := bytes.Repeat([]byte{byte(r.Uint32())}, r.IntN(900))
			if !s.fits(&chains[i], entryBytes+len(span)) {
				refused++
				continue
			}
			s.appendEntry(&chains[i], span, uint16(len(span)))
			want[i] = append(want[i], span...)
		}
		var got []byte
		entries(s.read(nil, chains[i]), func(span []byte, scope uint16) {
			if int(scope) != len(span) {
				t.Fatalf("a span of %d bytes has scope %d", len(span), scope)
			}
			got = append(got, span...)
		})
		if !bytes.Equal(got, want[i]) {
			t.Fatal("a chain is not what was put into it")
		}
		held := 0
		for _, c := range chains {
			held += (int(c.bytes) + chunkBytes - 1) / chunkBytes * chunkBytes
		}
		if s.used() != held || held > most {
			t.Fatalf("%d bytes in use, %d in chains, %d allowed", s.used(), held, most)
		}
	}
	if refused == 0 {
		t.Error("the store was never full")
	}
}

// BenchmarkStore holds a span of 500 bytes and lets it go.
func BenchmarkStore(b *testing.B) {
	s, span, c := newStore(1<<20), make([]byte, 500), emptyChain
	b.ReportAllocs()
	for b.Loop() {
		s.appendEntry(&c, span, 1)
		if c.bytes > 8<<10 {
			s.release(&c)
		}
	}
}
