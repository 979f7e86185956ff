package telemetryllm

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
)

// zipped returns data as the content coding has it.
func zipped(t testing.TB, encoding string, data []byte) []byte {
	t.Helper()
	var (
		b bytes.Buffer
		w io.WriteCloser = gzip.NewWriter(&b)
	)
	if encoding == "deflate" {
		w = zlib.NewWriter(&b)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// unzip is what the standard library makes of the whole body: as much as can be
// decompressed.
func unzip(encoding string, body []byte) []byte {
	var (
		r   io.Reader
		err error
	)
	if encoding == "deflate" {
		r, err = zlib.NewReader(bytes.NewReader(body))
	} else {
		r, err = newGunzip(bytes.NewReader(body))
	}
	if err != nil {
		return nil
	}
	data, _ := io.ReadAll(r)
	return data
}

// inflate writes a body in pieces of 1 to most bytes.
func inflate(encoding string, body []byte, most int, seed uint64) []byte {
	var got []byte
	out := func(p []byte) { got = append(got, p...) }
	f := newInflater(encoding)
	random := rand.New(rand.NewPCG(seed, 0))
	for len(body) > 0 {
		n := min(1+random.IntN(most), len(body))
		piece := bytes.Clone(body[:n]) // of which the caller makes something else at once
		f.write(piece, out)
		clear(piece)
		body = body[n:]
	}
	f.close(out)
	return got
}

func TestNewInflater(t *testing.T) {
	for encoding, known := range map[string]bool{
		"gzip": true, "GZIP": true, "x-gzip": true, " gzip ": true, "deflate": true, "br": false, "zstd": false, "gzip, gzip": false, "": false,
	} {
		if f := newInflater(encoding); (f != nil) != known {
			t.Errorf("%q: known %t, want %t", encoding, f != nil, known)
		}
	}
}

// What was compressed comes out again as far as it has come in, whole,
// truncated or broken, and the goroutine ends with it.
func TestInflate(t *testing.T) {
	text := []byte(strings.Repeat(`data: {"n":1}`+"\n\n", 2000))
	for _, encoding := range []string{"gzip", "deflate"} {
		body := zipped(t, encoding, text)
		broken := bytes.Clone(body)
		broken[len(broken)/2] ^= 0xFF
		tests := []struct {
			name, reason string
			body         []byte
		}{
			{"whole", "all of it", body},
			{"empty", "nothing", nil},
			{"cut", "what came before", body[:len(body)/2]},
			{"cut in the header", "nothing", body[:1]},
			{"broken", "what came before", broken},
			{"not compressed", "nothing", text},
			{"more behind it", "is not part of it", append(bytes.Clone(body), text...)},
		}
		for _, tt := range tests {
			t.Run(encoding+", "+tt.name, func(t *testing.T) {
				want := unzip(encoding, tt.body)
				for _, most := range []int{1, 7, 512, 1 << 20} {
					if got := inflate(encoding, tt.body, most, 1); !bytes.Equal(got, want) {
						t.Errorf("in pieces of up to %d: %d bytes, want %d: %s", most, len(got), len(want), tt.reason)
					}
				}
			})
		}
	}
}

// What a piece makes known is known when write returns: a stream's events must
// not wait for the next one.
func TestInflateAtOnce(t *testing.T) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	f := newInflater("gzip")
	for _, event := range []string{"data: 1\n\n", "data: 2\n\n", "data: 3\n\n"} {
		_, _ = io.WriteString(w, event)
		_ = w.Flush()
		var got []byte
		f.write(z.Bytes(), func(p []byte) { got = append(got, p...) })
		z.Reset()
		if string(got) != event {
			t.Errorf("after %q came in, %q came out", event, got)
		}
	}
	f.close(func(p []byte) { t.Errorf("%q comes only at the end", p) })
}

// Of a body that would become endless, no more than the bound is decompressed.
func TestInflateBound(t *testing.T) {
	var block bytes.Buffer // a megabyte, which may follow itself
	w, err := flate.NewWriter(&block, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write(make([]byte, 1<<20))
	_ = w.Flush()
	f := newInflater("gzip")
	n := 0
	out := func(p []byte) { n += len(p) }
	f.write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}, out)
	for range 3 * maxInflated >> 20 {
		f.write(block.Bytes(), out)
	}
	f.close(out)
	if n < maxInflated || n > maxInflated+64<<10 {
		t.Errorf("%d bytes, want %d", n, maxInflated)
	}
}

// A parser that panics ends the decompression, not the process.
func TestInflatePanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newInflater("gzip")
		body := zipped(t, "gzip", []byte("x"))
		calls := 0
		for range 3 {
			f.write(body, func([]byte) { calls++; panic("parser") })
		}
		f.close(func([]byte) { calls++ })
		if calls != 1 {
			t.Errorf("%d calls", calls)
		}
	})
}

// FuzzInflate compares with the decompressors of the standard library, which
// see the whole body at once.
func FuzzInflate(f *testing.F) {
	for _, encoding := range []string{"gzip", "deflate"} {
		for _, text := range []string{"", "x", `{"usage":{"prompt_tokens":1}}`, strings.Repeat("data: {}\n\n", 500)} {
			f.Add(zipped(f, encoding, []byte(text)), encoding == "gzip", uint8(3), uint64(1))
		}
	}
	f.Add([]byte("plain text"), true, uint8(1), uint64(1))
	f.Fuzz(func(t *testing.T, body []byte, isGzip bool, most uint8, seed uint64) {
		encoding := "deflate"
		if isGzip {
			encoding = "gzip"
		}
		want := unzip(encoding, body)
		if len(want) > maxInflated {
			t.Skip()
		}
		synctest.Test(t, func(t *testing.T) { // fails where the goroutine hangs or stays
			if got := inflate(encoding, body, int(most)+1, seed); !bytes.Equal(got, want) {
				t.Errorf("%d bytes, want %d", len(got), len(want))
			}
		})
	})
}
