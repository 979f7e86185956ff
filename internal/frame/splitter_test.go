package frame_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/internal/frame"
)

type document struct{ Name, Data string }

// collector is a sink that takes down what it gets.
type collector struct {
	t       testing.TB
	docs    []document
	partial []byte
	pieces  bool
}

func (c *collector) Whole(name string, data []byte) {
	if c.pieces {
		c.t.Errorf("a whole document %q after pieces of another", data)
	}
	c.docs = append(c.docs, document{name, string(data)})
}

func (c *collector) Data(piece []byte) {
	if len(piece) == 0 {
		c.t.Error("an empty piece")
	}
	c.pieces = true
	c.partial = append(c.partial, piece...)
}

func (c *collector) End(name string) {
	c.docs = append(c.docs, document{name, string(c.partial)})
	c.partial, c.pieces = c.partial[:0], false
}

// split returns the documents of a body that comes in pieces of that size, each
// of which is overwritten after it was handed over.
func split(t testing.TB, s frame.Splitter, body string, size int) []document {
	t.Helper()
	c := &collector{t: t}
	for piece := range slices.Chunk([]byte(body), max(size, 1)) {
		piece = slices.Clone(piece)
		s.Write(piece, c)
		for i := range piece {
			piece[i] = '!'
		}
	}
	s.Close(c)
	return c.docs
}

// checkPieces fails if the pieces that a body comes in make a difference.
func checkPieces(t testing.TB, s func() frame.Splitter, body string, size int) {
	t.Helper()
	whole := split(t, s(), body, len(body))
	if pieces := split(t, s(), body, size%16+1); !reflect.DeepEqual(whole, pieces) {
		t.Errorf("%q: whole:\n%q\npieces of %d:\n%q", body, whole, size%16+1, pieces)
	}
	first := min(size, len(body))
	c, two := &collector{t: t}, s()
	two.Write([]byte(body[:first]), c)
	two.Write(nil, c)
	two.Write([]byte(body[first:]), c)
	if two.Close(c); !reflect.DeepEqual(whole, c.docs) {
		t.Errorf("%q: whole:\n%q\ncut at %d:\n%q", body, whole, first, c.docs)
	}
}

// splitters are all there are, each with a body that repeats.
var splitters = []struct {
	name string
	make func() frame.Splitter
	body string
}{
	{"SSE", func() frame.Splitter { return frame.NewSSE() }, "event: delta\ndata: " + text + "\n\n"},
	{"SSECRLF", func() frame.Splitter { return frame.NewSSE() }, "data: " + text + "\r\n\r\n"},
	{"SSECR", func() frame.Splitter { return frame.NewSSE() }, "data: " + text + "\r\r"},
	{"Lines", func() frame.Splitter { return frame.NewLines() }, text + "\n"},
	{"Array", func() frame.Splitter { a := frame.NewArray(); a.Write([]byte("["), nil); return a }, text + ",\r\n"},
	{"EventStream", func() frame.Splitter { return frame.NewEventStream() }, event("contentBlockDelta", text)},
	{"Chunk", func() frame.Splitter { return frame.NewEventStream() }, chunk(text)},
	{"Whole", func() frame.Splitter { return frame.NewWhole() }, text},
}

// text is a document of 300 bytes.
var text = `{"id":"chatcmpl-9x","object":"chat.completion.chunk","created":1719000000,"choices":[{"index":0,"delta":{"content":"` +
	strings.Repeat("a b c d ", 23)[:180] + `"}}]}`

// discard is a sink that counts.
type discard struct{ documents, bytes int }

func (d *discard) Whole(_ string, data []byte) { d.documents++; d.bytes += len(data) }
func (d *discard) Data(piece []byte)           { d.bytes += len(piece) }
func (d *discard) End(string)                  { d.documents++ }

func TestAllocations(t *testing.T) {
	for _, tt := range splitters {
		t.Run(tt.name, func(t *testing.T) {
			body := []byte(strings.Repeat(tt.body, 4))
			to, s := &discard{}, tt.make()
			s.Write(body, to)
			got := testing.AllocsPerRun(10, func() {
				s.Write(body, to)
				s.Write(body[:100], to)
				s.Write(body[100:], to)
			})
			if got != 0 {
				t.Errorf("a splitter in use allocates nothing: got %v allocations", got)
			}
			if tt.name != "Whole" && to.documents != 92 {
				t.Errorf("got %d documents, want 92", to.documents)
			}
		})
	}
}

func BenchmarkSplitter(b *testing.B) {
	for _, bb := range splitters {
		body := []byte(strings.Repeat(bb.body, 10))
		for _, size := range []int{len(body), 100} {
			b.Run(fmt.Sprintf("%s/%d", bb.name, size), func(b *testing.B) {
				to, s := &discard{}, bb.make()
				b.SetBytes(int64(len(body)))
				b.ReportAllocs()
				for b.Loop() {
					for piece := range slices.Chunk(body, size) {
						s.Write(piece, to)
					}
				}
			})
		}
	}
}
