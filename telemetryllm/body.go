package telemetryllm

import (
	"io"
	"sync/atomic"
	"time"
)

// body is the body of an answer, as the caller reads it.
type body struct {
	io.ReadCloser
	a       *attempt
	reading atomic.Int32
	done    atomic.Bool // the body below was read to its end, or failed
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	b.reading.Add(1)
	defer b.reading.Add(-1)
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.done.Store(true)
	}
	b.a.read(p[:max(n, 0)], err == io.EOF, err)
	return n, err
}

const (
	maxPeek  = 16 << 10
	peekTime = 100 * time.Millisecond
)

// Close implements io.Closer. SDKs close the answer to an attempt that they
// will repeat without reading it: what it says is read first, for a moment.
func (b *body) Close() error {
	if b.reading.Load() == 0 && !b.done.Load() && b.a.failing() {
		read := make(chan struct{})
		go func() {
			defer close(read)
			_, _ = io.CopyN(io.Discard, b, maxPeek)
		}()
		select {
		case <-read:
		case <-time.After(peekTime):
		}
	}
	b.a.closed()
	return b.ReadCloser.Close()
}
