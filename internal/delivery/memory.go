package delivery

import "github.com/lift-sys/telemetry/internal/spool"

// maxSpare is how many empty blocks are kept for reuse: what a busy service
// cycles through, without holding on to the memory of one burst.
const maxSpare = 8

// memory hands out blocks and keeps their sum under a bound. It is guarded by
// Pipeline.mu.
type memory struct {
	max        int // bytes
	reserve    int // bytes of max that only request bodies may use
	used       int // bytes handed out
	blockBytes int
	spare      []*block
	journal    *journal // nil: none
}

// newMemory returns a memory of limit bytes. A part of it is kept for request
// bodies, so that sending what an outage has piled up costs none of it;
// telemetry compresses to less than a tenth.
func newMemory(limit, blockBytes int) memory {
	return memory{max: limit, reserve: max(limit/16, blockBytes), blockBytes: blockBytes}
}

// get returns an empty block with room for n bytes, or nil when that would
// leave less than keep bytes free.
func (m *memory) get(n, keep int) *block {
	size := max(n, m.blockBytes)
	if m.used+size > m.max-keep {
		return nil
	}
	return m.overdraw(size)
}

// slot is get for a block that has to be in the journal, where there is one and
// it has room.
func (m *memory) slot(kind spool.Kind, n, keep int) *block {
	if m.journal == nil {
		return m.get(n, keep)
	}
	size := m.journal.file.Round(max(n, m.blockBytes))
	if m.used+size > m.max-keep {
		return nil
	}
	b := m.journal.take(kind, size)
	if b == nil {
		return m.get(n, keep)
	}
	m.used += size
	return b
}

// overdraw returns an empty block of n bytes whether or not the bound leaves
// room for it.
func (m *memory) overdraw(n int) *block {
	m.used += n
	if last := len(m.spare) - 1; last >= 0 && n == m.blockBytes {
		b := m.spare[last]
		m.spare = m.spare[:last]
		return b
	}
	for len(m.spare) > 0 && m.held() > m.max {
		m.spare = m.spare[:len(m.spare)-1]
	}
	return &block{buf: make([]byte, 0, n)}
}

// put takes a block back.
func (m *memory) put(b *block) {
	m.used -= cap(b.buf)
	if b.journal != nil {
		b.journal.put(b)
		return
	}
	if cap(b.buf) != m.blockBytes || len(m.spare) >= maxSpare {
		return
	}
	*b = block{buf: b.buf[:0]}
	m.spare = append(m.spare, b)
}

// held is what is handed out and what is spare, in bytes.
func (m *memory) held() int { return m.used + len(m.spare)*m.blockBytes }
