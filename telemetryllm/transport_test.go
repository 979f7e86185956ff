package telemetryllm_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryllm"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// pick returns some attributes of a span.
func pick(s telemetrytest.Span, keys ...attribute.Key) map[attribute.Key]any {
	m := map[attribute.Key]any{}
	for _, k := range keys {
		if v, ok := s.Attributes[k]; ok {
			m[k] = v
		}
	}
	return m
}

func TestCall(t *testing.T) {
	tests := []struct {
		name   string
		answer func(*http.Request) (*http.Response, error)
		want   map[attribute.Key]any
	}{
		{"one-shot", ok, map[attribute.Key]any{
			attr.LLMProvider: "openai", attr.GenAIProviderName: "openai", attr.LLMModel: "gpt-4o-mini",
			attr.GenAIResponseModel: "gpt-4o-mini-2024-07-18", attr.LLMInputTokens: int64(1000), attr.LLMOutputTokens: int64(100),
			attr.LLMCachedInputTokens: int64(400), attr.LLMFinishReason: "stop", attr.LLMStreaming: false,
			attr.LLMTemperature: 0.5, attr.LLMMaxTokens: int64(20), attr.ServerAddress: "api.openai.com",
			// 600 × 0.15 + 400 × 0.075 + 100 × 0.60 dollars per million
			attr.LLMCostUSD: 0.00018, attr.LLMCostSource: attr.CostSourceTable,
		}},
		{"streamed", streamed, map[attribute.Key]any{
			attr.LLMProvider: "openai", attr.GenAIProviderName: "openai", attr.LLMModel: "gpt-4o-mini",
			attr.GenAIResponseModel: "gpt-4o-mini-2024-07-18", attr.LLMInputTokens: int64(1000), attr.LLMOutputTokens: int64(100),
			attr.LLMFinishReason: "stop", attr.LLMStreaming: true,
			attr.LLMTemperature: 0.5, attr.LLMMaxTokens: int64(20), attr.ServerAddress: "api.openai.com",
			attr.LLMCostUSD: 0.00021, attr.LLMCostSource: attr.CostSourceTable,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t)
			res, err := post(ctx, t, replies(tt.answer), chatURL, chatRequest)
			readAll(t, res, err)
			span := rec.Span(attr.SpanLLMCall)
			keys := []attribute.Key{
				attr.LLMProvider, attr.GenAIProviderName, attr.LLMModel, attr.GenAIResponseModel, attr.LLMInputTokens,
				attr.LLMOutputTokens, attr.LLMCachedInputTokens, attr.LLMFinishReason, attr.LLMStreaming, attr.LLMTemperature,
				attr.LLMMaxTokens, attr.ServerAddress, attr.LLMCostUSD, attr.LLMCostSource,
			}
			if d := cmp.Diff(tt.want, pick(span, keys...)); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
			if _, ok := span.Attributes[attr.LLMTimeToFirstTokenMS]; ok != (tt.name == "streamed") {
				t.Errorf("time to first token: %t", ok)
			}
			if span.Kind != trace.SpanKindClient || span.Status != codes.Unset {
				t.Errorf("kind %v, status %v", span.Kind, span.Status)
			}
		})
	}
}

