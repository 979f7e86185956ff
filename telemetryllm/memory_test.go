package telemetryllm_test

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryllm"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// maxLive bounds what one call may hold in memory, in bytes.
const maxLive = 256 << 10

// endless is a body of size bytes: its first piece, then the others over and
// over.
type endless struct {
	next   []byte
	pieces [][]byte
	i      int
	size   int
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.next) == 0 {
		if e.size <= 0 {
			return 0, io.EOF
		}
		e.next = e.pieces[e.i%len(e.pieces)]
		e.i++
	}
	n := copy(p, e.next)
	e.next = e.next[n:]
	e.size -= n
	return n, nil
}

func (*endless) Close() error { return nil }

// live is how much memory is in use.
func live() int64 {
	runtime.GC()
	runtime.GC() // what the first one has moved out of pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// What a call holds does not depend on how long its answer is.
func TestMemory(t *testing.T) {
	const size = 50 << 20
	var events [][]byte
	for i := range 64 {
		events = append(events, fmt.Appendf(nil, `data: {"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{"content":"%s"},"finish_reason":null}],"usage":{"prompt_tokens":1,"completion_tokens":%d}}`+"\n\n", strings.Repeat("word ", 800), i))
	}
	var block bytes.Buffer // a compressed event, which may follow itself
	w, err := flate.NewWriter(&block, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write(events[0])
	_ = w.Flush()
	text := [][]byte{[]byte(strings.Repeat("lorem ipsum ", 1000))}
	many := [][]byte{[]byte(strings.Repeat(`{"index":1,"message":{"tool_calls":[{"function":{"name":"f"}}]},"finish_reason":"stop"},`, 100))}
	tests := []struct {
		name, reason string
		contentType  string
		encoding     string
		first        string
		pieces       [][]byte
		opts         []telemetryllm.Option
	}{
		{name: "a stream", reason: "events go by", contentType: "text/event-stream", pieces: events},
		{name: "a stream, captured", reason: "content has a bound", contentType: "text/event-stream", pieces: events, opts: content(telemetryllm.Content{})},
		{
			name: "a stream, compressed", reason: "a window and a buffer", contentType: "text/event-stream", encoding: "gzip",
			first: "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", pieces: [][]byte{block.Bytes()},
		},
		{name: "one event", reason: "without an end", contentType: "text/event-stream", first: `data: {"choices":[{"delta":{"content":"`, pieces: text},
		{name: "one line", reason: "that is no event", contentType: "text/event-stream", first: `x`, pieces: text},
		{name: "one text", reason: "in one document", contentType: "application/json", first: `{"choices":[{"message":{"content":"`, pieces: text},
		{name: "one model", reason: "a text that is kept", contentType: "application/json", first: `{"model":"`, pieces: text},
		{name: "many choices", reason: "in one document", contentType: "application/json", first: `{"choices":[`, pieces: many},
		{name: "an array", reason: "as Gemini's", contentType: "application/json", first: `[`, pieces: many},
		{name: "lines", reason: "as Ollama's", contentType: "application/x-ndjson", pieces: [][]byte{[]byte(`{"model":"m","choices":[]}` + "\n")}},
		{name: "frames", reason: "one that says it has two gigabytes", contentType: "application/vnd.amazon.eventstream", first: "\x7f\xff\xff\xff\x00\x00\x00\x00\x00\x00\x00\x00", pieces: text},
		{name: "nonsense", reason: "nothing to be read", contentType: "application/json", first: `<html>`, pieces: text},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t)
			n := size
			if i > 0 { // once is enough: others must fail in less
				n = 2 << 20
			}
			if tt.encoding != "" { // of which much becomes
				n = 64 << 10
			}
			body := &endless{next: []byte(tt.first), pieces: tt.pieces, size: n}
			tr := replies(func(r *http.Request) (*http.Response, error) {
				res := answer(r, 200, tt.contentType, "")
				res.Body = body
				res.Header.Set("Content-Encoding", tt.encoding)
				return res, nil
			})
			res, err := post(ctx, t, replies(ok), chatURL, chatRequest) // what is made once, such as the table of prices
			readAll(t, res, err)
			rec.Reset()
			buf := make([]byte, 16<<10)
			before := live()
			res, err = post(ctx, t, tr, chatURL, chatRequest, tt.opts...)
			if err != nil {
				t.Fatal(err)
			}
			for body.size > 0 {
				if _, err := res.Body.Read(buf); err != nil {
					t.Fatal(err)
				}
			}
			held := live() - before
			if held > maxLive {
				t.Errorf("%d KiB are held, want at most %d: %s", held>>10, maxLive>>10, tt.reason)
			}
			t.Logf("%d KiB", held>>10)
			if err := res.Body.Close(); err != nil {
				t.Error(err)
			}
			runtime.KeepAlive(buf)
			rec.Span(attr.SpanLLMCall)
		})
	}
}
