package telemetryllm

import (
	"bufio"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strings"
)

// maxInflated bounds what is decompressed of one body, in bytes: a small body
// can hold a very large one.
const maxInflated = 64 << 20

// An inflater decompresses what is written to it. The decompressors of the
// standard library read: a goroutine does, and whoever writes waits until it
// has read all. (A coroutine of package iter would not do: it must not change
// threads where a caller has locked its own.)
type inflater struct {
	open func(io.Reader) (io.Reader, error)
	in   chan []byte
	idle chan struct{} // the goroutine has read all, or has ended
	rest []byte
	out  func([]byte)

	ended bool // nothing more is written
}

// newInflater returns an inflater for a content coding, or nil where it is not
// known.
func newInflater(encoding string) *inflater {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "gzip", "x-gzip":
		return &inflater{open: newGunzip}
	case "deflate":
		return &inflater{open: func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) }}
	}
	return nil
}

// write hands on to out what can be decompressed after p has come.
func (f *inflater) write(p []byte, out func([]byte)) {
	f.out = out
	if f.in == nil {
		f.in, f.idle = make(chan []byte), make(chan struct{})
		go f.run()
		<-f.idle
	}
	f.in <- p
	<-f.idle
}

// close hands on the rest and ends the goroutine.
func (f *inflater) close(out func([]byte)) {
	if f.in == nil {
		return
	}
	f.out = out
	close(f.in)
	<-f.idle
	f.in = nil
}

// run decompresses, and then lets all that is still written go by.
func (f *inflater) run() {
	f.inflate()
	for {
		f.idle <- struct{}{}
		if f.ended {
			return
		}
		_, ok := <-f.in
		f.ended = !ok
	}
}

func (f *inflater) inflate() {
	defer func() { _ = recover() }() // a parser's fault must not end the process
	z, err := f.open(bufio.NewReaderSize(f, 512))
	if err != nil {
		return
	}
	buf := make([]byte, 4<<10)
	for left := maxInflated; left > 0; {
		n, err := z.Read(buf)
		if n > 0 {
			f.out(buf[:n])
		}
		if err != nil {
			return
		}
		left -= n
	}
}

// Read implements io.Reader for the decompressor.
func (f *inflater) Read(b []byte) (int, error) {
	for len(f.rest) == 0 {
		f.idle <- struct{}{}
		p, ok := <-f.in
		if !ok {
			f.ended = true
			return 0, io.EOF
		}
		f.rest = p
	}
	n := copy(b, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// newGunzip returns a reader of the first gzip stream in r. One that looks for
// another behind it would hold the last block back until then.
func newGunzip(r io.Reader) (io.Reader, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return z, nil
}
