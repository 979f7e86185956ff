package telemetryllm_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry/telemetryllm"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// roundTripper lets a function be a transport.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// answer is an answer in memory.
func answer(r *http.Request, status int, contentType, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {contentType}}, Body: io.NopCloser(strings.NewReader(body)),
	}
}

// replies answers one request after the other; the last answer repeats.
func replies(all ...func(*http.Request) (*http.Response, error)) http.RoundTripper {
	n := 0
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
		f := all[min(n, len(all)-1)]
		n++
		return f(r)
	})
}

func ok(r *http.Request) (*http.Response, error) {
	return answer(r, http.StatusOK, "application/json", chatAnswer), nil
}

func streamed(r *http.Request) (*http.Response, error) {
	return answer(r, http.StatusOK, "text/event-stream", chatStream), nil
}

const (
	chatURL     = "https://api.openai.com/v1/chat/completions"
	chatRequest = `{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Say hi"}],"temperature":0.5,"max_tokens":20}`
	chatAnswer  = `{"id":"chatcmpl-1","object":"chat.completion","model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100,"prompt_tokens_details":{"cached_tokens":400}}}`
	chatStream  = `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":null}],"usage":null}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}

data: {"id":"chatcmpl-1","object":"chat.completion.chunk","model":"gpt-4o-mini-2024-07-18","choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":100,"total_tokens":1100}}

data: [DONE]

`
)

// post sends a request through the transport, as an SDK does.
func post(ctx context.Context, t *testing.T, base http.RoundTripper, url, body string, opts ...telemetryllm.Option) (*http.Response, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	return telemetryllm.NewTransport(base, opts...).RoundTrip(r)
}

// readAll reads a body to its end and closes it.
func readAll(t *testing.T, res *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return string(body)
}
