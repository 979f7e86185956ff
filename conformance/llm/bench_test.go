package llm_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryllm"
)

// maxAdded is what the transport may add to a call, in allocations.
const maxAdded = 50

// Each pair of benchmarks is one call without the transport and with it, over a
// transport in memory. The pipeline is the real one, in front of a server that
// throws away what it gets.
func BenchmarkOneShot(b *testing.B) { benchmark(b, oneShot()) }

// BenchmarkStream reads a stream of 200 chunks, one each time.
func BenchmarkStream(b *testing.B) { benchmark(b, streamOf(200)) }

// BenchmarkLongStream shows that a stream's length costs no memory.
func BenchmarkLongStream(b *testing.B) { benchmark(b, streamOf(5000)) }

func benchmark(b *testing.B, call *memoryCall) {
	ctx := pipeline(b)
	for _, side := range []struct {
		name string
		rt   http.RoundTripper
	}{{"Base", call}, {"Traced", telemetryllm.NewTransport(call)}} {
		b.Run(side.name, func(b *testing.B) {
			b.ReportAllocs()
			buf := make([]byte, 4<<10)
			for b.Loop() {
				if err := call.do(ctx, side.rt, buf); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// What the transport adds is bounded, whatever the stream's length.
func TestAddedAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates too")
	}
	for name, call := range map[string]*memoryCall{
		"one-shot": oneShot(), "stream of 200": streamOf(200), "stream of 2000": streamOf(2000),
	} {
		ctx := pipeline(t)
		buf := make([]byte, 4<<10)
		measure := func(rt http.RoundTripper) float64 {
			return testing.AllocsPerRun(200, func() {
				if err := call.do(ctx, rt, buf); err != nil {
					t.Error(err)
				}
			})
		}
		base, traced := measure(call), measure(telemetryllm.NewTransport(call))
		t.Logf("%s: %v allocations without the transport, %v more with it", name, base, traced-base)
		if traced-base > maxAdded {
			t.Errorf("%s: the transport adds %v allocations, want %d at most", name, traced-base, maxAdded)
		}
		if traced == base {
			t.Errorf("%s: the transport adds nothing, so it did nothing", name)
		}
	}
}

// pipeline returns a context with a real pipeline.
func pipeline(t testing.TB) context.Context {
	t.Helper()
	sink := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
	}))
	tel, err := telemetry.New(t.Context(), telemetry.WithEndpoint(sink.URL), telemetry.WithSampleRatio(1),
		telemetry.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = tel.Shutdown(context.WithoutCancel(t.Context()))
		sink.Close()
	})
	return telemetry.NewContext(t.Context(), tel)
}

// A memoryCall is a call and its answer, both in memory.
type memoryCall struct {
	request string
	header  http.Header
	chunks  []string
}

func oneShot() *memoryCall {
	text := strings.Repeat("What is said in an answer. ", 40)
	return &memoryCall{
		request: `{"model":"gpt-5.4","messages":[{"role":"user","content":"hi"}]}`,
		header:  http.Header{"Content-Type": {"application/json"}},
		chunks: []string{`{"id":"chatcmpl-b1","object":"chat.completion","created":1790000000,"model":"gpt-5.4-2026-03-05","choices":[{"index":0,"message":{"role":"assistant","content":"` +
			text + `","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":1200,"completion_tokens":240,"total_tokens":1440,"prompt_tokens_details":{"cached_tokens":1000,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":25}},"service_tier":"default","system_fingerprint":"fp_b1"}`},
	}
}

func streamOf(n int) *memoryCall {
	const head = `data: {"id":"chatcmpl-b2","object":"chat.completion.chunk","created":1790000000,"model":"gpt-5.4-2026-03-05","service_tier":"default","system_fingerprint":"fp_b2","choices":`
	c := &memoryCall{
		request: `{"model":"gpt-5.4","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"hi"}]}`,
		header:  http.Header{"Content-Type": {"text/event-stream; charset=utf-8"}},
	}
	for i := range n - 3 {
		c.chunks = append(c.chunks, fmt.Sprintf(head+`[{"index":0,"delta":{"content":" word%d"},"logprobs":null,"finish_reason":null}],"usage":null}`+"\n\n", i))
	}
	c.chunks = append(
		c.chunks,
		head+`[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}`+"\n\n",
		head+`[],"usage":{"prompt_tokens":1200,"completion_tokens":240,"total_tokens":1440}}`+"\n\n",
		"data: [DONE]\n\n",
	)
	return c
}

// do makes the call through rt and reads the answer to its end.
func (c *memoryCall) do(ctx context.Context, rt http.RoundTripper, buf []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.openai.com/v1/chat/completions", strings.NewReader(c.request))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	res, err := rt.RoundTrip(r)
	if err != nil {
		return err
	}
	for {
		if _, err = res.Body.Read(buf); err != nil {
			break
		}
	}
	if !errors.Is(err, io.EOF) {
		return err
	}
	return res.Body.Close()
}

// RoundTrip implements http.RoundTripper.
func (c *memoryCall) RoundTrip(r *http.Request) (*http.Response, error) {
	_, _ = io.Copy(io.Discard, r.Body)
	_ = r.Body.Close()
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: c.header, Body: &chunked{rest: c.chunks}, ContentLength: -1, Request: r,
	}, nil
}

// chunked is a body of which each read is one chunk.
type chunked struct {
	rest []string
	at   int // in the first one
}

// Read implements io.Reader.
func (c *chunked) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.rest[0][c.at:])
	if c.at += n; c.at == len(c.rest[0]) {
		c.rest, c.at = c.rest[1:], 0
	}
	return n, nil
}

// Close implements io.Closer.
func (*chunked) Close() error { return nil }