// What is sent and what is read are the same bytes, whatever the body's kind.
func TestSameBytes(t *testing.T) {
	big := `{"model":"gpt-4o-mini","messages":[{"role":"user","content":"` + strings.Repeat("x", 1<<20) + `"}]}`
	shared := func(body string) func(*http.Request) {
		return func(r *http.Request) {
			// One reader for the body and all its copies, as in the SDKs of
			// OpenAI and Anthropic.
			reader := strings.NewReader(body)
			r.GetBody = func() (io.ReadCloser, error) {
				_, err := reader.Seek(0, io.SeekStart)
				return io.NopCloser(reader), err
			}
			r.Body, _ = r.GetBody()
		}
	}
	tests := []struct {
		name, reason, body string
		set                func(*http.Request)
		want               string
		fails              bool
	}{
		{name: "in memory", reason: "read ahead", body: chatRequest},
		{name: "large", reason: "read while it is sent", body: big},
		{name: "one reader", reason: "GetBody of some SDKs winds the body back", body: chatRequest, set: shared(chatRequest)},
		{name: "no GetBody", reason: "a body that can be read once", body: chatRequest, set: func(r *http.Request) { r.GetBody = nil }},
		{name: "unknown length", reason: "chunked", body: chatRequest, set: func(r *http.Request) { r.GetBody, r.ContentLength = nil, -1 }},
		{
			name: "read error", reason: "the error comes where it came before", body: chatRequest, fails: true, want: chatRequest[:10],
			set: func(r *http.Request) {
				r.Body = io.NopCloser(io.MultiReader(strings.NewReader(chatRequest[:10]), iotest.ErrReader(errors.New("broken"))))
			},
		},
		{name: "not JSON", reason: "none of our business", body: "grant_type=x"},
		{name: "broken JSON", reason: "what cannot be parsed is sent as it is", body: `{"model":"gpt-4o-mini","messages":[`},
		{name: "empty", reason: "no body at all", body: ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, _ := telemetrytest.Context(t)
			var got string
			var failed bool
			base := roundTripper(func(r *http.Request) (*http.Response, error) {
				b, err := io.ReadAll(r.Body)
				got, failed = string(b), err != nil
				return answer(r, 200, "application/json", chatAnswer), nil
			})
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, chatURL, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if tt.set != nil {
				tt.set(r)
			}
			res, err := telemetryllm.NewTransport(base).RoundTrip(r)
			if read := readAll(t, res, err); read != chatAnswer {
				t.Errorf("the caller reads %q", read)
			}
			want := tt.body
			if tt.want != "" {
				want = tt.want
			}
			if got != want || failed != tt.fails {
				t.Errorf("sent %d bytes, want %d; error %t: %s", len(got), len(want), failed, tt.reason)
			}
			if res.Request != r && tt.body != "" {
				t.Error("the answer names another request than the caller's")
			}
		})
	}
}

// The body is sent again as it was where net/http needs it a second time.
func TestBodyAgain(t *testing.T) {
	ctx, _ := telemetrytest.Context(t)
	base := roundTripper(func(r *http.Request) (*http.Response, error) {
		for range 2 {
			body, err := r.GetBody()
			if err != nil {
				t.Fatal(err)
			}
			if b, _ := io.ReadAll(body); string(b) != chatRequest {
				t.Errorf("sent again: %q", b)
			}
		}
		return answer(r, 200, "application/json", chatAnswer), nil
	})
	res, err := post(ctx, t, base, chatURL, chatRequest)
	readAll(t, res, err)
}

