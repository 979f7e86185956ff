package tail

import "encoding/binary"

const (
	chunkBytes = 256
	slabChunks = 256 // one slab is 64 KiB
	entryBytes = 8   // in front of each span: its size and its scope
	noChunk    = -1
)

// store is an arena of chunks, from which chains of bytes are made. It grows by
// slabs up to its bound and never shrinks.
type store struct {
	slabs []*[slabChunks * chunkBytes]byte
	next  []int32 // chunk after each chunk
	free  int32   // first free chunk
	idle  int     // free chunks
	most  int     // chunks
}

// chain is a list of chunks. Its zero value is not empty: use emptyChain.
type chain struct {
	first, last int32
	bytes       int32
}

var emptyChain = chain{first: noChunk, last: noChunk}

func newStore(bytes int) store { return store{free: noChunk, most: bytes / chunkBytes} }

// used returns the bytes of chunks in use.
func (s *store) used() int { return (len(s.next) - s.idle) * chunkBytes }

// room returns how many bytes the last chunk of c has left.
func (c *chain) room() int {
	if c.last == noChunk {
		return 0
	}
	return (chunkBytes - int(c.bytes)%chunkBytes) % chunkBytes
}

// fits reports whether c can grow by n bytes.
func (s *store) fits(c *chain, n int) bool {
	need := (n - c.room() + chunkBytes - 1) / chunkBytes
	return need <= s.idle+s.most-len(s.next)
}

// appendEntry appends a span to c, for which there must be room.
func (s *store) appendEntry(c *chain, span []byte, scope uint16) {
	var head [entryBytes]byte
	binary.LittleEndian.PutUint32(head[:], uint32(len(span)))
	binary.LittleEndian.PutUint16(head[4:], scope)
	s.append(c, head[:])
	s.append(c, span)
}

func (s *store) append(c *chain, b []byte) {
	for len(b) > 0 {
		room := c.room()
		if room == 0 {
			s.extend(c)
			room = chunkBytes
		}
		n := copy(s.chunk(c.last)[chunkBytes-room:], b)
		c.bytes += int32(n)
		b = b[n:]
	}
}

// extend adds an empty chunk to c.
func (s *store) extend(c *chain) {
	if s.free == noChunk {
		s.grow()
	}
	i := s.free
	s.free, s.next[i] = s.next[i], noChunk
	s.idle--
	if c.last == noChunk {
		c.first = i
	} else {
		s.next[c.last] = i
	}
	c.last = i
}

// grow adds a slab of free chunks.
func (s *store) grow() {
	s.slabs = append(s.slabs, new([slabChunks * chunkBytes]byte))
	for range min(slabChunks, s.most-len(s.next)) {
		s.next = append(s.next, s.free)
		s.free = int32(len(s.next) - 1)
		s.idle++
	}
}

func (s *store) chunk(i int32) []byte {
	off := int(i) % slabChunks * chunkBytes
	return s.slabs[int(i)/slabChunks][off : off+chunkBytes]
}

// read appends the bytes of c to b.
func (s *store) read(b []byte, c chain) []byte {
	left := int(c.bytes)
	for i := c.first; left > 0; i = s.next[i] {
		n := min(left, chunkBytes)
		b = append(b, s.chunk(i)[:n]...)
		left -= n
	}
	return b
}

// release makes the chunks of c free.
func (s *store) release(c *chain) {
	if c.first != noChunk {
		n := (int(c.bytes) + chunkBytes - 1) / chunkBytes
		s.next[c.last], s.free = s.free, c.first
		s.idle += n
	}
	*c = emptyChain
}

// entries calls f for each span of what read returned.
func entries(b []byte, f func(span []byte, scope uint16)) {
	for len(b) >= entryBytes {
		n := int(binary.LittleEndian.Uint32(b))
		f(b[entryBytes:entryBytes+n], binary.LittleEndian.Uint16(b[4:]))
		b = b[entryBytes+n:]
	}
}
