package pick_test

import (
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/internal/pick"
)

func BenchmarkReader(b *testing.B) {
	for _, bb := range []struct {
		name, doc string
		shape     *pick.Shape
	}{
		{"chunk", chatChunk, chatShape},
		{"usage", chatUsage, chatShape},
		{"answer", `{"id":"a","choices":[{"message":{"role":"assistant","content":"` + strings.Repeat(`a few words, `, 100) + `"}}]}`, chatShape},
		{"skipped", `{"skipped":` + chatChunk + `,"more":[` + strings.Repeat(chatChunk+",", 10) + `0]}`, chatShape},
		{"embedding", `{"data":[{"embedding":[` + strings.Repeat("-0.0123456789,", 1536) + `0]}],"usage":{"prompt_tokens":5}}`, chatShape},
		{"long", `{"data":"` + strings.Repeat("0123456789abcdef", 64<<10) + `"}`, chatShape},
	} {
		b.Run(bb.name, func(b *testing.B) {
			doc := []byte(bb.doc)
			var r pick.Reader
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				r.Reset(bb.shape, pick.Limits{})
				r.Write(doc)
			}
			if !r.Done() {
				b.Error("not done")
			}
		})
	}
}

func BenchmarkSame(b *testing.B) {
	doc := []byte(chatChunk)
	next := []byte(strings.Replace(strings.Replace(chatChunk, " hello", " there, you", 1), "s0K2kQ", "Zz", 1))
	var r pick.Reader
	r.Reset(chatShape, pick.Limits{})
	r.Write(doc)
	b.SetBytes(int64(len(next)))
	b.ReportAllocs()
	for b.Loop() {
		if !r.Same(next) {
			b.Fatal("not the same")
		}
	}
}
