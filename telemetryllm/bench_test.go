package telemetryllm_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryllm"
)

// streamOf is a chat stream of n chunks.
func streamOf(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"fp_1","choices":[{"index":0,"delta":{"content":" word%d"},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"%08x"}`+"\n\n", i, i*7919)
	}
	b.WriteString(`data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}` + "\n\n")
	b.WriteString(`data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o-mini-2024-07-18","choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":200,"total_tokens":1200}}` + "\n\ndata: [DONE]\n\n")
	return b.String()
}

// chunked hands out one event at a time, as a connection does.
type chunked struct{ rest string }

func (c *chunked) Read(p []byte) (int, error) {
	if c.rest == "" {
		return 0, io.EOF
	}
	end := strings.Index(c.rest, "\n\n") + 2
	n := copy(p, c.rest[:end])
	c.rest = c.rest[n:]
	return n, nil
}

func (*chunked) Close() error { return nil }

// memory answers from memory.
func memory(contentType, body string, streaming bool) http.RoundTripper {
	header := http.Header{"Content-Type": {contentType}}
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		res := &http.Response{StatusCode: http.StatusOK, Header: header, Request: r}
		if streaming {
			res.Body = &chunked{body}
		} else {
			res.Body = io.NopCloser(strings.NewReader(body))
		}
		return res, nil
	})
}

func exchange(ctx context.Context, b testing.TB, tr http.RoundTripper, request string, buf []byte) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, chatURL, bytes.NewReader([]byte(request)))
	if err != nil {
		b.Fatal(err)
	}
	r.Header["Content-Type"] = []string{"application/json"}
	res, err := tr.RoundTrip(r)
	if err != nil {
		b.Fatal(err)
	}
	for {
		if _, err := res.Body.Read(buf); err != nil {
			break
		}
	}
	_ = res.Body.Close()
}

// quiet is telemetry that records everything and sends it to a receiver in
// this process.
func quiet(tb testing.TB) context.Context {
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	tb.Cleanup(receiver.Close)
	tel, err := telemetry.New(tb.Context(), telemetry.WithEndpoint(receiver.URL),
		telemetry.WithGetenv(func(string) string { return "" }))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = tel.Shutdown(context.WithoutCancel(tb.Context())) })
	return telemetry.NewContext(tb.Context(), tel)
}

func BenchmarkExchange(b *testing.B) {
	for _, bench := range []struct {
		name string
		base http.RoundTripper
	}{
		{"one-shot", memory("application/json", chatAnswer+strings.Repeat(" ", 1500-len(chatAnswer)), false)},
		{"stream of 200", memory("text/event-stream", streamOf(200), true)},
	} {
		for _, with := range []bool{false, true} {
			name, tr := bench.name+"/base", bench.base
			if with {
				name, tr = bench.name+"/instrumented", telemetryllm.NewTransport(bench.base)
			}
			b.Run(name, func(b *testing.B) {
				ctx, buf := quiet(b), make([]byte, 4<<10)
				b.ReportAllocs()
				for b.Loop() {
					exchange(ctx, b, tr, chatRequest, buf)
				}
			})
		}
	}
}