// What is no call of a model has the client span of telemetryhttp and no more.
func TestNotACall(t *testing.T) {
	tests := []struct{ name, method, url, body string }{
		{"models", http.MethodGet, "https://api.openai.com/v1/models", ""},
		{"a stored response", http.MethodGet, "https://api.openai.com/v1/responses/resp_1", ""},
		{"moderation", http.MethodPost, "https://api.openai.com/v1/moderations", `{"model":"m","input":"x"}`},
		{"an app's own chat", http.MethodPost, "http://localhost:8080/api/chat", `{"text":"hi"}`},
		{"a tool", http.MethodPost, "https://mcp.example.com/mcp", `{"jsonrpc":"2.0","method":"tools/call","params":{}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t)
			r, err := http.NewRequestWithContext(ctx, tt.method, tt.url, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/json")
			base := roundTripper(func(r *http.Request) (*http.Response, error) {
				return answer(r, 200, "application/json", chatAnswer), nil
			})
			res, err := telemetryllm.NewTransport(base).RoundTrip(r)
			readAll(t, res, err)
			spans := rec.Spans()
			if len(spans) != 1 || spans[0].Name != tt.method || len(pick(spans[0], attr.LLMProvider, attr.GenAIOperationName)) > 0 {
				t.Errorf("recorded:\n%s", rec.Tree(attr.LLMProvider))
			}
		})
	}
}

func TestEnds(t *testing.T) {
	tests := []struct {
		name, reason string
		read         func(t *testing.T, cancel context.CancelFunc, res *http.Response)
		body         io.Reader
		failed       string
		status       codes.Code
	}{
		{
			name: "closed early", reason: "a caller that has read enough has not failed",
			read: func(t *testing.T, _ context.CancelFunc, res *http.Response) {
				if _, err := res.Body.Read(make([]byte, 100)); err != nil {
					t.Error(err)
				}
			},
			body: strings.NewReader(chatStream),
		},
		{
			name: "cancelled", reason: "a cancel is no failure",
			read: func(_ *testing.T, cancel context.CancelFunc, _ *http.Response) { cancel() },
			body: strings.NewReader(chatStream), failed: attr.ErrorCanceled,
		},
		{
			name: "cut off", reason: "a body that breaks off is one",
			read:   func(_ *testing.T, _ context.CancelFunc, res *http.Response) { _, _ = io.ReadAll(res.Body) },
			body:   io.MultiReader(strings.NewReader(chatStream[:300]), iotest.ErrReader(io.ErrUnexpectedEOF)),
			failed: "unexpected_eof", status: codes.Error,
		},
		{
			name: "an error in the stream", reason: "providers tell errors inside a 200",
			read:   func(_ *testing.T, _ context.CancelFunc, res *http.Response) { _, _ = io.ReadAll(res.Body) },
			body:   strings.NewReader("data: {\"error\":{\"type\":\"server_error\",\"message\":\"overloaded\"}}\n\n"),
			failed: "server_error", status: codes.Error,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, rec := telemetrytest.Context(t)
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			base := roundTripper(func(r *http.Request) (*http.Response, error) {
				res := answer(r, 200, "text/event-stream", "")
				res.Body = io.NopCloser(tt.body)
				return res, nil
			})
			res, err := post(ctx, t, base, chatURL, chatRequest)
			if err != nil {
				t.Fatal(err)
			}
			tt.read(t, cancel, res)
			if err := res.Body.Close(); err != nil {
				t.Fatal(err)
			}
			span := rec.Span(attr.SpanLLMCall)
			if kind, _ := span.Attributes[attr.ErrorType].(string); kind != tt.failed || span.Status != tt.status {
				t.Errorf("error.type %q, status %v, want %q, %v: %s", kind, span.Status, tt.failed, tt.status, tt.reason)
			}
		})
	}
}

// An SDK that gives an error's answer up unread still lets us know what it
// said.
func TestUnreadError(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	res, err := post(ctx, t, replies(busy()), chatURL, chatRequest)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	want := map[attribute.Key]any{attr.ErrorType: "tokens", attr.ErrorMessage: "slow down", attr.HTTPResponseStatusCode: int64(429)}
	if d := cmp.Diff(want, pick(rec.Span(attr.SpanLLMCall), attr.ErrorType, attr.ErrorMessage, attr.HTTPResponseStatusCode)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// A body that the caller's own Accept-Encoding has made compressed is handed
// on as it is, and read.
func TestCompressed(t *testing.T) {
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = io.WriteString(w, chatStream)
	_ = w.Close()
	ctx, rec := telemetrytest.Context(t)
	base := roundTripper(func(r *http.Request) (*http.Response, error) {
		res := answer(r, 200, "text/event-stream", "")
		res.Header.Set("Content-Encoding", "gzip")
		res.Body = io.NopCloser(iotest.OneByteReader(bytes.NewReader(zipped.Bytes())))
		return res, nil
	})
	res, err := post(ctx, t, base, chatURL, chatRequest)
	if got := readAll(t, res, err); got != zipped.String() {
		t.Error("the compressed bytes have changed")
	}
	if n := rec.Span(attr.SpanLLMCall).Attributes[attr.LLMInputTokens]; n != int64(1000) {
		t.Errorf("%v input tokens", n)
	}
}

// Trace headers, also those that an SDK has put there, reach no third party.
func TestHeaders(t *testing.T) {
	for _, tt := range []struct {
		host  string
		trace bool
	}{{"https://api.openai.com", false}, {"http://127.0.0.1:11434", true}, {"http://vllm:8000", true}} {
		ctx, rec := telemetrytest.Context(t)
		var got http.Header
		base := roundTripper(func(r *http.Request) (*http.Response, error) {
			got = r.Header
			return answer(r, 200, "application/json", chatAnswer), nil
		})
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, tt.host+"/v1/chat/completions", strings.NewReader(chatRequest))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
		r.Header.Set("Baggage", "user.id=u-1")
		res, err := telemetryllm.NewTransport(base).RoundTrip(r)
		readAll(t, res, err)
		parent := got.Get("Traceparent")
		if tt.trace != strings.Contains(parent, rec.Span(attr.SpanLLMCall).TraceID.String()) || got.Get("Baggage") != "" {
			t.Errorf("%s is sent %v", tt.host, got)
		}
		if r.Header.Get("Baggage") == "" {
			t.Error("the caller's own headers have changed")
		}
	}
}

func TestWithStreamUsage(t *testing.T) {
	const flag = `,"stream_options":{"include_usage":true}`
	tests := []struct{ name, body, want string }{
		{"streams", `{"model":"m","messages":[{"role":"user","content":"}"}],"stream":true}`, `{"model":"m","messages":[{"role":"user","content":"}"}],"stream":true` + flag + `}`},
		{"white space", "{\"model\":\"m\",\"stream\":true,\"messages\":[]\n}\n", "{\"model\":\"m\",\"stream\":true,\"messages\":[]" + flag + "}\n"},
		{"does not stream", `{"model":"m","messages":[]}`, `{"model":"m","messages":[]}`},
		{"has decided", `{"model":"m","messages":[],"stream":true,"stream_options":{"include_usage":false}}`, `{"model":"m","messages":[],"stream":true,"stream_options":{"include_usage":false}}`},
		{"broken", `{"model":"m","messages":[],"stream":true,}`, `{"model":"m","messages":[],"stream":true,}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, _ := telemetrytest.Context(t)
			var got string
			base := roundTripper(func(r *http.Request) (*http.Response, error) {
				b, err := io.ReadAll(r.Body)
				if err != nil || int64(len(b)) != r.ContentLength {
					t.Errorf("%d bytes of %d, %v", len(b), r.ContentLength, err)
				}
				got = string(b)
				return answer(r, 200, "text/event-stream", chatStream), nil
			})
			res, err := post(ctx, t, base, chatURL, tt.body, telemetryllm.WithStreamUsage())
			readAll(t, res, err)
			if got != tt.want {
				t.Errorf("sent %s\nwant %s", got, tt.want)
			}
		})
	}
}

// Off, the transport is not there.
func TestOff(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, chatAnswer) }))
	defer server.Close()
	client := &http.Client{Transport: telemetryllm.NewTransport(http.DefaultTransport, telemetryllm.WithTelemetry(nil))}
	res, err := client.Post(server.URL+"/v1/chat/completions", "application/json", strings.NewReader(chatRequest))
	if got := readAll(t, res, err); got != chatAnswer {
		t.Errorf("got %s", got)
	}
	client.CloseIdleConnections()
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}

// Several requests of one call add up.
func TestSeveralRequests(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	tr := replies(ok)
	ctx, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Model: "mine"})
	for range 2 {
		res, err := post(ctx, t, tr, chatURL, chatRequest)
		readAll(t, res, err)
	}
	call.End(nil)
	span := rec.Span(attr.SpanLLMCall)
	want := map[attribute.Key]any{attr.LLMInputTokens: int64(2000), attr.LLMCostUSD: 0.00036, attr.LLMModel: "mine", attr.LLMProvider: "openai"}
	if d := cmp.Diff(want, pick(span, attr.LLMInputTokens, attr.LLMCostUSD, attr.LLMModel, attr.LLMProvider)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}
