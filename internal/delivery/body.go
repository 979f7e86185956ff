package delivery

import (
	"io"
	"net/http"
	"sync"
)

// body is a request body in blocks of the pipeline's memory. A transport may
// go on reading after it has returned an error, so reading and releasing
// exclude each other, and a released body only fails.
type body struct {
	p *Pipeline

	mu       sync.Mutex
	chunks   []*block
	size     int
	released bool
}

// Write appends b. It never fails.
func (d *body) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		if len(d.chunks) == 0 || d.chunks[len(d.chunks)-1].room() == 0 {
			d.chunks = append(d.chunks, d.p.bodyBlock())
		}
		last := d.chunks[len(d.chunks)-1]
		k := min(len(b), last.room())
		last.buf = append(last.buf, b[:k]...)
		b = b[k:]
		d.size += k
	}
	return n, nil
}

// reader returns a new reader of the whole body.
func (d *body) reader() io.ReadCloser { return &bodyReader{body: d} }

// release gives the memory back. Later reads fail.
func (d *body) release() {
	d.mu.Lock()
	chunks := d.chunks
	d.chunks, d.released = nil, true
	d.mu.Unlock()

	d.p.mu.Lock()
	defer d.p.mu.Unlock()
	for _, c := range chunks {
		d.p.memory.put(c)
	}
}

// bodyReader reads a body once.
type bodyReader struct {
	body       *body
	chunk, off int
}

// Read implements io.Reader.
func (r *bodyReader) Read(b []byte) (int, error) {
	r.body.mu.Lock()
	defer r.body.mu.Unlock()
	if r.body.released {
		return 0, http.ErrBodyReadAfterClose
	}
	for r.chunk < len(r.body.chunks) {
		if n := copy(b, r.body.chunks[r.chunk].buf[r.off:]); n > 0 || len(b) == 0 {
			r.off += n
			return n, nil
		}
		r.chunk, r.off = r.chunk+1, 0
	}
	return 0, io.EOF
}

// Close implements io.Closer.
func (r *bodyReader) Close() error { return nil }
